"""The child process: a line of JSON in, a line of JSON out; it may be killed at any moment without harm.

``python -m contentgraph.content.child``; the first line says its bounds and models, each further line is one video.
"""

import os
import resource
import sys
from pathlib import Path
from typing import Any

import orjson

from contentgraph.errors import ContentGraphError, InvalidEvent


def main() -> None:
    """Serve until the input ends."""
    # What libraries print must not stand among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    lines = sys.stdin.buffer
    told = orjson.loads(lines.readline())
    resource.setrlimit(resource.RLIMIT_DATA, (told["bytes"], told["bytes"]))
    from contentgraph.content.analysing import Analyser

    models = (None if told[name] is None else Path(told[name]) for name in ("embedding", "reader"))
    analyser = Analyser(*models)
    for line in lines:
        answers.write(orjson.dumps(_answer(analyser, orjson.loads(line))) + b"\n")
        answers.flush()


def _answer(analyser: Any, task: dict[str, Any]) -> dict[str, Any]:
    try:
        found = analyser.analyse(task["path"], task["caption"], task["lines"])
    except InvalidEvent as error:
        return {"reason": error.reason, "message": str(error)}
    except MemoryError:
        return {"reason": "bad_media", "message": "it needs more memory than a video may"}
    except ContentGraphError as error:
        return {"fatal": str(error)}
    except Exception as error:  # noqa: BLE001 -- whatever a library makes of a broken file is one reject
        return {"reason": "bad_media", "message": f"it broke its analysis ({type(error).__name__}: {error})"[:300]}
    if task["path"] is not None and not found["hasSound"]:
        return {
            "facts": found,
            "reason": "unusable_sound",
            "message": "there is no sound in it; its pictures were analysed",
        }
    return {"facts": found}


if __name__ == "__main__":
    main()
