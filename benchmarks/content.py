"""Analysis of content: cold start, near-duplicates, text on screen, languages of captions, seconds a video.

    python -m benchmarks.content [cold] [platform] [copies] [screen] [languages] [speed]

Real data is looked for beside the repository and left out where it is missing. One JSON object on the last line.
"""

import json
import os
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from benchmarks.media import COPIES, SPEEDS, Copy, clip, faster, save, tune
from contentgraph.graph.content import Content, Known, neighbours
from contentgraph.graph.interactions import plain
from contentgraph.graph.model import Model, ModelParams, learn
from contentgraph.graph.newcomers import EVERY, FEW, with_newcomers
from contentgraph.graph.similarity import Pairs, SimilarityParams
from contentgraph.loaders.frugal import peak_gib

DATA = Path(__file__).parents[2] / "shared" / "data"
K, TOP = 50, 20
TUNED = SimilarityParams(beta=0.5, gamma=1.0, delta=0.0, sharpen=0.1, second_hop=1.0)
"""What tuning found on TikTok (docs/quality.md)."""


def hits(lists: npt.NDArray[np.integer], targets: "sparse.csr_matrix") -> npt.NDArray[np.float64]:
    """[users] share of targets in their lists."""
    return np.array([np.isin(targets[row].indices, lists[row]).mean() for row in range(targets.shape[0])])


def recall(lists: npt.NDArray[np.integer], targets: "sparse.csr_matrix") -> float:
    """Mean over users of the share of targets in their lists."""
    return round(float(hits(lists, targets).mean()), 4)


def among(scores: npt.NDArray[np.floating], places: npt.NDArray[np.integer], rng: np.random.Generator) -> Any:
    """The `TOP` best columns of each row, as video numbers; equal ones by chance."""
    noise = rng.random(scores.shape) * 1e-12
    return places[np.argpartition(-(scores + noise), TOP, axis=1)[:, :TOP]]


