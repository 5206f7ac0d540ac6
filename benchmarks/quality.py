"""Lists on published splits and on a log with time, beside every baseline, all tuned with the same budget.

    python -m benchmarks.quality [--only tiktok tiktok+image kuairand gowalla] [--budget 120] [--baselines bspm …]

Each set is judged as ``contentgraph evaluate`` does: every video ranked, train items masked, first 20. Beside it:

gowalla: BSPM's filter with its published settings, untuned (Choi et al., SIGIR 2023, doi:10.1145/3539618.3591645;
    published .1920/.1597), and the path count alone with Gowalla's own exponents: build time.
tiktok+image: with image and audio features, which no baseline sees; their answers are tiktok's where it ran before.
kuairand: also over *settled* videos alone, with 15 leading training pairs or more: the log is a 15-core over its whole
    period, so videos with few pairs so far must have many later ones. The bar there: path count × freshness
    (β = γ = δ = ½, 12 h) or cosine × freshness, whichever has the greater NDCG.
``peak_gib`` is the process's so far, so small sets first; kuairand's ``score_s`` is of lists of all videos. JSON last.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import svds
from threadpoolctl import threadpool_limits

from benchmarks.machine import machine
from contentgraph.graph.edges import similar
from contentgraph.graph.interactions import Interactions
from contentgraph.graph.lift import LiftParams
from contentgraph.graph.metrics import Judged, judge, paired_interval
from contentgraph.graph.model import ModelParams, learn
from contentgraph.graph.retrieval import Retriever
from contentgraph.graph.similarity import SimilarityParams
from contentgraph.loaders.baselines import METHODS
from contentgraph.loaders.evaluate import OURS, TOP, Evaluation, Method, evaluate, read_split, report, seconds
from contentgraph.loaders.frugal import peak_gib
from contentgraph.loaders.split import Split

SETS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "tiktok": ("tiktok-mm", "pairs", ()),
    "tiktok+image": ("tiktok-mm", "pairs", ("image_feat.npy", "audio_feat.npy")),
    "kuairand": ("kuairand/log.tsv", "kuairand", ()),
    "gowalla": ("gowalla", "lightgcn", ()),
}
NEIGHBOURS, SETTLED, THREADS = 100, 15, 2
BSPM, FRESH = "bspm", "path × freshness"
GOWALLA = SimilarityParams(beta=0.7, gamma=0.7, delta=0.2, user_cap=100_000)
EVEN, TODAY = SimilarityParams(beta=0.5, gamma=0.5, delta=0.5), LiftParams(quality=0.0, floor=0.0, short=1.0, long=0.0)
FRESH_PARAMS = ModelParams(EVEN, TODAY, taste_half_life_hours=336.0, taste_power=1.0, popular=0.0)
RANK, LOW_RANK, LENGTH = 448, 0.2, 2.5
"""BSPM's published settings for Gowalla: singular vectors, weight of the ideal low-pass, length of sharpening."""


def told_by(name: str, lists: npt.NDArray[np.int32], fit_s: float, score_s: float, **params: object) -> Method:
    """An answer without tuning."""
    return Method(name, lists, 0.0, fit_s, score_s, peak_gib(), params)


def both(judged: Judged) -> dict[str, Any]:
    """Means over users."""
    return {f"{part}@{TOP}": round(float(getattr(judged, part).mean()), 5) for part in ("recall", "ndcg")}


def bspm(split: Split, block: int = 128) -> Method:
    """BSPM's lists; columns are users here, and P is symmetric."""
    began = seconds()
    by_user = np.maximum(np.diff(split.seen.indptr), 1).astype(np.float32)
    by_video = np.sqrt(np.maximum(np.bincount(split.seen.indices, minlength=split.seen.shape[1]), 1))
    root = by_video.astype(np.float32)[:, None]
    half = (sparse.diags(by_user**-0.5) @ split.seen @ sparse.diags(1.0 / by_video)).tocsr().astype(np.float32)
    back = half.T.tocsr()
    start = np.random.default_rng(0).standard_normal(min(half.shape), dtype=np.float32)
    told = svds(half, RANK, v0=start, return_singular_vectors="vh")  # type: ignore[arg-type]  # stubs say "v"
    right = told[2].astype(np.float32)
    fit_s, began = seconds() - began, seconds()
    lists = np.full((split.judged.size, TOP), -1, dtype=np.int32)
    for low in range(0, split.judged.size, block):
        seen = split.seen[split.judged[low : low + block]]
        row = seen.T.toarray()
        x = back @ (half @ row) + np.float32(LOW_RANK) * root * (right.T @ (right @ (row / root)))
        term = x  # RK4's one step on a linear equation, by the 3/8 rule or another, is four terms of its Taylor series.
        for order in range(1, 5):
            term = back @ (half @ term) * np.float32(-LENGTH / order)
            x = x + term
        x[row > 0.0] = -np.inf
        score = np.ascontiguousarray(-x.T)
        best = np.argpartition(score, TOP, axis=1)[:, :TOP]
        place = np.argsort(np.take_along_axis(score, best, axis=1), axis=1, kind="stable")
        lists[low : low + block] = np.take_along_axis(best, place, axis=1)
    return told_by(BSPM, lists, fit_s, seconds() - began, factor_dim=RANK, idl_beta=LOW_RANK, T_s=LENGTH)


def path_count(split: Split) -> dict[str, Any]:
    """The edges by path count alone, asked with the plain sum of a user's videos."""
    began = seconds()
    edges = similar(split.train, GOWALLA, NEIGHBOURS, threads=THREADS)
    built = seconds() - began
    lists = Retriever(edges.matrix(len(split.video_ids))).top_n(split.seen[split.judged], TOP, threads=THREADS).video
    return {"k": NEIGHBOURS, "build_s": round(built, 2), "goal_s": 3.0, **both(judge(lists, split.targets))}


