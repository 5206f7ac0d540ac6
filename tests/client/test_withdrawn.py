"""The list beside a snapshot's file: who reads it knows every takedown that holds, and where."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contentgraph.client.withdrawn import beside, places, read, replaced, tell

PLACES = st.tuples(st.sampled_from(["v1", "v2", "é"]), st.sampled_from([None, "DE", "FR"]))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(PLACES, st.booleans()), max_size=8), st.booleans())
def test_what_was_said_last_of_a_video_and_a_place_holds(tmp_path: Path, said: list[tuple], anew: bool) -> None:
    """Everywhere and each country by themselves; so it is when the list is written anew."""
    path = tmp_path / "snapshot"
    beside(path).unlink(missing_ok=True)
    for place, down in said:
        tell(path, [place], down=down)
    if anew:
        replaced(path)
    assert read(path).videos == {place for place, down in dict(said).items() if down}
    assert read(path).reopened == int(anew)


def test_a_video_that_is_gone_for_good_is_named_no_more(tmp_path: Path) -> None:
    path = tmp_path / "snapshot"
    tell(path, [*places(["v1", "v2"], ["DE", "FR"]), *places(["v1"])], down=True)
    replaced(path, ["v1"])
    assert read(path).videos == {("v2", "DE"), ("v2", "FR")}
    assert "v1" not in beside(path).read_text()
