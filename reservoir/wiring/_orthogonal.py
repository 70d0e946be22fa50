"""A random orthogonal matrix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState
from scipy import sparse

from .._distributions import Distribution
from ._topology import Edges, Topology


@dataclass(frozen=True)
class Orthogonal(Topology):
    """Every unit sends to every one, itself too; no direction grows or decays.

    The matrix is drawn uniformly among the orthogonal ones: the Q of a QR decomposition of normal
    numbers, with the signs of the diagonal of R.

    Parameters
    ----------
    weights : Distribution, default=None
        Must be None: the weights are those of the orthogonal matrix.

    References
    ----------
    Mezzadri, "How to generate random matrices from the classical compact groups", Notices of the
    American Mathematical Society 54, 592-604, 2007.

    Examples
    --------
    >>> import numpy as np
    >>> from numpy.random import RandomState
    >>> from sparcelearn.reservoir import Orthogonal
    >>> matrix = Orthogonal().sample(RandomState(0), n_units=3).toarray()
    >>> np.allclose(matrix @ matrix.T, np.eye(3))
    True
    """

    def _check(self) -> None:
        if self.weights is not None:
            raise ValueError("weights must be None: those of an orthogonal matrix are given.")

    def edges(self, random_state: RandomState, n_units: int, n_excitatory: int) -> Iterator[Edges]:
        sources, targets = np.divmod(np.arange(n_units**2), n_units)
        yield sources, targets

    def sample(
        self,
        random_state: RandomState,
        n_units: int,
        n_excitatory: int | None = None,
        weights: Distribution | None = None,
    ) -> sparse.csr_array:
        q, r = np.linalg.qr(random_state.normal(size=(n_units, n_units)))
        return sparse.csr_array(q * np.where(np.diagonal(r) < 0, -1.0, 1.0))
