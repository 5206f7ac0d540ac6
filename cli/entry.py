"""From the arguments to an exit code; every error is one line on stderr, never a traceback unless ``--debug``."""

import os
import sys
from collections.abc import Sequence

from contentgraph.cli.options import hoist
from contentgraph.cli.streams import drop, steady
from contentgraph.errors import ContentGraphError

INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 fine, 2 wrong usage, others as ``contentgraph.errors`` says."""
    given = list(sys.argv[1:] if argv is None else argv)
    kept = dict(os.environ)
    try:
        with steady():
            return _answered(given)
    finally:
        os.environ.clear()
        os.environ.update(kept)


def _answered(given: list[str]) -> int:
    arguments: Sequence[str] = ["--debug"] if "--debug" in given else []
    try:
        arguments = hoist(given)
        return _run(list(arguments))
    except ContentGraphError as error:
        return _fail(str(error), error.exit_code, error, arguments)
    except KeyboardInterrupt as error:
        return _fail("interrupted", INTERRUPTED, error, arguments)
    except BrokenPipeError:
        # The reader has gone (| head): nothing to say, and nothing left to flush.
        drop("stdout")
        return 1
    except Exception as error:  # noqa: BLE001 -- the last door: a bug becomes one line too
        if hasattr(error, "format_message"):  # the parser's own, whichever version of it
            return _fail(f"{error.format_message()} (try 'contentgraph --help')", 2, error, arguments)
        if _interrupted(error):
            return _fail("interrupted", INTERRUPTED, error, arguments)
        what = f"unexpected {type(error).__name__}: {error}"
        return _fail(f"{what} (run again with --debug for the traceback)", 1, error, arguments)


def _run(arguments: list[str]) -> int:
    from typer.main import get_command

    from contentgraph.cli.app import app
    from contentgraph.loaders.roomy import roomy

    roomy()
    code = get_command(app).main(args=arguments, prog_name="contentgraph", standalone_mode=False)
    if code == INTERRUPTED:  # what the parser makes of an interruption
        raise KeyboardInterrupt
    sys.stdout.flush()
    return code if isinstance(code, int) else 0


def _interrupted(error: BaseException) -> bool:
    """Whether ``error`` came of what was being cleaned up after an interruption."""
    seen: set[int] = set()
    last: BaseException | None = error
    while last is not None and id(last) not in seen:
        if isinstance(last, KeyboardInterrupt):
            return True
        seen.add(id(last))
        last = last.__cause__ or last.__context__
    return False


def _fail(message: str, code: int, error: BaseException, arguments: Sequence[str]) -> int:
    if "--debug" in arguments:
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    print("contentgraph: " + " ".join(message.split()), file=sys.stderr)  # noqa: T201 -- the command line speaks
    return code
