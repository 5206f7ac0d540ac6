"""A graph with everything in it that a night and its people leave, and all of a graph as lines."""

import json
import random
import runpy
from pathlib import Path

from contentgraph.client import Graph
from contentgraph.loaders.dump import LEASES
from contentgraph.loaders.night import run_night
from contentgraph.loaders.tuning import Tuning

STORIES = runpy.run_path(str(Path(__file__).parent / "stories.py"))
NOW = STORIES["NOW"]


def everything(database):
    """All nodes and edges with all their properties, as sorted lines, but for who is at work."""
    with database._session("READ") as session:
        found = session.run(
            "MATCH (n) OPTIONAL MATCH (n)-[r]->(x) "
            "RETURN labels(n), properties(n), type(r), properties(r), labels(x), coalesce(x.id, x.name)"
        ).values()
    for row in found:
        for name in LEASES:
            row[1].pop(name, None)
    return sorted(
        json.dumps([sorted(row[0]), *row[1:4], sorted(row[4] or []), row[5]], sort_keys=True, ensure_ascii=False)
        for row in found
    )


def fill(database, folder):
    """A night, and what no night can derive again; lists and texts that are hard to write, and numbers of two types."""
    story = STORIES["story"](5, events=1_200, rows=80)
    story["users"] += [{"id": "u0", "birthYear": 1990, "languages": [], "updatedAt": NOW - 1}]
    files = STORIES["cut"](story, random.Random(5), folder / "files", nights=1)
    run_night(database, files, clock=NOW, now=NOW, rejects=folder / "rejects", max_reject_share=0.5, tuning=Tuning(0.0))
    graph = Graph(database)
    graph.record({"userId": "u0", "kind": "like", "videoId": "v0", "at": NOW}, now=NOW)
    graph.anonymous(country="FR").record({"kind": "view", "videoId": "v0", "watchedMs": 5})
    graph.review("hashtag", "dance", approved=True, by="ana", at=NOW)
    graph.takedown("v1", reason="a court said so", now=NOW)
    graph.takedown("v2", countries=["FR"], reason="another court", now=NOW)
    graph.erase_user("u2", now=NOW)
    counter = {"views": 1, "likes": 0, "comments": 0, "shares": 0}
    database.write("merge_counters", rows=[{"videoId": "v0", "at": 7, **counter}])
    slot = {"at": NOW, "until": NOW + 9, "source": "random", "wave": 1, "propensity": 0.1, "pool": 2, "turn": 1}
    database.write("put_slots", rows=[{"userId": "u1", "videoId": "v-unknown", "slot": slot}])
    shown = {"at": NOW, "slot": 1, "source": "similar", "propensity": 1 / 3}
    for user, propensity in (("u1", 1 / 3), ("u10", 1)):
        database.write("put_shown", rows=[{**shown, "userId": user, "videoId": "v0", "propensity": propensity}])
    said = ['say "hi", you', "two\nlines\r\n", "back\\slash", "'"]
    media = {
        "v0": {"screenText": said, "words": [], "embedding": [0.5, 1e-9, 1e22], "hasSound": True, "tempo": 120.5},
        "v10": {"screenText": ["", "\x1f"], "words": ["été"], "wordCounts": [2**53 + 1], "hasSound": False},
    }
    for video, properties in media.items():
        database.write("put_media", rows=[{"id": video, "properties": properties}])
    topic = {"id": "t1", "name": "#x", "hashtags": [], "words": ["a"], "videos": 1, "generic": False}
    database.write("put_topics", rows=[topic])
    database.write("put_about", rows=[{"id": "v0", "topic": "t1"}])
    with database._session("WRITE") as session:
        session.run("MATCH (v:Video {id: 'v0'}) SET v.caption = ' \"a\",\\n b ', v.country = ''").consume()
