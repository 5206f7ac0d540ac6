"""Whether a time that somebody says is now may be it.

One wrong unit would end the waves, lose what was shown, or make a decision hold against all that follow.
"""

from contentgraph.errors import InvalidEvent, UsageError
from contentgraph.graph.fields import FUTURE_SKEW_MS, OLDEST_MS, past, seen


def checked_now(now: object, latest: int, name: str = "now") -> int:
    """``now``, if it is a whole number of epoch ms from 2005-01-01 to ``latest`` + 5 minutes, both inclusive.

    ``latest``: the clock, or what the graph already knows of where that is later, epoch ms. ``name``: of the argument.

    >>> checked_now(1_793_491_200_000, 1_793_491_200_000)
    1793491200000
    >>> checked_now(1_793_491_200, 1_793_491_200_000)
    Traceback (most recent call last):
        ...
    contentgraph.errors.UsageError: now is 1793491200, before 2005-01-01 (seconds? give milliseconds)

    Raises:
        UsageError: it is not.
    """
    if isinstance(now, bool) or not isinstance(now, int):
        raise UsageError(f"{name} is {seen(now)}; give epoch milliseconds, a whole number")
    if now > latest + FUTURE_SKEW_MS:
        hint = " (microseconds? give milliseconds)" if OLDEST_MS <= now // 1000 <= latest + FUTURE_SKEW_MS else ""
        raise UsageError(
            f"{name} is {seen(now)}, later than the clock and all that the graph knows ({latest}) + 5 minutes{hint}; "
            "check it, or leave it out"
        )
    try:
        return past(name, now, latest)
    except InvalidEvent as error:
        raise UsageError(str(error)) from None
