"""The served model and its tuning: known answers, laws, and that nothing is learned from what is held out."""

import itertools
from dataclasses import replace
from functools import reduce

import numpy as np
import pytest
from scipy import sparse

from contentgraph.errors import UsageError
from contentgraph.graph.interactions import Catalogue, Interactions, plain, seen_by, strongest, taste, unknown
from contentgraph.graph.lift import LiftParams
from contentgraph.graph.model import POOL, Model, ModelParams, learn
from contentgraph.graph.similarity import Pairs, SimilarityParams
from contentgraph.graph.tuning import EXPOSED, GRID, SETTING, STARTS, changed, tune
from contentgraph.graph.value import VIEWS, Value, appraise, fit

HOUR = 3_600_000
NOW = 10_000 * HOUR


def checkerboard(seed: int, users: int = 120, videos: int = 60, withheld: int = 3) -> tuple[Pairs, Pairs]:
    """Even users watch even videos, odd ones odd ones; a few of each user are withheld: the right answers."""
    rng = np.random.default_rng(seed)
    known, asked = [], []
    for user in range(users):
        own = rng.permutation(np.arange(user % 2, videos, 2))[:15]
        known += [(user, int(video)) for video in own[withheld:]]
        asked += [(user, int(video)) for video in own[:withheld]]
    one, two = np.array(known), np.array(asked)
    return Pairs(one[:, 0], one[:, 1], users, videos), Pairs(two[:, 0], two[:, 1], users, videos)


def timed(seed: int, users: int = 150, videos: int = 80) -> Interactions:
    rng = np.random.default_rng(seed)
    user, video = np.nonzero(rng.random((users, videos)) < 0.15)
    points = rng.choice([0.0, 2.0, 8.0, 18.0], user.size)
    at = NOW - rng.integers(0, 300, user.size) * HOUR
    return plain(Pairs(user, video, users, videos, points, at))


@pytest.mark.parametrize("params", [SimilarityParams(), SimilarityParams(0.5, 1.0, 0.0, sharpen=0.1, second_hop=1.0)])
def test_on_a_checkerboard_every_suggestion_has_the_right_colour(params: SimilarityParams) -> None:
    known, _ = checkerboard(1)
    model = learn(plain(known), ModelParams(similarity=params, popular=0.01), now=None)
    users = np.arange(known.users)
    for lists in (model.served(users, model.edges(50), 10), model.whole(users, 10, block=17)):
        assert ((lists.video % 2) == (users % 2)[:, None]).all()


def test_stored_edges_of_every_path_serve_what_the_whole_computes() -> None:
    """K as large as the catalogue: the same lists, whatever the blocks and threads."""
    known = timed(2)
    model = learn(known, ModelParams(), now=NOW)
    users = np.arange(known.pairs.users)
    served = model.served(users, model.edges(80), 10, threads=2)
    whole = model.whole(users, 10, block=31, threads=2)
    np.testing.assert_array_equal(served.video, whole.video)
    assert served.score == pytest.approx(whole.score, rel=1e-4)


def test_nothing_seen_is_suggested_not_even_in_silence() -> None:
    known = timed(3)
    model = learn(known, ModelParams(), now=NOW)
    users = np.arange(known.pairs.users)
    seen = seen_by(known.pairs, users).toarray() > 0
    lists = model.served(users, model.edges(20), 15)
    for row, videos in enumerate(lists.video):
        assert not seen[row, videos[videos >= 0]].any()


def test_what_is_not_shown_is_not_suggested() -> None:
    known = timed(4)
    shown = np.arange(80) % 3 > 0
    model = learn(known, ModelParams(), now=NOW, shown=shown)
    assert (model.prior[~shown] == 0.0).all()
    assert model.prior.max() == 1.0


