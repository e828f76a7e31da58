import numpy as np
import pytest
from PIL import Image, ImageFilter

from reels.measures.pictures import (
    blockiness,
    colourfulness,
    contrast,
    exposure,
    luma_of,
    noise,
    sharpness,
)
from reels.tests.clips import scenery

PICTURE = scenery(1)


def blurred(radius):
    return np.asarray(Image.fromarray(PICTURE).filter(ImageFilter.GaussianBlur(radius)))


def test_more_blur_is_less_sharp():
    found = [sharpness(luma_of(blurred(radius))) for radius in (0, 1, 2, 4)]

    assert found == sorted(found, reverse=True)
    assert found[0] > 4 * found[2]


def test_lost_lights_and_shadows_are_counted():
    halves = np.full((40, 40), 255, dtype=np.uint8)
    halves[:10] = 0

    assert exposure(halves) == pytest.approx((0.75, 0.25, 0.75))


def test_a_flat_picture_has_no_contrast_and_halves_have_all():
    halves = np.zeros((40, 40), dtype=np.uint8)
    halves[20:] = 255

    assert contrast(np.full((40, 40), 90)) == 0
    assert contrast(halves) == pytest.approx(0.5)


def test_grey_is_colourless_and_colours_add_up():
    grey = np.repeat(PICTURE[..., :1], 3, axis=2)
    half = ((PICTURE.astype(int) + grey) // 2).astype(np.uint8)

    assert colourfulness(grey) == 0
    assert 0 < colourfulness(half) < colourfulness(PICTURE)


@pytest.mark.parametrize("level", [2, 5, 12])
def test_noise_is_told_in_levels(level):
    luma = luma_of(blurred(6))
    noisy = luma + np.random.default_rng(1).normal(0, level, luma.shape)

    assert noise(noisy) == pytest.approx(level, rel=0.2)
    assert noise(luma) < 0.5


def test_blocks_are_told_from_edges_elsewhere():
    luma = luma_of(PICTURE)
    coarse = luma[: 176 // 8 * 8, :320].reshape(22, 8, 40, 8).mean(axis=(1, 3))
    blocks = np.kron(coarse, np.ones((8, 8)))

    assert blockiness(luma) < 0.1
    assert blockiness(blocks) > 2
    assert blockiness(np.roll(blocks, 3, axis=(0, 1))) == 0
    assert blockiness(0.5 * luma[:176] + 0.5 * blocks) > 0.1
