"""What a policy would have brought, from slots that chance gave away with known probabilities.

With y the points of a slot that was shown, π its logged propensity and e the probability that the policy in question
gives the same person the same video, weights are w = e/π and

    IPS    Σ w y / N        N: slots that the policy would have had shown
    SNIPS  Σ w y / Σ w

A slot that lapsed was not shown and is in neither sum. Assumed is that whether a slot is shown does not depend on what
its person would have made of it. A policy that gives one slot to each draw of the log has N = Σ 1/m over what was
shown, m the slots that were expected of its draw: Σ 1/m is expected to be the number of draws, times the share shown,
and Σ w y is their points times that share. So both are unbiased at any share, and what is lost is precision.

SNIPS trades a bias of order 1/n for less variance and stays within the range of y. Intervals are normal, by
linearisation: var = Σ (w y - IPS/m)² / N², and Σ w² (y - SNIPS)² / (Σ w)². The effective sample size (Σ w)² / Σ w² says
how many evenly weighted slots the weighted ones are worth; below 400 nothing is told.

References: Horvitz and Thompson, JASA 47 (1952), doi:10.1080/01621459.1952.10483446; Swaminathan and Joachims, "The
self-normalized estimator for counterfactual learning", NIPS 2015; Kong, "A note on importance sampling using
standardized weights", Chicago 1992 (effective sample size).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contentgraph.errors import UsageError

FloatArray = npt.NDArray[np.float64]

LEAST = 400.0
"""Effective slots below which no estimate is given."""
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """Mean points a slot of a policy, with 95 % intervals."""

    slots: int
    """Slots with weight above 0."""
    effective: float
    """Effective sample size."""
    ips: float
    """Points a slot, unbiased."""
    ips_low: float
    ips_high: float
    snips: float
    """Points a slot, self-normalised."""
    snips_low: float
    snips_high: float


def policy_value(points: FloatArray, propensity: FloatArray, target: FloatArray, drawn: FloatArray) -> PolicyValue:
    """Mean points a slot of the policy whose probabilities are ``target``; one entry a slot that was shown.

    Parameters:
        points: what its person made of it.
        propensity: probability with which that slot was given, more than 0, at most 1.
        target: probability with which the policy gives it, 0 or more; 1 in all over everyone in a draw's pool.
        drawn: m, slots that were expected of the draw it belongs to, more than 0.

    Raises:
        UsageError: arrays of different lengths, a propensity that cannot be, or an effective sample size below 400.
    """
    if not points.shape == propensity.shape == target.shape == drawn.shape:
        shapes = f"points {points.shape}, propensity {propensity.shape}, target {target.shape}, drawn {drawn.shape}"
        raise UsageError(f"{shapes} differ.")
    if points.size and not (float(propensity.min()) > 0.0 and float(propensity.max()) <= 1.0 + 1e-9):
        raise UsageError("A logged propensity is not within 0 … 1; slots that were not drawn by chance tell nothing.")
    if points.size and float(target.min()) < 0.0:
        raise UsageError("A probability of the policy is negative.")
    weight = target / propensity
    total, squares = float(weight.sum()), float((weight**2).sum())
    effective = total**2 / squares if squares > 0.0 else 0.0
    if effective < LEAST:
        raise UsageError(
            f"The effective sample size is {effective:.0f} of {points.size} slots; an estimate needs {LEAST:.0f}. "
            "Gather more test slots, or ask for a policy nearer to what was shown."
        )
    expected = float((1.0 / drawn).sum())
    ips = float((weight * points).sum()) / expected
    ips_sd = float(np.sqrt(((weight * points - ips / drawn) ** 2).sum())) / expected
    snips = float((weight * points).sum()) / total
    snips_sd = float(np.sqrt((weight**2 * (points - snips) ** 2).sum())) / total
    return PolicyValue(
        slots=int((weight > 0.0).sum()),
        effective=effective,
        ips=ips,
        ips_low=ips - Z95 * ips_sd,
        ips_high=ips + Z95 * ips_sd,
        snips=snips,
        snips_low=snips - Z95 * snips_sd,
        snips_high=snips + Z95 * snips_sd,
    )