def path_freshness(split: Split, known: Interactions, top: int) -> Method:
    """Path count × freshness of today, untuned."""
    began = seconds()
    model = learn(known, FRESH_PARAMS, now=split.now, shown=split.shown)
    edges = model.edges(NEIGHBOURS, threads=THREADS)
    fit_s, began = seconds() - began, seconds()
    found = model.served(split.judged, edges, top, threads=THREADS)
    return told_by(FRESH, found.video, fit_s, seconds() - began, **asdict(FRESH_PARAMS))


def first(lists: npt.NDArray[np.int32], allowed: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """The first 20 allowed videos of each list, in its order."""
    kept = (lists >= 0) & allowed[lists]
    place = np.argsort(~kept, axis=1, kind="stable")[:, :TOP]
    return np.where(np.take_along_axis(kept, place, axis=1), np.take_along_axis(lists, place, axis=1), np.int32(-1))


def settled(found: Evaluation, known: Interactions) -> dict[str, Any]:
    """Every method over videos with 15 leading training pairs or more: both what is ranked and what is a target."""
    split = found.split
    allowed = np.bincount(known.leading.video, minlength=len(split.video_ids)) >= SETTLED
    targets = sparse.csr_matrix(split.targets.multiply(allowed))
    targets.eliminate_zeros()
    users = np.flatnonzero(np.diff(targets.indptr))
    judged = {one.name: judge(first(one.lists[users], allowed), targets[users]) for one in found.methods}
    rows = {name: both(mine) for name, mine in judged.items()}
    ours = judged[OURS]
    for name, mine in judged.items():
        ratio = {"recall": paired_interval(ours.recall, mine.recall), "ndcg": paired_interval(ours.ndcg, mine.ndcg)}
        rows[name]["contentgraph_over_it"] = {part: np.round(ends, 4).tolist() for part, ends in ratio.items()}
    bar = max((name for name in (FRESH, "cosine_freshness") if name in rows), key=lambda name: rows[name]["ndcg@20"])
    return {"videos": int(allowed.sum()), "users": users.size, "targets": targets.nnz, "bar": bar, "methods": rows}


def run(name: str, options: argparse.Namespace, before: dict[str, Sequence[Method]]) -> dict[str, Any]:
    """One set; ``before``: the baselines' answers by folder, for features do not change them."""
    folder, kind, features = SETS[name]
    began, path, wanted = seconds(), options.data / folder, options.baselines
    split, known = read_split(path, kind, clock_ms=time.time_ns() // 10**6, features=[path / one for one in features])
    usable = {method for method, how in METHODS.items() if split.train.at is not None or not how.needs_times}
    only = frozenset() if folder in before else None if wanted is None else frozenset(wanted) & usable
    top = TOP if split.now is None else len(split.video_ids)
    found = evaluate(
        split, known, neighbours=NEIGHBOURS, budget_s=options.budget, clock=seconds, seed=options.seed,
        threads=THREADS, only=only, top=top, note=lambda text: print(f"{name}: {text}", file=sys.stderr, flush=True),
    )  # fmt: skip
    methods = (*found.methods, *before.get(folder, ()))
    before[folder] = tuple(one for one in methods if not one.name.startswith(OURS))
    with threadpool_limits(1, user_api="blas"):
        if name == "kuairand":
            methods += (path_freshness(split, known, top),)
        if name == "gowalla" and (wanted is None or BSPM in wanted):
            methods += (bspm(split),)
        told: dict[str, Any] = {"path_count": path_count(split)} if name == "gowalla" else {}
    found = replace(found, methods=methods)
    told |= {**report(found), "left_out": sorted(METHODS.keys() - {method.name for method in methods})}
    if name == "kuairand":
        told["settled"] = settled(found, known)
    return {**told, "seconds": round(seconds() - began, 1)}


def show(name: str, told: dict[str, Any]) -> None:
    """The table of one set."""
    print(f"\n{name}: {told['judged']} users judged, {told['videos']} videos, {told['targets']} targets")
    print(f"{'method':20} recall@20 ndcg@20   settled          tune s    fit s  score s  peak GiB")
    few = told.get("settled", {"methods": {}})["methods"]
    for method, row in told["methods"].items():
        beside = " ".join(f"{few[method][part]:.4f}" for part in ("recall@20", "ndcg@20") if method in few)
        times = f"{row['tune_s']:8.1f} {row['fit_s']:8.1f} {row['score_s']:8.2f}  {row['peak_gib']:8.2f}"
        print(f"{method:20}    {row['recall@20']:.4f}  {row['ndcg@20']:.4f}   {beside:14} {times}")
    for method, row in few.items():
        print(f"settled, over {method}{' (bar)' * (method == told['settled']['bar'])}: {row['contentgraph_over_it']}")
    if "path_count" in told:
        print(f"path count alone: {told['path_count']}")


def main() -> None:
    """Print the tables and, last, one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--only", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--budget", type=float, default=120.0, help="seconds of tuning for each method")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--baselines", nargs="*", choices=[*METHODS, BSPM], help="all that can run here by default")
    options = parser.parse_args()
    began, before, sets = seconds(), dict[str, Sequence[Method]](), dict[str, Any]()
    for name in options.only:
        sets[name] = run(name, options, before)
        show(name, sets[name])
    told = {"benchmark": "quality", "machine": machine(), "seed": options.seed, "budget_s": options.budget}
    print(json.dumps({**told, "sets": sets, "seconds": round(seconds() - began, 1)}, ensure_ascii=False))


if __name__ == "__main__":
    main()
