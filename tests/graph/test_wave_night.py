"""One look at all videos: exits by their own evidence, slots by source, and a ledger that adds up."""

import numpy as np
import pytest

from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.points import COMPLETED, PointScale
from contentgraph.graph.waves.night import (
    RANDOM,
    Exposures,
    Trials,
    Verdict,
    base_cells,
    judge,
    prior_of,
    split,
    steps,
    wanted_slots,
)
from contentgraph.graph.waves.prior import WavePrior
from contentgraph.graph.waves.rules import WaveRule
from contentgraph.graph.waves.states import State

SCALE = PointScale()
RULE = WaveRule()
NOW = 1_793_491_200_000


def exposures(rng: np.random.Generator, chance: np.ndarray, people: int, source: np.ndarray) -> Exposures:
    """``people`` views a video and source, completed at the video's chance or silent."""
    video = np.repeat(np.arange(chance.size), people * source.size)
    where = np.tile(np.repeat(source, people), chance.size)
    done = rng.random(video.size) < chance[video]
    return Exposures(video, where, np.where(done, COMPLETED, 0))


def on_trial(seen: Exposures, count: int, **columns: object) -> Trials:
    told: dict[str, object] = {
        "ids": [f"v{i:03d}" for i in range(count)], "state": np.array([State.GROWING] * count, dtype=object),
        "wave": np.full(count, 2), "decisions": np.full(count, 2), "born": np.full(count, NOW - HOUR_MS),
        "cell": np.zeros(count, int), "gone": np.zeros(count, bool), "waiting": np.zeros(count, int),
        "shown": np.bincount(seen.video, minlength=count), "running": np.zeros(count, int),
        "fans": np.zeros(count, int), "seen": seen,
    }  # fmt: skip
    return Trials(**(told | columns))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def prior() -> WavePrior:
    """Completion between a fifth and four fifths, in one cell of each source."""
    rng = np.random.default_rng(1)
    chance = np.clip(0.45 + 0.12 * rng.standard_normal(500), 0.05, 0.95)
    found = prior_of(exposures(rng, chance, 7, np.arange(3)), np.zeros(500, int), 1, SCALE)
    assert found is not None
    return found


def verdict_of(prior: WavePrior, told: Trials) -> Verdict:
    return judge(RULE, prior, 1, told, SCALE)


def test_the_random_share_alone_speaks_for_everyone(prior: WavePrior) -> None:
    """Loved in its circle, ordinary at random: its circle it is; loved by both: everyone."""
    rng = np.random.default_rng(2)
    circle = exposures(rng, np.array([0.95, 0.95, 0.45]), 40, np.array([0, 1]))
    at_random = exposures(rng, np.array([0.40, 0.95, 0.95]), 60, np.array([RANDOM]))
    both = Exposures(
        *(np.concatenate([getattr(circle, n), getattr(at_random, n)]) for n in ("video", "source", "bits"))
    )
    told = on_trial(both, 3)
    found = verdict_of(prior, told)
    assert found.circle[0] > 0.95
    assert found.everyone[0] < 0.5
    made = {one.video_id: one for one in steps(RULE, told, found, SCALE, now=NOW, told=NOW, spent=0.0)}
    assert [made[f"v00{i}"].after for i in range(3)] == ["circle", "everyone", "everyone"]
    one = made["v000"]
    assert (one.shown, one.circle.people, one.everyone.people) == (140, 80, 60)
    assert one.sources == {"affinity": 40, "likeness": 40, "random": 60}
    assert one.mean == pytest.approx(8.0 * one.rates[1])
    assert one.circle.mean == pytest.approx(8.0 * both.bits[(both.video == 0) & (both.source != RANDOM)].mean())
    assert one.number == 3
    assert list(one.circle.curve) == sorted(one.circle.curve, reverse=True)


def test_before_there_is_a_prior_nothing_leaves_and_nothing_is_out_of_reach() -> None:
    """Thirty videos are the least; until then the floor goes on."""
    rng = np.random.default_rng(3)
    few = exposures(rng, np.full(29, 0.9), 20, np.array([RANDOM]))
    assert prior_of(few, np.zeros(29, int), 1, SCALE) is None
    told = on_trial(few, 29, wave=np.full(29, 3))
    assert steps(RULE, told, judge(RULE, None, 1, told, SCALE), SCALE, now=NOW, told=NOW, spent=0.0) == []
    more = exposures(rng, np.full(30, 0.5), 20, np.array([RANDOM]))
    assert prior_of(more, np.zeros(30, int), 1, SCALE) is not None


def test_a_video_is_late_once_no_window_is_open_whatever_waits(prior: WavePrior) -> None:
    """Its last windows are waited for, slots that nobody was shown are not; and what people did must be known."""
    rng = np.random.default_rng(4)
    seen = exposures(rng, np.full(3, 0.5), 30, np.array([RANDOM]))
    old = np.full(3, NOW - int(RULE.open_hours * HOUR_MS))
    told = on_trial(seen, 3, born=old, running=np.array([0, 1, 0]), waiting=np.array([0, 0, 1]))
    made = steps(RULE, told, verdict_of(prior, told), SCALE, now=NOW, told=NOW, spent=0.0)
    assert {one.video_id for one in made} == {"v000", "v002"}
    assert made[0].after == State.STOPPED
    assert "its time is over" in made[0].sentence
    assert steps(RULE, told, verdict_of(prior, told), SCALE, now=NOW, told=NOW - 1, spent=0.0) == []


