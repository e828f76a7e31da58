"""Small videos for tests, encoded on the fly."""

import struct
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path

import av
import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


@cache
def clip(
    *,
    width: int = 64,
    height: int = 48,
    frames: int = 12,
    seconds_apart: Fraction = Fraction(1, 12),
    container: str = "mp4",
    codec: str = "libx264",
    with_sound: bool = False,
    with_pictures: bool = True,
) -> bytes:
    """Return the bytes of a video whose pictures grow brighter."""
    file = BytesIO()
    with av.open(file, "w", format=container) as output:
        pictures = output.add_stream(codec, rate=12) if with_pictures else None
        sound = output.add_stream("aac", rate=16_000, layout="mono") if with_sound else None
        if pictures:
            _pictures(output, pictures, width, height, frames, seconds_apart)
        if sound:
            _sound(output, sound)
    return file.getvalue()


def upload(content: bytes, name: str = "holiday.mp4") -> SimpleUploadedFile:
    """Return `content` as a file of a form."""
    return SimpleUploadedFile(name, content, content_type="video/mp4")


def first_picture_only(content: bytes) -> bytes:
    """Return an MP4 of which all pictures but the first are noise."""
    with av.open(BytesIO(content)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    damaged = bytearray(content)
    noise = np.random.default_rng(1)
    for packet in packets[1:]:
        damaged[packet.pos : packet.pos + packet.size] = noise.bytes(packet.size)
    return bytes(damaged)


def turned(content: bytes) -> bytes:
    """Return an MP4 that says of its pictures: to be shown a quarter turned, clockwise."""
    place = content.index(b"tkhd") + 44
    matrix = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
    return content[:place] + matrix + content[place + len(matrix) :]


def labelled(content: bytes, **labels: str) -> bytes:
    """Return an MP4 with these tags, and `free` bytes that say the same at its end."""
    file = BytesIO()
    with av.open(BytesIO(content)) as source, av.open(file, "w", format="mp4") as output:
        output.metadata.update(labels)
        outs = {s.index: output.add_stream_from_template(s) for s in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = outs[packet.stream.index]
                output.mux(packet)
    said = " ".join(labels.values()).encode()
    return file.getvalue() + struct.pack(">I", 8 + len(said)) + b"free" + said


def written(folder: Path, content: bytes, name: str = "clip.mp4") -> Path:
    """Return the path of a file with `content`."""
    path = folder / name
    path.write_bytes(content)
    return path


def _pictures(output, stream, width, height, frames, seconds_apart):
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.codec_context.thread_count = 1
    # Fine enough for every distance between pictures.
    stream.codec_context.time_base = Fraction(1, 10_000)
    if stream.codec_context.codec.name == "libx264":
        # No pictures that wait for later ones: their times are then those we give.
        stream.options = {"preset": "ultrafast", "bf": "0", "g": "6"}
    for i in range(frames):
        shade = 40 + 180 * i // frames
        picture = np.full((height, width, 3), shade, dtype=np.uint8)
        picture[: height // 2, : width // 2] = (200, 30, shade)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts = round(i * seconds_apart * 10_000)
        frame.time_base = Fraction(1, 10_000)
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


def _sound(output, stream):
    for i in range(10):
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono"
        )
        frame.sample_rate, frame.pts = 16_000, i * 1024
        frame.time_base = Fraction(1, 16_000)
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


def film(
    pictures: Iterable[np.ndarray],
    *,
    rate: int = 12,
    quality: int = 18,
    sound: np.ndarray | None = None,
) -> bytes:
    """Return an MP4 of RGB pictures of one size, and of mono sound at 48 kHz if given."""
    file = BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=rate)
        stream.pix_fmt, stream.options = "yuv420p", {"crf": str(quality), "preset": "veryfast"}
        stream.codec_context.thread_count = 1
        heard = None if sound is None else output.add_stream("aac", rate=48_000, layout="mono")
        for i, picture in enumerate(pictures):
            if i == 0:
                stream.height, stream.width = picture.shape[:2]
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode(None))
        if heard is not None:
            samples = sound.astype(np.float32)[None]
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
            frame.sample_rate = 48_000
            output.mux(heard.encode(frame))
            output.mux(heard.encode(None))
    return file.getvalue()


def scenery(seed: int, *, width: int = 320, height: int = 180) -> np.ndarray:
    """Return a picture of soft patches, fine enough to be sharp."""
    noise = np.random.default_rng(seed)
    picture = np.zeros((height, width, 3))
    for cells in (5, 37, 150):
        patches = noise.integers(0, 255, (cells, cells, 3), dtype=np.uint8)
        large = Image.fromarray(patches).resize((width, height), Image.Resampling.BICUBIC)
        picture += np.asarray(large) / 3
    return picture.astype(np.uint8)


def moving(seed: int, count: int, *, step: int = 1) -> list[np.ndarray]:
    """Return pictures that pan over a scenery."""
    wide = scenery(seed, width=320 + step * count)
    return [wide[:, step * i : step * i + 320] for i in range(count)]
