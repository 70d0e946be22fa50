"""A chain of coupled variables, of which the first is the weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_discrete_lyapunov

from sparcelearn._core.jit import inlined

from ..kernels.counter_random import uniform
from ..kernels.levels import to_level
from ._synapse import Response, Synapse, check_count, check_number, two_level_start


@dataclass(frozen=True)
class BennaFusiSynapse(Synapse):
    """A bidirectional chain: vessels of increasing size, joined by ever narrower tubes [1]_.

    Variables u_1 to u_m, of which u_1 is the weight, change together at every update, also at
    those without a change; a proposed change I is added to the first, and u_{m+1} = 0::

        u_1 <- u_1 + I - alpha / r * (u_1 - u_2)
        u_k <- u_k + alpha * r^(2-2k) * (u_{k-1} - u_k) - alpha * r^(1-2k) * (u_k - u_{k+1})

    with r the ``ratio``. Variable k has a time scale of about r^(2k) updates. Memories decay as
    1 / sqrt(t) up to the slowest time scale. This is a model of memory: it does not prevent
    forgetting in learning from errors, which changes weights until the old is forgotten.

    Parameters
    ----------
    n_variables : int, default=8
        Length m of the chain, at least 1. About half of log2 of the number of synapses, minus
        2, is enough.
    alpha : float, default=0.25
        Speed of the flow, above 0 and at most 1.
    ratio : float, default=2.0
        Ratio of the sizes of neighbouring vessels, above 1.
    n_levels : int, tuple of int or None, default=None
        Number of levels of each variable, symmetric around 0. Variables are rounded up or down
        at random, so that the mean is kept, and stay within the levels. An integer is the
        number for the first variable; numbers then fall linearly to 2 for the last. None is
        real numbers.
    level_spacing : float, default=1.0
        Distance of levels, in units of the weight.

    References
    ----------
    .. [1] M. K. Benna, S. Fusi, "Computational principles of synaptic memory consolidation",
       Nature Neuroscience 19(12), 1697-1706, 2016.

    Examples
    --------
    >>> from sparcelearn.measures import memory_lifetime
    >>> from sparcelearn.readouts.synapses import BennaFusiSynapse
    >>> [memory_lifetime(BennaFusiSynapse(m), 10**6) for m in (1, 4, 8)]
    [46, 3505, 77068]
    """

    n_variables: int = 8
    alpha: float = 0.25
    ratio: float = 2.0
    n_levels: int | tuple[int, ...] | None = None
    level_spacing: float = 1.0

    def __post_init__(self) -> None:
        check_count(self, "n_variables", 1)
        check_number(self, "alpha", 0, 1, open_low=True)
        check_number(self, "ratio", 1, np.finfo(float).max, open_low=True)
        check_number(self, "level_spacing", 0, np.finfo(float).max, open_low=True)
        if np.iterable(self.n_levels):
            object.__setattr__(self, "n_levels", tuple(self.n_levels))
        levels = self.levels
        if levels is not None and (len(levels) != self.n_variables or min(levels) < 2):
            raise ValueError(
                "n_levels of BennaFusiSynapse must be None, an integer of at least 2, or one for "
                f"each of {self.n_variables} variables, got {self.n_levels!r}"
            )

    @property
    def levels(self) -> tuple[int, ...] | None:
        """Number of levels of each variable, None for real numbers."""
        if self.n_levels is None or isinstance(self.n_levels, tuple):
            return self.n_levels
        falling = np.linspace(self.n_levels, 2, self.n_variables)
        return tuple(int(n) for n in np.rint(falling))

    @property
    def n_hidden(self) -> int:
        """The number of variables after the first."""
        return self.n_variables - 1

    @property
    def switches(self) -> dict[str, bool]:
        """Whether variables are rounded."""
        return {"ROUNDS": self.levels is not None}

    @property
    def constants(self) -> NDArray[np.float64]:
        """Flows from the left and to the right, numbers of levels (0: none), and the spacing."""
        k = np.arange(1, self.n_variables + 1)
        left = self.alpha * float(self.ratio) ** (2 - 2 * k)
        left[0] = 0.0
        right = self.alpha * float(self.ratio) ** (1 - 2 * k)
        levels = self.levels or (0,) * self.n_variables
        return np.concatenate([left, right, levels, [self.level_spacing]])

    def start(
        self, shape: tuple[int, int], random_state: np.random.RandomState
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        is_even = np.array(self.levels or (1,) * self.n_variables) % 2 == 0
        half = 0.5 * self.level_spacing * is_even
        variables = two_level_start((*shape, self.n_variables), half, random_state)
        return variables[..., 0].copy(), variables[..., 1:].copy()

    def response(self) -> Response:
        n = self.n_variables
        left, right = self.constants[:n], self.constants[n : 2 * n]
        transition = np.diag(1 - left - right) + np.diag(left[1:], -1) + np.diag(right[:-1], 1)
        entry = np.eye(n)[0]
        # of real-valued variables: rounding adds noise
        covariance = solve_discrete_lyapunov(transition, np.outer(entry, entry))
        variance = np.array([covariance[0, 0]])
        return Response(transition, entry, entry[None], variance, np.ones(1))


# --- the text below this line goes into every generated module ---

AGES = True
ROUNDS = True


@inlined
def apply(w, dw, u, i, k, p, seed):
    """Update all variables from their old values, and add the change to the first."""
    n = u.shape[2] + 1
    left, here = 0.0, w
    new_w = w
    for j in range(n):
        right = u[i, k, j] if j < n - 1 else 0.0
        new = here + p[j] * (left - here) - p[n + j] * (here - right)
        if j == 0:
            new += dw
        if ROUNDS:
            new = to_level(new, p[2 * n + j], p[3 * n], uniform(seed, j))
        if j == 0:
            new_w = new
        else:
            u[i, k, j - 1] = new
        left, here = here, right
    return new_w
