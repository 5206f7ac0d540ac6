"""What a sound is like: its tempo, and whether it is speech or music. Rules of thumb, each with how sure it is.

Tempo: the lag of 60 … 180 beats a minute at which the onsets (growth of the logarithms of band energies) are most like
themselves (autocorrelation). Speech: its loudness swings three to seven times a second, the rate of syllables, and it
pauses; music keeps on and keeps its pitch (Scheirer and Slaney, ICASSP 1997, doi:10.1109/ICASSP.1997.596192).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contentgraph.graph.soundprint import RATE, Samples

HOP = 256
"""Samples between two looks: 43 a second."""
FRAME = 1_024
SLOWEST, FASTEST = 60.0, 180.0
SILENT = 1e-3
"""Root mean square below which a sound is silence."""
SHORTEST_S = 4.0
"""Less than this says nothing of tempo."""
STEADY = 2.0
"""A standard deviation of the onsets (sums of natural logarithms over bands) below which there are none."""
SURE = 0.3
"""Autocorrelation from which on there is a tempo."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What was heard."""

    silent: bool
    tempo: float | None
    """Beats a minute; None where none stands out."""
    tempo_confidence: float
    """Autocorrelation at the beat, 0 … 1."""
    speech: float
    """How much like speech and unlike music, 0 … 1; ½ where nothing tells."""


def rhythm(samples: Samples) -> Rhythm:
    """Of mono ``samples`` at `contentgraph.graph.soundprint.RATE`."""
    if samples.size < FRAME or float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) < SILENT:
        return Rhythm(True, None, 0.0, 0.5)
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP]
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(FRAME).astype(np.float32), axis=1))
    power = np.log(_bands(spectrum**2) + 1e-6)
    tempo, sure = _tempo(np.maximum(np.diff(power, axis=0), 0.0).sum(axis=1))
    return Rhythm(False, tempo, sure, _speech(spectrum))


def _bands(power: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    edges = np.unique(np.geomspace(2, power.shape[1] - 1, 17).astype(np.int64))
    return np.add.reduceat(power.astype(np.float64), edges[:-1], axis=1)


def _tempo(onsets: npt.NDArray[np.float64]) -> tuple[float | None, float]:
    rate = RATE / HOP
    if onsets.size < SHORTEST_S * rate or float(onsets.std()) < STEADY:
        return None, 0.0
    wave = onsets - onsets.mean()
    size = 1 << (2 * wave.size - 1).bit_length()
    turned = np.fft.rfft(wave, size)
    match = np.fft.irfft(turned * np.conj(turned), size)[: wave.size]
    if match[0] <= 0.0:
        return None, 0.0
    # Unbiased: later lags have fewer products.
    match = match / match[0] * (wave.size / np.maximum(wave.size - np.arange(wave.size), 1))
    lags = np.arange(int(rate * 60.0 / FASTEST), min(int(rate * 60.0 / SLOWEST) + 1, wave.size // 2))
    # A lag is as good as it and its double: half a beat fits every second time only.
    told = match[lags] + 0.5 * match[np.minimum(2 * lags, match.size - 1)]
    best = int(lags[int(np.argmax(told))])
    sure = float(np.clip(match[best], 0.0, 1.0))
    if sure < SURE:
        return None, sure
    around = match[best - 1 : best + 2]
    bend = float(around[0] - 2.0 * around[1] + around[2])
    at = best + (0.5 * float(around[0] - around[2]) / bend if bend < 0.0 else 0.0)
    return 60.0 * rate / at, sure


def _speech(spectrum: npt.NDArray[np.floating]) -> float:
    rate = RATE / HOP
    loud = np.sqrt((spectrum.astype(np.float64) ** 2).mean(axis=1))
    if loud.size < rate:
        return 0.5
    swing = np.abs(np.fft.rfft((loud - loud.mean()) * np.hanning(loud.size))) ** 2
    at = np.fft.rfftfreq(loud.size, 1.0 / rate)
    syllables = float(swing[(at >= 3.0) & (at < 7.0)].sum() / max(float(swing[(at >= 0.5) & (at < 20.0)].sum()), 1e-12))
    pauses = float((loud < 0.5 * loud.mean()).mean())
    depth = float(loud.std() / loud.mean())
    # Pure tones and chords hold their strongest line from look to look; voices and noise do not.
    line = spectrum.argmax(axis=1)
    held = float((np.abs(np.diff(line)) <= 1).mean())
    told = 4.0 * (syllables - 0.35) + 3.0 * (pauses - 0.25) + 2.0 * (min(depth, 1.0) - 0.5) - 3.0 * (held - 0.6)
    return float(1.0 / (1.0 + np.exp(-told)))
