"""What analysis hears of a video."""

from contextlib import suppress
from typing import Any

from av import AudioResampler
from av.error import FFmpegError

from reels.measures import fingerprint
from reels.measures.loudness import SAMPLE_RATE, Loudness, LoudnessMeter

_MOST_CHANNELS = 8


class Hearing:
    """Brings decoded sound to the rates at which its loudness and its fingerprint are measured."""

    def __init__(self) -> None:
        self._resampler = AudioResampler(format="fltp", rate=SAMPLE_RATE)
        self._narrow = AudioResampler(format="flt", layout="mono", rate=fingerprint.SAMPLE_RATE)
        self._meter: LoudnessMeter | None = None
        self._printer = fingerprint.Fingerprinter()
        self._shape: tuple[Any, ...] = ()

    def add(self, frame: Any) -> None:
        """Take a decoded frame; one of another shape than the first is left out."""
        shape = (frame.sample_rate, frame.layout.name, frame.format.name)
        if self._meter is None:
            channels = [channel.name for channel in frame.layout.channels]
            if not 1 <= len(channels) <= _MOST_CHANNELS:
                return
            self._meter, self._shape = LoudnessMeter(channels), shape
        if shape != self._shape:
            return
        # The resampler counts; what the file says of times is not needed.
        frame.pts = None
        self._hear(frame)

    def result(self) -> Loudness:
        """Return what was heard; nothing at all where no sound could be decoded."""
        if self._meter is None:
            return Loudness(None, None, [])
        self._hear(None)
        return self._meter.result()

    def fingerprint(self) -> str:
        """Return the fingerprint of what was heard, after `result`; "" of too little."""
        return fingerprint.fingerprint_text(self._printer.result())

    def _hear(self, frame: Any) -> None:
        """Hand a frame on at both rates; None is the end, where the rest comes out."""
        assert self._meter is not None
        with suppress(FFmpegError):
            for part in self._resampler.resample(frame):
                self._meter.add(part.to_ndarray())
        with suppress(FFmpegError):
            for part in self._narrow.resample(frame):
                self._printer.add(part.to_ndarray()[0])
