"""Spiking reservoirs."""

from __future__ import annotations

from dataclasses import replace
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from sparcelearn._core.sequences import as_events
from sparcelearn._core.spike_trains import SpikeTrains
from sparcelearn._core.validation import Interval, StrOptions

from ._balanced_wiring import draw_balanced
from ._base import BaseReservoir, Input, Samples
from ._calibration import calibrate, trial
from ._delays import draw_delays
from ._distributions import Distribution
from ._effective_gain import START, find_recurrence
from ._features import Reading, as_spike_trains, read_features
from ._network_layout import resting_state, spiking_network
from ._neuron_model import NeuronModel
from ._short_term_plasticity import TsodyksMarkram, draw_plasticity
from ._simulation_cache import recall
from ._simulator import Simulator
from ._time_steps import check_step, refractory_steps
from .equations import METHODS, Program, build_program
from .kernels.layout import State
from .neurons import LIF
from .wiring import FixedInDegree, Topology
from .wiring._scaling import as_matrix

__all__ = ["SpikingReservoir"]


class SpikingReservoir(BaseReservoir):
    r"""Sparse random network of spiking units, integrated step by step.

    A channel :math:`c` of the input drives unit :math:`j` with
    :math:`\text{drive}_j = b_j + g \sum_c x_c W^{in}_{cj}`, constant over
    ``steps_per_input`` steps of ``dt``. The unit follows the equations of ``neuron``.
    Where the input is :class:`~sparcelearn.SpikeTrains`, an event of channel :math:`c`
    acts as the spike of a unit would: it adds :math:`g W^{in}_{cj}` to a synaptic
    variable of each of its targets, in the step of ``dt`` that holds its time.
    When unit :math:`i` crosses its threshold, :math:`W_{ij}` is added to a synaptic
    variable of each of its targets ``delay`` ms later. Nothing here learns:
    ``fit`` draws the network and calibrates :math:`g`.

    Order in a step: the state advances and synaptic currents decay; spikes that
    are due are added; units at threshold spike, are reset, and hold for
    ``round(t_ref / dt)`` steps while currents go on.

    Parameters
    ----------
    n_units : int, default=500
        Number of units.
    neuron : NeuronModel, default=LIF
        Equations and constants of a unit. ``neuron__<constant>`` can be searched over.
    connectivity : float, default=0.1
        Fraction of the other units that send to each unit, the same for every unit.
    excitatory_fraction : float, default=0.8
        Fraction of units whose weights are all positive; those of the others are
        all negative (Dale's law). The first units are the excitatory ones.
    recurrent_scaling : float, default=2.0
        Peak of the potential evoked in a unit if all excitatory units that send to it spiked
        at once, as a fraction of the distance from rest to threshold.
    effective_gain : float, default=None
        Spikes that one more spike of an excitatory unit causes directly, on average; below 1.
        If given, ``fit`` searches for the ``recurrent_scaling`` at which it has this value on
        the data given, which takes some hundred short simulations.
    inhibition : float, default=1.5
        Total inhibition over total excitation, each measured as ``recurrent_scaling`` is.
    wiring : Topology, sparse matrix or ndarray of shape (n_units, n_units), default=None
        None is :class:`FixedInDegree` at ``connectivity``. A topology is drawn, with signs
        and scale as described above. A matrix holds weights from row to column, used as they are.
    input_wiring : sparse matrix or ndarray of shape (n_channels, n_units), default=None
        Input weights before the gain, in place of random ones.
    delay : float, ndarray of shape (n_units,), sparse matrix or Distribution, default=1.0
        From a spike to its arrival (ms); at least one step. A number for all, one for
        each source, or one for each synapse: a matrix with an entry for every entry of
        the wiring, or a distribution to draw them from.
    short_term_plasticity : TsodyksMarkram, default=None
        Depression and facilitation of the recurrent synapses; None keeps their weights constant.
    input_connectivity : float, default=0.3
        Fraction of the channels that drive each unit; at least one channel.
    input_scaling : float or "auto", default="auto"
        Gain :math:`g` of the input. ``"auto"`` finds the gain at which the units fire at
        ``target_rate`` on the data given to ``fit``, and then freezes it.
    target_rate : float, default=50.0
        Mean rate to calibrate to (Hz).
    bias_scaling : float, default=0.0
        Constant drive of each unit, uniform between 0 and this.
    dt : float, default=1.0
        Step (ms). Not longer than any time constant.
    steps_per_input : int, default=10
        Steps for which a row of input is held; events have no rows.
    method : {"auto", "exact", "exponential_euler", "rk4", "heun", "euler"}, default="auto"
        Integrator; ``"auto"`` takes the first that applies to the equations.
    features : str or tuple of str, default="trace"
        What is read of each unit: ``"trace"``, its spikes filtered with ``tau_trace``;
        ``"count"``, its spikes since the instant before; ``"first_spike"``, the time
        from the instant before to its first spike (ms), or to this instant where it is
        silent; ``"membrane"``, its first variable; or any variable of the equations by
        name. ``"spikes"``, alone, gives the spikes themselves as
        :class:`~sparcelearn.SpikeTrains` of ``n_units`` channels, that of step ``k`` at
        the time ``k * dt``.
    tau_trace : float or tuple of float, default=20.0
        Time constant of the trace (ms); several give as many traces.
    n_readouts : int, default=1
        Instants at which features are read, equally spaced over a sample, the last
        at its end.
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
    input_weights_ : sparse array of shape (n_channels, n_units)
        Input weights, gain included.
    recurrent_weights_ : sparse array of shape (n_units, n_units)
        Weights from row (source) to column (target).
    bias_ : ndarray of shape (n_units,)
        Constant drive.
    input_scaling_ : float
        The input gain in use.
    recurrent_scaling_ : float
        The strength of recurrence in use.
    firing_rates_ : ndarray of shape (n_units,)
        Rate of each unit on the samples used for calibration (Hz).
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
        If the reservoir is silent or saturated on the data given to ``fit``.

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
        **BaseReservoir._parameter_constraints,
        "excitatory_fraction": [Interval(Real, 0, 1, closed="both")],
        "recurrent_scaling": [Interval(Real, 0, None, closed="left")],
        "effective_gain": [Interval(Real, 0, 1, closed="left"), None],
        "inhibition": [Interval(Real, 0, None, closed="left")],
        "delay": [
            Interval(Real, 0, None, closed="neither"),
            np.ndarray,
            "sparse matrix",
            Distribution,
        ],
        "short_term_plasticity": [TsodyksMarkram, None],
        "input_scaling": [Interval(Real, 0, None, closed="left"), StrOptions({"auto"})],
        "target_rate": [Interval(Real, 0, None, closed="neither")],
        "dt": [Interval(Real, 0, None, closed="neither")],
        "steps_per_input": [Interval(Integral, 1, None, closed="left")],
        "method": [StrOptions({"auto", *METHODS})],
        "features": [str, tuple],
        "tau_trace": [Interval(Real, 0, None, closed="neither"), tuple],
    }

    def __init__(
        self,
        n_units: int = 500,
        *,
        neuron: NeuronModel = LIF,
        connectivity: float = 0.1,
        excitatory_fraction: float = 0.8,
        recurrent_scaling: float = 2.0,
        effective_gain: float | None = None,
        inhibition: float = 1.5,
        wiring: Any = None,
        input_wiring: Any = None,
        delay: Any = 1.0,
        short_term_plasticity: TsodyksMarkram | None = None,
        input_connectivity: float = 0.3,
        input_scaling: float | str = "auto",
        target_rate: float = 50.0,
        bias_scaling: float = 0.0,
        dt: float = 1.0,
        steps_per_input: int = 10,
        method: str = "auto",
        features: str | tuple[str, ...] = "trace",
        tau_trace: float | tuple[float, ...] = 20.0,
        n_readouts: int = 1,
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
        self.connectivity = connectivity
        self.excitatory_fraction = excitatory_fraction
        self.recurrent_scaling = recurrent_scaling
        self.effective_gain = effective_gain
        self.inhibition = inhibition
        self.wiring = wiring
        self.input_wiring = input_wiring
        self.delay = delay
        self.short_term_plasticity = short_term_plasticity
        self.input_connectivity = input_connectivity
        self.input_scaling = input_scaling
        self.target_rate = target_rate
        self.bias_scaling = bias_scaling
        self.dt = dt
        self.steps_per_input = steps_per_input
        self.method = method
        self.features = features
        self.tau_trace = tau_trace
        self.n_readouts = n_readouts
        self.carry_state = carry_state
        self.dtype = dtype
        self.backend = backend
        self.memory = memory
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.random_state = random_state

    def _build(self, random_state: RandomState, samples: Samples) -> Program:
        self._check_neuron()
        self.neuron_parameters_, self.rest_ = self.neuron.draw(random_state, self.n_units)
        check_step("dt", self.dt, self.neuron_parameters_)
        program = self._program()
        self.method_ = program.method
        unscaled = self._draw_input_weights(random_state)
        self.bias_ = random_state.uniform(0, 1, self.n_units) * self.bias_scaling
        topology = FixedInDegree(float(self.connectivity)) if self.wiring is None else self.wiring
        is_sought = self.effective_gain is not None
        self.recurrent_scaling_ = START if is_sought else float(self.recurrent_scaling)
        if isinstance(topology, Topology):
            self.recurrent_weights_ = draw_balanced(
                random_state,
                self.n_units,
                topology=topology,
                probe=self._probe(program),
                rest=self.rest_,
                channels=(self.neuron.excitatory, self.neuron.inhibitory),
                excitatory_fraction=self.excitatory_fraction,
                recurrent_scaling=self.recurrent_scaling_,
                inhibition=self.inhibition,
            )
        elif is_sought:
            raise ValueError(
                "effective_gain scales wiring that is drawn; a matrix is used as it is."
            )
        else:
            self.recurrent_weights_ = as_matrix("wiring", self.wiring, (self.n_units, self.n_units))
        self.delay_steps_ = draw_delays(self.delay, random_state, self.recurrent_weights_, self.dt)
        self.plasticity_ = draw_plasticity(
            self.short_term_plasticity, random_state, self.n_units, self.dt
        )
        self.noise_seed_ = int(random_state.randint(2**31))
        self.input_weights_ = unscaled
        self._calibrate(samples, program)
        return program

    def _check_neuron(self) -> None:
        if not self.neuron.is_spiking:
            raise ValueError(f"neuron={self.neuron!r} has no threshold; use EchoStateReservoir.")
        if self.neuron.excitatory is None:
            raise ValueError(f"neuron={self.neuron!r} does not say what spikes act on: excitatory.")
        self._reading()

    def _program(self, dt: float | None = None) -> Program:
        step = self.dt if dt is None else dt
        return build_program(self.neuron.parsed, self.neuron_parameters_, step, self.method)

    def _probe(self, program: Program) -> Program:
        """Return the equations at a step that measures a synapse: no finer than it needs."""
        values = self.neuron_parameters_.items()
        fastest = min((float(np.min(v)) for k, v in values if k.startswith("tau")), default=1.0)
        return program if fastest <= 20 * self.dt else self._program(dt=fastest / 20)

    def _calibrate(self, samples: Samples, program: Program) -> None:
        """Set the strength of recurrence and the input gain, and measure how the network fires."""
        tried = trial(
            self._make_simulator(program),
            samples,
            input_scaling=self.input_scaling,
            target_rate=self.target_rate,
            is_stream=self.carry_state,
            memory=self.memory,
        )
        if self.effective_gain is not None:
            n_excitatory = round(self.excitatory_fraction * self.n_units)
            factor = find_recurrence(tried, self.effective_gain, n_excitatory)
            self.recurrent_scaling_ *= factor
            self.recurrent_weights_ = self.recurrent_weights_ * factor
            tried = replace(tried, network=tried.network.rewired(factor, factor, n_excitatory))
        self.input_scaling_, self.firing_rates_ = calibrate(tried)
        self.input_weights_ = self.input_weights_ * self.input_scaling_

    def _make_simulator(self, program: Program) -> Simulator:
        network = spiking_network(
            program,
            self.input_weights_,
            self.bias_,
            self.recurrent_weights_,
            delay_steps=self.delay_steps_,
            channels=(self.neuron.excitatory, self.neuron.inhibitory),
            refractory_steps=refractory_steps(
                self.neuron, self.neuron_parameters_, self.dt, self.n_units
            ),
            plasticity=self.plasticity_,
            steps_per_input=self.steps_per_input,
            dtype=self.dtype,
        )
        reading = self._reading()
        n_traces = len(reading.taus)
        return Simulator(
            program,
            network,
            resting_state(self.rest_, network, n_traces=n_traces, dtype=self.dtype),
            reading=reading,
            n_readouts=self.n_readouts,
            dt=self.dt,
            backend=self.backend,
            seed=self.noise_seed_,
        )

    def _reading(self) -> Reading:
        return read_features(self.features, self.tau_trace, self.neuron.parsed.states)

    def _validated(self, X: Input, *, reset: bool) -> Samples:
        if isinstance(X, SpikeTrains):
            return as_events(self, X, reset=reset, dt=self.dt)
        return super()._validated(X, reset=reset)

    def _drive(self, samples: Samples, start: State | None) -> tuple[Any, NDArray[np.int64], State]:
        if self.features != "spikes":
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
        return self.n_units if self.features == "spikes" else super()._n_features_out