def start(
    train: npt.NDArray[np.int64], test: npt.NDArray[np.int64], users: int, videos: int, kinds: list[Known]
) -> dict[str, Any]:
    """Recall@20 of cold videos among cold ones, and of warm ones among all, with and without content."""
    viewers = np.bincount(train[:, 1], minlength=videos)
    known = plain(Pairs(train[:, 0], train[:, 1], users, videos))
    cold = np.flatnonzero(viewers < FEW)
    rng = np.random.default_rng(0)

    def of(pairs: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], "sparse.csr_matrix"]:
        who, row = np.unique(pairs[:, 0], return_inverse=True)
        return who, sparse.csr_matrix((np.ones(len(pairs)), (row, pairs[:, 1])), shape=(who.size, videos))

    is_cold = viewers[test[:, 1]] < FEW
    new_users, new = of(test[is_cold])
    old_users, old = of(test[~is_cold])
    plain_model: Model = learn(known, ModelParams(similarity=TUNED), now=None)
    bare = plain_model.edges(K)
    edges = neighbours(kinds, K, videos)
    model = learn(known, ModelParams(similarity=TUNED), now=None, content=Content(edges))
    found = model.edges(K)
    placed = with_newcomers(found, neighbours(kinds, K // EVERY, videos, viewers < FEW), K)

    def newest(stored: Any) -> float:
        scores = (model.histories(new_users) @ stored.matrix(videos)[:, cold]).toarray()
        return recall(among(scores, cold, rng), new)

    even = among(np.zeros((new_users.size, cold.size)), cold, rng)
    popular = among(np.tile(viewers[cold].astype(float), (new_users.size, 1)), cold, rng)
    before = hits(plain_model.served(old_users, bare, TOP).video, old)
    after = hits(model.served(old_users, placed, TOP).video, old)
    half = 1.96 * float((after - before).std(ddof=1)) / np.sqrt(old_users.size)
    return {
        "cold_videos": int(cold.size),
        "cold_users": int(new_users.size),
        "cold_recall": newest(placed),
        "cold_recall_without_places": newest(found),
        "cold_popularity": recall(popular, new),
        "cold_random": recall(even, new),
        "cold_random_expected": round(TOP / cold.size, 4),
        "warm_users": int(old_users.size),
        "warm_recall_without_content": round(float(before.mean()), 4),
        "warm_recall_content": recall(model.served(old_users, found, TOP).video, old),
        "warm_recall": round(float(after.mean()), 4),
        "warm_change": [round(float((after - before).mean()) + side * half, 4) for side in (-1, 0, 1)],
    }


def cold_tiktok() -> dict[str, Any] | None:
    """TikTok's features of pictures and sound stand in for ours; its validation part is what is foretold."""
    folder = DATA / "tiktok-mm"
    if not folder.exists():
        return None
    train = np.unique(np.loadtxt(folder / "trn.tsv", dtype=np.int64), axis=0)
    test = np.unique(np.loadtxt(folder / "val.tsv", dtype=np.int64), axis=0)
    kinds = [
        Known(np.arange(6_710), np.load(folder / f"{name}_feat.npy").astype(np.float32)) for name in ("image", "audio")
    ]
    return start(train, test, 9_308, 6_710, kinds)


def cold_platform() -> dict[str, Any]:
    """The generated platform: a tenth of its videos lose their viewers, a fifth of the others' pairs is foretold."""
    from contentgraph.graph.platform.events import KINDS
    from contentgraph.graph.platform.generating import PlatformConfig, generate
    from contentgraph.graph.words import word_vectors, words_of

    users, videos = 20_000, 10_000
    config = PlatformConfig(users=users, videos=videos, events=500_000, until=1_793_491_200_000, seed=1)
    made = generate(config, np.random.default_rng(1), lambda _: None)
    events = made.events
    share = events.watched / np.maximum(made.videos.duration[np.maximum(events.video, 0)], 1)
    good = (events.video >= 0) & ((share >= 0.9) | np.isin(events.kind, [KINDS.index("like"), KINDS.index("share")]))
    pairs = np.unique(np.column_stack([events.user[good], events.video[good]]).astype(np.int64), axis=0)
    rng = np.random.default_rng(2)
    cold = rng.random(videos) < 0.1
    held = cold[pairs[:, 1]] | (rng.random(len(pairs)) < 0.2)
    texts = [
        words_of(f"{caption} {' '.join(tags)}") for caption, tags in zip(made.captions, made.hashtags, strict=True)
    ]
    return start(pairs[~held], pairs[held], users, videos, [Known(np.arange(videos), word_vectors(texts)[0])])


def near_duplicates(clips: int = 12) -> dict[str, Any]:
    """Made clips and copies of twelve kinds: how many are found with their clip, and how many pairs found are right."""
    from contentgraph.content.decode import decode
    from contentgraph.graph.copies import copies
    from contentgraph.graph.imagery import LUMA
    from contentgraph.graph.perceptual import frame_hashes
    from contentgraph.graph.soundprint import same_sounds, soundprint

    group: list[int] = []
    way: list[str] = []
    hashes, prints = [], []
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "clip.mp4"
        for number in range(clips):
            frames, sound = clip(number), tune(number)
            made: dict[str, Copy] = {"": (lambda frames: frames, {}), **COPIES}
            for name, (change, options) in made.items():
                heard = faster(sound, SPEEDS[name]) if name in SPEEDS else sound
                media = decode(str(save(path, change(frames), heard, **options)))
                hashes.append(np.array([frame_hashes((frame @ LUMA).astype(np.float32)) for frame in media.small]))
                assert media.sound is not None
                prints.append(soundprint(media.sound))
                group.append(number)
                way.append(name)
    told: dict[str, Any] = {"clips": clips, "videos": len(group)}
    for kind, found in (("pictures", copies(hashes)), ("sound", same_sounds(prints))):
        pairs = list(zip(found.one.tolist(), found.other.tolist(), strict=True))
        right = sum(group[one] == group[other] for one, other in pairs)
        of_clip = {other for one, other in pairs if group[one] == group[other] and way[one] == ""}
        by_way = Counter(way[other] for other in of_clip)
        told[kind] = {
            "pairs": len(pairs),
            "precision": round(right / max(len(pairs), 1), 4),
            "recall": round(len(of_clip) / (len(group) - clips), 4),
            "recall_by_way": {name: round(by_way[name] / clips, 3) for name in COPIES},
        }
    return told


SCRIPTS: dict[str, tuple[str, str]] = {
    "Latin": (
        "noto",
        "wait for it|like si t'es d'accord|morgen früh um sechs|não acredito nisso|día de suerte|best day ever",
    ),
    "Greek": ("noto", "ΚΑΛΗΜΕΡΑ|ΜΟΥΣΙΚΗ ΚΑΙ ΧΟΡΟΣ|ΕΛΑ ΜΑΖΙ ΜΟΥ|ΟΛΑ ΚΑΛΑ|ΝΕΑ ΜΕΡΑ|ΘΑΛΑΣΣΑ"),
    "Han, simplified": ("cjk", "今天天气很好|我爱跳舞|美食教程|一起来挑战|北京欢迎你|最好的朋友"),
    "Han, traditional": ("cjk", "今天天氣很好|我愛跳舞|美食教學|一起來挑戰|臺灣歡迎你|後天見面吧"),
    "Hiragana": ("cjk", "おはよう|ありがとう|たのしいね|すごくおいしい|またあした|ゆっくりやすむ"),
    "Katakana": ("cjk", "ダンスチャレンジ|コーヒータイム|レストラン|スマートフォン|アイスクリーム|ハンバーガー"),
    "Cyrillic": ("noto", "ПРИВЕТ МИР|как дела|новый танец|доброе утро|смотри до конца|лучший день"),
}
"""Scripts as ISO 15924 counts them (Latn, Grek, Hans, Hant, Hira, Kana, Cyrl)."""


def font_of(kind: str) -> Path | None:
    """A font from a package (`bench` extra), if it is installed."""
    name = {"noto": "fontpkg_noto_sans", "cjk": "cvttf_NotoSansCJK_Regular"}[kind]
    found = find_spec(name)
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(next(iter(found.submodule_search_locations)))
    files = sorted([*folder.rglob("*.ttf"), *folder.rglob("*.otf")], key=lambda path: "Italic" in path.name)
    return files[0] if files else None


def screen() -> dict[str, Any]:
    """Words read on generated frames, script by script; of scripts without blanks a line is a word."""
    from PIL import Image, ImageDraw, ImageFont

    from contentgraph.content.reading import ScreenReader

    reader = ScreenReader()
    rng = np.random.default_rng(1)
    told: dict[str, Any] = {}
    for script, (kind, lines) in SCRIPTS.items():
        path = font_of(kind)
        if path is None:
            told[script] = None
            continue
        right = count = 0
        for line in lines.split("|"):
            for size in (34, 48, 64):
                ground = rng.integers(0, 120, (9, 5, 3), dtype=np.uint8)
                image = Image.fromarray(ground).resize((720, 1280), Image.Resampling.BICUBIC)
                draw = ImageDraw.Draw(image)
                at = (40, int(rng.integers(100, 1_100)))
                draw.text(
                    at,
                    line,
                    font=ImageFont.truetype(str(path), size),
                    fill="white",
                    stroke_width=2,
                    stroke_fill="black",
                )
                found, _ = reader.read([np.asarray(image)])
                read = _plain(" ".join(found))
                words = [_plain(word) for word in line.split()]
                right += sum(word in read for word in words)
                count += len(words)
        told[script] = {"words": count, "read": round(right / count, 3)}
    return told


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


OBVIOUS = {"CYRILLIC": {"ru", "uk", "bg", "sr", "mk", "be", "kk", "mn"}, "ARABIC": {"ar", "fa", "ur"}, "HANGUL": {"ko"},
           "HIRAGANA": {"ja"}, "KATAKANA": {"ja"}, "THAI": {"th"}, "DEVANAGARI": {"hi", "mr"}, "GREEK": {"el"},
           "HEBREW": {"he"}, "LATIN": None}  # fmt: skip


def languages() -> dict[str, Any] | None:
    """Languages of the captions of 2020 against the script in which most of their letters stand."""
    path = DATA / "tiktok-2020" / "trending-1000.jsonl"
    if not path.exists():
        return None
    from contentgraph.content.reading import LanguageTeller
    from contentgraph.graph.captions import parse_caption

    teller = LanguageTeller()
    latin = set.union(*(languages for languages in OBVIOUS.values() if languages))
    right: Counter[str] = Counter()
    count: Counter[str] = Counter()
    found: Counter[str] = Counter()
    texts = [json.loads(line)["desc"] for line in path.read_text("utf-8").splitlines()]
    began = time.perf_counter()
    for text in texts:
        told = teller.tell(text)
        words = " ".join(word for word in parse_caption(text).text.split() if not word.startswith(("#", "@")))
        scripts = Counter(unicodedata.name(letter, "?").split()[0] for letter in words if letter.isalpha())
        if told is None or not scripts:
            continue
        script = scripts.most_common(1)[0][0]
        script = "HIRAGANA" if script == "CJK" and scripts["HIRAGANA"] else script
        if script not in OBVIOUS:
            continue
        wanted = OBVIOUS[script]
        count[script] += 1
        right[script] += told[0] not in latin if wanted is None else told[0] in wanted
        found[told[0]] += 1
    return {
        "captions": len(texts),
        "told": sum(count.values()),
        "right_script": round(sum(right.values()) / sum(count.values()), 4),
        "by_script": {script: [right[script], count[script]] for script in sorted(count)},
        "most": dict(found.most_common(8)),
        "ms_a_caption": round(1_000 * (time.perf_counter() - began) / len(texts), 2),
    }


def speed() -> dict[str, Any]:
    """Seconds and memory of a 15-second 720p video with sound and text, after the first; one core."""
    import cv2

    from contentgraph.content.analysing import Analyser

    cv2.setNumThreads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as work:
        frames = clip(1, seconds=15.0, width=720, height=1_280, fps=30)
        path = save(Path(work) / "v.mp4", frames, tune(1, 15.0), fps=30, crf=23)
        size = path.stat().st_size
        del frames
        analyser = Analyser()
        told, busy = [], []
        for _ in range(5):
            began, before = time.perf_counter(), time.process_time()
            analyser.analyse(str(path), "Like si t'es d'accord avec ça 😋 #danse")
            told.append(time.perf_counter() - began)
            busy.append(time.process_time() - before)
    return {
        "first_s": round(told[0], 2), "median_s": round(float(np.median(told[1:])), 2), "best_s": round(min(told), 2),
        "processor_s": round(float(np.median(busy[1:])), 2), "file_bytes": size, "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def memory() -> dict[str, Any]:
    """Peak memory of a child process that analysed such a video."""
    from contentgraph.content.facts import Task
    from contentgraph.content.workers import Bounds, Child

    with tempfile.TemporaryDirectory() as work:
        path = save(Path(work) / "v.mp4", clip(1, seconds=15.0, width=720, height=1_280, fps=15), tune(1, 15.0), fps=15)
        child = Child(Bounds(seconds=300.0))
        try:
            for _ in range(2):
                assert child.analyse(Task("v", str(path), "bonjour tout le monde", "f")).facts
            assert child._process is not None
            peak = peak_gib(child._process.pid)
        finally:
            child.close()
    return {"child_peak_gib": round(peak, 2)}


PARTS = {"cold": cold_tiktok, "platform": cold_platform, "copies": near_duplicates, "screen": screen,
         "languages": languages, "speed": speed, "memory": memory}  # fmt: skip


def main() -> None:
    """Run the parts that are named, or all."""
    told: dict[str, Any] = {}
    for name in sys.argv[1:] or [part for part in PARTS if part != "speed"] + ["speed"]:
        began = time.perf_counter()
        told[name] = PARTS[name]()
        print(f"{name} ({time.perf_counter() - began:.1f} s): {told[name]}", flush=True)
    told["peak_gib"] = round(peak_gib(), 2)
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
