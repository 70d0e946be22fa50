"""The arrays that kernels are given, by name."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray

Array = NDArray[Any]


class Network(NamedTuple):
    """What never changes during a run.

    Sparse matrices are in compressed rows. ``input_*`` has a row for each channel.
    The recurrent matrix has, in a spiking network, a row for each source, and in a
    rate network a row for each target. Rows of sources hold positive weights first.

    Parameters
    ----------
    input_starts, input_splits, input_targets, input_weights : ndarray
        From channels to units, weights with their sign.
    bias : ndarray of shape (n_units,)
        Drive without any input.
    starts : ndarray of shape (n_units + 1,)
        Where each row of the recurrent matrix begins.
    inhibitory_starts : ndarray of shape (n_units,)
        Where the inhibitory targets of each source begin (spiking networks).
    targets : ndarray of shape (n_synapses,), unsigned
        Targets (spiking) or sources (rate) of each row, rising.
    weights : ndarray of shape (n_synapses,)
        Weights in the same order.
    excitatory, inhibitory : int
        Rows of the state that spikes are added to.
    inhibitory_sign : float
        What turns a negative input weight into what is added to the inhibitory row.
    refractory_steps : ndarray of shape (n_units,), dtype int32
        Steps for which a unit is held after a spike.
    constants : ndarray of shape (n_constants,)
        Numbers of the model that all units share.
    unit_constants : ndarray of shape (n_unit_constants, n_units)
        Numbers of the model that differ from unit to unit.
    steps_per_input : int
        Steps for which a row of input is held.
    """

    input_starts: Array
    input_splits: Array
    input_targets: Array
    input_weights: Array
    bias: Array
    starts: Array
    inhibitory_starts: Array
    targets: Array
    weights: Array
    excitatory: int
    inhibitory: int
    inhibitory_sign: float
    refractory_steps: Array
    constants: Array
    unit_constants: Array
    steps_per_input: int


class EventRows(NamedTuple):
    """Input that is events, in compressed rows: a row for each step.

    Parameters
    ----------
    channels : ndarray of shape (n_events,), dtype int32
        Channel of each event.
    starts : ndarray of shape (n_rows + 1,), dtype int64
        Where the events of each row begin.
    """

    channels: Array
    starts: Array


class Raster(NamedTuple):
    """Every spike of a run; both arrays are empty where it is not wanted.

    Parameters
    ----------
    units : ndarray of shape (n_steps * n_units,), unsigned
        The units that fired, step by step, rising in each step.
    n_spikes : ndarray of shape (n_steps,), dtype int64
        How many fired in each step.
    """

    units: Array
    n_spikes: Array


class State(NamedTuple):
    """What changes from step to step, and is carried along a stream.

    Parameters
    ----------
    variables : ndarray of shape (n_states, n_units)
        The state variables of the equations.
    held_until : ndarray of shape (n_units,), dtype int32
        First step at which a refractory unit is free again, counted from the start of the call.
    spikes : ndarray of shape (delay, n_units), unsigned
        Ring of spike lists on their way.
    n_spikes : ndarray of shape (delay,), dtype int64
        How many of each list are in use.
    slot : ndarray of shape (1,), dtype int64
        The list that is due next.
    trace : ndarray of shape (n_units,)
        Filtered spikes as of the last instant.
    """

    variables: Array
    held_until: Array
    spikes: Array
    n_spikes: Array
    slot: Array
    trace: Array


class Readout(NamedTuple):
    """What is written out, and when.

    Parameters
    ----------
    n_readouts : int
        Instants per sample, equally spaced, the last at its end.
    kinds : ndarray of shape (n_kinds,), dtype int64
        What is read at each instant: -1 the trace, -2 the spike count since the
        instant before, else that row of the state.
    decay : ndarray of shape (longest window + 1,)
        Decay of a trace over 0, 1, 2, ... steps.
    """

    n_readouts: int
    kinds: Array
    decay: Array
