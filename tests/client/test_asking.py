"""What a caller gets wrong is a UsageError with the value and what to give, before Neo4j is asked."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from contentgraph.client import asking, explaining, trends
from contentgraph.client.suggesting import Wish
from contentgraph.errors import UsageError


def wish(user: str = "u1", **told: Any) -> Wish:
    return Wish.of(user, 20, **({"explore": 0.0, "topic": None, "language": "en", "seed": None} | told))


def trending(**told: Any) -> object:
    return next(trends.trending("hashtag", **({"country": None, "hours": 24, "limit": 10, "user": None} | told)))


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: wish(seed=-1), "seed is -1; give a whole number, 0 or more"),
        (lambda: wish(seed="7"), "seed is '7'"),
        (lambda: wish(seed=True), "seed is True"),
        (lambda: wish("\udcff"), r"user is '\\udcff', which UTF-8 cannot say; give its id, text in UTF-8"),
        (lambda: next(asking.viewer("a\udcff")), "user is 'a"),
        (lambda: asking.check_entity("hashtag", "\udcff"), "id is "),
        (lambda: next(explaining.explain("\udcff", "v1", language="en")), "user is "),
        (
            lambda: next(asking.example_users(2**70, 5)),
            f"history is {2**70}; give a whole number from 0 to {2**63 - 1}",
        ),
        (lambda: next(asking.example_users(-1, 5)), "history is -1"),
        (lambda: next(asking.example_users(2.5, 5)), "history is 2.5"),  # type: ignore[arg-type]
        (lambda: trending(hours="24"), "the window is '24' hours; give 1 to 720"),
        (lambda: trending(hours=float("nan")), "the window is nan hours"),
        (lambda: trending(country=5), "country is 5; give an ISO 3166-1 alpha-2 code"),
        (lambda: trending(language=5), "language is 5; give a code such as fr"),
        (lambda: next(trends.pulse("hashtag", "dance", country=b"FR", language=None)), "country is b'FR'"),  # type: ignore[arg-type]
        (lambda: trends.span(None, 24), "window is 24; give hours or days"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_used_is_said(ask: Callable[[], object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        ask()


def test_a_seed_may_be_any_whole_number_from_0_up() -> None:
    """As numpy takes it: such as 128 random bits."""
    for seed in (0, 2**128, np.int64(3)):
        assert wish(seed=seed).seed == seed
    assert wish().seed is None


def test_ids_of_every_script_are_ids() -> None:
    for name in ("é", "ダンス", "💃", "a b"):
        assert asking.check_id("user", name) == name
