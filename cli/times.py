"""Times on the command line: ISO 8601 or epoch ms."""

from typing import Annotated

import typer

from contentgraph.errors import InvalidEvent, UsageError

NowOption = Annotated[
    str | None, typer.Option("--now", help="ISO 8601 or epoch ms; that of the last night unless said.")
]


def time_of(name: str, said: str | None) -> int | None:
    """Epoch ms of what the option ``name`` says, None where it is not given.

    Raises:
        UsageError: it is no time.
    """
    from contentgraph.graph.fields import moment

    try:
        return None if said is None else moment(name, said)
    except InvalidEvent as error:
        raise UsageError(str(error)) from None
