"""What is read of a network, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.spike_trains import SpikeTrains

from .kernels.layout import Raster


@dataclass(frozen=True)
class Reading:
    """What is read of each unit at an instant.

    Parameters
    ----------
    kinds : ndarray of shape (n_kinds,), dtype int64
        As in :class:`~sparcelearn.reservoir.kernels.layout.Sampling`.
    taus : ndarray of shape (n_traces,)
        Time constant of each trace (ms); infinite for a count.
    roots : ndarray of shape (n_kinds,), dtype bool
        Whether its square root is taken: that of a count spreads alike at all rates.
    names : tuple of str
        What each kind is called in the names of features.
    offsets, scales : ndarray of shape (n_kinds, n_units) or None
        A feature is ``(value - offset) * scale``; None: the value itself.
    """

    kinds: NDArray[np.int64]
    taus: NDArray[np.float64]
    roots: NDArray[np.bool_]
    names: tuple[str, ...] = ()
    offsets: NDArray[np.float64] | None = None
    scales: NDArray[np.float64] | None = None


def read_features(
    features: Any, tau_trace: Any, states: Iterable[str], *, is_scaled: bool
) -> Reading:
    """Look the names of features up.

    Parameters
    ----------
    features : str or tuple of str
        Names of features.
    tau_trace : float or tuple of float
        Time constants of the trace (ms).
    states : iterable of str
        State variables of the neuron model, in order.
    is_scaled : bool
        Whether features are brought to one scale.

    Returns
    -------
    Reading
        Without kinds where the spikes themselves are wanted.

    Raises
    ------
    ValueError
        If a name is not known, there is none, or a time constant is not above 0.
    """
    taus = _time_constants(tau_trace)
    rows = {x: [k] for k, x in enumerate(states)}
    n_states, n_taus = len(rows), len(taus)
    known = {
        **rows,
        "membrane": [0],
        "trace": [n_states + k for k in range(n_taus)],
        "count": [n_states + n_taus],
        "first_spike": [n_states + n_taus + 1],
    }
    chosen = (features,) if isinstance(features, str) else features
    if chosen == ("spikes",):
        return Reading(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, bool), ("spikes",))
    for feature in chosen:
        if isinstance(feature, str) and feature == "spikes":
            raise ValueError(f"features={features!r}: 'spikes' cannot be joined with others.")
        if not isinstance(feature, str) or feature not in known:
            raise ValueError(
                f"features={features!r} holds {feature!r}; known are "
                f"{', '.join(known)} and, alone, spikes."
            )
    if not chosen:
        raise ValueError("features must name at least one feature.")
    kinds = np.array([k for feature in chosen for k in known[feature]], dtype=np.int64)
    roots = (kinds == known["count"][0]) & is_scaled
    names = tuple(name for feature in chosen for name in _names(feature, taus))
    return Reading(*_only_what_is_read(kinds, np.append(taus, np.inf), n_states), roots, names)


def _names(feature: str, taus: NDArray[np.float64]) -> list[str]:
    """Return what a feature is called: traces of several time constants are told apart."""
    if feature != "trace" or len(taus) == 1:
        return [feature]
    return [f"trace{tau:g}" for tau in taus]


def read_rates(features: Any, states: Iterable[str]) -> Reading:
    """Look the names of features of rate units up.

    Parameters
    ----------
    features : str or tuple of str
        Names of features.
    states : iterable of str
        Variables of the neuron model, in order; the first is the rate.

    Returns
    -------
    Reading
        With one trace, the sum of rates since the instant before, if their mean is read.

    Raises
    ------
    ValueError
        If a name is not known, or there is none.
    """
    rows = {x: k for k, x in enumerate(states)}
    known = {**rows, "state": 0, "mean": len(rows)}
    chosen = (features,) if isinstance(features, str) else features
    for feature in chosen:
        if not isinstance(feature, str) or feature not in known:
            raise ValueError(
                f"features={features!r} holds {feature!r}; known are {', '.join(known)}."
            )
    if not chosen:
        raise ValueError("features must name at least one feature.")
    kinds = np.array([known[feature] for feature in chosen], dtype=np.int64)
    taus = np.full(int("mean" in chosen), np.inf)
    return Reading(kinds, taus, np.zeros(len(kinds), dtype=bool), tuple(chosen))


def _only_what_is_read(
    kinds: NDArray[np.int64], taus: NDArray[np.float64], n_states: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Drop the traces that are not read: each costs an addition at every spike."""
    is_read = np.isin(n_states + np.arange(len(taus)), kinds)
    shift = np.concatenate([np.zeros(n_states, dtype=int), np.cumsum(~is_read)])
    is_first_spike = kinds == n_states + len(taus)
    dropped = np.where(is_first_spike, np.sum(~is_read), np.append(shift, 0)[kinds])
    return kinds - dropped, taus[is_read]


def _time_constants(tau_trace: Any) -> NDArray[np.float64]:
    given = tau_trace if isinstance(tau_trace, tuple) else (tau_trace,)
    is_number = [isinstance(tau, (int, float, np.number)) for tau in given]
    if not given or not all(is_number) or not all(0 < tau < np.inf for tau in given):
        raise ValueError(
            f"tau_trace={tau_trace!r} must be a time constant above 0 ms, or a tuple of them."
        )
    return np.array(given, dtype=np.float64)


def as_spike_trains(
    raster: Raster, n_steps: NDArray[np.int64], dt: float, n_units: int
) -> SpikeTrains:
    """Give every spike its time: one of step ``k`` of its sample has ``k * dt``.

    Parameters
    ----------
    raster : Raster
        Spikes of all samples, laid end to end.
    n_steps : ndarray of shape (n_samples,)
        Steps of each sample.
    dt : float
        Length of a step (ms).
    n_units : int
        Number of units.

    Returns
    -------
    SpikeTrains
    """
    borders = np.concatenate([[0], np.cumsum(n_steps)])
    spikes_before = np.concatenate([[0], np.cumsum(raster.n_spikes)])
    starts = spikes_before[borders]
    step = np.repeat(np.arange(borders[-1]), raster.n_spikes)
    step -= np.repeat(borders[:-1], np.diff(starts))
    return SpikeTrains(step * dt, raster.units, starts, n_units, n_steps * dt)


def feature_names(reading: Reading, n_readouts: int, n_units: int) -> NDArray[np.object_]:
    """Return the names of features: instant, kind and unit, as in ``t2_trace_unit17``.

    Parameters
    ----------
    reading : Reading
        What is read of each unit.
    n_readouts, n_units : int
        Numbers of instants and of units.

    Returns
    -------
    ndarray of shape (n_features,), dtype object
    """
    return np.array(
        [
            f"t{instant}_{kind}_unit{unit}"
            for instant in range(n_readouts)
            for kind in reading.names
            for unit in range(n_units)
        ],
        dtype=object,
    )


def joined_features(parts: list[Any]) -> Any:
    """Lay the features of successive samples end to end, or their spikes.

    Parameters
    ----------
    parts : list of ndarray of shape (n_samples, n_features), or of SpikeTrains
        At least one.

    Returns
    -------
    ndarray or SpikeTrains
    """
    if len(parts) == 1:
        return parts[0]
    if not isinstance(parts[0], SpikeTrains):
        return np.concatenate(parts)
    return SpikeTrains.concatenate(parts)
