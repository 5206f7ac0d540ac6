"""docs/queries.md is what the headers say."""

from pathlib import Path

from contentgraph.cypher import catalog
from contentgraph.cypher.reference import reference

DOCS = Path(__file__).parents[2] / "docs"


def test_the_committed_reference_is_the_generated_one() -> None:
    """Regenerate it by: contentgraph cypher --markdown > docs/queries.md"""
    assert (DOCS / "queries.md").read_text("utf-8") == reference()


def test_every_statement_has_its_entry_once() -> None:
    lines = reference().splitlines()
    assert sorted(line[4:] for line in lines if line.startswith("### ")) == sorted(catalog())
