"""The second hop of the path count, every path counted: what the neighbours of neighbours lead to.

N = L · R is the path count (`contentgraph.graph.similarity`), N° the same without its diagonal: a path that comes back
to where it began says nothing, neither after one hop nor on the way through a second. Beside N stands

    walk · u · N° N°          u: the mean row sum of N° over that of N° N°

so that ``walk`` is 1 where a second hop brings as much as the first. Nothing of the size videos × videos is made:
rows of N° N° are rows of N° times L, times R, less rows of N° times the diagonal. It reaches what shares no viewer
with the history and says more of what is near it in many ways; with many short histories it says more than the first
(docs/quality.md, TikTok).

A second hop through the leading eigenvectors (`contentgraph.graph.spectrum`) is its cheap approximation.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats32 = npt.NDArray[np.float32]


class Hops(NamedTuple):
    """What a second hop needs besides the two sides of the path count; nothing where none is asked for."""

    back: Floats32
    """[videos] the diagonal of N."""
    unit: float
    """u; 0 where nothing leads on."""


def hops(left: "sparse.csr_matrix", right: "sparse.csr_matrix") -> Hops:
    """From L [videos × users] and R [users × videos]; by sums alone."""
    back = np.asarray(left.multiply(right.T).sum(axis=1), dtype=np.float64).ravel()
    one = left @ (right @ np.ones(right.shape[1])) - back
    two = left @ (right @ one) - back * one
    reached = float(two.sum())
    return Hops(back.astype(np.float32), float(one.sum()) / reached if reached > 0.0 else 0.0)


def walked(found: Hops, left: "sparse.csr_matrix", right: "sparse.csr_matrix", reached: Floats32) -> Floats32:
    """[rows × videos] u · reached · N°, where ``reached`` holds rows of N° or sums of them, dense."""
    further: Floats32 = np.ascontiguousarray((right.T.astype(np.float32) @ (left.T.astype(np.float32) @ reached.T)).T)
    further -= reached * found.back
    further *= np.float32(found.unit)
    return further
