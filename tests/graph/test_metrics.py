"""Metrics against answers worked out by hand, against ir-measures, and against chance whose truth is known."""

import math
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from contentgraph.errors import UsageError
from contentgraph.graph.metrics import coverage, judge, paired_interval


def targets_of(rows: list[dict[int, float]], videos: int) -> "sparse.csr_matrix":
    dense = np.zeros((len(rows), videos))
    for row, told in enumerate(rows):
        for video, gain in told.items():
            dense[row, video] = gain
    return sparse.csr_matrix(dense)


def test_a_list_of_the_targets_in_the_order_of_their_gains_is_1_throughout():
    judged = judge(np.array([[2, 0, 1]]), targets_of([{2: 5.0, 0: 3.0, 1: 0.5}], 4))
    assert judged.recall.tolist() == [1.0]
    assert judged.ndcg.tolist() == pytest.approx([1.0])
    assert judged.graded_ndcg.tolist() == pytest.approx([1.0])


def test_a_list_without_a_target_is_0_throughout():
    judged = judge(np.array([[3, 1, -1]]), targets_of([{0: 2.0, 2: 1.0}], 4))
    assert (judged.recall.tolist(), judged.ndcg.tolist(), judged.graded_ndcg.tolist()) == ([0.0], [0.0], [0.0])


def test_the_worked_example():
    """Targets 0 (gain 3) and 1 (gain 1), list 1, 5, 0: DCG 1.5 of 1 + 1/log2 3, graded 1 + 3/2 of 3 + 1/log2 3."""
    judged = judge(np.array([[1, 5, 0]]), targets_of([{0: 3.0, 1: 1.0}], 6))
    second = 1.0 / math.log2(3.0)
    assert judged.recall.tolist() == [1.0]
    assert judged.ndcg.tolist() == pytest.approx([1.5 / (1.0 + second)])
    assert judged.graded_ndcg.tolist() == pytest.approx([2.5 / (3.0 + second)])


def test_more_targets_than_places_leave_recall_below_1_and_ndcg_at_1():
    judged = judge(np.array([[0, 1]]), targets_of([dict.fromkeys(range(4), 1.0)], 5))
    assert judged.recall.tolist() == [0.5]
    assert judged.ndcg.tolist() == pytest.approx([1.0])


def test_a_place_of_minus_1_is_nobodys_target():
    """Not even beside the last video of the user before."""
    judged = judge(np.array([[3, -1], [-1, -1]]), targets_of([{3: 1.0}, {0: 1.0}], 4))
    assert judged.recall.tolist() == [1.0, 0.0]


def test_targets_in_any_stored_order_are_judged_the_same():
    ordered = targets_of([{0: 3.0, 4: 1.0, 2: 2.0}, {1: 1.0}], 5)
    shuffled = sparse.csr_matrix(
        (np.array([1.0, 3.0, 2.0, 1.0]), np.array([4, 0, 2, 1]), np.array([0, 3, 4])), shape=(2, 5)
    )
    lists = np.array([[2, 0, 1], [3, 1, -1]])
    for name in ("recall", "ndcg", "graded_ndcg"):
        np.testing.assert_array_equal(getattr(judge(lists, ordered), name), getattr(judge(lists, shuffled), name))


def test_nobody_judged_is_an_empty_answer():
    assert judge(np.zeros((0, 5), dtype=np.int32), sparse.csr_matrix((0, 9))).recall.size == 0


def random_case(seed: int, users: int = 60, videos: int = 40, k: int = 10) -> tuple[np.ndarray, "sparse.csr_matrix"]:
    rng = np.random.default_rng(seed)
    lists = np.argsort(rng.random((users, videos)), axis=1)[:, :k].astype(np.int32)
    for row, kept in enumerate(rng.integers(0, k + 1, users).tolist()):
        lists[row, kept:] = -1
    gains = rng.integers(1, 9, (users, videos)) * (rng.random((users, videos)) < 0.2)
    gains[np.arange(users), rng.integers(0, videos, users)] = 4
    return lists, sparse.csr_matrix(gains.astype(np.float64))


def by_ir_measures(lists: np.ndarray, targets: "sparse.csr_matrix", measure: Any) -> list[float]:
    """trec_eval's answers, one a user in order; gains are whole numbers there."""
    ir_measures = import_module("ir_measures")
    found = targets.tocoo()
    qrels = [
        ir_measures.Qrel(str(row), str(video), int(gain))
        for row, video, gain in zip(found.row.tolist(), found.col.tolist(), found.data.tolist(), strict=True)
    ]
    run = [
        ir_measures.ScoredDoc(str(row), str(video), float(-place))
        for row, own in enumerate(lists.tolist())
        for place, video in enumerate(own)
        if video >= 0
    ]
    told = {int(one.query_id): float(one.value) for one in ir_measures.iter_calc([measure], qrels, run)}
    return [told.get(row, 0.0) for row in range(lists.shape[0])]