def test_past_its_deadline_a_video_is_given_no_slots(prior: WavePrior) -> None:
    """Neither the rest of its floor nor samples, though a window is still running."""
    rng = np.random.default_rng(4)
    seen = exposures(rng, np.full(4, 0.5), 5, np.array([RANDOM]))
    born = NOW - int(RULE.open_hours * HOUR_MS) + np.array([0, 1, 0, 1])
    state = np.array([State.FLOOR, State.FLOOR, State.GROWING, State.GROWING], dtype=object)
    told = on_trial(seen, 4, born=born, state=state, running=np.ones(4, int), shown=np.array([5, 5, 30, 30]))
    wanted = wanted_slots(RULE, prior, 1, told, verdict_of(prior, told), 200, rng, now=NOW).sum(axis=1)
    assert wanted[[0, 2]].tolist() == [0, 0]
    assert min(wanted[[1, 3]]) > 0


def test_the_floor_comes_before_all_sampling_and_boosted_videos_get_none(prior: WavePrior) -> None:
    """Ten at their floor's beginning, ten growing, one boosted, one gone."""
    rng = np.random.default_rng(5)
    seen = exposures(rng, np.full(22, 0.5), 4, np.array([0, RANDOM]))
    state = [State.FLOOR] * 10 + [State.GROWING] * 10 + [State.EVERYONE, State.GROWING]
    told = on_trial(
        seen, 22, state=np.array(state, dtype=object), wave=np.array([1] * 10 + [3] * 10 + [2, 2]),
        shown=np.array([8] * 10 + [100] * 10 + [50, 50]), gone=np.array([False] * 21 + [True]),
    )  # fmt: skip
    verdict = verdict_of(prior, told)
    few = wanted_slots(RULE, prior, 1, told, verdict, 100, rng, now=NOW)
    assert few.sum() == 100
    assert few[10:].sum() == 0
    many = wanted_slots(RULE, prior, 1, told, verdict, 620, rng, now=NOW)
    assert (many[:10].sum(axis=1) == 12).all()
    assert many[20:].sum() == 0
    assert many[10:20].sum() == pytest.approx(500, abs=3)
    assert (many[10:20].sum(axis=1) + 100 <= RULE.cap(3) + 3).all()
    assert many[10:20, RANDOM].sum() == pytest.approx(200, abs=2)


def test_a_video_boosted_in_its_circle_is_shown_on_at_random_alone(prior: WavePrior) -> None:
    """Else slots already out were its one way on to everyone: its next wave's random share, till its time ends."""
    rng = np.random.default_rng(6)
    seen = exposures(rng, np.array([0.6, 0.6, 0.6, 0.05]), 16, np.array([0, RANDOM]))
    born = np.array([NOW - HOUR_MS, NOW - HOUR_MS, NOW - int(RULE.open_hours * HOUR_MS), NOW - HOUR_MS])
    state = np.array([State.CIRCLE, State.EVERYONE, State.CIRCLE, State.CIRCLE], dtype=object)
    told = on_trial(seen, 4, state=state, born=born, wave=np.full(4, 1))
    wanted = wanted_slots(RULE, prior, 1, told, verdict_of(prior, told), 1_000, rng, now=NOW)
    assert wanted[1:].sum() == 0
    assert wanted[0].tolist() == [0, 0, np.ceil(0.4 * (80 - 32))]


def test_the_floor_splits_by_the_shares_and_first_without_likeness() -> None:
    rng = np.random.default_rng(6)
    first = split(np.full(2_000, 20), RULE, np.zeros(2_000, int), rng)
    later = split(np.full(2_000, 20), RULE, np.ones(2_000, int), rng)
    assert (first.sum(axis=1) == 20).all()
    assert (later.sum(axis=1) == 20).all()
    np.testing.assert_allclose(first.mean(axis=0), [12.0, 0.0, 8.0], atol=0.1)
    np.testing.assert_allclose(later.mean(axis=0), [7.0, 5.0, 8.0], atol=0.1)


def test_with_no_video_open_nothing_is_decided_or_given(prior: WavePrior) -> None:
    """A night after all videos have ended: floors of the past, nothing to judge."""
    nothing = Exposures(*(np.zeros(0, dtype=np.int64),) * 3)
    told = on_trial(nothing, 0)
    verdict = verdict_of(prior, told)
    assert steps(RULE, told, verdict, SCALE, now=NOW, told=NOW, spent=0.0) == []
    assert wanted_slots(RULE, prior, 1, told, verdict, 100, np.random.default_rng(1), now=NOW).shape == (0, 3)


def test_cells_are_duration_and_language() -> None:
    cells = base_cells(np.array([5_000, 5_000, 65_000, -1, 6_000]), ["fr", "en", "fr", "fr", "fr"])
    assert cells[0] == cells[4]
    assert len(set(cells.tolist())) == 4
