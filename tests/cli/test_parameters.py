"""-P key=value, typed by the statement's header."""

import pytest

from contentgraph.cli.statements import parameters
from contentgraph.cypher import load
from contentgraph.errors import UsageError


def test_values_get_the_type_that_the_header_declares() -> None:
    """A STRING stays as it is, even if it looks like a number; lists and maps are JSON."""
    assert parameters(load("suggest"), ["userId=7", "limit=7"]) == {"userId": "7", "limit": 7}
    assert parameters(load("cards"), ['ids=["v1", "v=2"]', "userId=a=b"]) == {"userId": "a=b", "ids": ["v1", "v=2"]}
    assert parameters(load("put_settings"), ['properties={"now": 1}']) == {"properties": {"now": 1}}


def test_what_may_be_null_may_be_left_out() -> None:
    given = ["kind=challenge", "country=ZZ", "hours=24", "limit=5"]
    assert parameters(load("trending"), given)["userId"] is None


@pytest.mark.parametrize("given", [["ids=v1"], ['ids={"a": 1}'], ["ids=[]", "ids=[]"], ["ids"], ["id=[]"], []])
def test_anything_else_is_refused(given: list[str]) -> None:
    with pytest.raises(UsageError):
        parameters(load("cards"), given)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("suggest", "limit=99999999999999999999"),
        ("suggest", "limit=9223372036854775808"),
        ("suggest", "limit=-9223372036854775809"),
        ("put_settings", 'properties={"now": [99999999999999999999]}'),
    ],
)
def test_a_whole_number_that_neo4j_cannot_hold_is_refused(name: str, given: str) -> None:
    """Wherever it stands in the value; 64 bits are taken."""
    with pytest.raises(UsageError, match="whole numbers from -9223372036854775808 to 9223372036854775807"):
        parameters(load(name), ["userId=u", given] if name == "suggest" else [given])
    for most in (2**63 - 1, -(2**63)):
        assert parameters(load("suggest"), ["userId=u", f"limit={most}"])["limit"] == most
