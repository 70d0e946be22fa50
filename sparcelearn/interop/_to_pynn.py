"""Networks of fitted reservoirs, built by PyNN on another simulator."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.as_fitted import as_fitted
from sparcelearn._core.sequences import Events, Sequences
from sparcelearn._core.steps import whole_steps
from sparcelearn.reservoir import SpikingReservoir
from sparcelearn.reservoir._calibration import InputScale, unit_drives

from ._pynn_cells import Cell, cell_of, check_sayable, slowest
from ._pynn_network import PyNNNetwork
from ._pynn_timeline import Timeline

__all__ = ["build", "pause_steps", "to_pynn", "with_padding"]

TIME_CONSTANTS = 20  # of a pause, after which e**-20 is left


def to_pynn(
    reservoir: SpikingReservoir, sim: Any, X: Any, *, pause: float | None = None, **setup: Any
) -> PyNNNetwork:
    r"""Build a fitted reservoir and its input on a simulator that PyNN speaks to.

    Units, wiring and delays become a Population and Projections. Samples of ``X`` follow one
    another in time, each after a pause in which units return to where they start. What drives a
    unit is constant over a row of numbers: it is a ``StepCurrentSource`` of its own. Input that
    is spikes comes from ``SpikeSourceArray``, a cell for each channel.

    PyNN's LIF cell with its membrane in mV, capacity in nF and currents in nA,

    .. math::
        C \dot V = \frac{C}{\tau_m} (V_{rest} - V) + I_{syn} + I(t),

    is ours for :math:`C = \tau_{mem} / r_{mem}`: numbers stay what they are, a membrane of 1 is
    1 mV, a drive and a weight of 1 are 1 nA, and ``r_mem`` is in MOhm. Models in mV, pA and nS
    are handed over in those units.

    =================== =========================== ===========================================
    neuron              cell of PyNN                what it has of its own
    =================== =========================== ===========================================
    ``LIF``             ``IF_curr_exp``
    ``AlphaLIF``        ``IF_curr_alpha``
    ``DeltaLIF``        ``IF_curr_delta``           mV as weights; ours hears a spike in the last
                                                    step of its refractory period
    ``ConductanceLIF``  ``IF_cond_exp``             the integrator
    ``AdEx``            ``EIF_cond_exp_isfa_ista``  the integrator; no synapses of ours
    ``Izhikevich``      ``Izhikevich``              the integrator; no synapses of ours
    ``HodgkinHuxley``   ``HH_cond_exp``             the integrator; threshold, refractory period
    =================== =========================== ===========================================

    The default neuron, ``SoftResetLIF``, has no counterpart: give ``neuron=LIF``. LIF cells on the
    grid are integrated exactly here and in NEST, and spike alike until rounding tells, in double
    and single precision, in whether a unit reached its threshold in this step or the next. The
    time step is ``dt / substeps_``, of which NEST takes multiples of 0.001 ms.

    Parameters
    ----------
    reservoir : SpikingReservoir
        A fitted one.
    sim : module
        A backend: ``import pyNN.nest as sim``. It must be installed beside PyNN.
    X : array-like or SpikeTrains
        Input, in the form that ``fit`` took: whatever is to be simulated.
    pause : float, default=None
        Time before each sample (ms). None is 20 of the longest time constant, the longest delay
        and the refractory period.
    **setup : dict
        For ``sim.setup``, which is called and forgets whatever was built before: ``threads=2``
        with NEST. The step is that of the reservoir, and so are the delays' limits, unless given.

    Returns
    -------
    PyNNNetwork
        With ``units`` (a Population), ``inputs``, ``projections`` (by ``"excitatory"``,
        ``"inhibitory"``, and for events ``"input_excitatory"``, ``"input_inhibitory"``),
        ``duration`` (ms), and, after ``sim.run(network.duration)``, ``spikes()``: a
        :class:`~sparcelearn.SpikeTrains` with a sample for each of ``X``.

    Raises
    ------
    ValueError
        If there is something that PyNN has no word for: another neuron model, synapses of units
        whose cell has others, short-term plasticity, a stream, a variable that moves at the start;
        or if the backend has not the cell, or ``pause`` is too short.

    See Also
    --------
    PyNNReservoir : The same as a transformer.

    References
    ----------
    Davison, Brüderle, Eppler, Kremkow, Muller, Pecevski, Perrinet, Yger, "PyNN: a common
    interface for neuronal network simulators", Frontiers in Neuroinformatics 2, 11, 2009.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.interop import to_pynn
    >>> from sparcelearn.reservoir import LIF, SpikingReservoir
    >>> X = np.random.RandomState(0).rand(10, 3)
    >>> reservoir = SpikingReservoir(n_units=20, neuron=LIF, random_state=0).fit(X)
    >>> import pyNN.nest as sim  # doctest: +SKIP
    >>> network = to_pynn(reservoir, sim, X, threads=2)  # doctest: +SKIP
    >>> sim.run(network.duration)  # doctest: +SKIP
    >>> network.spikes()  # doctest: +SKIP
    SpikeTrains(n_samples=10, n_channels=20, n_events=60)
    """
    check_is_fitted(reservoir)
    check_sayable(reservoir)
    return build(as_fitted(reservoir), sim, with_padding(reservoir, X), pause, setup)


def with_padding(reservoir: SpikingReservoir, X: Any) -> Sequences | Events:
    """Return checked samples that go on for as long as the reservoir reads them."""
    samples: Sequences | Events = reservoir._check_input(X)
    padding = reservoir._simulator.padding
    if isinstance(samples, Events) or not padding:
        return samples
    return samples.padded(padding, reservoir.channel_means_)


def pause_steps(reservoir: SpikingReservoir, pause: float | None) -> int:
    """Return the length of a pause in steps, or raise ValueError where it is too short."""
    step, network = reservoir._step, reservoir._simulator.network
    # devices take a delay to act, once to their cell, and once more where NEST repeats spikes
    least = 3 * int(network.delays.max(initial=1)) + int(network.refractory_steps.max())
    if pause is None:
        tau = slowest(check_sayable(reservoir), reservoir.neuron_parameters_)
        return least + int(np.ceil(TIME_CONSTANTS * tau / step))
    steps = int(whole_steps(pause, step))
    if steps < least:
        raise ValueError(f"pause={pause!r} must be at least {least * step:g} ms, or None.")
    return steps


def build(
    reservoir: SpikingReservoir,
    sim: Any,
    samples: Sequences | Events,
    pause: float | None,
    setup: dict[str, Any],
) -> PyNNNetwork:
    """Do what :func:`to_pynn` does, with samples that are checked and padded."""
    simulator, step = reservoir._simulator, reservoir._step
    cell, constants = cell_of(reservoir)
    cell_type = getattr(sim, cell.name, None)
    if cell_type is None:
        raise ValueError(f"{sim.__name__} has no cell {cell.name}; take another backend.")
    n_steps = samples.lengths * simulator.steps_per_row
    timeline = Timeline(n_steps, pause_steps(reservoir, pause), step)
    shortest = int(simulator.network.delays.min(initial=1))
    longest = int(simulator.network.delays.max(initial=1))
    if isinstance(samples, Events):
        longest = max(
            longest, shortest + int(reservoir.input_lags_.max()) * simulator.steps_per_row
        )
    limits = {"min_delay": shortest * step, "max_delay": longest * step}
    sim.setup(timestep=step, **{**limits, "spike_precision": "on_grid", **setup})
    units = sim.Population(reservoir.n_units, cell_type(**constants), label="units")
    units.initialize(v=reservoir.rest_[0])
    units.record("spikes")
    network = PyNNNetwork(units, timeline)
    recurrent = reservoir.recurrent_weights_
    delays = np.broadcast_to(reservoir.delay_steps_, recurrent.nnz) * step
    _connect(network, sim, cell, "", units, recurrent, delays)
    if isinstance(samples, Events):
        _add_spikes(network, sim, cell, reservoir, samples, shortest)
    _add_currents(network, sim, cell, reservoir, samples, constants["i_offset"])
    return network


def _connect(
    network: PyNNNetwork,
    sim: Any,
    cell: Cell,
    prefix: str,
    sources: Any,
    weights: Any,
    delays: NDArray[np.floating],
) -> None:
    """Add the synapses of each sign, with a delay (ms) for every entry of the weights."""
    entries = weights.tocoo()
    for kind, chosen in (("excitatory", entries.data > 0), ("inhibitory", entries.data < 0)):
        if not chosen.any():
            continue
        sizes = entries.data[chosen] * cell.weight
        columns = (
            entries.row[chosen],
            entries.col[chosen],
            np.abs(sizes) if cell.is_conductance else sizes,
            delays[chosen],
        )
        connector = sim.FromListConnector(np.column_stack(columns), ("weight", "delay"))
        network.projections[prefix + kind] = sim.Projection(
            sources, network.units, connector, receptor_type=kind, label=prefix + kind
        )


def _add_spikes(
    network: PyNNNetwork,
    sim: Any,
    cell: Cell,
    reservoir: SpikingReservoir,
    events: Events,
    shortest: int,
) -> None:
    """Let a source for each channel send its events, in time to arrive in their steps."""
    from pyNN.parameters import Sequence

    n_channels, step = reservoir.n_features_in_, reservoir._step
    steps_per_row = reservoir._simulator.steps_per_row
    arrivals = np.repeat(network.timeline.row_steps(steps_per_row), np.diff(events.row_starts))
    times = (arrivals - shortest + 1) * step
    trains = [Sequence(np.sort(times[events.channels == c])) for c in range(n_channels)]
    sources = sim.Population(n_channels, sim.SpikeSourceArray(spike_times=trains), label="channels")
    network.inputs.append(sources)
    lagged = reservoir.input_weights_.tocoo()
    lag, channel = np.divmod(lagged.row.astype(np.int64), n_channels)
    delays = (shortest + reservoir.input_lags_[lag] * steps_per_row) * step
    flat = sparse.coo_array((lagged.data, (channel, lagged.col)), (n_channels, reservoir.n_units))
    _connect(network, sim, cell, "input_", sources, flat, delays)


def _add_currents(
    network: PyNNNetwork,
    sim: Any,
    cell: Cell,
    reservoir: SpikingReservoir,
    samples: Sequences | Events,
    held: NDArray[np.float64],
) -> None:
    """Let a current drive every unit through each sample, on top of what holds it in pauses."""
    timeline = network.timeline
    ends = timeline.begins + timeline.n_steps
    if isinstance(samples, Events):
        steps, drive = timeline.begins, np.tile(reservoir.bias_, (len(samples), 1))
    else:
        steps = timeline.row_steps(reservoir._simulator.steps_per_row)
        drive = _drive(reservoir, samples)
    currents = np.concatenate([drive * cell.drive - held, np.zeros((len(ends), len(drive.T)))])
    changes = np.concatenate([steps, ends])
    order = np.argsort(changes)
    times = changes[order] * timeline.dt
    for unit, current in enumerate(currents[order].T):
        if np.any(current != 0):
            source = sim.StepCurrentSource(times=times, amplitudes=current)
            source.inject_into(network.units[unit : unit + 1])
            network.inputs.append(source)


def _drive(reservoir: SpikingReservoir, samples: Sequences) -> NDArray[np.float64]:
    """Return what drives each unit in each row, of shape (n_rows, n_units)."""
    scale = InputScale(reservoir.channel_means_, reservoir.channel_scales_)
    heard = unit_drives(samples, scale, reservoir.input_weights_, reservoir.input_lags_)
    return np.concatenate(list(heard)).T + reservoir.bias_
