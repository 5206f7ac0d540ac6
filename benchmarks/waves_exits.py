"""Two exits against one pooled bar, by creator size; and what cheating brings: both beside the grid of policies."""

from typing import Any

import numpy as np

from benchmarks.waves_stream import posterior_of, prior_of
from benchmarks.waves_world import PARAMETERS, VALUES, Levels, laws, make_videos
from contentgraph.graph.points import COMMENTED, COMPLETED, LIKED, REWATCHED, SHARED
from contentgraph.graph.waves.prior import Evidence, above, grid_posterior
from contentgraph.graph.waves.rules import WaveRule, pooled

ALL = COMPLETED | REWATCHED | SHARED | COMMENTED | LIKED
CELLS = len(PARAMETERS["views"]["share"])


def exits(world: Levels, correlation: float, seed: int) -> dict[str, object]:
    """Promotion by creator-size quintile at equal quality, and how many of the promoted are above the bar for everyone.

    Quality is drawn apart from size; bigger creators have more followers in their first audience, who watch more
    readily. ``pooled``: one bar over all views, followers included. ``everyone``, ``circle``: our two exits.
    """
    sizes, rule = PARAMETERS["exits"], WaveRule(bar=PARAMETERS["rule"]["bar"], error=PARAMETERS["rule"]["error"])
    rng = np.random.default_rng([seed, 3])
    count, views = sizes["videos"], sizes["views"]
    videos = make_videos(world, 2 * count, correlation, rng)
    quintile = rng.integers(0, 5, 2 * count)
    shift = sizes["circle_shift"] + sizes["circle_spread"] * rng.standard_normal(2 * count)
    law = {"everyone": laws(world, videos), "circle": laws(world, videos, shift)}
    fans_law = laws(world, videos, sizes["fan_shift"])
    share, spread = sizes["random_share"], np.ones(2 * count, dtype=np.int64)

    def shown(people: np.ndarray) -> dict[str, np.ndarray]:
        at_random = np.round(share * people).astype(np.int64)
        return {
            "everyone": rng.multinomial(at_random, law["everyone"]),
            "circle": rng.multinomial(people - at_random, law["circle"]),
        }

    # Ours gives no test slot to a follower; without that rule they are part of the first audience.
    seen = shown(views * spread)
    fans = rng.binomial(views, np.array(sizes["fan_share"])[quintile])
    seen["pooled"] = sum(shown(views - fans).values()) + rng.multinomial(fans, fans_law)
    past = np.arange(2 * count) < count
    told: dict[str, object] = {}
    bars, odds = {}, {}
    for name, outcomes in seen.items():
        prior = prior_of(videos.bucket[past], outcomes[past], CELLS)
        bars[name] = prior.at(videos.bucket, rule.z)
        odds[name] = above(posterior_of(prior, videos.bucket[~past], outcomes[~past]), rule.z)
    size = quintile[~past]
    for name in ("pooled", "everyone", "circle"):
        where = "everyone" if name == "pooled" else name
        good = (law[where] @ VALUES > bars[where])[~past]
        chosen = np.zeros(good.size, dtype=bool)
        chosen[pooled(odds[name], rule.aim)] = True
        told[name] = {
            "promoted": np.bincount(size, chosen, 5).astype(int).tolist(),
            "videos": np.bincount(size, minlength=5).tolist(),
            "good": int(good[chosen].sum()),
        }
    return told


def fairness(runs: list[dict[str, Any]]) -> dict[str, dict[str, object]]:
    """Over all seeds: promotion rate of each quintile over that of all, and precision."""
    found: dict[str, dict[str, object]] = {}
    for name in runs[0]:
        promoted = np.sum([one[name]["promoted"] for one in runs], axis=0)
        rate = promoted / np.sum([one[name]["videos"] for one in runs], axis=0)
        overall = promoted.sum() / np.sum([one[name]["videos"] for one in runs])
        found[name] = {
            "promoted": int(promoted.sum()),
            "precision": round(sum(one[name]["good"] for one in runs) / int(promoted.sum()), 3),
            "by_quintile": [round(float(each), 3) for each in rate / overall],
            "largest_over_smallest": round(float(rate[4] / rate[0]), 3),
        }
    return found


