"""Setting the hidden truth's levels so that the views that are made have the rates of real logs."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from contentgraph.graph.platform import rates
from contentgraph.graph.platform.truth import Floats, Index, Truth, chance, sigmoid


def calibrate(truth: Truth, users: Index, videos: Index, at: NDArray[np.integer]) -> Truth:
    """``truth`` with its knots and levels set so that views of these pairs have the fitted rates.

    Completion and rewatch by duration bucket (``platform.rates``), like, share and comment over all. Buckets without a
    pair take their neighbours' knot by interpolation. Deterministic: it works on probabilities, not on draws.
    """
    pick = np.linspace(0, len(users) - 1, min(len(users), 150_000)).astype(np.int64)
    users, videos, at = users[pick], videos[pick], at[pick]
    t = truth.taste_term(users, videos, at)
    ease = truth.ease[users]
    length, mid = np.log(truth.duration[videos]), np.log(rates.BUCKET_MID_MS)
    bucket = np.searchsorted(rates.BUCKET_EDGES_MS, truth.duration[videos], side="right")
    size = np.bincount(bucket, minlength=len(mid)) + 1e-9

    def fit(offset: Floats, weight: Floats | None, target: Floats, knots: Floats) -> Floats:
        for _ in range(40):
            p = sigmoid(np.interp(length, mid, knots) + offset)
            w = np.ones_like(p) if weight is None else weight
            total = np.bincount(bucket, w, len(mid))
            mean = np.bincount(bucket, w * p, len(mid)) / (total + 1e-9)
            known = size > 20
            step = np.where(known, np.log(target / (1 - target)) - np.log((mean + 1e-6) / (1 - mean + 1e-6)), 0)
            if known.any() and not known.all():
                step = np.interp(mid, mid[known], step[known])
            knots = np.clip(knots + 0.8 * step, -9, 6)
        return knots

    plain = np.log(rates.COMPLETION_RATE / (1 - rates.COMPLETION_RATE))
    complete = fit(ease + t, None, rates.COMPLETION_RATE, plain - (float(t.mean()) if len(t) else 0.0))
    finished = sigmoid(np.interp(length, mid, complete) + ease + t)
    again = rates.REWATCH_GIVEN_COMPLETION
    rewatch = fit(0.6 * t, finished, again, np.log(again / (1 - again)) - 0.5)
    levels = []
    for rate, user, video in (
        (rates.LIKE_RATE, truth.user_like, truth.video_like),
        (rates.SHARE_RATE, truth.user_talk, truth.video_share),
        (rates.COMMENT_RATE, truth.user_talk, truth.video_comment),
    ):
        loose = user[users] + video[videos] + 0.55 * t
        low, high = -20.0, 5.0
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if chance(middle + loose).mean() < rate else (low, middle)
        levels.append(high)
    return replace(truth, complete_knots=complete, rewatch_knots=rewatch, levels=np.array(levels))
