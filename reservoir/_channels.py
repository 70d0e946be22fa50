"""Synaptic channels: which state variable a spike adds its weight to.

Weights go by their sign (``excitatory``, ``inhibitory``), or there is a matrix for each channel
that is named. Such matrices are kept on top of each other: row ``k * n_sources + s`` holds what
source ``s`` sends through the ``k``-th channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ._neuron_model import NeuronModel

__all__ = ["by_channel", "chosen_channels", "is_by_name", "routed", "stacked"]


def chosen_channels(network: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the channels that spikes and events act through; none where signs of weights say it.

    Parameters
    ----------
    network : SpikingNetwork
        Its parameters, its units, and the form of its input.

    Returns
    -------
    tuple of (tuple of str, tuple of str)
        Those that ``wiring`` and ``input_wiring`` name.

    Raises
    ------
    ValueError
        If units have no such channel, or weights must be given by channels and are not.
    """
    neuron, is_events = network.neuron_, network.form_ == "events"
    recurrent = _named("wiring", network.wiring, neuron)
    if isinstance(network.wiring, Mapping) and not recurrent:
        raise ValueError(
            f"wiring must have channels of {neuron.name} as keys, not {list(network.wiring)!r}."
        )
    if isinstance(network.delay, Mapping) and not recurrent:
        raise ValueError("delay is a mapping, but wiring names no channels for it.")
    given = network.input_wiring
    heard = _named("input_wiring", given, neuron) if is_events else _of_rows(given, neuron)
    if recurrent and network.excitatory_fraction is not None:
        raise ValueError(
            f"excitatory_fraction={network.excitatory_fraction} does not go with wiring by "
            "channels: equations say which of them inhibit."
        )
    is_wired = network.wiring is not None or bool(network._loop_gain)
    for name, channels, is_used in (
        ("wiring", recurrent, is_wired),
        ("input_wiring", heard, is_events),
    ):
        if is_used and not channels and neuron.excitatory is None:
            raise ValueError(
                f"{name} must be a mapping with weights for some of {', '.join(neuron.channels)}: "
                f"weights that go by their sign need excitatory, which {neuron.name} has not."
            )
    return recurrent, heard


def _of_rows(given: Any, neuron: NeuronModel) -> tuple[str, ...]:
    """Return the channels that ``input_wiring`` names for rows, beside inputs of equations."""
    if not is_by_name(given):
        return ()
    inputs = neuron.parsed.inputs
    channels = [x for x in (*neuron.channels, neuron.excitatory, neuron.inhibitory) if x]
    known = dict.fromkeys([*inputs, *channels])
    for key in given:
        if key not in known:
            others = [x for x in known if x not in inputs]
            more = f", and the synaptic channels {', '.join(others)}" if others else ""
            raise ValueError(
                f"input_wiring names {key!r}; {neuron.name} has the inputs "
                f"{', '.join(inputs)}{more}."
            )
    missing = [x for x in inputs if x not in given]
    if missing and len(missing) < len(inputs):
        raise ValueError(
            f"input_wiring says nothing of {', '.join(missing)}; {neuron.name} has the inputs "
            f"{', '.join(inputs)}: name all of them, or none where rows act on channels alone."
        )
    return tuple(key for key in given if key not in inputs)


def is_by_name(given: Any) -> bool:
    """Return whether a parameter has names as keys, not lags."""
    return isinstance(given, Mapping) and any(isinstance(key, str) for key in given)


def _known(neuron: NeuronModel) -> set[str]:
    return {*neuron.channels, *filter(None, (neuron.excitatory, neuron.inhibitory))}


def _named(name: str, given: Any, neuron: NeuronModel) -> tuple[str, ...]:
    """Return the channels that are keys of a mapping; none of one that has lags as keys."""
    if not is_by_name(given):
        return ()
    for key in given:
        if key not in _known(neuron):
            known = ", ".join(sorted(_known(neuron)))
            raise ValueError(f"{name} names the channel {key!r}; {neuron.name} has {known}.")
    return tuple(given)


def by_channel(name: str, given: Any, channels: tuple[str, ...]) -> list[Any]:
    """Return what a parameter gives for each channel, or for all weights where none is named.

    What is no mapping holds for every channel.
    """
    if not isinstance(given, Mapping) or not channels:
        return [given] * max(1, len(channels))
    if set(given) != set(channels):
        raise ValueError(f"{name} names {', '.join(map(str, given))}, not {', '.join(channels)}.")
    return [given[channel] for channel in channels]


def stacked(matrices: list[sparse.csr_array]) -> sparse.csr_array:
    """Put the matrices of all channels on top of each other."""
    return matrices[0] if len(matrices) == 1 else sparse.csr_array(sparse.vstack(matrices))


def routed(
    weights: sparse.csr_array,
    n_sources: int,
    channels: tuple[str, ...],
    neuron: NeuronModel,
) -> tuple[sparse.coo_array, NDArray[np.int64]]:
    """Return weights from sources to units, and the row of the state that each is added to.

    Parameters
    ----------
    weights : csr_array of shape (n_channels * n_sources, n_units)
        Of each channel, or of all.
    n_sources : int
        Number of sources.
    channels : tuple of str
        The channels; none where weights go by their sign.
    neuron : NeuronModel
        The units.

    Returns
    -------
    entries : coo_array of shape (n_sources, n_units)
        What is added, in the order in which weights are stored.
    receivers : ndarray of shape (n_synapses,) or (1,)
        To which row.

    Raises
    ------
    ValueError
        If a channel is no state variable.
    """
    stored = weights.tocoo()
    states = neuron.parsed.states
    kept = channels or (neuron.excitatory or states[0], neuron.inhibitory or neuron.excitatory)
    if not set(kept) - {None} <= set(states):
        raise ValueError(f"channels {kept} are no state variables of {neuron.name}")
    rows = np.array([states.index(x) for x in kept if x is not None])
    route, source = np.divmod(stored.row.astype(np.int64), n_sources)
    sent = stored.data
    if not channels:
        is_split = len(set(rows)) > 1
        route = (sent < 0).astype(np.int64) if is_split else np.zeros(1, dtype=np.int64)
        sent = np.abs(sent) if is_split else sent
    shape = (n_sources, weights.shape[1])
    return sparse.coo_array((sent, (source, stored.col)), shape=shape), rows[route]