def abuse(world: Levels, correlation: float, seed: int) -> dict[str, dict[str, float]]:
    """Share of bad videos (the lower half of their bucket) that are boosted, and how far their audience got.

    ``honest``: nobody cheats. For each attack, ``ours``: what counts are test slots of people who are neither creators
    nor fans nor new, once a person; ``naive``: every view and like as it comes in. That the statements count so, own
    views, repeated likes and bought views therefore bring no liar here, is what tests/integration/test_waves.py shows.
    """
    told, rule = PARAMETERS["abuse"], WaveRule(bar=PARAMETERS["rule"]["bar"], error=PARAMETERS["rule"]["error"])
    sizes = PARAMETERS["exits"]
    rng = np.random.default_rng([seed, 4])
    count = told["videos"]
    videos = make_videos(world, 2 * count, correlation, rng)
    shift = sizes["circle_shift"] + sizes["circle_spread"] * rng.standard_normal(2 * count)
    law = {"everyone": laws(world, videos), "circle": laws(world, videos, shift)}
    past = np.arange(2 * count) < count
    prior = {name: prior_of(videos.bucket[past], rng.multinomial(100, one[past]), CELLS) for name, one in law.items()}
    truth = law["everyone"] @ VALUES
    bad = np.flatnonzero(~past & (truth < prior["everyone"].at(videos.bucket, 0.0)))
    bad = bad[(law["circle"] @ VALUES)[bad] < prior["circle"].at(videos.bucket, 0.0)[bad]]
    first = rng.random(bad.size) < 1.0 / told["ring_videos"]
    # Of each attack: liars in the pool of the circle and of everyone, what each does, and naive extras a video.
    attacks = {
        "honest": (0, np.zeros(bad.size), 0, (0, 0.0)),
        "self_views": (0, np.zeros(bad.size), ALL, (500, 500 * 30.0)),
        "repeated_likes": (0, np.zeros(bad.size), LIKED, (1, 1000 * 2.0)),
        "ring_of_likes": (told["ring"], np.where(first, 1.0, 0.0), LIKED, (told["ring"], told["ring"] * 2.0)),
        "ring_of_everything": (told["ring"], np.where(first, 1.0, 0.0), ALL, (told["ring"], told["ring"] * 30.0)),
        "bought_views": (0, np.zeros(bad.size), ALL, (told["bought"], told["bought"] * 30.0)),
    }
    found: dict[str, dict[str, float]] = {}
    for name, (liars, counted, does, extra) in attacks.items():
        for who in ("ours", "naive"):
            more = extra if who == "naive" else (0, 0.0)
            result = _waves(rule, prior, law, videos.bucket, bad, rng, liars, counted, does, more)
            found.setdefault(name, {}).update({f"{who}_{key}": value for key, value in result.items()})
    return found


def _waves(
    rule: WaveRule, prior: dict[str, Any], law: dict[str, Any], bucket: np.ndarray, bad: np.ndarray,
    rng: np.random.Generator, liars: int, counted: np.ndarray, does: int, extra: tuple[int, float],
) -> dict[str, float]:  # fmt: skip
    """Waves up to the budget: each video's audience grows while it may be above the bar."""
    told = PARAMETERS["abuse"]
    seen = {name: np.zeros((bad.size, 32), dtype=np.int64) for name in law}
    pool = {"circle": told["circle"], "everyone": told["everyone"]}
    open_, boosted = np.ones(bad.size, dtype=bool), np.zeros(bad.size, dtype=bool)
    cap = np.full(bad.size, rule.floor)
    while open_.any():
        for name, share in (("circle", 1.0 - rule.random), ("everyone", rule.random)):
            new = np.where(open_, np.round(share * cap).astype(np.int64) - seen[name].sum(axis=1), 0)
            new = np.maximum(new, 0)
            false = rng.hypergeometric(liars, pool[name], np.minimum(new, pool[name])) if liars else np.zeros_like(new)
            seen[name] += rng.multinomial(new - false, law[name][bad])
            # A liar whom the rule knows as a fan is shown it and not counted.
            seen[name][:, does] += np.round(false * counted).astype(np.int64)
        odds = []
        for name in law:
            people = seen[name].sum(axis=1) + float(extra[0])
            told_of = Evidence(np.arange(bad.size), bucket[bad], people, seen[name] @ VALUES + extra[1])
            odds.append(above(grid_posterior(prior[name], told_of, bad.size), rule.z))
        best = np.maximum(*odds)
        boosted |= open_ & (best >= 1.0 - rule.aim)
        open_ &= ~boosted & (best > rule.futility) & (cap * rule.growth <= told["views"] * rule.growth)
        cap = np.where(open_, np.minimum(cap * rule.growth, told["views"] + 1), cap)
        open_ &= cap <= told["views"]
    reached = sum(one.sum(axis=1) for one in seen.values())
    return {"boosted": round(float(boosted.mean()), 4), "people": round(float(reached.mean()), 1)}
