"""What analysis hears of a video."""

from contextlib import suppress
from typing import Any

from av import AudioResampler
from av.error import FFmpegError

from reels.measures.loudness import SAMPLE_RATE, Loudness, LoudnessMeter

_MOST_CHANNELS = 8


class Hearing:
    """Brings decoded sound to one rate and measures how loud it is."""

    def __init__(self) -> None:
        self._resampler = AudioResampler(format="fltp", rate=SAMPLE_RATE)
        self._meter: LoudnessMeter | None = None
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
        with suppress(FFmpegError):
            for part in self._resampler.resample(frame):
                self._meter.add(part.to_ndarray())

    def result(self) -> Loudness:
        """Return what was heard; nothing at all where no sound could be decoded."""
        if self._meter is None:
            return Loudness(None, None, [])
        with suppress(FFmpegError):
            for part in self._resampler.resample(None):
                self._meter.add(part.to_ndarray())
        return self._meter.result()
