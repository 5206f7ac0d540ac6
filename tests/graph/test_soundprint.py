"""Soundprints and rhythm: the same sound under another name, and what a sound is like."""

import numpy as np
import pytest

from contentgraph.graph.rhythm import rhythm
from contentgraph.graph.soundprint import RATE, likeness, profile, same_sounds, soundprint


def tune(seed: int, seconds: float = 12.0, speed: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    found = np.zeros(int(seconds * RATE), dtype=np.float32)
    at = np.arange(int(0.3 * RATE)) / RATE
    for start in np.arange(0.0, seconds - 0.4, 0.3):
        note = 220.0 * 2.0 ** (rng.integers(0, 36) / 12.0) * speed
        first = int(start * RATE / speed)
        wave = np.sin(2 * np.pi * note * at) * np.exp(-5 * at)
        found[first : first + wave.size] += wave[: found.size - first]
    return 0.4 * found


def test_a_piece_a_softer_and_a_noisy_copy_are_found() -> None:
    whole = tune(1)
    rng = np.random.default_rng(0)
    for copy in (whole[3 * RATE : 9 * RATE], 0.1 * whole, whole + rng.normal(0, 0.005, whole.size)):
        assert likeness(soundprint(whole), soundprint(copy.astype(np.float32))) > 0.5


@pytest.mark.parametrize("speed", [0.955, 1.047])
def test_a_band_faster_or_slower_is_found(speed: float) -> None:
    assert likeness(soundprint(tune(1)), soundprint(tune(1, speed=speed))) > 0.4


def test_other_tunes_silence_and_less_than_a_piece_are_not() -> None:
    prints = [soundprint(tune(seed)) for seed in range(6)]
    assert max(likeness(prints[0], other) for other in prints[1:]) == 0.0
    assert likeness(prints[0], soundprint(np.zeros(12 * RATE, dtype=np.float32))) == 0.0
    assert likeness(prints[0], soundprint(tune(0)[: 2 * RATE])) == 0.0
    assert soundprint(np.zeros(10, dtype=np.float32)).size == 0
    assert not profile(np.zeros(0, dtype=np.uint64)).any()


def test_same_sounds_among_others() -> None:
    prints = [soundprint(tune(seed)) for seed in range(5)] + [soundprint(tune(2)[2 * RATE :])]
    found = same_sounds(prints)
    assert list(zip(found.one.tolist(), found.other.tolist(), strict=True)) == [(2, 5)]
    assert same_sounds(prints, new=np.arange(6) == 0).one.size == 0
    assert same_sounds([]).one.size == 0


@pytest.mark.parametrize("beats", [80, 100, 120, 150])
def test_the_tempo_of_clicks(beats: int) -> None:
    samples = np.zeros(15 * RATE, dtype=np.float32)
    for start in np.arange(0.0, 15.0, 60.0 / beats):
        first = int(start * RATE)
        samples[first : first + 400] += np.hanning(400)[: samples.size - first] * 0.8
    found = rhythm(samples)
    assert found.tempo is not None
    ratio = found.tempo / beats
    assert min(abs(ratio - 1), abs(ratio - 2), abs(ratio - 0.5)) < 0.03


def test_a_held_tone_has_no_tempo_and_is_no_speech_silence_is_silent() -> None:
    held = (0.3 * np.sin(2 * np.pi * 440 * np.arange(10 * RATE) / RATE)).astype(np.float32)
    assert rhythm(held).tempo is None
    assert rhythm(held).speech < 0.2
    assert rhythm(np.zeros(RATE, dtype=np.float32)).silent
    rng = np.random.default_rng(1)
    at = np.arange(10 * RATE) / RATE
    syllables = np.maximum(np.sin(2 * np.pi * 4.5 * at), 0) * (np.sin(2 * np.pi * 0.3 * at) > -0.4)
    voice = (0.3 * syllables * rng.normal(0, 1, at.size)).astype(np.float32)
    assert rhythm(voice).speech > 0.7
