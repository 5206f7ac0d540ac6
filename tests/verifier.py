"""A second opinion on what a graph must hold: reads the native JSONL files, folds them in plain Python, asks Neo4j.

Stands outside the package on purpose: no import of it, its own reading of docs/native-format.md, its own Cypher.
As a command: ``python tests/verifier.py NOW URI USER FILE…`` with the password in CONTENTGRAPH_PASSWORD.
"""

import json
import os
import re
import sys
from collections import defaultdict
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import neo4j

ON_VIDEO = {"view", "completion", "like", "unlike", "comment", "share"}
ENDS = {"videoId": "Video", "targetId": "User", "soundId": "Sound", "hashtag": "Hashtag"}
SWITCHES = {"follow": "FOLLOWS", "block": "BLOCKS", "hide": "HIDES"}
LINKS = {"creatorId", "coCreatorIds", "hashtags", "mentions", "soundId", "challengeIds", "remixOf", "launchedBy"} | {
    "sponsoredBy"
}
LISTS, TIMES = (
    {"coCreatorIds", "hashtags", "mentions", "challengeIds", "sponsoredBy", "languages", "withheldIn"},
    re.compile(r"At$"),
)
DERIVED = {
    "state",
    "wave",
    "score",
    "viewers",
    "posteriorMean",
    "posteriorSd",
    "freshness",
    "lift",
    "prior",
    "travel",
    "worth",
    "taste",
    "toldRating",
    "proposedRating",
    "foundLanguage",
    "stamps",
    "foldedBits",
    "foldedPeople",
}
TABLES = {"users": "User", "videos": "Video", "challenges": "Challenge"}


