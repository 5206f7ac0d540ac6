"""Old engagement is folded: sums are left, videos keep what they earned, and no replay undoes it or counts twice."""

import json
import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contentgraph.cli import main
from contentgraph.client import Graph, recording
from contentgraph.cypher import Database, Transaction
from contentgraph.cypher.properties import DERIVED, FACTS, HISTORY
from contentgraph.errors import ContentGraphError, InvalidEvent, UsageError
from contentgraph.graph.folded import KEPT
from contentgraph.loaders import folding
from contentgraph.loaders import night as nights
from contentgraph.loaders.digest import digest
from contentgraph.loaders.dump import dump
from contentgraph.loaders.folding import fold, fold_older
from contentgraph.loaders.night import Summary, run_night
from contentgraph.loaders.restore import restore
from contentgraph.loaders.tuning import Tuning
from contentgraph.server import Connection

NOW = 1_793_491_200_000  # 2026-11-01T00:00Z
DAY = 86_400_000
DAYS = 60
BEFORE = NOW - DAYS * DAY
USERS, VIDEOS = 24, 30
Row = dict[str, Any]


def platform(seed: int = 1) -> dict[str, list[Row]]:
    """Events of 120 days on a few videos by a few people; a dozen creators, sounds and tags each."""
    rng = random.Random(seed)
    users = [{"id": f"u{n}", "birthYear": 1990, "country": "FR", "languages": ["fr"], "createdAt": NOW - 400 * DAY,
              "updatedAt": 1_700_000_000_000} for n in range(USERS)]  # fmt: skip
    videos = [
        {"id": f"v{n}", "creatorId": f"u{n % 14}", "soundId": f"s{n % 13}", "caption": f"#tag{n % 15} #all",
         "durationMs": 10_000, "createdAt": NOW - 300 * DAY, "updatedAt": 1_700_000_000_000, "language": "fr",
         "rating": "everyone"}
        for n in range(VIDEOS)
    ]  # fmt: skip
    events: list[Row] = []
    for _ in range(900):
        user, video = f"u{rng.randrange(USERS)}", f"v{rng.randrange(VIDEOS)}"
        at = NOW - rng.randrange(120 * DAY)
        kind = rng.choice(["view", "view", "view", "like", "unlike", "share", "comment", "completion"])
        told = {"userId": user, "videoId": video, "kind": kind, "at": at}
        events.append(told | ({"watchedMs": rng.choice([500, 4_000, 9_500, 16_000])} if kind == "view" else {}))
    events.append({"userId": "u0", "kind": "view", "videoId": "v1", "watchedMs": 9_000, "at": NOW})
    events.append({"userId": "u1", "kind": "hide", "videoId": "v3", "at": NOW - 100 * DAY})
    events.append({"userId": "u2", "kind": "follow", "targetId": "u5", "at": NOW - 110 * DAY})
    return {"users": users, "videos": videos, "events": events}


