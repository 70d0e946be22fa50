"""Information processing capacity: memory of the input and of products of its past."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import eval_legendre

from ._arrays import as_signal, as_states
from ._capacity import Projector, check_max_delay

__all__ = ["information_processing_capacity"]

BATCH = 256  # targets projected at once


def information_processing_capacity(
    X: ArrayLike,
    u: ArrayLike,
    max_degree: int,
    max_delay: int | Sequence[int],
    *,
    threshold: float | str = "auto",
) -> NDArray[np.float64]:
    r"""Return the capacity of each degree: how well the states encode products of past inputs.

    The targets of degree :math:`d` are all products

    .. math:: \prod_i P_{d_i}\big(u(t - k_i)\big), \qquad \sum_i d_i = d

    of Legendre polynomials at different delays. They are orthogonal for uniform input, so their
    capacities sum, over all degrees and delays, to at most the number of units; exactly to that
    number if the reservoir forgets its initial state and its units are linearly independent.
    Degree 1 is the memory capacity.

    Parameters
    ----------
    X : array-like of shape (n_steps, n_units)
        States during the input, after the washout.
    u : array-like of shape (n_steps,)
        The input at the same steps: independent and uniform in [-1, 1].
    max_degree : int
        Highest degree. The number of targets grows fast with it.
    max_delay : int or sequence of int, one for each degree
        Longest delay, in steps.
    threshold : float or "auto", default="auto"
        Capacities up to this count as 0. States of n units explain about n / n_steps of any
        target by chance; ``"auto"`` is exceeded by chance once in 10,000 times.

    Returns
    -------
    ndarray of shape (max_degree,)
        Capacity of degree 1, 2, ...

    References
    ----------
    Dambre, Verstraeten, Schrauwen, Massar, "Information processing capacity of dynamical
    systems", Scientific Reports 2, 514, 2012.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.measures import information_processing_capacity
    >>> u = np.random.RandomState(0).uniform(-1, 1, 4000)
    >>> X = np.stack([u, np.roll(u, 1), u * np.roll(u, 1)], axis=1)
    >>> information_processing_capacity(X, u, max_degree=3, max_delay=3).round(2)
    array([2., 1., 0.])
    """
    X = as_states(X)
    signal = as_signal(u, X)
    if np.abs(signal).max() > 1:
        raise ValueError(
            f"u must be uniform in [-1, 1], not from {signal.min():g} to {signal.max():g}."
        )
    if max_degree < 1:
        raise ValueError(f"max_degree must be at least 1, not {max_degree}.")
    if np.ndim(max_delay) > 0 and np.shape(max_delay) != (max_degree,):
        raise ValueError(f"max_delay must have a value for each of the {max_degree} degrees.")
    delays = np.broadcast_to(max_delay, max_degree).tolist()
    longest = max(check_max_delay(k, len(X)) for k in delays)
    projector = Projector(X[longest:], threshold)
    polynomials = [eval_legendre(d, signal) for d in range(max_degree + 1)]
    capacities = np.zeros(max_degree)
    for degree, delay in enumerate(delays, start=1):
        targets = _targets(polynomials, degree, delay, longest)
        while batch := list(itertools.islice(targets, BATCH)):
            capacities[degree - 1] += projector.capacities(np.stack(batch, axis=1)).sum()
    return capacities


def _targets(
    polynomials: Sequence[NDArray[np.floating]], degree: int, max_delay: int, longest: int
) -> Iterator[NDArray[np.floating]]:
    """Yield every product of a degree."""
    n_steps = len(polynomials[0])
    for delays in itertools.combinations_with_replacement(range(max_delay + 1), degree):
        factors = [
            polynomials[power][longest - k : n_steps - k] for k, power in Counter(delays).items()
        ]
        yield np.prod(factors, axis=0)
