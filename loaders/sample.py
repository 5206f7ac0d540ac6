"""The sample: a generated platform written as native files, its hidden truth in a file of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from contentgraph.errors import NotFound, UsageError
from contentgraph.graph.platform.generating import PlatformConfig, Truth, generate
from contentgraph.loaders.sample_rows import challenge_lines, event_lines, user_lines, video_lines

TRUTH_FILE: Final = "truth.npz"
"""Only evaluation opens it; the loader passes it by."""


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What was written."""

    directory: Path
    users: int
    videos: int
    challenges: int
    events: int
    """Rows of each file."""
    views: int
    """Events of kind ``view``."""
    burst_challenge: str | None
    """Id of the challenge with the planted burst; None on platforms of fewer than 8 videos."""
    bytes: int
    """Size of all files together."""


def write_sample(
    directory: Path, config: PlatformConfig, progress: Callable[[str], None] | None = None
) -> SampleSummary:
    """Generate the platform of ``config`` and write it to ``directory``, made if missing.

    ``users.jsonl``, ``videos.jsonl``, ``challenges.jsonl``, ``events.jsonl`` (in the order of time) and ``truth.npz``.
    Files of these names are replaced, each in one step. Equal arguments give byte-identical files. ``progress`` is told
    the name of each step as it begins. Raises UsageError when the directory cannot be written.
    """
    say = progress or (lambda _: None)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {directory}: {error.strerror}; name another one") from error
    platform = generate(config, np.random.default_rng(config.seed), say)
    say("files")
    size = 0
    try:
        for name, lines in (
            ("users", user_lines(platform)),
            ("videos", video_lines(platform)),
            ("challenges", challenge_lines(platform)),
            ("events", event_lines(platform)),
        ):
            size += _write_lines(directory / f"{name}.jsonl", lines)
        size += _write_truth(directory / TRUTH_FILE, platform.truth)
    except OSError as error:
        raise UsageError(
            f"cannot write into {directory}: {error.strerror}; free some space or name another one"
        ) from error
    challenges = platform.challenges
    return SampleSummary(
        directory=directory,
        users=config.users,
        videos=config.videos,
        challenges=len(challenges.ids),
        events=len(platform.events.at),
        views=int((platform.events.kind == 0).sum()),
        burst_challenge=str(challenges.ids[challenges.burst]) if challenges.burst >= 0 else None,
        bytes=size,
    )


def load_truth(path: Path) -> Truth:
    """The hidden truth that :func:`write_sample` wrote: ``path`` is the file or the sample's folder.

    Raises NotFound when there is none, UsageError when the file is something else.
    """
    file = path / TRUTH_FILE if path.is_dir() else path
    if not file.exists():
        raise NotFound(f"no hidden truth at {file}; `contentgraph sample DIR` writes one")
    try:
        with np.load(file, allow_pickle=False) as stored:
            columns = {name: stored[name] for name in stored.files}
        scalars = {name: columns.pop(name).item() for name in ("start", "until", "scale")}
        last = columns.pop("taste_last", columns["taste_first"])
        return Truth(**scalars, **columns, taste_last=last)
    except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
        raise UsageError(f"{file} is not a truth file of this version; run `contentgraph sample` again") from error


def _write_lines(path: Path, chunks: Iterator[str]) -> int:
    draft = path.with_name(f".{path.name}.part")
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(chunks)
    draft.replace(path)
    return path.stat().st_size


def _write_truth(path: Path, truth: Truth) -> int:
    columns = {name: getattr(truth, name) for name in Truth.__slots__}
    if truth.taste_last is truth.taste_first:
        del columns["taste_last"]
    draft = path.with_name(f".{path.name}.part")
    with draft.open("wb") as file:
        np.savez(file, **columns)
    draft.replace(path)
    return path.stat().st_size
