"""Decisions as the graph keeps them, and back: one node a step, flat properties."""

from collections.abc import Iterable, Mapping
from typing import Any

from contentgraph.cypher import Database
from contentgraph.graph.waves.records import from_properties
from contentgraph.graph.waves.states import Decision, State, replay

EVERY = [str(state) for state in State]


def read_ledger(database: Database, since: int = 0, states: Iterable[str] = EVERY) -> list[Decision]:
    """Decisions since an epoch ms that ended in one of ``states``, in the order of videos and steps."""
    rows = database.stream("night_wave_ledger", fetch_size=2_000, since=since, states=list(states))
    return [from_properties(record["decision"]) for record in rows]


def differs(database: Database) -> Mapping[str, Any]:
    """Videos whose stored state is not what their ledger replays to: id → (stored, replayed). Empty is right."""
    replayed = replay(read_ledger(database))
    stored = database.stream("night_wave_videos", states=EVERY, since=0, parts=1, part=0)
    found = {}
    for record in stored:
        state = replayed[record["id"]].state if record["id"] in replayed else State.WAITING
        if record["state"] != state:
            found[record["id"]] = (record["state"], str(state))
    return found
