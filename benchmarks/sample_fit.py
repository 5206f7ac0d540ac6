"""How close the generated platform is to real logs: quantiles side by side, one JSON object on the last line.

    python benchmarks/sample_fit.py --data ../shared/data --users 100000 --videos 50000 --events 1000000 --seed 1

``--data`` holds ``kuairand/log.tsv``, ``tiktok-2020/trending-1000.jsonl``, ``tiktok-feed-2025/videos.csv.gz`` and
``tiktok-mm/trn.tsv``. Rates a video of the generated platform are the hidden ones, averaged over its viewers: a counter
of ten views has no quantiles to compare.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np

from contentgraph.graph.captions import normal_tag
from contentgraph.graph.platform import rates
from contentgraph.graph.platform.generating import Platform, PlatformConfig, generate
from contentgraph.graph.platform.people import UTC_OFFSET_H
from contentgraph.graph.platform.words import GENERIC_TAGS

UNTIL = 1_793_491_200_000  # 2026-11-01T00:00:00Z
Q = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
Row = tuple[str, str, list[float] | None, list[float]]  # what, source, real, generated


def quantiles(values: np.ndarray) -> list[float]:
    """The quantiles at :data:`Q`."""
    return [float(x) for x in np.quantile(np.asarray(values, np.float64), Q)]


def gini(counts: np.ndarray) -> float:
    """Gini coefficient of the counts above 0."""
    x = np.sort(counts[counts > 0]).astype(np.float64)
    n = len(x)
    return float((2 * np.arange(1, n + 1) - n - 1) @ x / (n * x.sum()))


def kuairand(data: Path) -> dict[str, np.ndarray]:
    """Columns of the KuaiRand log."""
    query = "select duration_ms, play_time_ms, time_ms, label from read_csv(?, delim='\t', header=true)"
    log = duckdb.execute(query, [str(data / "kuairand" / "log.tsv")]).fetchnumpy()
    return {name: np.asarray(column, np.float64) for name, column in log.items()}


def watching(data: Path, platform: Platform) -> list[Row]:
    """Durations, watched/duration, completion and rewatch rates, hours."""
    log, events = kuairand(data), platform.events
    known = log["duration_ms"] > 0
    real_length = log["duration_ms"][known]
    real = log["play_time_ms"][known] / real_length
    seen = events.kind == 0
    length = platform.videos.duration[events.video[seen]]
    made = events.watched[seen] / length
    rows: list[Row] = [
        ("video duration of a view, s", "KuaiRand", quantiles(real_length / 1000), quantiles(length / 1000)),
        ("watched / duration", "KuaiRand", quantiles(real), quantiles(made)),
        ("watched, s", "KuaiRand", quantiles(log["play_time_ms"] / 1000), quantiles(events.watched[seen] / 1000)),
    ]
    whole = [[float(np.mean(r >= threshold)) for threshold in (0.9, 1.5)] for r in (real, made)]
    rows.append(("share of views ≥ 0.9 and ≥ 1.5", "KuaiRand", whole[0], whole[1]))
    for threshold in (0.9, 1.5):
        by_length = [
            [float(np.mean(r[b == k] >= threshold)) for k in range(7)]
            for r, b in ((real, bucket(real_length)), (made, bucket(length)))
        ]
        what = f"share ≥ {threshold} by duration <8, <12, <20, <40, <70, <120 s, more"
        rows.append((what, "KuaiRand", by_length[0], by_length[1]))
    hour = (log["time_ms"] // 3_600_000 + 8) % 24
    made_hour = (events.at[seen] // 3_600_000 + offset(platform)[events.user[seen]]) % 24
    shares = [[float(np.mean(h // 4 == k)) for k in range(6)] for h in (hour, made_hour)]
    rows.append(("share of views by local hour 0–4, 4–8, … 20–24", "KuaiRand", shares[0], shares[1]))
    return rows


def offset(platform: Platform) -> np.ndarray:
    """Whole hours ahead of UTC, a row a person."""
    return UTC_OFFSET_H[platform.people.country]


def bucket(duration_ms: np.ndarray) -> np.ndarray:
    """The duration bucket of each row, 0 to 6."""
    return np.searchsorted(rates.BUCKET_EDGES_MS, duration_ms, side="right")


def reactions(data: Path, platform: Platform) -> list[Row]:
    """Likes, shares and comments a view of a video; generated: videos of 20 viewers or more."""
    old = [json.loads(line)["stats"] for line in (data / "tiktok-2020" / "trending-1000.jsonl").open(encoding="utf-8")]
    query = "select views, likes, shares, comments from read_csv(?) where views > 0"
    new = duckdb.execute(query, [str(data / "tiktok-feed-2025" / "videos.csv.gz")]).fetchnumpy()
    events, truth = platform.events, platform.truth
    seen = events.kind == 0
    user, video = events.user[seen], events.video[seen]
    p = truth.chances(user, video, events.at[seen])
    viewers = np.bincount(video, minlength=len(truth.video_ids))
    often = viewers >= 20
    rows: list[Row] = []
    for name, column, key, chance in (
        ("likes", "likes", "diggCount", p.like),
        ("shares", "shares", "shareCount", p.share),
        ("comments", "comments", "commentCount", p.comment),
    ):
        rate = np.bincount(video, chance, len(viewers))[often] / viewers[often]
        ratio = np.ma.filled(new[column] / new["views"], 0.0)
        rows.append((f"{name} a view, per video", "TikTok 2025", [*quantiles(ratio), float(ratio.mean())],
                     [*quantiles(rate), float(chance.mean())]))  # fmt: skip
        ratio = np.array([s[key] / s["playCount"] for s in old])
        rows.append((f"{name} a view, per video", "TikTok 2020", [*quantiles(ratio), float(ratio.mean())],
                     [*quantiles(rate), float(chance.mean())]))  # fmt: skip
    return rows


def naming(data: Path, platform: Platform) -> list[Row]:
    """Hashtags and sounds of a video."""
    query = "select hashtags, music_id, music_original from read_csv(?)"
    new = duckdb.execute(query, [str(data / "tiktok-feed-2025" / "videos.csv.gz")]).fetchall()
    real_tags = [list({normal_tag(t.strip()) for t in (row[0] or "").split(",")} - {""}) for row in new]
    old = [json.loads(line) for line in (data / "tiktok-2020" / "trending-1000.jsonl").open(encoding="utf-8")]
    old_tags = [list({normal_tag(c["title"]) for c in video["challenges"]}) for video in old]
    # As many generated videos as real ones: shares of what occurs once depend on how many there are.
    some = min(len(real_tags), len(platform.hashtags))
    made_tags = platform.hashtags[:some]
    sounds = [i or t for i, t in zip(platform.sounds.id, platform.sounds.title, strict=True)][:some]
    old_sounds = [video["music"]["id"] for video in old if video.get("music")]
    made_first = [i or t for i, t in zip(platform.sounds.id, platform.sounds.title, strict=True)][: len(old)]
    rows: list[Row] = [
        ("share of videos with 0, 1, 2, 3–4, 5–7, 8+ hashtags", source, tag_counts(tags), tag_counts(made_tags))
        for source, tags in (("TikTok 2025", real_tags), ("TikTok 2020", old_tags))
    ]
    what = "hashtags: mean a video; share of uses that are the 20 generic ones; share of distinct tags used once"
    rows.append((what, "TikTok 2025", tag_shape(real_tags[:some], 20), tag_shape(made_tags, None)))
    what = "sounds: share original; share of videos whose sound occurs once"
    made_original = float(platform.sounds.original.mean())
    original = float(np.mean([bool(row[2]) for row in new if row[2] is not None]))
    rows.append((what, "TikTok 2025", [original, once([r[1] for r in new[:some]])], [made_original, once(sounds)]))
    original = float(np.mean([video["music"]["original"] for video in old if video.get("music")]))
    rows.append((what, "TikTok 2020", [original, once(old_sounds)], [made_original, once(made_first)]))
    return rows


def tag_counts(tags: list[list[str]]) -> list[float]:
    """Share of videos by their number of hashtags."""
    spans = ((0, 0), (1, 1), (2, 2), (3, 4), (5, 7), (8, 99))
    return [float(np.mean([low <= len(of_video) <= high for of_video in tags])) for low, high in spans]


def tag_shape(tags: list[list[str]], most_used: int | None) -> list[float]:
    """Mean hashtags a video, share of generic uses, share of distinct tags that occur once."""
    counts = Counter(tag for of_video in tags for tag in of_video)
    total = sum(counts.values())
    generic = (
        [n for _, n in counts.most_common(most_used)] if most_used else [counts[normal_tag(t)] for t in GENERIC_TAGS]
    )
    return [total / len(tags), sum(generic) / total, sum(1 for n in counts.values() if n == 1) / len(counts)]


def once(sounds: list[str | None]) -> float:
    """Share of videos whose sound occurs once."""
    counts = Counter(s for s in sounds if s)
    return float(np.mean([counts[s] == 1 for s in sounds if s]))


def shape(data: Path, platform: Platform) -> list[Row]:
    """How unequal histories and popularity are."""
    pairs = np.loadtxt(data / "tiktok-mm" / "trn.tsv", dtype=np.int64)
    events = platform.events
    seen = events.kind == 0
    history, views = np.bincount(events.user[seen]), np.bincount(events.video[seen])
    real = [np.bincount(pairs[:, column]) for column in (0, 1)]
    rows: list[Row] = []
    for name, r, g in (("a person's views", real[0], history), ("a video's views", real[1], views)):
        spans = [[gini(x), *(float(v) for v in np.quantile(x[x > 0], [0.5, 0.9, 0.99]))] for x in (r, g)]
        rows.append((f"{name}: Gini, 50 %, 90 %, 99 %", "TikTok MM", spans[0], spans[1]))
    return rows


def worth(platform: Platform) -> dict[str, float]:
    """Expected points a view of the top 20 unseen and suitable videos, for 500 people who watched at least one.

    ``oracle``: by the truth for this person; ``everyone``: by the truth's mean over these people; ``popular``: by
    views; ``random``: at random.
    """
    rng = np.random.default_rng(20)
    events, truth = platform.events, platform.truth
    seen = events.kind == 0
    videos = np.arange(len(truth.video_ids))
    viewers = np.unique(events.user[seen])
    people = np.sort(rng.choice(viewers, min(500, len(viewers)), replace=False))
    block = truth.expected_points(people[:, None], videos[None, :])
    free = truth.suitable(people[:, None], videos[None, :])
    rows = np.flatnonzero(seen & np.isin(events.user, people))
    free[np.searchsorted(people, events.user[rows]), events.video[rows]] = False
    views = np.bincount(events.video[seen], minlength=len(videos))
    result = {}
    for name, score in (
        ("oracle", block),
        ("everyone", block.mean(axis=0)[None, :]),
        ("popular", views[None, :]),
        ("random", rng.random((1, len(videos)))),
    ):
        best = np.argsort(np.where(free, -score, np.inf), axis=1)[:, :20]
        result[name] = float(np.take_along_axis(block, best, axis=1).mean())
    return result


def show(rows: list[Row]) -> None:
    """Print the table in Markdown."""

    def text(values: list[float] | None) -> str:
        return " · ".join(f"{v:.3g}" if abs(v) >= 0.01 else f"{v:.5f}" for v in values or [])

    print("| what (5, 25, 50, 75, 95 % where not said otherwise; then the mean) | source | real | generated |")
    print("|---|---|---|---|")
    for what, source, real, made in rows:
        print(f"| {what} | {source} | {text(real)} | {text(made)} |")


def main() -> None:
    """Generate, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    for name, default in (("users", 100_000), ("videos", 50_000), ("events", 1_000_000), ("days", 14), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--taste", default="communities")
    parser.add_argument("--noise", type=float, default=1.0)
    a = parser.parse_args()
    config = PlatformConfig(a.users, a.videos, a.events, UNTIL, a.days, a.seed, a.taste, a.noise)
    platform = generate(config, np.random.default_rng(config.seed))
    rows = [
        *watching(a.data, platform),
        *reactions(a.data, platform),
        *naming(a.data, platform),
        *shape(a.data, platform),
    ]
    show(rows)
    points = worth(platform)
    print("\nExpected points a view of the top 20 unseen: " + ", ".join(f"{k} {v:.2f}" for k, v in points.items()))
    print(json.dumps({
        "benchmark": "sample_fit", "users": a.users, "videos": a.videos, "events": a.events, "days": a.days,
        "seed": a.seed, "taste": a.taste, "noise": a.noise, "expected_points": points,
        "rows": [{"what": w, "source": s, "real": r, "generated": g} for w, s, r, g in rows],
    }, ensure_ascii=False))  # fmt: skip


if __name__ == "__main__":
    main()
