"""How a spiking reservoir is drawn, calibrated and run."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from numbers import Real
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import sparse

from sparcelearn._core.sequences import Events, as_events
from sparcelearn._core.spike_trains import SpikeTrains

from ._base import Input, Samples
from ._calibrated import CalibratedReservoir, checked_range
from ._delays import draw_delays
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
from .equations import Program, build_program
from .kernels.layout import State
from .wiring import FixedInDegree, Topology
from .wiring._scaling import as_matrix

__all__ = ["SpikingNetwork"]

STEPS_PER_INPUT = 10  # with a neuron that is given
TAU_TRACE = 20.0  # ms, of a neuron without tau_mem


class SpikingNetwork(CalibratedReservoir):
    """What :class:`SpikingReservoir` does with its parameters."""

    n_units: int
    neuron: NeuronModel | None
    input_wiring: Any
    drive_spread: float | None
    loop_gain: float | None
    connectivity: float
    excitatory_fraction: float | None
    inhibition: float
    wiring: Any
    delay: Any
    short_term_plasticity: TsodyksMarkram | None
    dt: float
    steps_per_input: int | None
    method: str
    features: str | tuple[str, ...] | None
    feature_scaling: str | None
    tau_trace: float | tuple[float, ...] | None
    n_readouts: int | None
    padding: int | None
    backend: str
    feature_offsets_: NDArray[np.float64] | None
    feature_scales_: NDArray[np.float64] | None

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
        padding = chosen.padding if self.n_readouts is None else 0
        self.padding_ = 0 if unpadded else _given(self.padding, padding)
        rows = int(samples.lengths.min()) + self.padding_
        most = rows if self.form_ == "events" else rows * self.steps_per_input_
        n_readouts = 1 if self.features_ == "spikes" else min(chosen.n_readouts, most)
        self.n_readouts_ = _given(self.n_readouts, n_readouts)
        if self.n_readouts_ > most:
            raise ValueError(
                f"n_readouts={self.n_readouts_} needs as many simulation steps, but the shortest "
                f"sample in X has {most}."
            )
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
        units = replace(self._make_simulator(fine, dt), backend="numba")
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
        return replace(reading, offsets=self.feature_offsets_, scales=self.feature_scales_)

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
