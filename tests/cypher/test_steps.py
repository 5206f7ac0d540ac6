"""Steps that go before all others, without a server."""

import pytest

from contentgraph.cypher import Steps, read
from contentgraph.cypher.steps import First, drive
from contentgraph.errors import Unreachable


def question(name: str) -> Steps[str]:
    """Asks for ``name``, and answers it."""
    yield from read(name)
    return name


def test_what_is_due_goes_first_until_it_has_come_to_its_end() -> None:
    """So a schema that could not be looked at on opening is looked at before anything else is asked."""
    first, asked = First(), []
    first.put(lambda: question("settings"))

    def away(_: object) -> None:
        raise Unreachable("away")

    with pytest.raises(Unreachable):
        drive(first.then(question("suggest")), away)
    for _ in range(2):
        assert drive(first.then(question("suggest")), lambda step: asked.append(step.name)) == "suggest"
    assert asked == ["settings", "suggest", "suggest"]
