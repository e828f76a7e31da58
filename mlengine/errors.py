"""What can go wrong with a model or its data. No Django, so that estimators may raise them."""


class MLError(Exception):
    """Any anticipated failure of a model or of the data it was given."""


class NotFitted(MLError):
    """A prediction was asked of an estimator that has learned nothing yet."""


class TooLittleData(MLError):
    """There is too little data to learn anything that could be judged."""


class DatasetError(MLError):
    """A data file cannot be read; the text names the file and the line or column."""


class ArtifactError(MLError):
    """A stored model is damaged, of another kind, or holds impossible values."""


class NotFinite(MLError):
    """What a model learned, learns from or reached holds a NaN or an infinity."""


class LeakingFeature(MLError):
    """A feature of a moment was told of what came after it; the text names it."""


class UnknownModel(MLError):
    """No model has that name; the text names those that exist."""