def ms(said):
    """Epoch ms of a time as it is told."""
    if isinstance(said, int) or said.isdigit():
        return int(said)
    told = datetime.fromisoformat(said)
    return round((told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp() * 1000)


def read(paths):
    """(table, what the file's name dates it to, row) of every line that is JSON."""
    for path in paths:
        table = next(name for name in (*TABLES, "events") if path.name.startswith(name))
        day = re.search(r"20\d\d-\d\d-\d\d", path.name)
        for line in path.read_text("utf-8").splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            yield table, ms(day[0]) if day else 0, {key: said for key, said in row.items() if said is not None}


def may_be(event, now):
    """Whether an event can be right, as far as these tests break them."""
    on_user, on_video = "targetId" in event, "videoId" in event
    kind = event.get("kind", "").removeprefix("un") if event.get("kind") != "unlike" else "unlike"
    on_one = on_user + on_video + (kind == "hide") * (("soundId" in event) + ("hashtag" in event)) == 1
    fits = on_video if kind in ON_VIDEO else on_user if kind in ("follow", "block") else on_one
    known = kind in ON_VIDEO or kind in SWITCHES or kind == "report"
    watched = event.get("watchedMs", -1) >= 0 if kind == "view" else True
    return known and fits and watched and "userId" in event and ms(event["at"]) <= now + 300_000


def catalogue(rows):
    """label → id → property → (stamp, value): per property the newest, then the greater canonical JSON."""
    said = {label: defaultdict(dict) for label in TABLES.values()}
    for table, stated, row in rows:
        if table == "events":
            continue
        row = {key: ms(value) if TIMES.search(key) else value for key, value in row.items()}
        stamp = row.pop("updatedAt", 0) or stated or row.get("createdAt", 0)
        if "caption" in row:
            row["hashtags"] = re.findall(r"#(\w+)", row["caption"]) + row.get("hashtags", [])
            row.setdefault("mentions", re.findall(r"@(\w+)", row["caption"]))
            if "♬ " in row["caption"] and not row.keys() & {"soundId", "soundTitle"}:
                row["soundTitle"] = row["caption"].split("♬ ")[1]
        kept = said[TABLES[table]][row.pop("id")]
        for key, value in row.items():
            if key in LISTS:
                value = list(dict.fromkeys(tag.casefold() if key == "hashtags" else tag for tag in value))
                value = value if key == "languages" else sorted(value)  # of languages the first is the main one
            if key == "coCreatorIds":
                value = [name for name in value if name != row.get("creatorId")]
            if key == "durationMs" and value == 0:
                continue
            told = (stamp, json.dumps(value, ensure_ascii=False, separators=(",", ":")), value)
            kept[key] = max(told, kept.get(key, told), key=lambda one: one[:2])
    return said


def links(said):
    """(type, from, to, extra) of every edge that the catalogue says, ends as (label, id)."""
    for label, rows in said.items():
        for name, kept in rows.items():
            row, own = {key: told[2] for key, told in kept.items()}, (label, name)
            roles = dict.fromkeys(row.get("coCreatorIds", []), "co")
            roles |= {row["creatorId"]: "author"} if "creatorId" in row else {}
            yield from (("CREATED", ("User", one), own, {"role": role}) for one, role in roles.items())
            carries = "MARKED_BY" if label == "Challenge" else "TAGGED"
            yield from ((carries, own, ("Hashtag", one), {}) for one in row.get("hashtags", []))
            yield from (("MENTIONS", own, ("User", one), {}) for one in row.get("mentions", []))
            yield from (("ANSWERS", own, ("Challenge", one), {}) for one in row.get("challengeIds", []))
            yield from (("SPONSORS", ("User", one), own, {}) for one in row.get("sponsoredBy", []))
            if "remixOf" in row:
                yield "REMIXES", own, ("Video", row["remixOf"]), {}
            if "launchedBy" in row:
                yield "LAUNCHED", ("User", row["launchedBy"]), own, {}
            sound = row.get("soundId") or (f"title:{row['soundTitle']}" if "soundTitle" in row else None)
            if sound:
                yield "USES", own, ("Sound", sound), {}


def longest(views, key):
    """The two longest views that differ in ``key``: [(ms, key), …], at equal length the smaller key first."""
    best = defaultdict(int)
    for view in views:
        best[view[key]] = max(best[view[key]], view["watchedMs"])
    return sorted(((watched, one) for one, watched in best.items()), key=lambda told: (-told[0], told[1]))[:2]


def engaged(events, duration):
    """Facts, flags and points of one pair from all that was told of it."""
    of = defaultdict(list)
    for event in events:
        at = ms(event["at"])
        of[event["kind"]].append({**event, "at": at, "id": event.get("eventId", f"@{at}")})
    at = {kind: [one["at"] for one in told] for kind, told in of.items()}
    whole = [view for view in of["view"] if duration and view["watchedMs"] / duration >= 0.9]
    both = [pair for told in (whole, of["completion"]) for pair in combinations(told, 2)]
    twice = any(a["at"] != b["at"] and a["id"] != b["id"] for a, b in both)
    again = twice or any(view["watchedMs"] / duration >= 1.5 for view in whole)
    done = bool(again or whole or of["completion"])
    liked = max(at.get("like", [0])) >= max(at.get("unlike", [1]))
    everything = [one for told in at.values() for one in told]
    facts = {"firstAt": min(everything), "lastAt": max(everything), "completed": done, "rewatched": again}
    facts["points"] = 10.0 * again + 8 * done + 6 * ("share" in at) + 4 * ("comment" in at) + 2 * liked
    for name, kind, choose in (
        ("firstCompletionAt", "completion", min), ("lastCompletionAt", "completion", max), ("lastLikeAt", "like", max),
        ("firstShareAt", "share", min), ("firstCommentAt", "comment", min), ("lastUnlikeAt", "unlike", max),
    ):  # fmt: skip
        if kind in at:
            facts[name] = choose(at[kind])
    pushed = [one["at"] for told in of.values() for one in told if re.match("trending$|wave", one.get("source", ""))]
    facts |= {"firstPushedAt": min(pushed)} if pushed else {}
    for place, (watched, when) in enumerate(longest(of["view"], "at"), start=1):
        facts |= {f"view{place}Ms": watched, f"view{place}At": when}
    return facts


def expected(paths, now):
    """(nodes, edges) that the files say: (label, id) → (announced, properties), (type, from, to) → properties."""
    rows = list(read(paths))
    said = catalogue(rows)
    edges = {(kind, start, end): extra for kind, start, end, extra in links(said)}
    pairs = defaultdict(list)
    for event in (row for table, _, row in rows if table == "events" and may_be(row, now)):
        kind, at, user = event["kind"], ms(event["at"]), ("User", event["userId"])
        label, name = next((label, event[key]) for key, label in ENDS.items() if key in event)
        target = (label, name.casefold() if label == "Hashtag" else name)
        if kind in ON_VIDEO:
            pairs[user, target].append(event)
        elif kind == "report":
            told = (at, event.get("reason", ""))
            before = edges.get(("REPORTED", user, target), told)
            edges["REPORTED", user, target] = min(told, before, key=lambda one: (one[0], one[1].encode("utf-16-be")))
        else:
            edge = edges.setdefault((SWITCHES[kind.removeprefix("un")], user, target), {})
            name = "until" if kind.startswith("un") else "at"
            edge[name] = max(at, edge.get(name, 0))
    for key, told in edges.items():
        if key[0] == "REPORTED":
            edges[key] = {"at": told[0]} | ({"reason": told[1]} if told[1] else {})
    for (user, video), events in pairs.items():
        duration = said["Video"].get(video[1], {}).get("durationMs", (0, "", 0))[2]
        edges["ENGAGED", user, video] = engaged(events, duration)
    nodes = {end: (end[0] in ("Hashtag", "Sound"), {}) for _, start, end in edges for end in (start, end)}
    for label, found in said.items():
        for name, kept in found.items():
            own = {key: told[2] for key, told in kept.items() if key not in LINKS}
            newest = max((told[0] for told in kept.values()), default=0)
            nodes[label, name] = (True, own | ({"updatedAt": newest} if newest else {}))
    return nodes, edges


def held(session):
    """The same from the graph, by Cypher of its own."""
    nodes, edges = {}, {}
    for label, key in (("User", "id"), ("Video", "id"), ("Challenge", "id"), ("Hashtag", "name"), ("Sound", "id")):
        for node, announced in session.run(f"MATCH (n:{label}) RETURN properties(n), NOT n:Unannounced").values():
            own = {name: value for name, value in node.items() if name not in DERIVED | {key}}
            nodes[label, node[key]] = (announced, {} if label in ("Hashtag", "Sound") else own)
    ends = "[l IN labels({0}) WHERE NOT l IN ['Unannounced', 'Withheld']][0], coalesce({0}.id, {0}.name)"
    statement = f"""
        MATCH (a)-[r]->(b)
        WHERE NOT type(r) IN ['SIMILAR', 'FEATURED', 'OBSERVED', 'ASSIGNED', 'SHOWN', 'DECIDED', 'ABOUT',
          'ALIKE', 'HAS', 'REPOSTS', 'SAME_SOUND', 'SAME_AS', 'SPELLS', 'SAW', 'FOLDED', 'INVITED']
        RETURN type(r), properties(r), {ends.format("a")}, {ends.format("b")}"""
    for kind, properties, *both in session.run(statement).values():
        own = {key: value for key, value in properties.items() if not re.match(r"event\d|\w+CompletionId|listed", key)}
        edges[kind, tuple(both[:2]), tuple(both[2:])] = own
    return nodes, edges


def differences(session, paths, now):
    """What the graph holds otherwise than the files say, a line each; empty where they agree."""
    lines = []
    for wanted, found in zip(expected(paths, now), held(session), strict=True):
        lines += [f"missing: {key} {wanted[key]}" for key in wanted.keys() - found.keys()]
        lines += [f"too much: {key} {found[key]}" for key in found.keys() - wanted.keys()]
        both = wanted.keys() & found.keys()
        lines += [f"{key}: {found[key]} instead of {wanted[key]}" for key in both if wanted[key] != found[key]]
    return sorted(lines)


if __name__ == "__main__":
    now_, uri, user_, *files = sys.argv[1:]
    with neo4j.GraphDatabase.driver(uri, auth=(user_, os.environ["CONTENTGRAPH_PASSWORD"])) as driver:
        found_ = differences(driver.session(), [Path(file) for file in files], ms(now_))
    sys.stdout.writelines(f"{line}\n" for line in found_)
    sys.exit(bool(found_))
