"""Whether a value can be a parameter: a finite number within its bounds."""

import math

from contentgraph.errors import UsageError


def number(
    owner: str,
    name: str,
    value: object,
    *,
    least: float = -math.inf,
    most: float = math.inf,
    above: float | None = None,
    whole: bool = False,
) -> None:
    """Pass a number from ``least`` to ``most``, both inclusive, more than ``above``.

    Raises:
        TypeError: no number at all, or one with a fraction where a whole one is wanted.
        UsageError: not finite, or out of bounds.
    """
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        raise TypeError(f"{owner}'s {name} is {value!r}, not a {'whole ' if whole else ''}number")
    if not math.isfinite(value):
        raise UsageError(f"{owner}'s {name} is {value!r}; give a finite number.")
    if not least <= value <= most or (above is not None and not value > above):
        bound = f"more than {above:g}" if above is not None else f"{least:g} or more"
        told = bound if most == math.inf else f"{least:g} to {most:g}"
        raise UsageError(f"{owner}'s {name} is {value!r}; give {told}.")
