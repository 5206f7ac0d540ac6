"""Of equally new titles of a sound the same one is told by a rebuild as by Neo4j."""

from types import SimpleNamespace
from typing import cast

from contentgraph.graph.catalogue import check_row, merge
from contentgraph.loaders.staged import Staged, sound_titles

NOW = 1_793_491_200_000


def test_texts_are_in_the_order_of_utf_16_units() -> None:
    """U+FE0F is beyond any half of a surrogate pair, and before any whole one."""
    titles = {"v1": "☀\ufe0f summer", "v2": "☀🎵 summer"}
    told = [{"id": name, "soundId": "s1", "soundTitle": said} for name, said in titles.items()]
    rows = {str(each["id"]): merge(None, check_row("videos", each, stated_at=NOW, now=NOW)) for each in told}
    graph = SimpleNamespace(tables={"videos": rows}, ends=lambda _: [("v1", "s1"), ("v2", "s1")])
    assert sound_titles(cast(Staged, graph)) == {"s1": {"title": "☀\ufe0f summer"}}
