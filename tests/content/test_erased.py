"""Which videos were erased, asked by their salted hashes."""

from typing import Any

from contentgraph.content.erased import erased
from contentgraph.graph.erasure import tombstone


def test_a_video_is_erased_by_any_of_the_salts_and_a_user_of_its_id_is_another() -> None:
    """Without salts nobody was erased, and nothing more is asked."""
    asked: list[str] = []
    salts, graves = ["00", "01"], {tombstone("01", "video", "v1"), tombstone("00", "user", "v2")}

    def ask(name: str, **params: Any) -> list[dict[str, Any]]:
        asked.append(name)
        if name == "settings":
            return [{"settings": {"erasureSalts": salts} if salts else {}}]
        return [{"hash": one} for one in params["hashes"] if one in graves]

    assert erased(ask, ["v1", "v2", "v3"]) == {"v1"}
    assert asked == ["settings", "tombstones_among"]
    salts.clear()
    assert erased(ask, ["v1"]) == frozenset()
    assert asked[2:] == ["settings"]
