"""How well and how long synapses remember, as seen by an ideal observer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state

# Bytes of patterns in memory at a time: large memories are measured in parts.
BLOCK = 2**26


def memory_snr_theory(synapse: Any, n_synapses: float, lags: ArrayLike) -> NDArray[np.float64]:
    """Return the signal-to-noise ratio of memories by their age, exactly.

    A memory is a pattern of writes, each of +1 or -1 with equal chances, to all synapses. An
    ideal observer compares the weights with the pattern [1]_. The signal is the mean overlap
    per synapse, the noise the standard deviation of the overlap with a pattern never stored::

        S(t) = mean_i w_i(t0 + t) * dw_i(t0)       SNR(t) = S(t) / sigma

    Populations of synapses are read separately and combined: their squared ratios add up.

    Parameters
    ----------
    synapse : Synapse
        A model of `sparcelearn.readouts.synapses`.
    n_synapses : float
        Number of synapses.
    lags : array-like of shape (n_lags,)
        Ages: how many memories were stored after, 0 or more.

    Returns
    -------
    snr : ndarray of shape (n_lags,)

    Raises
    ------
    NotImplementedError
        If there is no theory for this model.

    References
    ----------
    .. [1] S. Fusi, P. J. Drew, L. F. Abbott, "Cascade Models of Synaptically Stored Memories",
       Neuron 45(4), 599-611, 2005.

    Examples
    --------
    >>> from sparcelearn.measures import memory_snr_theory
    >>> from sparcelearn.readouts.synapses import SimpleSynapse
    >>> memory_snr_theory(SimpleSynapse(rate=0.5), 10_000, [0, 1, 2])
    array([50. , 25. , 12.5])
    """
    response = synapse.response()
    noise = np.sqrt(response.variance / (n_synapses * response.share))
    signals = []
    for lag in check_lags(lags):
        fading = np.linalg.matrix_power(response.transition, int(lag))
        signals.append(response.read @ fading @ response.entry)
    return np.sqrt(np.sum((np.array(signals) / noise) ** 2, axis=1))


def memory_lifetime(synapse: Any, n_synapses: float) -> int:
    """Return the age up to which the signal-to-noise ratio of memories exceeds 1.

    Parameters
    ----------
    synapse : Synapse
        A model of `sparcelearn.readouts.synapses` whose `memory_snr_theory` finally falls with
        age.
    n_synapses : float
        Number of synapses.

    Returns
    -------
    lifetime : int
        The largest such age; -1 if even a new memory cannot be distinguished from noise.

    Examples
    --------
    >>> from sparcelearn.measures import memory_lifetime
    >>> from sparcelearn.readouts.synapses import BennaFusiSynapse, SimpleSynapse
    >>> memory_lifetime(SimpleSynapse(rate=0.5), 10**6)
    8
    >>> memory_lifetime(BennaFusiSynapse(n_variables=8), 10**6)
    77068
    """

    def is_remembered(lag: int) -> bool:
        return bool(memory_snr_theory(synapse, n_synapses, [lag])[0] > 1.0)

    if not is_remembered(0):
        return -1
    low, high = 0, 1
    while is_remembered(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_remembered(middle) else (low, middle)
    return low


def memory_snr(
    synapse: Any,
    n_synapses: int,
    lags: ArrayLike,
    *,
    n_track: int = 100,
    burn_in: int | None = None,
    random_state: Any = None,
) -> NDArray[np.float64]:
    """Measure the signal-to-noise ratio of memories by their age in a simulation.

    See `memory_snr_theory` for the definition. One run stores ``burn_in`` memories and then
    ``n_track`` more; after each of these, memories of all ages are read. The noise is that of
    the weights then, over all possible patterns. The mean of ``n_track`` readings is uncertain by
    ``1 / sqrt(n_track)``: ratios below that are noise, and so is what is left of old memories. Of
    several components, those above 0 count, which leaves ``1 / sqrt(2 n_track)`` of each.

    Parameters
    ----------
    synapse : Synapse
        A model of `sparcelearn.readouts.synapses`.
    n_synapses : int
        Number of synapses.
    lags : array-like of shape (n_lags,)
        Ages: how many memories were stored after, 0 or more.
    n_track : int, default=100
        How many memories of each age are read.
    burn_in : int or None, default=None
        How many memories are stored first, in addition to the ``max(lags)`` that ages need.
        None is three times the slowest time constant of the model's theory, or
        ``3 * max(lags)`` without one.
    random_state : int, RandomState instance or None, default=None
        Source of the patterns, and of the random numbers of synapses.

    Returns
    -------
    snr : ndarray of shape (n_lags,)

    Examples
    --------
    >>> from sparcelearn.measures import memory_snr
    >>> from sparcelearn.readouts.synapses import SimpleSynapse
    >>> snr = memory_snr(SimpleSynapse(rate=0.5), 10_000, [0, 2], random_state=0)
    >>> bool(abs(snr[0] - 50) < 1), bool(abs(snr[1] - 12.5) < 1)
    (True, True)
    """
    ages = check_lags(lags)
    if burn_in is None:
        burn_in = default_burn_in(synapse, ages)
    for name, value in (("n_synapses", n_synapses), ("n_track", n_track)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
    random_state = check_random_state(random_state)
    first = int(burn_in) + int(ages.max())
    width = max(1, BLOCK // (first + n_track))
    signal, square = np.zeros(1), np.zeros(1)
    for start in range(0, n_synapses, width):
        part = (1, min(width, n_synapses - start))
        overlaps, squares = run(synapse, part, first, n_track, ages, random_state)
        signal, square = signal + overlaps, square + squares
    ratios = signal / np.sqrt(n_track * square)[:, None]  # both summed over the memories read
    if len(ratios) == 1:
        return ratios[0]
    return np.sqrt(np.sum(np.maximum(ratios, 0.0) ** 2, axis=0))


def run(
    synapse: Any,
    shape: tuple[int, int],
    first: int,
    n_track: int,
    ages: NDArray[np.int64],
    random_state: np.random.RandomState,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Store memories in some synapses; return summed overlaps and squares by component."""
    weights, hidden = synapse.start(shape, random_state)
    seed = int(random_state.randint(2**31))
    patterns = random_state.randint(0, 2, size=(first + n_track, shape[1]), dtype=np.int8)
    patterns *= 2
    patterns -= 1
    everywhere = np.ones((first + n_track, 1))
    overlaps, squares, stored = np.zeros(1), np.zeros(1), 0
    for now in range(first, first + n_track):
        part = slice(stored, now + 1)
        stored = synapse.store(everywhere[part], patterns[part], 1.0, weights, hidden, seed, stored)
        readings = synapse.components(weights[0], hidden[0])
        overlaps = overlaps + readings @ patterns[now - ages].T
        squares = squares + (readings**2).sum(axis=1)
    return overlaps, squares


def default_burn_in(synapse: Any, ages: NDArray[np.int64]) -> int:
    """Return three times the slowest time constant, or the largest age."""
    try:
        transition = synapse.response().transition
    except NotImplementedError:
        return 3 * int(ages.max())
    moduli = np.abs(np.linalg.eigvals(transition))
    slowest = moduli[moduli < 1 - 1e-12].max(initial=0.0)
    return int(np.ceil(-3 / np.log(slowest))) if slowest > 0 else 0


def check_lags(lags: ArrayLike) -> NDArray[np.int64]:
    """Return ages as integers."""
    ages = np.asarray(lags)
    if ages.ndim != 1 or ages.size == 0 or not (np.isfinite(ages) & (ages >= 0)).all():
        raise ValueError(f"lags must be a list of ages, 0 or more, got {lags!r}")
    return ages.astype(np.int64)
