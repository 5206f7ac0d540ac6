"""First nights and rebuilds of files that bring little: no video, no event, no time."""

from pathlib import Path

import neo4j
import pytest

from contentgraph.cypher import Database
from contentgraph.loaders.night import run_night
from contentgraph.loaders.rebuild import stage
from contentgraph.loaders.tuning import Tuning

NOW = 1_793_491_200_000
FOLLOW = '{"userId": "u1", "kind": "follow", "targetId": "u2", "at": 1793400000000}\n'
BEGINNINGS = {
    "users": {"users.jsonl": '{"id": "u1", "createdAt": "2026-01-01"}\n'},
    "a header": {"events.csv": "userId,kind,videoId,at\n"},
    "follows": {"events.jsonl": FOLLOW},
    "challenges": {"challenges.jsonl": '{"id": "c1", "title": "Two lines"}\n'},
    "own videos": {
        "videos.jsonl": "".join(
            f'{{"id": "v{n}", "creatorId": "u{n}", "createdAt": 1793300000000, "durationMs": 9000}}\n' for n in range(6)
        ),
        "events.jsonl": "".join(
            f'{{"userId": "u{n}", "kind": "view", "videoId": "v{n}", "at": {1793400000000 + n}, '
            f'"watchedMs": {9500 if n % 2 else 900}}}\n'
            for n in range(6)
        ),
    },
    "no time": {
        "users.jsonl": '{"id": "u1"}\n{"id": "u2"}\n',
        "videos.jsonl": '{"id": "v1", "creatorId": "u2"}\n',
        "events.jsonl": FOLLOW,
    },
}


@pytest.mark.parametrize("said", BEGINNINGS)
def test_a_beginning_is_booked_and_so_is_the_night_after_it(
    database: Database, session: neo4j.Session, tmp_path: Path, said: str
) -> None:
    """Neither ends for want of what is not there yet."""
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in BEGINNINGS[said].items():
        (folder / name).write_text(text)
    for _ in range(2):
        summary = run_night(database, [folder], clock=NOW, tuning=Tuning(0.0), rejects=tmp_path / "rejects")
        assert summary.rejected == {}
    assert session.run("MATCH (r:Run) RETURN collect(r.state)").single(strict=True)[0] == ["finished", "finished"]
    stage([folder], tmp_path / "staged", clock=NOW, tuning=Tuning(0.0), rejects=tmp_path / "rejects")
    assert (tmp_path / "staged" / "files").is_dir()
