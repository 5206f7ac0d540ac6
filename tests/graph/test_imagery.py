"""A picture as numbers: of one frame nothing moves."""

import numpy as np
import pytest

from contentgraph.graph.imagery import SIDE, embedding


def test_one_frame_is_as_many_equal_ones() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (1, SIDE, SIDE, 3)).astype(np.float32)
    one = embedding(picture)
    assert np.linalg.norm(one) == pytest.approx(1.0, abs=1e-6)
    np.testing.assert_allclose(one, embedding(np.repeat(picture, 4, axis=0)), atol=1e-6)


def test_how_much_frames_differ_is_told() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (1, SIDE, SIDE, 3)).astype(np.float32)
    still, moving = np.repeat(picture, 4, axis=0), np.concatenate([picture, 255.0 - picture] * 2)
    assert (embedding(still)[-2:] == 0.0).all()
    assert (embedding(moving)[-2:] > 0.0).all()
