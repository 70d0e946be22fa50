"""Spiking reservoirs."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import sparse

from sparcelearn._core.sequences import Events, as_events
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import Interval, StrOptions

from ._base import Input, Samples
from ._calibrated import CalibratedReservoir, checked_range
from ._delays import draw_delays
from ._distributions import Distribution
from ._event_drives import event_drives
from ._feature_scaling import feature_scale
from ._features import Reading, as_spike_trains, read_features
from ._firing import firing_rates, warn_of_extremes
from ._form_defaults import form_defaults
from ._network_layout import resting_state, spiking_network
from ._neuron_model import NeuronModel
from ._recurrence import draw_recurrence
from ._short_term_plasticity import TsodyksMarkram, draw_plasticity
from ._simulation_cache import recall
from ._simulator import Simulator
from ._time_steps import check_step, refractory_steps
from ._working_point import charge_per_spike, rate_slope, rheobase, threshold_distance
from .equations import METHODS, Program, build_program
from .kernels.layout import State
from .wiring import FixedInDegree, Topology
from .wiring._scaling import as_matrix

__all__ = ["SpikingReservoir"]

STEPS_PER_INPUT = 10  # with a neuron that is given
TAU_TRACE = 20.0  # ms, of a neuron without tau_mem


class SpikingReservoir(CalibratedReservoir):
    r"""Sparse random network of spiking units, integrated step by step.

    Every unit hears the input in a way of its own: through a filter in time, at some delays, or as
    a mix of channels, as ``input_wiring`` says. What it hears,
    :math:`z_j(t) = \sum_c \sum_l W^{in}_{lcj}\, x_c(t - l)` with every channel centred and
    scaled, drives it for ``steps_per_input`` steps of ``dt``:

    .. math::
        \text{drive}_j = \theta_j + g\,\theta_j\, (z_j - Q_j) / \sigma_j

    with :math:`\theta_j` the least constant drive at which it spikes. The gain comes from the
    spread :math:`\sigma_j` of what it hears, and it begins to spike at a quantile :math:`Q_j` of
    that, drawn for each unit (``excitability``). Both are measured in ``fit``, without labels, and
    then frozen. So neither scale nor offset of a channel matters.

    Where the input is :class:`~sparcelearn.SpikeTrains`, an event acts as the spike of a unit
    would: it adds its weight to a synaptic variable of each of its targets. When unit :math:`i`
    crosses its threshold, :math:`W_{ij}` is added to a synaptic variable of each of its targets
    ``delay`` ms later. Nothing here learns.

    What is best differs with the form of the input. Parameters that are None have these values:

    ===================  ==============  ==================  ============  ====================
    parameter            rows            sequences           events        stream (carry_state)
    ===================  ==============  ==================  ============  ====================
    ``neuron``           SoftResetLIF    SoftResetLIF        SoftResetLIF  SoftResetLIF
    -- ``tau_mem``       5               1.5                 10            10
    -- ``tau_syn``       5               1.5                 5             40
    ``input_wiring``     Projection      TemporalFilters     Projection    Delays
    ``drive_spread``     5               2.5                 2.5           5
    ``excitability``     0.05 to 0.95    0.05 to 0.95        0.05 to 0.95  0.02 to 0.98
    ``steps_per_input``  10              1                   --            20
    ``features``         count           count               count         membrane, trace
    ``n_readouts``       1               1; 2, 4, 8 if short  3            1
    ``padding``          0               0; half if short    --            0
    ``loop_gain``        0               0                   0             0.8
    ``delay``            a step          a step              a step        a row
    ===================  ==============  ==================  ============  ====================

    Sequences are short below 71, 36 and 18 rows.
    With a ``neuron`` that is given, ``steps_per_input`` is 10.

    Order in a step: the state advances and synaptic currents decay; spikes that
    are due are added; units at threshold spike, are reset, and hold for
    ``round(t_ref / dt)`` steps while currents go on.

    Parameters
    ----------
    n_units : int, default=500
        Number of units.
    neuron : NeuronModel, default=None
        Equations and constants of a unit. ``neuron__<constant>`` can be searched over.
    input_wiring : InputWiring, matrix of shape (n_channels, n_units), or dict, default=None
        What units hear: a rule of :mod:`sparcelearn.reservoir.input_wiring`; a matrix; or a
        matrix for each lag, as in ``{0: now, 3: earlier}``. Lags are in rows, of events in ms.
    input_scaling : "auto" or float, default="auto"
        ``"auto"`` calibrates channels and units as told above. With a number, units hear
        channels as they are, times this gain.
    drive_spread : float, default=None
        Spread :math:`g` of what drives a unit, in multiples of the least drive that makes it
        spike; for ``input_scaling="auto"``.
    excitability : tuple of (float, float), default=None
        Lowest and highest quantile at which a unit begins to spike.
    bias_scaling : float, default=0.0
        With an ``input_scaling`` that is a number, constant drive of each unit, uniform between
        0 and this.
    calibration_rows : int, default=256
        Rows of a stream that channels, units and features are calibrated on: the first. What
        ``partial_fit`` begins with is calibrated as rows come, when there are 1, 2, 4, 8, ... of
        them, so that nothing depends on how the stream is cut.
    loop_gain : float, default=None
        Gain of recurrence: by how much a rise of all rates comes back in one round, at most
        (spectral radius of weights times charge per spike times slope of the rate). 0 is without.
    connectivity : float, default=0.1
        Fraction of the other units that send to each unit, the same for every unit.
    excitatory_fraction : float, default=None
        Fraction of units whose weights are all positive, the first; those of the others are all
        negative (Dale's law). None: every weight has a sign of its own.
    inhibition : float, default=1.0
        Total inhibition over total excitation, where ``excitatory_fraction`` is given.
    wiring : Topology, sparse matrix or ndarray of shape (n_units, n_units), default=None
        None is :class:`FixedInDegree` at ``connectivity``. A topology is drawn and scaled to
        ``loop_gain``. A matrix holds weights from row to column that are used as they are.
    delay : float, ndarray of shape (n_units,), sparse matrix or Distribution, default=None
        From a spike to its arrival (ms); at least one step. A number for all, one for each
        source, or one for each synapse: a matrix with an entry for every entry of the wiring, or
        a distribution to draw them from.
    short_term_plasticity : TsodyksMarkram, default=None
        Depression and facilitation of the recurrent synapses; None keeps their weights constant.
    dt : float, default=1.0
        Step (ms). Not longer than any time constant.
    steps_per_input : int, default=None
        Steps for which a row of input is held; events have no rows.
    method : {"auto", "exact", "exponential_euler", "rk4", "heun", "euler"}, default="auto"
        Integrator; ``"auto"`` takes the first that applies to the equations.
    features : str or tuple of str, default=None
        What is read of each unit: ``"trace"``, its spikes filtered with ``tau_trace``;
        ``"count"``, its spikes since the instant before; ``"first_spike"``, the time
        from the instant before to its first spike (ms), or to this instant where it is
        silent; ``"membrane"``, its first variable; or any variable of the equations by
        name. ``"spikes"``, alone, gives the spikes themselves as
        :class:`~sparcelearn.SpikeTrains` of ``n_units`` channels, that of step ``k`` at
        the time ``k * dt``.
    feature_scaling : {"scale", "standardize"} or None, default="scale"
        ``"scale"`` takes the square root of counts and divides features of each unit by their
        spread on the data given to ``fit``, so that a silent unit stays 0; ``"standardize"``
        subtracts their mean, too; None gives numbers as they are.
    tau_trace : float or tuple of float, default=None
        Time constant of the trace (ms); several give as many traces. None is ``tau_mem`` of the
        neuron, or 20 if it has none.
    n_readouts : int, default=None
        Instants at which features are read, equally spaced over a sample, the last
        at its end.
    padding : int, default=None
        Rows for which a sample goes on after its end, with all channels at their mean, so that
        filters take its end in. Streams, events and spikes read have none.
    carry_state : bool, default=False
        Whether samples are successive pieces of one stream.
    dtype : {"float32", "float64"}, default="float32"
        Precision of the simulation and of the features.
    backend : {"numba", "numpy"}, default="numba"
        Compiled kernel, or the slow reference in plain numpy.
    memory : str, path-like or joblib.Memory, default=None
        Where results of simulations are stored, those of calibration too: a simulation of the
        same network on the same input is loaded from there. Nothing in it is ever deleted.
    n_jobs : int, default=None
        Threads over blocks of samples. Results do not depend on it.
    verbose : int, default=0
        Whether to show the progress of a long simulation.
    random_state : int, RandomState instance or None, default=None
        Seed of everything that is drawn at random. An integer makes results repeatable.

    Attributes
    ----------
    input_weights_ : sparse array of shape (n_lags * n_channels, n_units)
        Input weights, gain included; row ``k * n_channels + c`` is channel ``c`` at the ``k``-th
        lag.
    input_lags_ : ndarray of shape (n_lags,)
        The lags, in rows; of events, in steps.
    channel_means_, channel_scales_ : ndarray of shape (n_channels,)
        Units hear ``(x - mean) * scale`` of each channel.
    bias_ : ndarray of shape (n_units,)
        Constant drive.
    recurrent_weights_ : sparse array of shape (n_units, n_units)
        Weights from row (source) to column (target).
    feature_offsets_, feature_scales_ : ndarray of shape (n_kinds, n_units)
        Features are given as ``(value - offset) * scale``.
    firing_rates_ : ndarray of shape (n_units,)
        Rate of each unit on the samples used for calibration (Hz).
    neuron_ : NeuronModel
        The neuron in use.
    neuron_parameters_ : dict of str to float or ndarray of shape (n_units,)
        Values of the constants of the neuron model.
    delay_steps_ : ndarray of shape (n_synapses,) or (1,)
        Delay of each entry of ``recurrent_weights_.data``, or of all, in steps.
    plasticity_ : ndarray of shape (3, n_units) or (0, n_units)
        Utilisation, and ``dt`` over each time constant, of changing synapses.
    noise_seed_ : int
        What the noise of equations with ``xi`` is made from, together with each sample.
    method_ : str
        The integrator in use.
    state_ : dict of str to ndarray
        Where the stream stands.
    n_features_in_ : int
        Number of channels.

    Raises
    ------
    ValueError
        By ``fit``, where a parameter or the input is not as it must be.

    Warns
    -----
    UserWarning
        If units are silent or saturated on the data given to ``fit``.

    See Also
    --------
    EchoStateReservoir : The same with rate units.
    NeuronModel : How to write your own unit.

    References
    ----------
    Maass, Natschlaeger, Markram, "Real-time computing without stable states",
    Neural Computation 14(11), 2531-2560, 2002.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.reservoir import SpikingReservoir
    >>> X = np.random.RandomState(0).rand(5, 8, 3)  # 5 samples, 8 time steps, 3 channels
    >>> reservoir = SpikingReservoir(n_units=50, n_readouts=2, random_state=0)
    >>> reservoir.fit_transform(X).shape
    (5, 100)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **CalibratedReservoir._parameter_constraints,
        "neuron": [NeuronModel, None],
        "loop_gain": [Interval(Real, 0, None, closed="left"), None],
        "excitatory_fraction": [Interval(Real, 0, 1, closed="both"), None],
        "inhibition": [Interval(Real, 0, None, closed="left")],
        "delay": [
            Interval(Real, 0, None, closed="neither"),
            np.ndarray,
            "sparse matrix",
            Distribution,
            None,
        ],
        "short_term_plasticity": [TsodyksMarkram, None],
        "dt": [Interval(Real, 0, None, closed="neither")],
        "steps_per_input": [Interval(Integral, 1, None, closed="left"), None],
        "method": [StrOptions({"auto", *METHODS})],
        "features": [str, tuple, None],
        "feature_scaling": [StrOptions({"scale", "standardize"}), None],
        "tau_trace": [Interval(Real, 0, None, closed="neither"), tuple, None],
        "n_readouts": [Interval(Integral, 1, None, closed="left"), None],
        "padding": [Interval(Integral, 0, None, closed="left"), None],
    }

    feature_offsets_: NDArray[np.float64] | None
    feature_scales_: NDArray[np.float64] | None

    def __init__(
        self,
        n_units: int = 500,
        *,
        neuron: NeuronModel | None = None,
        input_wiring: Any = None,
        input_scaling: float | str = "auto",
        drive_spread: float | None = None,
        excitability: tuple[float, float] | None = None,
        bias_scaling: float = 0.0,
        calibration_rows: int = 256,
        loop_gain: float | None = None,
        connectivity: float = 0.1,
        excitatory_fraction: float | None = None,
        inhibition: float = 1.0,
        wiring: Any = None,
        delay: Any = None,
        short_term_plasticity: TsodyksMarkram | None = None,
        dt: float = 1.0,
        steps_per_input: int | None = None,
        method: str = "auto",
        features: str | tuple[str, ...] | None = None,
        feature_scaling: str | None = "scale",
        tau_trace: float | tuple[float, ...] | None = None,
        n_readouts: int | None = None,
        padding: int | None = None,
        carry_state: bool = False,
        dtype: str = "float32",
        backend: str = "numba",
        memory: Any = None,
        n_jobs: int | None = None,
        verbose: int = 0,
        random_state: int | RandomState | None = None,
    ) -> None:
        self.n_units = n_units
        self.neuron = neuron
        self.input_wiring = input_wiring
        self.input_scaling = input_scaling
        self.drive_spread = drive_spread
        self.excitability = excitability
        self.bias_scaling = bias_scaling
        self.calibration_rows = calibration_rows
        self.loop_gain = loop_gain
        self.connectivity = connectivity
        self.excitatory_fraction = excitatory_fraction
        self.inhibition = inhibition
        self.wiring = wiring
        self.delay = delay
        self.short_term_plasticity = short_term_plasticity
        self.dt = dt
        self.steps_per_input = steps_per_input
        self.method = method
        self.features = features
        self.feature_scaling = feature_scaling
        self.tau_trace = tau_trace
        self.n_readouts = n_readouts
        self.padding = padding
        self.carry_state = carry_state
        self.dtype = dtype
        self.backend = backend
        self.memory = memory
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.random_state = random_state

    def _build(self, random_state: RandomState, samples: Samples) -> None:
        self.feature_offsets_ = self.feature_scales_ = None
        self._choose(samples)
        self._check_neuron()
        self.neuron_parameters_, self.rest_ = self.neuron_.draw(random_state, self.n_units)
        check_step("dt", self.dt, self.neuron_parameters_)
        self._reading()
        program = self._program()
        self.method_ = program.method
        step = self.dt if self.form_ == "events" else 1.0
        self._draw_inputs(random_state, samples, self._input_wiring, step)
        self.recurrent_weights_ = sparse.csr_array((self.n_units, self.n_units))
        self.delay_steps_ = np.ones(1, dtype=np.int64)
        self.plasticity_ = np.zeros((0, self.n_units))
        self.noise_seed_ = int(random_state.randint(2**31))
        units = self._make_simulator(program)  # uncoupled
        self.rheobase_ = self._measured_rheobase(units)
        self._draw_recurrence(random_state, program)
        is_rows = self.carry_state and self.form_ == "rows"
        delay = _given(self.delay, self.dt * (self.steps_per_input_ if is_rows else 1))
        self.delay_steps_ = draw_delays(delay, random_state, self.recurrent_weights_, self.dt)
        self.plasticity_ = draw_plasticity(
            self.short_term_plasticity, random_state, self.n_units, self.dt
        )

    def _choose(self, samples: Samples) -> None:
        """Settle what depends on the form of the input."""
        self.form_ = "events" if isinstance(samples, Events) else "rows"
        longest = int(samples.lengths.max())
        chosen = form_defaults(self.form_, is_stream=self.carry_state, longest=longest)
        steps = chosen.steps_per_input if self.neuron is None else STEPS_PER_INPUT
        self.neuron_ = _given(self.neuron, chosen.neuron)
        self.steps_per_input_ = _given(self.steps_per_input, steps)
        self.features_ = _given(self.features, chosen.features)
        unpadded = self.form_ == "events" or self.carry_state or self.features_ == "spikes"
        self.padding_ = 0 if unpadded else _given(self.padding, chosen.padding)
        rows = int(samples.lengths.min()) + self.padding_
        most = rows if self.form_ == "events" else rows * self.steps_per_input_
        n_readouts = 1 if self.features_ == "spikes" else min(chosen.n_readouts, most)
        self.n_readouts_ = _given(self.n_readouts, n_readouts)
        self._input_wiring = _given(self.input_wiring, chosen.input_wiring)
        self._quantile_range = checked_range(_given(self.excitability, chosen.excitability))
        self._drive_spread = _given(self.drive_spread, chosen.drive_spread)
        self._loop_gain = _given(self.loop_gain, chosen.loop_gain)

    def _check_neuron(self) -> None:
        neuron = self.neuron_
        if not neuron.is_spiking:
            raise ValueError(f"neuron={neuron!r} has no threshold; use EchoStateReservoir.")
        if neuron.excitatory is None:
            raise ValueError(f"neuron={neuron!r} does not say what spikes act on: excitatory.")

    def _measured_rheobase(self, units: Simulator) -> NDArray[np.float64]:
        """Return the least drive of each unit; NaN where nothing is scaled by it.

        By the compiled kernel, whatever the backend: so both have the same network.
        """
        is_topology = self.wiring is None or isinstance(self.wiring, Topology)
        if self.input_scaling == "auto" or (is_topology and self._loop_gain):
            return rheobase(replace(units, backend="numba"), self._longest_tau)
        return np.full(self.n_units, np.nan)

    @property
    def _longest_tau(self) -> float:
        values = self.neuron_parameters_.items()
        taus = [float(np.max(v)) for k, v in values if k.startswith("tau")]
        return max(taus, default=10 * self.dt)

    def _program(self, dt: float | None = None) -> Program:
        step = self.dt if dt is None else dt
        return build_program(self.neuron_.parsed, self.neuron_parameters_, step, self.method)

    def _draw_recurrence(self, random_state: RandomState, program: Program) -> None:
        """Draw recurrent weights of the gain that is asked for."""
        topology = FixedInDegree(float(self.connectivity)) if self.wiring is None else self.wiring
        shape = (self.n_units, self.n_units)
        if not isinstance(topology, Topology):
            self.recurrent_weights_ = as_matrix("wiring", self.wiring, shape)
            return
        self.recurrent_weights_ = draw_recurrence(
            random_state,
            self.n_units,
            topology=topology,
            excitatory_fraction=self.excitatory_fraction,
            inhibition=self.inhibition,
            radius=self._loop_gain / self._gain_of_a_loop(program) if self._loop_gain else 0.0,
        )

    def _gain_of_a_loop(self, program: Program) -> float:
        """Return the gain of a loop of weight 1: charge per spike times slope of the rate."""
        values = self.neuron_parameters_.items()
        fastest = min((float(np.min(v)) for k, v in values if k.startswith("tau")), default=1.0)
        dt = min(self.dt, fastest / 20)  # fine enough, however coarse the simulation is
        fine = self._program(dt)
        units = replace(self._make_simulator(fine, dt), dt=dt, backend="numba")
        slope = rate_slope(units, self.rheobase_, self._longest_tau)
        channel = self.neuron_.excitatory or ""  # checked before
        return slope * charge_per_spike(program, self.rest_, channel, self.dt)

    @property
    def _calibrates(self) -> bool:
        return self.input_scaling == "auto" or self._scales_features

    @property
    def _scales_features(self) -> bool:
        return self.feature_scaling is not None and self.features != "spikes"

    def _calibrate(self, samples: Samples) -> None:
        if self.input_scaling != "auto":
            self.bias_ = self._excitability * self.bias_scaling
        least = self.rheobase_
        self._calibrate_inputs(samples, least=least, threshold=least, spread=self._drive_spread)
        self.feature_offsets_ = self.feature_scales_ = None
        self._simulator = simulator = self._make_simulator(self._program())
        start = simulator.rest if self.carry_state else None
        features, counts, _ = recall(self.memory, simulator.run, samples, start=start)
        steps = (samples.lengths + self.padding_) * simulator.steps_per_row(samples)
        self.firing_rates_ = firing_rates(counts, steps, self.dt)
        if self._seen is None:
            warn_of_extremes(self.firing_rates_, int(steps.max()), simulator.network, self.dt)
        if self._scales_features:
            is_centred = self.feature_scaling == "standardize"
            self.feature_offsets_, self.feature_scales_ = feature_scale(
                features, is_centred=is_centred
            )
            self._simulator = self._make_simulator(self._program())

    def _drives(self, samples: Samples) -> Iterator[NDArray[np.float64]]:
        if not isinstance(samples, Events):
            return super()._drives(samples)
        alone = copy(self)
        alone.input_weights_, alone.bias_ = self._drawn_weights, np.zeros(self.n_units)
        alone.recurrent_weights_ = sparse.csr_array((self.n_units, self.n_units))
        alone.delay_steps_ = np.ones(1, dtype=np.int64)
        alone.plasticity_ = np.zeros((0, self.n_units))
        alone.features_, alone.feature_scaling = "membrane", None
        alone.feature_offsets_ = alone.feature_scales_ = None
        program = self._program()
        return event_drives(
            alone._make_simulator(program),
            samples,
            threshold_distance(program, self.rest_),
            self.rheobase_,
        )

    def _make_simulator(self, program: Program, dt: float | None = None) -> Simulator:
        network = spiking_network(
            program,
            self._input_layout(self.form_),
            self.bias_,
            self.recurrent_weights_,
            delay_steps=self.delay_steps_,
            channels=(self.neuron_.excitatory, self.neuron_.inhibitory),
            refractory_steps=refractory_steps(
                self.neuron_, self.neuron_parameters_, dt or self.dt, self.n_units
            ),
            plasticity=self.plasticity_,
            steps_per_input=self.steps_per_input_,
            dtype=self.dtype,
        )
        reading = self._reading()
        n_traces = len(reading.taus)
        return Simulator(
            program,
            network,
            resting_state(self.rest_, network, n_traces=n_traces, dtype=self.dtype),
            reading=reading,
            n_readouts=self.n_readouts_,
            dt=dt or self.dt,
            backend=self.backend,
            form=self.form_,
            padding=self.padding_,
            seed=self.noise_seed_,
        )

    def _reading(self) -> Reading:
        tau_mem = self.neuron_.parameters.get("tau_mem")
        default = float(tau_mem) if isinstance(tau_mem, Real) else TAU_TRACE
        reading = read_features(
            self.features_,
            _given(self.tau_trace, default),
            self.neuron_.parsed.states,
            is_scaled=self._scales_features,
        )
        return replace(
            reading,
            offsets=getattr(self, "feature_offsets_", None),
            scales=getattr(self, "feature_scales_", None),
        )

    def _validated(self, X: Input, *, reset: bool) -> Samples:
        if isinstance(X, SpikeTrains):
            return as_events(self, X, reset=reset, dt=self.dt)
        return super()._validated(X, reset=reset)

    def _drive(self, samples: Samples, start: State | None) -> tuple[Any, NDArray[np.int64], State]:
        if self.features_ != "spikes":
            return super()._drive(samples, start)
        trains, state = self._record(samples, start)
        return trains, np.bincount(trains.channels, minlength=self.n_units), state

    def _record(self, samples: Samples, start: State | None) -> tuple[SpikeTrains, State]:
        """Return the spikes of all units, and the state after the last sample."""
        raster, state = recall(
            self.memory, self._simulator.record, samples, start=start, **self._how()
        )
        n_steps = samples.lengths * self._simulator.steps_per_row(samples)
        return as_spike_trains(raster, n_steps, self.dt, self.n_units), state

    @property
    def _n_features_out(self) -> int:
        return self.n_units if self.features_ == "spikes" else super()._n_features_out


def _given(value: Any, default: Any) -> Any:
    """Return a value, or the default where it is None."""
    return default if value is None else value
