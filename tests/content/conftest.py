"""Media made on the spot; skipped with a reason where the extra is not installed."""

import runpy
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
LACKS = [name for name in ("av", "cv2", "rapidocr", "nudenet", "lingua", "onnxruntime") if find_spec(name) is None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if LACKS:
        lacking = pytest.mark.skip(reason=f"the extra contentgraph[content] is not installed: no {', '.join(LACKS)}")
        for item in items:
            if item.path.is_relative_to(HERE):
                item.add_marker(lacking)


@pytest.fixture(scope="session")
def made() -> dict[str, Any]:
    """The names of benchmarks/media.py: videos of shapes, words and tones, and ways to copy them."""
    if LACKS:
        pytest.skip(f"the extra contentgraph[content] is not installed: no {', '.join(LACKS)}")
    return runpy.run_path(str(HERE.parents[1] / "benchmarks" / "media.py"))


@pytest.fixture(scope="session")
def media(made: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Some videos by name: one, another, and copies of the one."""
    folder = tmp_path_factory.mktemp("media")
    one, sound = made["clip"](1, seconds=6.0), made["tune"](1)
    found = {"one": made["save"](folder / "one.mp4", one, sound)}
    found["other"] = made["save"](folder / "other.mp4", made["clip"](2), made["tune"](2))
    for name in ("mirror, crop, re-encode", "border"):
        change, options = made["COPIES"][name]
        found[name] = made["save"](folder / f"{name.split(',')[0]}.mp4", change(one), sound, **options)
    found["silent"] = made["save"](folder / "silent.mp4", one[:24])
    return found
