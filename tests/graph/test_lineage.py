"""Lineage: who showed it to whom, told by hand; the tree has no circle, whatever is watched."""

import io

import networkx as nx
import numpy as np
import pytest

from contentgraph.graph.durations import HOUR_MS
from contentgraph.graph.lineage import Joined, lineage, to_networkx
from contentgraph.graph.pictures import spread_tree

HOUR = HOUR_MS
JOINED = [
    Joined("ana", "va", 0 * HOUR, "FR", "fr"),
    Joined("bob", "vb", 2 * HOUR, "FR", "fr"),
    Joined("cy", "vc", 3 * HOUR, "CI", "fr"),
    Joined("di", "vd", 9 * HOUR, "BR", "pt"),
    Joined("eve", "ve", 10 * HOUR),
    Joined("ana", "va2", 11 * HOUR, "FR", "fr"),
]
WATCHED = [
    ("bob", "va", HOUR),
    ("cy", "va", 1),
    ("cy", "vb", 2 * HOUR + 1),
    ("di", "vb", HOUR),
    ("ana", "vb", 5 * HOUR),
]


def told():
    return lineage(
        JOINED, watched=WATCHED, follows=[("di", "cy"), ("di", "bob"), ("bob", "cy")], remixes=[("ve", "vc")]
    )


def test_each_has_the_parent_who_showed_it_to_her():
    """Remixed before watched last before followed; nobody from one who joined later."""
    steps = {step.creator: (step.parent, step.how, step.generation) for step in told().steps}
    assert steps == {
        "ana": (None, "origin", 0),
        "bob": ("ana", "watched", 1),
        "cy": ("bob", "watched", 2),
        "di": ("bob", "watched", 2),
        "eve": ("cy", "remixed", 3),
    }


def test_what_is_told_of_the_whole():
    found = told()
    assert found.origin == "ana"
    assert found.first_followers == ("bob",)
    assert found.generations == (1, 1, 2, 1)
    assert found.countries_crossed == {("FR", "BR"): 1, ("FR", "CI"): 1}
    assert found.hours == {0: 1, 2 * HOUR: 1, 3 * HOUR: 1, 9 * HOUR: 1, 10 * HOUR: 1}
    assert lineage(JOINED, until=12 * HOUR).acceleration == pytest.approx((2 - 3) / 36)


def test_following_counts_where_nothing_was_watched():
    found = lineage(JOINED, follows=[("di", "ana"), ("di", "cy"), ("cy", "di")])
    assert {step.creator: step.parent for step in found.steps}["di"] == "cy"
    assert [step.how for step in found.steps] == ["origin", "alone", "alone", "follows", "alone"]


def test_communities_are_numbered_by_size_and_crossings_counted():
    one = [Joined(f"a{i}", f"va{i}", i) for i in range(5)]
    two = [Joined(f"b{i}", f"vb{i}", 10 + i) for i in range(3)]
    follows = [(f"a{i}", f"a{j}") for i in range(5) for j in range(i)]
    follows += [(f"b{i}", f"b{j}") for i in range(3) for j in range(i)]
    found = lineage([*one, *two], follows=follows, watched=[("b0", "va0", 5)], until=20)
    groups = {step.creator: step.community for step in found.steps}
    assert found.communities == 2
    assert {groups[f"a{i}"] for i in range(5)} == {0}
    assert found.communities_crossed == sum(
        groups[step.creator] != groups[step.parent] for step in found.steps if step.parent
    )


@pytest.mark.parametrize("seed", range(20))
def test_it_is_a_forest_in_time_whatever_is_said(seed):
    """Random joins at equal times, watching, following and remixing in circles."""
    rng = np.random.default_rng(seed)
    names = [f"u{i}" for i in range(12)]
    joined = [Joined(names[rng.integers(12)], f"v{i}", int(rng.integers(5))) for i in range(20)]
    pick = [(names[a], names[b]) for a, b in rng.integers(12, size=(30, 2))]
    watched = [(names[a], f"v{b}", int(rng.integers(5))) for a, b in rng.integers(12, size=(30, 2))]
    remixes = [(f"v{a}", f"v{b}") for a, b in rng.integers(20, size=(10, 2))]
    found = lineage(joined, watched=watched, follows=pick, remixes=remixes)
    tree = to_networkx(found)
    assert set(tree) == {one.creator for one in joined}
    assert nx.is_forest(tree) if tree.number_of_edges() else True
    at = {step.creator: step.at for step in found.steps}
    assert all(at[a] <= at[b] for a, b in tree.edges)
    assert sum(found.generations) == len(found.steps)
    shuffled = [joined[place] for place in rng.permutation(20)]
    assert lineage(shuffled, watched=watched[::-1], follows=pick[::-1], remixes=remixes) == found


def test_graphml_takes_it_and_gives_it_back():
    file = io.BytesIO()
    nx.write_graphml(to_networkx(told()), file)
    file.seek(0)
    back = nx.read_graphml(file)
    assert set(back.edges) == set(to_networkx(told()).edges)
    assert "country" not in back.nodes["eve"]


def test_the_picture_is_xml_and_escapes_names():
    from xml.etree import ElementTree

    odd = lineage([Joined('<&"\x01>', "v", 0), Joined("b", "w", 1)], follows=[("b", '<&"\x01>')])
    root = ElementTree.fromstring(spread_tree(odd, "a & b"))  # noqa: S314 -- our own text
    assert len(root.findall("{http://www.w3.org/2000/svg}circle")) == 2
    ElementTree.fromstring(spread_tree(lineage([]), "nobody"))  # noqa: S314 -- our own text


def test_nobody_joined():
    found = lineage([])
    assert (found.origin, found.steps, found.generations, found.communities) == (None, (), (), 0)
