"""Who may be drawn for a slot: whoever has room and may understand the video, as `audience.cypher` would leave her."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from contentgraph.loaders.waves.viewers import Viewers

LANGUAGES = st.sampled_from(["en", "fr", "th"])
PEOPLE = st.dictionaries(st.text("abc", min_size=1, max_size=4), st.lists(LANGUAGES, max_size=3), max_size=12)


def by_languages(people: dict[str, list[str]]) -> list[tuple[tuple[str, ...], list[str]]]:
    """As the statement tells of them."""
    found: dict[tuple[str, ...], list[str]] = {}
    for name, languages in people.items():
        found.setdefault(tuple(languages), []).append(name)
    return list(found.items())


@given(PEOPLE, st.none() | LANGUAGES | st.just("xx"), st.randoms(use_true_random=False))
def test_able_is_who_has_room_and_understands(people: dict[str, list[str]], language: str | None, rng: object) -> None:
    viewers = Viewers.of(by_languages(people), room=2)
    busy = [place for place in range(len(people)) if rng.random() < 0.3]  # type: ignore[attr-defined]
    viewers.free[busy] = 0
    wanted = [
        place
        for place, name in enumerate(sorted(people))
        if place not in busy and (language is None or not people[name] or language in people[name])
    ]
    assert viewers.able(language).tolist() == wanted


def test_taking_room_off_leaves_the_others() -> None:
    viewers = Viewers.of(by_languages({"b": ["fr"], "a": [], "c": ["fr", "en"]}), room=1)
    assert viewers.names.ids(viewers.able("fr")) == ["a", "b", "c"]
    viewers.free[np.array([1])] -= 1
    assert viewers.names.ids(viewers.able("fr")) == ["a", "c"]
    assert viewers.names.ids(viewers.able("en")) == ["a", "c"]
    assert viewers.names.ids(viewers.able("de")) == ["a"]
