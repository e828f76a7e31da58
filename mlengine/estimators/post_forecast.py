"""One outcome of posts, as an interval, from their words, moment and author's past."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO, Self

import numpy as np

from mlengine.errors import ArtifactError
from mlengine.estimators.artifacts import arrays_load, arrays_save, expect
from mlengine.estimators.post_features import FEATURES, author_level, post_features
from mlengine.estimators.quantiles import Forecast, QuantileForecast
from mlengine.estimators.word_ridge import WordRidge

# Newest outcomes of an author that are looked at: a year-old post says little of today's.
PAST = 50


class PostForecast:
    """Forecasts one outcome of posts that carry nothing but text, moment and author.

    Built by `mlengine.estimators.post_forecast_fitting`, in the worker; predicts with numpy.

    Attributes
    ----------
    words : WordRidge
        What the words alone add to an author's level, on the scale of log(1 + outcome).
    forests : QuantileForecast
        Over the features of `mlengine.estimators.post_features`, from the author's level up.
    usual : float
        Median log(1 + outcome) of all posts: what an author without a past is taken for.
    """

    kind = "post-forecast"

    def __init__(self, *, words: WordRidge, forests: QuantileForecast, usual: float) -> None:
        self.words = words
        self.forests = forests
        self.usual = usual

    def predict(
        self,
        texts: Sequence[str],
        *,
        pasts: Sequence[Sequence[float]],
        at: Sequence[float] | None = None,
    ) -> Forecast:
        """Return the forecast of posts given with their authors' earlier outcomes.

        `pasts` holds one sequence a post, oldest first; only the newest 50 are read. `at` is in
        seconds since 1970.
        """
        said = self.words.predict(texts)
        pasts = [past[-PAST:] for past in pasts]
        rows = [
            post_features(
                text,
                past=pasts[i],
                at=None if at is None else at[i],
                words_say=float(said[i]),
                usual=self.usual,
            )
            for i, text in enumerate(texts)
        ]
        levels = [author_level(past, usual=self.usual) for past in pasts]
        return self.forests.predict(np.array(rows).reshape(-1, len(FEATURES)), levels=levels)

    def save(self, file: BinaryIO) -> None:
        """Write words and forests as one .npz."""
        buffer = BytesIO()
        self.forests.save(buffer)
        arrays = {f"words_{name}": array for name, array in self.words.arrays().items()}
        arrays["forests"] = np.frombuffer(buffer.getvalue(), dtype=np.uint8)
        arrays_save(file, kind=self.kind, settings={"usual": self.usual}, arrays=arrays)

    @classmethod
    def load(cls, file: BinaryIO) -> Self:
        """Read what save wrote.

        :raises ArtifactError: if the file is damaged, of another kind or impossible.
        """
        settings, arrays = arrays_load(file, kind=cls.kind)
        try:
            forests = QuantileForecast.load(BytesIO(arrays.pop("forests").tobytes()))
            usual = float(settings["usual"])
        except (KeyError, TypeError, ValueError) as error:
            raise ArtifactError(f"The stored forecast is inconsistent: {error}.") from error
        expect(forests.middle.feature_count == len(FEATURES), "it reads today's features")
        words = {name.removeprefix("words_"): array for name, array in arrays.items()}
        return cls(words=WordRidge.restore(words), forests=forests, usual=usual)
