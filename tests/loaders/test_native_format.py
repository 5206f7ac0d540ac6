"""docs/native-format.md says what the code does: the same fields, kinds, codes and bounds."""

import re
from pathlib import Path

import pytest

from contentgraph.graph.events import EITHER_KINDS, KINDS, MUTING_KINDS, USER_KINDS
from contentgraph.graph.properties import RATINGS
from contentgraph.graph.properties import USER_KINDS as ACCOUNT_KINDS
from contentgraph.graph.rejections import REASONS
from contentgraph.loaders.source_native import FIELDS

TEXT = (Path(__file__).parents[2] / "docs" / "native-format.md").read_text("utf-8")


def section(title):
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)[1]


def table(title, head):
    """First cell → rest of the row, of the table under a heading whose first column is ``head``."""
    rows = re.search(rf"^\| {head} \|.*?\n\|[-|]+\n((?:\|.*\n)+)", section(title), re.MULTILINE)[1]
    cells = [[cell.strip() for cell in line.strip("|\n").split(" | ")] for line in rows.splitlines()]
    return {row[0].strip("`"): row[1] for row in cells}


def test_the_documented_reason_codes_are_the_closed_set():
    assert table("Rejected rows", "reason") == dict(REASONS)


@pytest.mark.parametrize("name", FIELDS)
def test_the_documented_fields_are_those_that_are_read(name):
    assert set(table(name, "field")) == set(FIELDS[name])


def test_the_documented_kinds_and_targets_are_those_of_the_code():
    kinds = table("events", "kind")
    assert list(kinds) == list(KINDS)
    for kind, target in kinds.items():
        assert target.startswith("`targetId`" if kind in USER_KINDS else "`videoId`")
        assert ("targetId" in target) == (kind in USER_KINDS | EITHER_KINDS)
        assert ("soundId" in target) == ("hashtag" in target) == (kind in MUTING_KINDS)


def test_the_documented_choices_are_those_of_the_code():
    assert set(re.findall(r"`(\w+)`", table("users", "field")["kind"])) == ACCOUNT_KINDS
    assert set(re.findall(r"`(\w+)`", table("videos", "field")["rating"])) == RATINGS