def write(folder: Path, tables: dict[str, list[Row]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


@pytest.fixture
def night(database: Database, tmp_path: Path) -> Callable[..., Summary]:
    def run(folder: Path, fold_days: int | None = None) -> Summary:
        return run_night(
            database, [folder], clock=NOW, now=NOW, rejects=tmp_path / "rejects", tuning=Tuning(0.0),
            fold_days=fold_days,
        )  # fmt: skip

    return run


def asked(database: Database, text: str, **params: object) -> list[list[Any]]:
    with database._session("READ") as session:
        return session.run(text, params).values()  # type: ignore[arg-type]  # a test's own statement


def engaged(database: Database) -> dict[tuple[str, str], Row]:
    text = "MATCH (u:User)-[e:ENGAGED]->(v:Video) RETURN u.id, v.id, properties(e)"
    return {(user, video): told for user, video, told in asked(database, text)}


def results(database: Database) -> dict[str, list[float]]:
    text = "MATCH (v:Video) RETURN v.id, [v.score, v.viewers, v.posteriorMean, v.posteriorSd]"
    return dict(asked(database, text))


def things(video: str) -> list[tuple[str, str]]:
    number = int(video[1:])
    return [("User", f"u{number % 14}"), ("Sound", f"s{number % 13}"), ("Hashtag", f"tag{number % 15}"),
            ("Hashtag", "all")]  # fmt: skip


def sums(
    pairs: dict[tuple[str, str], Row], generic: set[str], leading: set[str]
) -> dict[tuple[str, str, str], tuple[float, int]]:
    """By a second reading of what a fold leaves: the best of each kind, by points, then by id."""
    found: dict[str, dict[str, dict[str, list[Any]]]] = defaultdict(lambda: defaultdict(dict))
    for (user, video), told in pairs.items():
        if told["points"] > 0 and things(video)[0] != ("User", user) and (user, video) != ("u1", "v3"):
            for kind, name in things(video):
                if name not in generic and name in leading:
                    cell = found[user][kind].setdefault(name, [0.0, 0])
                    cell[0] += told["points"]
                    cell[1] = max(cell[1], told["lastAt"])
    return {
        (user, kind, name): (of[name][0], of[name][1])
        for user, kinds in found.items()
        for kind, of in kinds.items()
        for name in sorted(of, key=lambda one: (-of[one][0], one))[:KEPT]
    }


def held_sums(database: Database) -> dict[tuple[str, str, str], tuple[float, int]]:
    text = "MATCH (u:User)-[f:FOLDED]->(x) RETURN u.id, labels(x)[0], coalesce(x.id, x.name), f.points, f.lastAt"
    return {(user, kind, name): (points, at) for user, kind, name, points, at in asked(database, text)}


def test_old_engagement_becomes_sums_and_videos_keep_what_they_earned(
    database: Database, night: Callable[..., Summary], tmp_path: Path
) -> None:
    """Against a second reading in Python; scores, viewers and posteriors of the next night are those before."""
    folder = write(tmp_path / "files", platform())
    night(folder)
    before, scores = engaged(database), results(database)
    generic = set(database.read("night_generic")[0]["names"])
    old = {pair: told for pair, told in before.items() if told["lastAt"] < BEFORE}
    assert 50 < len(old) < len(before) - 50
    would = fold_older(database, DAYS, clock=NOW, latest=0, dry_run=True)
    assert (would.before, would.pairs, would.people) == (BEFORE, len(old), len({user for user, _ in old}))
    assert engaged(database) == before
    done = fold_older(database, DAYS, clock=NOW, latest=0)
    assert done.pairs == len(old)
    assert engaged(database) == {pair: told for pair, told in before.items() if pair not in old}
    saw = {(user, video) for user, video in asked(database, "MATCH (u:User)-[:SAW]->(v:Video) RETURN u.id, v.id")}
    assert saw == set(old)
    leading = {
        tuple(row) for row in asked(database, "MATCH (x)-[:FEATURED]->() RETURN DISTINCT coalesce(x.id, x.name)")
    }
    assert held_sums(database) == sums(old, generic, {name for (name,) in leading})
    night(write(tmp_path / "nothing", {"users": []}))
    for video, values in results(database).items():
        assert values == pytest.approx(scores[video], rel=1e-6), video
    for kind, of in (("FOLDED", "MATCH ()-[n:FOLDED]->()"), ("Video", "MATCH (n:Video)")):
        names = {name for row in asked(database, f"{of} UNWIND keys(n) AS name RETURN DISTINCT name") for name in row}
        assert names <= FACTS[kind] | DERIVED.get(kind, frozenset()) | HISTORY.get(kind, frozenset())


def test_everybodys_latest_stay_whatever_their_age(
    database: Database, night: Callable[..., Summary], tmp_path: Path
) -> None:
    """By their last event; a count beforehand says as many as go, and what stayed goes once later ones came."""
    night(write(tmp_path / "files", platform()))
    before = engaged(database)
    latest = 18
    kept = set()
    for user in {user for user, _ in before}:
        own = sorted((pair for pair in before if pair[0] == user), key=lambda pair: (-before[pair]["lastAt"], pair[1]))
        kept |= {pair for place, pair in enumerate(own) if place < latest or before[pair]["lastAt"] >= BEFORE}
    assert any(before[pair]["lastAt"] < BEFORE for pair in kept)
    assert kept < before.keys()
    would = fold(database, BEFORE, latest=latest, dry_run=True)
    assert would.pairs == len(before) - len(kept)
    assert fold(database, BEFORE, latest=latest).pairs == would.pairs
    assert engaged(database).keys() == kept
    assert fold(database, BEFORE, latest=latest - 1).pairs > 0


def test_a_replay_of_what_was_folded_changes_nothing(
    database: Database, night: Callable[..., Summary], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All files again, before and after a second fold: refused by name and counted, no fact moves; nor by record, by
    whatever clock."""
    tables = platform()
    folder = write(tmp_path / "files", tables)
    night(folder, DAYS)
    facts = digest(database)
    late = [event for event in tables["events"] if event["at"] < BEFORE and event["kind"] not in ("hide", "follow")]
    summary = night(folder, DAYS)
    assert summary.rejected == {"unusable_folded": len(late)}
    assert summary.changed["folded"] == 0
    assert digest(database) == facts
    rejected = [json.loads(line) for line in Path(str(summary.rejects)).read_text("utf-8").splitlines()]
    assert all(line["row"] is None and "folded" in line["message"] for line in rejected)
    graph = Graph(database)
    with pytest.raises(InvalidEvent, match="up to where engagement was folded") as found:
        graph.record([{**late[0], "at": NOW - 1}, late[0]], now=NOW)
    assert found.value.reason == "unusable_folded"
    monkeypatch.setattr(recording, "wall_clock", lambda: late[0]["at"])
    with pytest.raises(InvalidEvent, match="up to where engagement was folded"):
        graph.record(late[0])
    assert digest(database) == facts
    assert fold_older(database, DAYS, clock=NOW).pairs == 0
    assert fold_older(database, DAYS + 50, clock=NOW).before == BEFORE, "an earlier moment is no way back"
    assert digest(database) == facts


def test_a_fold_that_was_cut_off_is_finished_by_the_next(
    database: Database, night: Callable[..., Summary], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After any transaction: each took edges and added their sums, or neither."""
    folder = write(tmp_path / "files", platform())
    night(folder)
    monkeypatch.setattr(folding, "BATCH", 20)
    whole, transaction = dump(database, tmp_path / "dump"), Database.transaction
    fold(database, BEFORE)
    wanted = digest(database)
    for stop in (0, 1, 4):
        restore(database, tmp_path / "dump", replace=True)
        assert digest(database) == whole.digest
        left = stop

        def cut(self: Database, work: Callable[..., Any]) -> Any:
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            return transaction(self, work)

        monkeypatch.setattr(Database, "transaction", cut)
        with pytest.raises(KeyboardInterrupt):
            fold(database, BEFORE)
        monkeypatch.setattr(Database, "transaction", transaction)
        assert fold(database, BEFORE).pairs > 0
        assert digest(database) == wanted


def test_one_person_s_engagements_are_folded_some_at_a_time(
    database: Database, night: Callable[..., Summary], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No transaction takes more, whosever they are; sums, viewers and what is seen are those of a fold all at once,
    cut off between two transactions of one person or not."""
    night(write(tmp_path / "files", platform()))
    dump(database, tmp_path / "dump")
    whole = fold(database, BEFORE, latest=3)
    wanted, sums_, run = digest(database), held_sums(database), Transaction.run
    taken: list[set[str]] = []

    def told(self: Transaction, name: str, **params: Any) -> list[Row]:
        rows = run(self, name, **params)
        if name == "take_foldable":
            taken.append({row["videoId"] for row in rows})
            assert len(rows) <= folding.BATCH
        return rows

    def cut(_: int) -> None:
        if len(taken) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Transaction, "run", told)
    monkeypatch.setattr(folding, "BATCH", 4)
    restore(database, tmp_path / "dump", replace=True)
    assert fold(database, BEFORE, latest=3).pairs == whole.pairs
    assert len(taken) > 2 * whole.people
    assert (digest(database), held_sums(database)) == (wanted, sums_)
    restore(database, tmp_path / "dump", replace=True)
    taken.clear()
    with pytest.raises(KeyboardInterrupt):
        fold(database, BEFORE, latest=3, progress=cut)
    assert max(len(of) for of in named(held_sums(database)).values()) > KEPT, "of her who is not folded to the end"
    assert fold(database, BEFORE, latest=3).pairs == whole.pairs - sum(map(len, taken[:2]))
    assert (digest(database), held_sums(database)) == (wanted, sums_)


def named(sums_: dict[tuple[str, str, str], Any]) -> dict[tuple[str, str], list[str]]:
    """By person and kind, what leads her on."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for user, kind, name in sums_:
        found[user, kind].append(name)
    return found


def test_a_night_whose_fold_fails_is_booked(
    database: Database, night: Callable[..., Summary], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All but the fold was done; one that works is in the ledger with what it folded."""
    folder = write(tmp_path / "files", platform())

    def fails(*_: object, **__: object) -> None:
        raise ContentGraphError("no room")

    with monkeypatch.context() as patched:
        patched.setattr(nights, "fold_older", fails)
        with pytest.raises(ContentGraphError, match="no room"):
            night(folder, DAYS)
    assert [(row["now"], row["state"]) for row in runs(database)] == [(NOW, "finished")]
    assert "folded" not in json.loads(runs(database)[0]["counts"])["changed"]
    summary = night(folder, DAYS)
    told = next(row for row in runs(database) if row["id"] == summary.run)
    assert summary.changed["folded"] > 0
    assert json.loads(told["counts"])["changed"]["folded"] == summary.changed["folded"]
    assert json.loads(told["seconds"]).keys() == summary.seconds.keys() > {"waves", "fold"}


def runs(database: Database) -> list[Row]:
    return [told for (told,) in asked(database, "MATCH (r:Run) RETURN properties(r)")]


def test_a_pair_that_goes_on_meanwhile_is_left(
    database: Database, night: Callable[..., Summary], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A like told between the count and the fold: the edge stays whole, with all that was told before."""
    night(write(tmp_path / "files", platform()))
    held = engaged(database)
    user, video = min(held, key=lambda pair: held[pair]["lastAt"])
    before, take = engaged(database)[user, video], folding._fold

    def late(*told: Any) -> int:
        Graph(database).record({"userId": user, "videoId": video, "kind": "like", "at": NOW - 5}, now=NOW)
        return take(*told)

    monkeypatch.setattr(folding, "_fold", late)
    fold(database, BEFORE)
    assert engaged(database)[user, video]["firstAt"] == before["firstAt"]
    assert engaged(database)[user, video]["lastLikeAt"] == NOW - 5
    assert not asked(database, "MATCH (:User {id: $u})-[s:SAW]->(:Video {id: $v}) RETURN s", u=user, v=video)


def test_pulses_of_folded_days_stand(database: Database, night: Callable[..., Summary], tmp_path: Path) -> None:
    """By the day they are kept; later nights derive those of later days only."""
    folder = write(tmp_path / "files", platform())
    night(folder)
    before = {
        (row["entity"], row["day"]): row["points"] for row in database.read("night_pulses", kind="sound", since=0)
    }
    assert min(day for _, day in before) < BEFORE
    fold_older(database, DAYS, clock=NOW)
    night(folder)
    after = {(row["entity"], row["day"]): row["points"] for row in database.read("night_pulses", kind="sound", since=0)}
    assert after == before


def test_sums_go_with_an_erased_person_and_come_back_with_a_dump(
    database: Database, night: Callable[..., Summary], tmp_path: Path
) -> None:
    """What others' sums say of her as a creator goes too; a dump holds sums, marks of seen, counts and the moment."""
    night(write(tmp_path / "files", platform()), DAYS)
    told = dump(database, tmp_path / "dump")
    assert restore(database, tmp_path / "dump", replace=True).same
    assert digest(database, everything=True)
    assert folding.folded_before(database) == BEFORE
    assert asked(database, "MATCH (:User {id: 'u3'})-[f:FOLDED|SAW]-() RETURN count(f)")[0][0] > 5
    Graph(database).erase_user("u3")
    text = "MATCH (n)-[r]-(m) WHERE n.id = 'u3' OR m.id = 'u3' RETURN count(r)"
    assert asked(database, text)[0][0] == 0
    assert told.digest != digest(database)


def test_sessions_without_an_account_are_not_folded(
    database: Database, night: Callable[..., Summary], tmp_path: Path
) -> None:
    """They expire by themselves, and hand over whole what was told."""
    night(write(tmp_path / "files", platform()))
    with database._session("WRITE") as session:
        session.run("MATCH (u:User {id: 'u4'}) SET u:Anonymous").consume()
    before = {pair: told for pair, told in engaged(database).items() if pair[0] == "u4"}
    fold_older(database, DAYS, clock=NOW)
    assert {pair: told for pair, told in engaged(database).items() if pair[0] == "u4"} == before


def test_the_command_says_what_it_does_and_refuses_the_young(
    clean_database: Connection,
    database: Database,
    night: Callable[..., Summary],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """``contentgraph fold``: --dry-run, --json, and exit code 2 for 35 days or none."""
    monkeypatch.setenv("CONTENTGRAPH_URI", clean_database.uri)
    monkeypatch.setenv("CONTENTGRAPH_PASSWORD", clean_database.password)
    monkeypatch.setenv("CONTENTGRAPH_HOME", str(tmp_path / "home"))
    night(write(tmp_path / "files", platform()))
    pairs = len(engaged(database))
    for refused in (["fold"], ["fold", "--older-than", "35"]):
        assert main(refused) == 2
    assert "36 or more" in capsys.readouterr().err
    assert main(["fold", "--older-than", "60", "--dry-run", "--json"]) == 0
    would = json.loads(capsys.readouterr().out)
    assert would["dryRun"]
    assert len(engaged(database)) == pairs
    assert main(["fold", "--older-than", "60"]) == 0
    assert f"{would['pairs']:,} engagements of {would['people']} people" in capsys.readouterr().out
    assert len(engaged(database)) == pairs - would["pairs"]
    with pytest.raises(UsageError, match="36 or more"):
        run_night(database, [tmp_path], clock=NOW, fold_days=1)
