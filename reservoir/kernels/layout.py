"""The arrays that kernels are given, by name."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray

Array = NDArray[Any]


class Network(NamedTuple):
    """What never changes during a run.

    Sparse matrices are in compressed rows. Spikes and events go from sources to targets: the
    recurrent matrix of a spiking network has a row for each source, and so has the input matrix
    for events, a row for each channel. In a row synapses are in groups, of one delay (or lag) and
    one variable that they act on each. Values are summed up by their targets: the recurrent matrix
    of a rate network and the input matrix for rows of numbers have a row for each target.

    Parameters
    ----------
    input_starts, input_targets, input_weights : ndarray
        The input matrix for rows of numbers. Targets are places in the line of
        :mod:`sparcelearn.reservoir.kernels.input_rows`, from where units hear.
    event_lags : ndarray of shape (n_event_groups,), dtype int64
        Lag of each group of synapses that events arrive at (rows of input), rising.
    event_receivers : ndarray of shape (n_event_groups,), dtype int64
        Row of the state that each of these groups adds to.
    event_starts, event_targets, event_weights : ndarray
        The input matrix for events, or for rows some of whose numbers are counts of events.
    longest_lag : int
        Rows of input that must be kept.
    channel_means, channel_scales : ndarray of shape (n_channels,), dtype float64
        A unit hears ``(x - mean) * scale``.
    block : int
        Rows whose drive is computed at once.
    bias : ndarray of shape (n_inputs * n_units,)
        Drive without any input: of each unit, input by input where equations read several.
    delays : ndarray of shape (n_groups,), dtype int64
        Delay of each group of synapses (steps), rising; empty in a rate network without.
    receivers : ndarray of shape (n_groups,), dtype int64
        Row of the state that each group adds to (spiking networks).
    starts : ndarray of shape (n_units, n_groups + 1) or, in a rate network, (n_units + 1,)
        Where the synapses of each row, and in it of each group, begin.
    targets : ndarray of shape (n_synapses,), unsigned
        Targets (spiking) or sources (rate) of each row. With delays a source is a place among
        the last rates of all units, the oldest first.
    words, input_words, event_words : ndarray
        The same targets, four in a word of eight bytes where they have two bytes each.
    weights : ndarray of shape (n_synapses,)
        Weights in the same order.
    kept_starts, kept_words, kept_weights : ndarray
        A second recurrent matrix of a rate network: what of the last rates its units keep. Empty
        where each keeps its own.
    gap_starts, gap_sources, gap_weights : ndarray
        Conductances between units that touch, a row for each; empty where none do.
    refractory_steps : ndarray of shape (n_units,), dtype int64
        Steps for which a unit is held after a spike.
    plasticity : ndarray of shape (3, n_units) or (0, n_units), dtype float64
        Of each unit, the utilisation and the decay rates (per step) of depression and
        facilitation; empty where synapses do not change.
    constants : ndarray of shape (n_constants,)
        Numbers of the model that all units share.
    unit_constants : ndarray of shape (n_unit_constants, n_units)
        Numbers of the model that differ from unit to unit.
    n_noises, n_normals : int
        Random numbers that each unit takes in a step, and how many of them, the first, are
        normal; then come counts of pulses, and uniform numbers.
    pulse_means, silences : ndarray of shape (n_pulses, n_units), dtype float64
        Mean of each count, and the chance that it is 0.
    steps_per_input : int
        Steps for which a row of input is held.
    negligible : float
        What is smaller than this becomes 0 every ``FLUSH_STEPS`` steps.
    """

    input_starts: Array
    input_targets: Array
    input_words: Array
    input_weights: Array
    event_lags: Array
    event_receivers: Array
    event_starts: Array
    event_targets: Array
    event_words: Array
    event_weights: Array
    longest_lag: int
    channel_means: Array
    channel_scales: Array
    block: int
    bias: Array
    delays: Array
    receivers: Array
    starts: Array
    targets: Array
    words: Array
    weights: Array
    kept_starts: Array
    kept_words: Array
    kept_weights: Array
    gap_starts: Array
    gap_sources: Array
    gap_weights: Array
    refractory_steps: Array
    plasticity: Array
    constants: Array
    unit_constants: Array
    n_noises: int
    n_normals: int
    pulse_means: Array
    silences: Array
    steps_per_input: int
    negligible: float


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


class Batch(NamedTuple):
    """Which rows of the input each sample has.

    Parameters
    ----------
    starts : ndarray of shape (n_samples + 1,), dtype int64
        Sample ``k`` is rows ``starts[k]`` to ``starts[k + 1] - 1``.
    is_fresh : ndarray of shape (n_samples,), dtype bool
        Whether it begins at rest; else it goes on from the end of the one before.
    keys : ndarray of shape (n_samples,), dtype uint64
        What the random numbers of each are made from.
    is_stopped : ndarray of shape (1,), dtype bool
        Set from another thread where a run is to end at the next row, whatever it leaves.
    """

    starts: Array
    is_fresh: Array
    keys: Array
    is_stopped: Array


class State(NamedTuple):
    """What changes from step to step, and is carried along a stream.

    Parameters
    ----------
    variables : ndarray of shape (n_states, n_units)
        The state variables of the equations.
    step : ndarray of shape (1,), dtype int64
        Steps since the state was at rest.
    held_until : ndarray of shape (n_units,), dtype int64
        First step at which a refractory unit is free again.
    spikes : ndarray of shape (longest delay, n_units), unsigned
        Ring of spike lists: that of step ``k`` stands in row ``k % (longest delay)``.
    n_spikes : ndarray of shape (longest delay,), dtype int64
        How many of each list are in use.
    strengths : ndarray of shape (longest delay, n_units) or (longest delay, 0)
        How strong each of these spikes is; empty where synapses do not change. In a rate network
        with delays, the last rates, the oldest first.
    resources : ndarray of shape (3, n_units) or (3, 0), dtype float64
        Of each unit at its last spike: the utilisation, the resources left, the step.
    traces : ndarray of shape (n_traces, n_units)
        Filtered spikes as of the last instant; in a rate network, the sum of rates since then.
    past : ndarray of shape (longest lag, n_channels), dtype float64
        The last rows of input, of which some is still to arrive; of events, their counts.
    """

    variables: Array
    step: Array
    held_until: Array
    spikes: Array
    n_spikes: Array
    strengths: Array
    resources: Array
    traces: Array
    past: Array


class Kept(NamedTuple):
    """What is kept of a row of a stream, so that it can be taken back.

    Parameters
    ----------
    state : State
        The state before it.
    spike_counts : ndarray of shape (n_units,), dtype int64
        The counts before it.
    n_rows : ndarray of shape (1,), dtype int64
        Rows that were run.
    """

    state: State
    spike_counts: Array
    n_rows: Array


class Sampling(NamedTuple):
    """What is written out, and when.

    Parameters
    ----------
    n_readouts : int
        Instants per sample, equally spaced, the last at its end.
    kinds : ndarray of shape (n_kinds,), dtype int64
        What is read at each instant: that row of the state, then of the traces, then
        the first spike; in a rate network, of the state, then the mean rate.
    roots : ndarray of shape (n_kinds,), dtype bool
        Whether the square root of it is taken.
    offsets, scales : ndarray of shape (n_kinds, n_units)
        What is then written of a value is ``(value - offset) * scale`` (spiking networks).
    kept : ndarray of shape (n_traces,)
        What is left of each trace over an instant: 1, or 0 if it is a count.
    decay : ndarray of shape (n_traces, longest window + 1)
        Decay of each trace over 0, 1, 2, ... steps.
    dt : float
        Length of a step (ms).
    """

    n_readouts: int
    kinds: Array
    roots: Array
    offsets: Array
    scales: Array
    kept: Array
    decay: Array
    dt: float


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
