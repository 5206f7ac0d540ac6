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
