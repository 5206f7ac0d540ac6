"""The exchange with networkx, without a server: names, bounds, and what XML can hold."""

import io
from typing import Any

import networkx as nx
import pytest

from contentgraph.client.exchange import _add, _plain, parse_centre
from contentgraph.errors import UsageError


def edge(key: str, *, outgoing: bool = True, **more: Any) -> dict[str, Any]:
    node = more.pop("node", {})
    return {"type": "SIMILAR", "outgoing": outgoing, "properties": more, "key": key, "label": "Video", "node": node}


def test_a_relationship_met_from_both_ends_is_one_edge() -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node("video:a")
    _add(graph, [{"label": "Video", "key": "a", "edges": [edge("b", weight=0.5)]}], 10)
    _add(graph, [{"label": "Video", "key": "b", "edges": [edge("a", outgoing=False, weight=0.5)]}], 10)
    assert list(graph.edges(keys=True)) == [("video:a", "video:b", "SIMILAR")]


def test_a_full_graph_takes_edges_but_no_nodes() -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from(["video:a", "video:b"])
    new = _add(graph, [{"label": "Video", "key": "a", "edges": [edge("b"), edge("c")]}], 2)
    assert new == []
    assert list(graph.edges()) == [("video:a", "video:b")]


def test_properties_become_what_graphml_holds() -> None:
    """No None, no list, no control character; a property named like one of ours gives way."""
    plain = _plain({"caption": "a\x00\x1bb\n🤝", "languages": ["fr", "en"], "score": 1.5, "kind": None, "label": "x"})
    assert plain == {"caption": "ab\n🤝", "languages": "fr en", "score": 1.5}
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node("n", **plain)
    file = io.BytesIO()
    nx.write_graphml(graph, file)
    file.seek(0)
    assert nx.read_graphml(file).nodes["n"] == plain


@pytest.mark.parametrize("around", ["u1", "people:u1", "user:", ("user", ""), ("User", "u1")])
def test_a_centre_is_a_kind_and_an_id(around: Any) -> None:
    with pytest.raises(UsageError, match="give kind:id"):
        parse_centre(around)


def test_an_id_may_hold_colons() -> None:
    assert parse_centre("sound:title:original sound") == ("Sound", "title:original sound")