@pytest.mark.parametrize("seed", range(5))
def test_random_lists_are_judged_as_by_ir_measures(seed: int):
    """recall@k, NDCG@k with every gain 1, and graded NDCG@k with linear gains are those of trec_eval."""
    k = 10
    ir_measures = pytest.importorskip("ir_measures", reason="pytrec-eval-terrier has no wheel for this platform")
    lists, targets = random_case(seed, k=k)
    flat = sparse.csr_matrix((np.ones_like(targets.data), targets.indices, targets.indptr), shape=targets.shape)
    judged = judge(lists, targets)
    np.testing.assert_allclose(judged.recall, by_ir_measures(lists, targets, ir_measures.R @ k), rtol=1e-9)
    np.testing.assert_allclose(judged.ndcg, by_ir_measures(lists, flat, ir_measures.nDCG @ k), rtol=1e-9)
    np.testing.assert_allclose(judged.graded_ndcg, by_ir_measures(lists, targets, ir_measures.nDCG @ k), rtol=1e-9)


@pytest.mark.parametrize(
    ("lists", "targets"),
    [
        (np.zeros((2, 3), dtype=np.int32), targets_of([{0: 1.0}], 4)),
        (np.zeros(3, dtype=np.int32), targets_of([{0: 1.0}], 4)),
        (np.zeros((2, 3), dtype=np.int32), targets_of([{0: 1.0}, {}], 4)),
        (np.zeros((1, 3), dtype=np.int32), targets_of([{0: -1.0}], 4)),
        (np.zeros((1, 3), dtype=np.int32), sparse.csr_matrix((np.zeros(1), ([0], [1])), shape=(1, 4))),
    ],
    ids=["rows", "one dimension", "no target", "negative gain", "stored 0"],
)
def test_what_cannot_be_judged_is_refused(lists: np.ndarray, targets: "sparse.csr_matrix"):
    with pytest.raises(UsageError, match="judge"):
        judge(lists, targets)


def test_coverage_counts_each_suggested_video_once_and_no_empty_place():
    assert coverage(np.array([[0, 1, -1], [1, 3, 0]]), 10) == pytest.approx(0.3)
    assert coverage(np.full((2, 2), -1), 10) == 0.0
    assert coverage(np.zeros((0, 3), dtype=np.int32), 0) == 0.0


def test_the_interval_covers_the_true_ratio_about_as_often_as_it_says():
    """400 draws of 300 users whose values go together, true ratio 1.2: 95 % ± three standard errors of 400 draws."""
    rng, covered, draws, users = np.random.default_rng(7), 0, 400, 300
    for _ in range(draws):
        ease = rng.gamma(2.0, 0.1, users)
        theirs = ease * rng.gamma(4.0, 0.25, users)
        ours = 1.2 * ease * rng.gamma(4.0, 0.25, users)
        low, high = paired_interval(ours, theirs)
        covered += low <= 1.2 <= high
    assert abs(covered / draws - 0.95) <= 3.0 * math.sqrt(0.95 * 0.05 / draws)


def test_the_interval_lies_about_the_ratio_and_grows_with_the_level():
    rng = np.random.default_rng(3)
    theirs = rng.random(200)
    ours = theirs * rng.random(200)
    ratio = float(ours.mean() / theirs.mean())
    narrow, wide = paired_interval(ours, theirs, level=0.5), paired_interval(ours, theirs, level=0.99)
    assert (narrow[0] + narrow[1]) / 2.0 == pytest.approx(ratio)
    assert wide[0] < narrow[0] < ratio < narrow[1] < wide[1]


def test_the_interval_of_a_method_with_itself_is_the_point_1():
    values = np.random.default_rng(1).random(50)
    assert paired_interval(values, values) == pytest.approx((1.0, 1.0))


@pytest.mark.parametrize(("ours", "theirs"), [([], []), ([0.5], [0.5]), ([0.5, 0.1], [0.0, 0.0])])
def test_nothing_can_be_said_below_two_users_or_of_a_mean_of_0(ours: list[float], theirs: list[float]):
    assert all(math.isnan(end) for end in paired_interval(np.array(ours), np.array(theirs)))
