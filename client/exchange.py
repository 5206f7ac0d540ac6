"""A neighbourhood of the graph as networkx, the exchange format: typed, bounded, and writable as GraphML."""

from collections.abc import Mapping

import networkx as nx

from contentgraph.client.asking import check_id, check_whole, viewer
from contentgraph.cypher import Record, Steps, read
from contentgraph.errors import NotFound, UsageError

LABELS = {"user": "User", "video": "Video", "hashtag": "Hashtag", "sound": "Sound", "challenge": "Challenge"}
WIDEST = 10_000
"""A node of more relationships is only left along its outgoing ones (a creator's videos, a tag's featured ones)."""
HOPS_MAX = 5

Centre = str | tuple[str, str]


def parse_centre(around: Centre) -> tuple[str, str]:
    """(label, key) of ``user:u1`` or ``("user", "u1")``; a hashtag's # is dropped and its case folded.

    >>> parse_centre('hashtag:#FYP')
    ('Hashtag', 'fyp')

    Raises:
        UsageError: the kind is unknown or the key is missing.
    """
    kind, _, key = around.partition(":") if isinstance(around, str) else (around[0], "", around[1])
    if kind not in LABELS or not key:
        raise UsageError(f"around is {around!r}; give kind:id with one of {', '.join(LABELS)}, such as user:u1")
    if kind == "hashtag":
        key = key.lstrip("#").casefold()
    return LABELS[kind], check_id(kind, key)


def to_networkx(
    *, around: Centre, hops: int, limit: int, per_type: int, user: str | None
) -> "Steps[nx.MultiDiGraph[str]]":
    """See :meth:`contentgraph.client.graph.Graph.to_networkx`."""
    label, key = parse_centre(around)
    check_whole("hops", hops, 0, HOPS_MAX)
    check_whole("limit", limit, 1)
    check_whole("per_type", per_type, 1)
    if user is None and label == "User":
        user = key
    if user is not None:
        yield from viewer(user)
    frontier = [(label, key)]
    rows = yield from _ask(frontier, user, per_type)
    if not rows:
        raise NotFound(f"no {label.lower()} {key!r} that may be shown; check its id, or load a file that names it")
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(around=name(label, key), hops=hops)
    graph.add_node(name(label, key), label=label, key=key, **_plain(rows[0]["properties"]))
    for hop in range(hops):
        frontier = _add(graph, rows, limit)
        rows = (yield from _ask(frontier, user, per_type)) if hop + 1 < hops else []
    return graph


def name(label: str, key: str) -> str:
    """A node's name in the networkx graph.

    >>> name('User', 'u1')
    'user:u1'
    """
    return f"{label.lower()}:{key}"


def _ask(frontier: list[tuple[str, str]], user: str | None, per_type: int) -> Steps[list[Record]]:
    nodes = [{"label": label, "key": key} for label, key in frontier]
    if not nodes:
        return []
    return (yield from read("neighbourhood", nodes=nodes, userId=user, widest=WIDEST, perType=per_type))


def _add(graph: "nx.MultiDiGraph[str]", rows: list[Record], limit: int) -> list[tuple[str, str]]:
    """Add the rows' edges, and new nodes while there is room for them; the new nodes."""
    new: list[tuple[str, str]] = []
    for row in sorted(rows, key=lambda row: (row["label"], row["key"])):
        here = name(row["label"], row["key"])
        for edge in row["edges"]:
            there = name(edge["label"], edge["key"])
            if there not in graph:
                if len(graph) >= limit:
                    continue
                graph.add_node(there, label=edge["label"], key=edge["key"], **_plain(edge["node"]))
                new.append((edge["label"], edge["key"]))
            source, target = (here, there) if edge["outgoing"] else (there, here)
            # One relationship is one edge, whichever end it is met from.
            graph.add_edge(source, target, key=edge["type"], type=edge["type"], **_plain(edge["properties"]))
    return new


def _plain(properties: Mapping[str, object]) -> dict[str, str | int | float | bool]:
    """What GraphML can hold: no None, lists joined by blanks; ``label``, ``key`` and ``type`` are ours."""
    plain: dict[str, str | int | float | bool] = {}
    for field, value in sorted(properties.items()):
        if isinstance(value, list):
            plain[field] = _xml(" ".join(map(str, value)))
        elif isinstance(value, str) and field not in ("label", "key", "type"):
            plain[field] = _xml(value)
        elif isinstance(value, int | float | bool) and field not in ("label", "key", "type"):
            plain[field] = value
    return plain


def _xml(text: str) -> str:
    """``text`` without the characters that XML 1.0 cannot hold."""
    return "".join(
        character
        for character in text
        if character in "\t\n\r"
        or " " <= character <= "\ud7ff"
        or "\ue000" <= character <= "\ufffd"
        or character >= "\U00010000"
    )
