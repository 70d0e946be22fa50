"""What units hear: through the inputs of their equations, and through synapses.

Rows of numbers have weights for each input, which stand side by side: column ``k * n_units + j`` is
what unit ``j`` hears through the ``k``-th. Rows may hold counts of events besides, whose weights
are added to synaptic variables, as those of events are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import sparse

from ._channels import by_channel, is_by_name, routed
from ._input_layout import event_arrivals, event_layout
from ._neuron_model import NeuronModel

__all__ = ["columns_of_events", "draw_heard", "heard_layout"]

NAME = "input_wiring"


def draw_heard(network: Any, random_state: RandomState, samples: Any) -> None:
    """Draw who hears what, through every input, and what acts on synapses.

    Parameters
    ----------
    network : SpikingNetwork
        A network whose units are drawn; its weights are set.
    random_state : RandomState
        Source of randomness.
    samples : Sequences or Events
        Input.
    """
    given, n_inputs = network._input_wiring, network._n_inputs
    network.event_weights_ = None
    if network.form_ == "events":
        channels = network.input_channels_
        named = by_channel("input_wiring", given, channels)
        wirings = _in_messages(channels, named) if channels else {NAME: given}
        network._draw_inputs(random_state, samples, wirings, network.dt)
    else:
        shape = (network.n_features_in_, network.n_units)
        wirings = _wirings_of_rows(given, network.neuron_, shape)
        network._draw_inputs(random_state, samples, wirings)
        drawn, events = _side_by_side(network._drawn_weights, n_inputs, len(wirings))
        network._drawn_weights = network.input_weights_ = drawn
        if events is not None:
            is_free = network.input_scaling == "auto"
            network.event_weights_ = events if is_free else events * network.input_scaling
    network._excitability = np.tile(network._excitability, n_inputs)  # one for each unit
    network.bias_ = np.zeros(n_inputs * network.n_units)


def heard_layout(network: Any) -> dict[str, Any]:
    """Return the fields of a network that concern its input, by name.

    Parameters
    ----------
    network : SpikingNetwork
        A network whose weights are set.

    Returns
    -------
    dict
    """
    is_events = network.form_ == "events"
    weights = network.input_weights_ if is_events else network.event_weights_
    if weights is None:
        return dict(network._row_layout())
    n_channels, lags = network.n_features_in_, network.input_lags_
    n_sources = len(lags) * n_channels
    entries, receivers = routed(weights, n_sources, network.input_channels_, network.neuron_)
    if is_events:
        return event_layout(entries, lags, receivers, n_channels, network.dtype)
    arrivals = event_arrivals(entries, lags, receivers, n_channels, network.dtype)
    return dict(network._row_layout(arrivals))


def _in_messages(names: Iterable[str], wirings: Iterable[Any]) -> dict[str, Any]:
    return {f"{NAME}[{name!r}]": wiring for name, wiring in zip(names, wirings, strict=True)}


def _wirings_of_rows(given: Any, neuron: NeuronModel, shape: tuple[int, int]) -> dict[str, Any]:
    """Return what is given for each input, and then for each channel that is named.

    What is not given by name holds for every input. Inputs that are not named hear nothing.

    Parameters
    ----------
    given : object
        The parameter, checked.
    neuron : NeuronModel
        The units.
    shape : tuple of (int, int)
        Numbers of channels of the rows and of units.

    Returns
    -------
    dict
    """
    inputs = neuron.parsed.inputs
    if not is_by_name(given):
        return {NAME: given} if len(inputs) == 1 else _in_messages(inputs, [given] * len(inputs))
    wirings = {**dict.fromkeys(inputs, sparse.csr_array(shape)), **given}
    return _in_messages(wirings, wirings.values())


def _side_by_side(
    weights: sparse.csr_array, n_inputs: int, n_parts: int
) -> tuple[sparse.csr_array, sparse.csr_array | None]:
    """Split weights that were drawn on top of each other.

    Parameters
    ----------
    weights : csr_array of shape (n_parts * n_rows, n_units)
        Of each input, and then of each channel.
    n_inputs, n_parts : int
        How many of the parts are inputs, and how many there are.

    Returns
    -------
    tuple of (csr_array, csr_array or None)
        Those of inputs, of shape (n_rows, n_inputs * n_units), and those of channels, still on top
        of each other; None where there are none.
    """
    n_rows = weights.shape[0] // n_parts
    columns = [weights[k * n_rows : (k + 1) * n_rows] for k in range(n_inputs)]
    heard = weights if n_parts == 1 else sparse.csr_array(sparse.hstack(columns, format="csr"))
    return heard, None if n_parts == n_inputs else weights[n_inputs * n_rows :]


def columns_of_events(weights: sparse.csr_array | None, n_channels: int) -> NDArray[np.intp]:
    """Return the columns of rows that act on synaptic channels.

    Parameters
    ----------
    weights : csr_array of shape (n_parts * n_channels, n_units) or None
        Weights of synaptic channels.
    n_channels : int
        Number of columns.

    Returns
    -------
    ndarray of int
    """
    if weights is None:
        return np.zeros(0, dtype=np.intp)
    return np.unique(weights.tocoo().row % n_channels)
