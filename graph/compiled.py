"""Functions that numba compiles, kept between processes where there is a place to keep them."""

from collections.abc import Callable
from typing import Any

import numba


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """``numba.njit`` without the interpreter's lock; ``options`` are numba's.

    What was compiled is kept beside the module, in numba's folder of the user, or in ``NUMBA_CACHE_DIR``. Where none of
    them can be written each process compiles for itself.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        try:
            return numba.njit(cache=True, nogil=True, **options)(function)
        except RuntimeError:  # "no locator available"
            return numba.njit(nogil=True, **options)(function)

    return decorate