def test_taste_adds_up_to_one_and_the_power_says_what_points_count() -> None:
    known = timed(5)
    users = np.arange(known.pairs.users)
    for power, half_life in itertools.product((0.0, 0.5, 1.0), (None, 24.0)):
        shares = taste(known.leading, users, now=NOW, half_life_hours=half_life, power=power)
        total = np.asarray(shares.sum(axis=1)).ravel()
        assert total[np.diff(shares.indptr) > 0] == pytest.approx(1.0)
    even = taste(known.leading, users, now=NOW, half_life_hours=None, power=0.0)
    lengths = np.diff(even.indptr)
    assert even.data == pytest.approx(np.repeat(1.0 / lengths[lengths > 0], lengths[lengths > 0]))


def test_a_feed_asks_from_her_strongest_videos_and_which_of_equals_is_no_matter_of_an_index() -> None:
    known = timed(5)
    users = np.arange(known.pairs.users)
    shares = taste(known.leading, users, now=NOW, half_life_hours=24.0)
    few = strongest(shares, 3)
    for all_of, kept in zip(shares, few, strict=True):
        assert sorted(kept.data, reverse=True) == sorted(all_of.data, reverse=True)[:3]
    level = sparse.csr_matrix(np.ones((400, 30)))
    assert np.bincount(strongest(level, 10).indices, minlength=30) == pytest.approx(400 / 3, rel=0.3)
    model = learn(known, ModelParams(), now=NOW)
    edges = model.edges(80)
    assert edges.first(7).rank.max() == 7
    every = model.served(users, edges, 10)
    np.testing.assert_array_equal(every.video, model.served(users, edges.first(80), 10, seeds=80).video)
    assert (every.video != model.served(users, edges.first(7), 10, seeds=3).video).any()
    walked = model.served(users, edges, 10, seeds=12, steps=60).video
    for place, size in enumerate(np.minimum(np.diff(shares.indptr), 12).tolist()):
        alone = model.served(users[place : place + 1], edges.first(60 // max(size, 1)), 10, seeds=12).video
        np.testing.assert_array_equal(walked[place], alone[0])


@pytest.mark.parametrize("start", [{}, *STARTS])
def test_a_video_gains_nothing_by_fewer_likes(start: dict[str, object]) -> None:
    """Half of its viewers taken away, its score falls for who has not seen it: of each video without times, on the
    whole where the ages of what is left are others."""
    params = reduce(lambda told, one: changed(told, *one), start.items(), ModelParams())
    rng = np.random.default_rng(1)
    for known, now in ((plain(checkerboard(3)[0]), None), (timed(12), NOW)):
        users, change = np.arange(known.pairs.users), []
        before = learn(known, params, now=now).scores(users)
        seen = seen_by(known.pairs, users).toarray() > 0
        for video in range(0, 60, 7):
            mine = np.flatnonzero(known.pairs.video == video)
            kept = np.ones(known.pairs.user.size, dtype=np.bool_)
            kept[rng.choice(mine, mine.size // 2, replace=False)] = False
            after = learn(known.part(kept), params, now=now).scores(users)
            change.append(after[~seen[:, video], video].mean() / before[~seen[:, video], video].mean())
        assert (max(change) if now is None else np.mean(change)) < 0.97


def test_parameters_come_back_from_what_was_told_of_them() -> None:
    from dataclasses import asdict

    params = changed(changed(ModelParams(), "sharpen", 0.3), "quality", 2.0)
    assert ModelParams.of(asdict(params)) == params
    with pytest.raises(TypeError):
        ModelParams.of({"nonsense": 1})


def ticking(seconds: float = 1.0):
    """A clock that moves a second a look."""
    turns = itertools.count()
    return lambda: next(turns) * seconds


def test_tuning_finds_that_the_first_path_matters_and_keeps_what_noise_cannot_tell() -> None:
    """On a checkerboard popularity misleads: a start that trusts it alone is left. What is taken gains above noise."""
    known, _ = checkerboard(6, users=400)
    start = replace(ModelParams(), popular=50.0)
    found = tune(
        plain(known), start, np.random.default_rng(0), budget_s=1e9, clock=ticking(), grid={"popular": (0.02, 0.1)}
    )
    assert found.params.popular < 50.0
    assert found.complete
    assert all(trial.gain > 1.5 * trial.error for trial in found.trials[1:] if trial.taken)
    assert all(trial.gain > 2.5 * trial.error for trial in found.trials[1:] if trial.taken and trial.name != SETTING)
    only = {"popular": (found.params.popular,)}
    again = tune(plain(known), found.params, np.random.default_rng(1), budget_s=1e9, clock=ticking(), grid=only)
    assert again.params == found.params


def test_a_budget_ends_the_search_and_says_so() -> None:
    """The clock moves a second a trial: three trials after the start, and what was best by then."""
    known, _ = checkerboard(7)
    found = tune(plain(known), ModelParams(), np.random.default_rng(0), budget_s=3.5, clock=ticking())
    assert not found.complete
    assert len(found.trials) == 4


def test_too_little_to_judge_by_changes_nothing() -> None:
    known, _ = checkerboard(8, users=10)
    found = tune(plain(known), ModelParams(), np.random.default_rng(0), budget_s=1e9, clock=ticking())
    assert found.params == ModelParams()
    assert found.trials == ()
    assert np.isnan(found.goal)


def test_enough_people_judge_however_many_videos_there_are() -> None:
    """Where the cells allow for one, a hundred are asked for."""
    known = timed(9, users=300)
    found = tune(known, ModelParams(), np.random.default_rng(0), budget_s=0.0, clock=ticking(), cells=1)
    assert 50 <= found.users <= 100
    assert found.trials


def test_a_power_of_nothing_is_refused() -> None:
    """What was seen, or what nothing leads to, would count as the rest."""
    with pytest.raises(UsageError, match="relevance"):
        ModelParams(relevance=0.0)


def test_the_same_seed_gives_the_same_curve_and_other_numbers_of_users_and_videos_much_the_same_goal() -> None:
    """Ids are opaque: renumbered, the goal of the start moves within noise."""
    known = timed(9, users=300)
    small = {"quality": GRID["quality"], "delta": GRID["delta"]}
    one, two = (
        tune(known, ModelParams(), np.random.default_rng(4), budget_s=1e9, clock=ticking(), grid=small)
        for _ in range(2)
    )
    assert one == two
    rng = np.random.default_rng(5)
    people, shelf = rng.permutation(300), rng.permutation(80)
    pairs = known.pairs
    other = plain(Pairs(people[pairs.user], shelf[pairs.video], 300, 80, pairs.points, pairs.at))
    three = tune(other, ModelParams(), np.random.default_rng(4), budget_s=1e9, clock=ticking(), grid=small)
    assert three.goal == pytest.approx(one.goal, abs=0.02)


def test_every_whole_setting_can_be_reached_through_the_grid() -> None:
    """What a setting changes, a later night can change back."""
    assert SETTING not in GRID
    for setting in STARTS:
        for name, value in setting.items():
            assert value in GRID[name], name


def polyglots(seed: int) -> Interactions:
    """Three languages; a third of the people named none, and some of the videos have none."""
    rng = np.random.default_rng(seed)
    known = timed(seed)
    users, videos = known.pairs.users, known.pairs.videos
    speaks = rng.random((users, 3)) < 0.4
    speaks[rng.random(users) < 0.33] = False
    nothing = np.full(videos, -1, dtype=np.int64)
    catalogue = Catalogue(
        created_at=nothing,
        bucket=nothing,
        creator=nothing,
        language=rng.integers(-1, 3, videos),
        speaks=sparse.csr_matrix(speaks.astype(np.float64)),
    )
    return replace(known, catalogue=catalogue)


def test_foreign_is_what_is_not_among_the_languages_that_a_person_named() -> None:
    known = polyglots(11)
    speaks, language = known.catalogue.speaks.toarray() > 0, known.catalogue.language
    pairs = known.pairs
    expected = [
        bool(speaks[u].any() and language[v] >= 0 and not speaks[u, language[v]])
        for u, v in zip(pairs.user.tolist(), pairs.video.tolist(), strict=True)
    ]
    assert known.catalogue.foreign(pairs.user, pairs.video).tolist() == expected
    fits = fit(known.catalogue, np.full(pairs.videos, 0.25), np.arange(pairs.users))
    assert fits is not None
    assert (fits[pairs.user, pairs.video] < 1.0).tolist() == expected


def test_who_does_not_understand_a_video_gets_less_of_it_from_edges_and_from_the_whole_alike() -> None:
    known = polyglots(12)
    model = learn(known, ModelParams(), now=NOW)
    assert model.value.travel.min() < 1.0
    users = np.arange(known.pairs.users)
    served, whole = model.served(users, model.edges(80), 10, threads=2), model.whole(users, 10, block=40)
    np.testing.assert_array_equal(served.video, whole.video)
    assert served.score == pytest.approx(whole.score, rel=1e-4)
    plain_model = learn(replace(known, catalogue=unknown(150, 80)), ModelParams(), now=NOW)
    assert (plain_model.served(users, plain_model.edges(80), 10).video != served.video).any()


def test_from_the_64th_language_on_one_bit_stands_for_all() -> None:
    users, languages = 3, 70
    speaks = sparse.csr_matrix((np.ones(3), ([0, 1, 2], [0, 63, 69])), shape=(users, languages))
    nothing = np.full(4, -1, dtype=np.int64)
    catalogue = Catalogue(nothing, nothing, nothing, np.array([0, 62, 63, -1]), speaks)
    people, videos = catalogue.bits()
    assert people[1] == people[2] != people[0]
    assert videos.tolist() == [1, 2**62, 2**63, 0]


def camps(seed: int, users: int = 400, videos: int = 200) -> Interactions:
    """Even people like even videos; everybody is shown both, and four views in ten bring nothing."""
    rng = np.random.default_rng(seed)
    user, video = np.nonzero(rng.random((users, videos)) < 0.12)
    own = user % 2 == video % 2
    points = 2.0 * rng.poisson(np.where(own, 1.6, 0.5))
    return plain(Pairs(user, video, users, videos, points, NOW - rng.integers(0, 300, user.size) * HOUR))


def test_where_the_log_tells_of_silence_the_feed_ranks_by_what_a_view_brings() -> None:
    known = camps(21)
    model = learn(known, ModelParams(), now=NOW)
    assert model.value.told
    assert model.value.slope > 0.0
    assert model.relevance == ModelParams().relevance
    users = np.arange(known.pairs.users)
    blind = replace(model, value=replace(model.value, slope=0.0))

    def right(served: Model) -> float:
        lists = served.served(users, model.edges(50), 10)
        return float(((lists.video % 2) == (users % 2)[:, None]).mean())

    assert right(model) > 0.7
    assert right(model) > right(blind) + 0.1


def test_where_the_log_tells_of_silence_what_was_pushed_is_not_learned() -> None:
    """Neither by single steps nor by whole settings, whatever they would gain; without silence they are tried."""
    silent = camps(5)
    pairs = silent.pairs
    loud = replace(silent, pairs=replace(pairs, points=np.full(pairs.user.size, 2.0)))
    some = {name: GRID[name] for name in ("gamma", "delta", *sorted(EXPOSED))}
    for known, pushed in ((silent, False), (loud, True)):
        before = ModelParams(lift=LiftParams(floor=0.0), popular=0.02)
        found = tune(known, before, np.random.default_rng(1), budget_s=1e9, clock=ticking(), caution=-1e9, grid=some)
        assert bool({trial.name for trial in found.trials} & EXPOSED) == pushed
        assert {trial.name for trial in found.trials} >= {SETTING, "gamma", "delta"}
        if not pushed:
            assert (found.params.lift, found.params.popular) == (LiftParams(), ModelParams().popular)


def test_where_nothing_is_silent_what_leads_there_is_all() -> None:
    known = camps(22)
    loud = known.part(known.pairs.gains > 0.0)
    model = learn(loud, ModelParams(), now=NOW)
    assert not model.value.told
    assert model.relevance == 1.0
    assert (model.value.worth == 1.0).all()
    users = np.arange(known.pairs.users)
    same = learn(loud, ModelParams(relevance=0.7), now=NOW)
    edges = model.edges(50)
    np.testing.assert_array_equal(model.served(users, edges, 10).video, same.served(users, edges, 10).video)


def test_values_of_some_videos_are_those_of_all() -> None:
    known = replace(camps(23), catalogue=replace(unknown(400, 200), language=np.arange(200) % 3 - 1,
                    speaks=sparse.csr_matrix(np.eye(400, 2) + np.eye(400, 2, -1))))  # fmt: skip
    value, _ = appraise(known, now=NOW)
    users = np.array([5, 0, 399])
    video = np.array([[3, 199, 0], [7, 7, 1], [50, 2, 100]])
    liking = value.profiles(known, users, NOW)
    every = value.of(known.catalogue, users, liking)
    some = value.of(known.catalogue, users, liking, video)
    np.testing.assert_allclose(some, np.take_along_axis(every, video, axis=1), rtol=1e-5)


def test_a_profile_is_of_the_latest_views_and_a_hidden_one_pushes() -> None:
    """One view too many is forgotten; hidden, the same view pulls the other way: -1 against 1 + ½·(4/2 - 1)."""
    videos = VIEWS + 1
    at = NOW - np.arange(videos)[::-1] * HOUR
    pairs = Pairs(np.zeros(videos, dtype=np.int64), np.arange(videos), 1, videos, np.full(videos, 4.0), at)
    value = Value(True, np.full(videos, 2.0), np.ones(videos), np.eye(videos), 1.0)
    known = plain(pairs)
    found = value.profiles(known, np.array([0]), NOW)[0]
    assert found[0] == 0.0
    assert (np.diff(found[1:]) > 0.0).all()
    hidden = replace(known, hidden=np.arange(videos) == videos - 1)
    worse = value.profiles(hidden, np.array([0]), NOW)[0]
    assert worse[-1] == pytest.approx(-found[-1] / 1.5)
    assert worse[:-1] == pytest.approx(found[:-1])
    own = replace(known, counted=np.arange(videos) < videos - 1)
    assert value.profiles(own, np.array([0]), NOW)[0][-1] == 0.0


def test_the_value_decides_among_the_pool_alone() -> None:
    """More videos than the pool holds: what is served is the best score of the 300 to which most leads."""
    rng = np.random.default_rng(24)
    users, videos = 60, POOL + 200
    user, video = np.nonzero(rng.random((users, videos)) < 0.05)
    points = 2.0 * rng.poisson(1.0, user.size)
    known = plain(Pairs(user, video, users, videos, points, NOW - rng.integers(0, 300, user.size) * HOUR))
    model = learn(known, ModelParams(popular=0.3), now=NOW)
    assert model.value.told
    who, edges = np.arange(users), model.edges(videos)
    told = replace(model, value=replace(model.value, told=False, worth=np.ones(videos), slope=0.0))
    relevance = told.scores(who)
    pool = np.argsort(-relevance, axis=1, kind="stable")[:, :POOL]
    score = np.take_along_axis(model.scores(who), pool, axis=1)
    best = np.take_along_axis(pool, np.argsort(-score, axis=1, kind="stable")[:, :5], axis=1)
    agree = model.served(who, edges, 5).video == best
    assert agree.mean() > 0.99  # float32 sums in another order may swap two equals at the pool's edge
