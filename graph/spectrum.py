"""A filter on the leading eigenvectors of the path count: blunter where videos are merely popular, deeper where
tastes are.

The path count N = D_i^-β Rᵀ D_u^-γ R D_i^-δ is similar to the symmetric S = D_i^-x Rᵀ D_u^-γ R D_i^-x = V Λ Vᵀ with x
= (β+δ)/2: N = D_i^-a S D_i^a, a = (β-δ)/2. The leading eigenvectors carry what everybody watches; each further one a
finer taste. Instead of S the filtered

    g(S) = S + V diag(g(λ) - λ) Vᵀ        g(λ) = (λ + second_hop · λ²/λ̄ + low_rank · λ̄₁) · exp(-sharpen · λ/λ̄)

is used, V the ``rank`` leading eigenvectors of S without its diagonal (no path comes back to where it began), λ̄ the
mean of their eigenvalues. ``second_hop`` walks on to what the neighbours lead to, ``low_rank`` lifts the first
``leading`` directions alike, an ideal low-pass (λ̄₁: the mean of their eigenvalues, 0 for all others), and ``sharpen``
takes from those in which videos are merely popular. Hundreds of directions say what a place is near to; a dozen say
what kind of audience a video has, all that short histories tell.

References: the ideal low-pass beside the linear filter is GF-CF (Shen et al., CIKM 2021,
doi:10.1145/3459637.3482264); the exponential is the end of the sharpening process of BSPM (Choi et al., SIGIR 2023,
doi:10.1145/3539618.3591645) in closed form; free exponents of the degrees are LinkProp's (Fu et al., WWW Companion
2022, doi:10.1145/3487553.3524712). The eigenvectors come from a randomised subspace iteration (Halko, Martinsson,
Tropp, SIAM Review 53 (2011), doi:10.1137/090771806).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats32 = npt.NDArray[np.float32]

OVERSAMPLED = 32
"""Further directions that are followed and thrown away."""
ITERATIONS = 5
"""Passes of the subspace iteration; the gain is a smooth function, so the last eigenvectors need not be exact."""
ALONE = 1e-5
"""A video whose paths to all others are this share of those back to itself, or less, has none that float32 can tell."""


class Spectrum(NamedTuple):
    """Leading eigenpairs of S, largest first."""

    vectors: Floats32
    """[videos × rank], orthonormal columns."""
    values: npt.NDArray[np.float64]
    """[rank], λ, 0 or more, descending."""


def spectrum(half: "sparse.csr_matrix", rank: int, rng: np.random.Generator) -> Spectrum:
    """The leading eigenpairs of halfᵀ · half without its diagonal; none where no two videos share a viewer.

    A video that shares none has a row of zeros: what rounding left of its diagonal would be a direction of its own.

    Parameters:
        half: [users × videos] D_u^(-γ/2) R D_i^-x, float32.
        rank: eigenpairs wanted; fewer come back where the matrix has no more.
    """
    users, videos = half.shape
    width = min(rank + OVERSAMPLED, users, videos)
    if width == 0 or half.nnz == 0:
        return Spectrum(np.zeros((videos, 0), dtype=np.float32), np.zeros(0))
    back = half.T.tocsr()
    own = np.asarray(half.multiply(half).sum(axis=0), dtype=np.float32).ravel()[:, None]
    alone = _alone(half, back)
    if alone.all():
        return Spectrum(np.zeros((videos, 0), dtype=np.float32), np.zeros(0))
    basis = rng.standard_normal((videos, width), dtype=np.float32)
    for _ in range(ITERATIONS):
        reached = back @ (half @ basis) - own * basis
        reached[alone] = 0.0
        basis = _orthonormal(reached)
    seen = half @ basis
    small = (seen.T @ seen - basis.T @ (own * basis)).astype(np.float64)
    values, turn = np.linalg.eigh(small)
    order = np.argsort(-values)[: min(rank, width)]
    kept = order[values[order] > float(values.max(initial=0.0)) * 1e-6]
    return Spectrum(np.ascontiguousarray(basis @ turn[:, kept].astype(np.float32)), values[kept])


def _alone(half: "sparse.csr_matrix", back: "sparse.csr_matrix") -> npt.NDArray[np.bool_]:
    """[videos] which have no path to another: halfᵀ · half · 1 is its diagonal there."""
    every = back @ (half @ np.ones(half.shape[1]))
    own = np.bincount(half.indices, weights=half.data.astype(np.float64) ** 2, minlength=half.shape[1])
    found: npt.NDArray[np.bool_] = every - own <= ALONE * own
    return found


def _orthonormal(block: Floats32) -> Floats32:
    """An orthonormal basis of the block's columns, by the eigenvectors of its Gram matrix.

    Many times faster than Householder's on tall blocks; what float32 cannot tell from zero is left out.
    """
    values, turn = np.linalg.eigh((block.T @ block).astype(np.float64))
    kept = values > float(values.max(initial=0.0)) * 1e-10
    basis: Floats32 = block @ (turn[:, kept] / np.sqrt(values[kept])).astype(np.float32)
    return basis


def gain(
    values: npt.NDArray[np.float64], sharpen: float, low_rank: float, second_hop: float, leading: int
) -> npt.NDArray[np.float64]:
    """g(λ) - λ of each eigenvalue."""
    if not values.size:
        return values
    mean = float(values.mean())
    lifted = np.where(np.arange(values.size) < leading, values[:leading].mean(), 0.0)
    walked = values + second_hop * values**2 / mean + low_rank * lifted
    filtered: npt.NDArray[np.float64] = walked * np.exp(-sharpen * values / mean)
    return filtered - values
