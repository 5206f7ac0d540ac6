"""Frame hashes and near-duplicates: what a copy keeps, and what is no copy."""

import numpy as np
import pytest

from contentgraph.graph.copies import alike, candidates, copies
from contentgraph.graph.matches import Matches, origins
from contentgraph.graph.perceptual import WINDOWS, distance, frame_hashes, mirrored, without_border


def picture(seed: int, height: int = 96, width: int = 64) -> np.ndarray:
    """Blobs of light: low frequencies, as pictures have them."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    found = np.zeros((height, width))
    for _ in range(8):
        at, size = rng.uniform(0, 1, 2) * (height, width), rng.uniform(6, 20)
        found += rng.uniform(-1, 1) * np.exp(-((y - at[0]) ** 2 + (x - at[1]) ** 2) / (2 * size**2))
    return (128 + 100 * found / np.abs(found).max()).astype(np.float32)


def film(seed: int, frames: int = 12) -> np.ndarray:
    return np.array([frame_hashes(picture(1_000 * seed + number)) for number in range(frames)])


@pytest.mark.parametrize("seed", range(5))
def test_the_mirrored_hash_is_that_of_the_mirrored_picture(seed: int) -> None:
    whole = frame_hashes(picture(seed))
    turned = frame_hashes(picture(seed)[:, ::-1])
    assert distance(mirrored(whole[:1]), turned[:1])[0] <= 1
    assert (mirrored(mirrored(whole)) == whole).all()


@pytest.mark.parametrize("seed", range(5))
def test_noise_and_scale_change_few_bits_another_picture_half_of_them(seed: int) -> None:
    frame = picture(seed)
    noisy = frame + np.random.default_rng(seed).normal(0, 1, frame.shape).astype(np.float32)
    half = frame.reshape(48, 2, 32, 2).mean(axis=(1, 3))
    whole = frame_hashes(frame)[0]
    assert distance(frame_hashes(noisy)[:1], whole)[0] <= 10
    assert distance(frame_hashes(half)[:1], whole)[0] <= 8
    assert distance(frame_hashes(picture(seed + 100))[:1], whole)[0] >= 16


def test_a_border_is_cut_off_and_a_flat_frame_says_nothing() -> None:
    frame = picture(1)
    assert without_border(np.pad(frame, ((12, 12), (0, 0)))).shape == frame.shape
    assert (frame_hashes(np.full((96, 64), 200.0, dtype=np.float32)) == 0).all()
    assert distance(np.zeros(1, dtype=np.uint64), np.zeros(1, dtype=np.uint64))[0] == 64
    assert frame_hashes(np.zeros((8, 8), dtype=np.float32)).shape == (len(WINDOWS),)


def test_a_copy_is_found_whatever_its_order_in_time_and_a_stranger_is_not() -> None:
    one, other = film(1), film(2)
    mixed = mirrored(one[::-1][:8])
    found = copies([one, other, mixed, np.zeros((0, len(WINDOWS)), dtype=np.uint64)])
    assert list(zip(found.one.tolist(), found.other.tolist(), strict=True)) == [(0, 2)]
    assert found.confidence[0] > 0.9
    assert alike(one, other) == 0.0
    assert copies([one, other, mixed], new=np.array([False, True, False])).one.size == 0


def test_one_picture_in_common_makes_no_copy() -> None:
    one, other = film(1), film(2)
    other[0] = one[0]
    assert alike(one, other) == 0.0
    still = np.repeat(one[:1], 4, axis=0)
    assert alike(still, still) > 0.9, "a still picture and its copy have but one picture"


def test_nothing_known_gives_no_pairs() -> None:
    assert candidates([])[0].size == 0
    assert candidates([np.zeros((0, 8), dtype=np.uint64)] * 3)[0].size == 0


def test_the_oldest_is_the_origin() -> None:
    found = Matches(np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([0.9, 0.8, 0.7]))
    assert origins(found, np.array([30, 10, 20])) == {0: (1, 0.9), 2: (1, 0.7)}
    assert origins(found, np.array([-1, 10, 10])) == {0: (1, 0.9), 2: (1, 0.7)}, "unknown times are newest"


def test_a_chain_leads_to_its_oldest_and_a_compilation_makes_its_parts_no_copies() -> None:
    """2 copies 1, which copies 0; 5, the newest, holds both 3 and 4, which have nothing in common."""
    found = Matches(np.array([0, 1, 3, 4]), np.array([1, 2, 5, 5]), np.array([0.9, 0.8, 0.7, 0.6]))
    told = origins(found, np.arange(6))
    assert {video: origin for video, (origin, _) in told.items()} == {1: 0, 2: 0, 5: 3}
    assert told[2][1] == pytest.approx(0.9 * 0.8), "as sure as both steps are"
