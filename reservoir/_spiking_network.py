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

from sparcelearn._core.as_fitted import with_fitted_parameters
from sparcelearn._core.sequences import Events, as_events
from sparcelearn._core.spike_trains import SpikeTrains

from ._base import Input, Samples
from ._calibrated import CalibratedReservoir, checked_range
from ._calibration import InputScale
from ._channels import by_channel, chosen_channels, routed, stacked
from ._delays import joined_delays
from ._event_drives import event_drives
from ._feature_scaling import feature_scale
from ._features import Reading, as_spike_trains, read_features
from ._firing import check_spiking, firing_rates, warn_of_extremes
from ._form_defaults import form_defaults, given
from ._gap_junctions import draw_gap_junctions, uncoupled
from ._heard import columns_of_events, draw_heard, heard_layout
from ._network_layout import resting_state, spiking_network
from ._neuron_model import NeuronModel
from ._recurrence import draw_recurrence, is_given
from ._short_term_plasticity import TsodyksMarkram, draw_plasticity
from ._simulation_cache import recall
from ._simulator import Simulator
from ._step_accuracy import choose_steps
from ._time_steps import check_step, refractory_steps
from ._working_point import rheobases, threshold_distance, warn_of_early_spikes
from .equations import Program, build_program
from .kernels.layout import State

__all__ = ["SpikingNetwork"]

STEPS_PER_INPUT = 10  # with a neuron that is given
TAU_TRACE = 20.0  # ms, of a neuron without tau_mem


class SpikingNetwork(CalibratedReservoir):
    """What :class:`SpikingReservoir` does with its parameters."""

    n_units: int
    neuron: NeuronModel | None
    input_wiring: Any
    drive_spread: float | None
    bias_scaling: float
    loop_gain: float | None
    connectivity: float
    excitatory_fraction: float | None
    inhibition: float
    wiring: Any
    delay: Any
    short_term_plasticity: TsodyksMarkram | None
    gap_junctions: Any
    dt: float
    steps_per_input: int | None
    substeps: int | str
    method: str
    features: str | tuple[str, ...] | None
    feature_scaling: str | None
    tau_trace: float | tuple[float, ...] | None
    n_readouts: int | None
    padding: int | None
    backend: str
    feature_offsets_: NDArray[np.float64] | None
    feature_scales_: NDArray[np.float64] | None
    substeps_: int = 1  # what files of format 2 do not hold
    channels_: tuple[str, ...] = ()  # nor do earlier files hold these
    input_channels_: tuple[str, ...] = ()
    event_weights_: sparse.csr_array | None = None
    gap_weights_: sparse.csr_array | None = None

    def _build(self, random_state: RandomState, samples: Samples) -> None:
        self.feature_offsets_ = self.feature_scales_ = None
        self._choose(samples)
        check_spiking(self.neuron_)
        self.channels_, self.input_channels_ = chosen_channels(self)
        self.neuron_parameters_, self.rest_ = self.neuron_.draw(random_state, self.n_units)
        self.substeps_ = 1 if self.substeps == "auto" else int(self.substeps)
        values = self.neuron_parameters_
        check_step("dt", self._step, values)
        self._reading()
        self.method_ = self.method
        draw_heard(self, random_state, samples)
        self.gap_weights_ = uncoupled(self, self.n_units)
        self.recurrent_weights_ = sparse.csr_array((self.n_units, self.n_units))
        self.delay_steps_ = np.ones(1, dtype=np.int64)
        self.plasticity_ = np.zeros((0, self.n_units))
        self.noise_seed_ = int(random_state.randint(2**31))
        choose_steps(self, is_given=self.substeps != "auto")
        refractory_steps(self.neuron_, values, self._step, self.n_units, is_told=True)
        program = self._program()
        units = self._make_simulator(program)  # uncoupled
        warn_of_early_spikes(units)
        self.rheobase_ = self._measured_rheobase(units)
        weights = draw_recurrence(random_state, self, program)
        self.recurrent_weights_ = stacked(weights)
        is_rows = self.carry_state and self.form_ == "rows"
        delay = given(self.delay, self.dt * (self.steps_per_input_ if is_rows else 1))
        delays = by_channel("delay", delay, self.channels_)
        self.delay_steps_ = joined_delays(delays, random_state, weights, self._step)
        plasticity = self.short_term_plasticity
        self.plasticity_ = draw_plasticity(plasticity, random_state, self.n_units, self._step)
        self.gap_weights_ = draw_gap_junctions(random_state, self, program)

    @property
    def _n_inputs(self) -> int:
        return len(self.neuron_.parsed.inputs)

    def _choose(self, samples: Samples) -> None:
        """Settle what depends on the form of the input."""
        self.form_ = "events" if isinstance(samples, Events) else "rows"
        longest = int(samples.lengths.max())
        chosen = form_defaults(self.form_, is_stream=self.carry_state, longest=longest)
        steps = chosen.steps_per_input if self.neuron is None else STEPS_PER_INPUT
        self.neuron_ = given(self.neuron, chosen.neuron)
        self.steps_per_input_ = given(self.steps_per_input, steps)
        self.features_ = given(self.features, chosen.features)
        # spikes are no table of numbers, which set_output could turn into another
        keys = () if self.features_ in ("spikes", ("spikes",)) else ("transform",)
        self._sklearn_auto_wrap_output_keys = keys
        unpadded = self.form_ == "events" or self.carry_state or self.features_ == "spikes"
        padding = chosen.padding if self.n_readouts is None else 0
        self.padding_ = 0 if unpadded else given(self.padding, padding)
        rows = int(samples.lengths.min()) + self.padding_
        most = rows if self.form_ == "events" else rows * self.steps_per_input_
        n_readouts = 1 if self.features_ == "spikes" else min(chosen.n_readouts, most)
        self.n_readouts_ = given(self.n_readouts, n_readouts)
        if self.n_readouts_ > most:
            raise ValueError(
                f"n_readouts={self.n_readouts_} needs as many simulation steps, but the shortest "
                f"sample in X has {most}."
            )
        self._input_wiring = given(self.input_wiring, chosen.input_wiring)
        self._quantile_range = checked_range(given(self.excitability, chosen.excitability))
        self._drive_spread = given(self.drive_spread, chosen.drive_spread)
        self._loop_gain = given(self.loop_gain, chosen.loop_gain)

    def _measured_rheobase(self, units: Simulator) -> NDArray[np.float64]:
        """Return the least drive of each unit, as compiled; NaN where nothing is scaled by it."""
        is_scaled = bool(self._loop_gain) and not (is_given(self) and self.loop_gain is None)
        if self.input_scaling == "auto" or is_scaled:
            return rheobases(replace(units, backend="numba"), self._longest_tau)
        return np.full(self._n_inputs * self.n_units, np.nan)

    @property
    def _longest_tau(self) -> float:
        values = self.neuron_parameters_.items()
        taus = [float(np.max(v)) for k, v in values if k.startswith("tau")]
        return max(taus, default=10 * self.dt)

    def _program(self, dt: float | None = None) -> Program:
        model, numbers = self.neuron_.parsed, self.neuron_parameters_
        return build_program(model, numbers, dt or self._step, self.method_)

    @property
    def _step(self) -> float:
        """The step that is taken (ms)."""
        return self.dt / self.substeps_

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
        # the drives of all inputs add up: each brings its part of the way, and of the variance
        n_adding = 1 if self.form_ == "events" else self._n_inputs
        self._calibrate_inputs(
            samples,
            least=least,
            threshold=least / n_adding,
            spread=self._drive_spread / np.sqrt(n_adding),
        )
        self.feature_offsets_ = self.feature_scales_ = None
        self._simulator = simulator = self._make_simulator(self._program())
        start = simulator.rest if self.carry_state else None
        features, counts, _ = recall(self.memory, simulator.run, samples, start=start)
        steps = (samples.lengths + self.padding_) * simulator.steps_per_row
        self.firing_rates_ = firing_rates(counts, steps, self._step)
        if self._seen is None:
            longest = int(steps.max())
            warn_of_extremes(self.firing_rates_, longest, simulator.network, self._step, self.form_)
        if self._scales_features:
            scale = feature_scale(features, is_centred=self.feature_scaling == "standardize")
            self.feature_offsets_, self.feature_scales_ = scale
            self._simulator = self._make_simulator(self._program())

    def _drives(self, samples: Samples) -> Iterator[NDArray[np.float64]]:
        if not isinstance(samples, Events):
            return super()._drives(samples)
        alone = copy(self)
        alone.input_weights_, alone.bias_ = self._drawn_weights, np.zeros_like(self.bias_)
        alone.recurrent_weights_ = sparse.csr_array((self.n_units, self.n_units))
        alone.channels_, alone.delay_steps_ = (), np.ones(1, dtype=np.int64)
        alone.plasticity_, alone.gap_weights_ = np.zeros((0, self.n_units)), None
        alone.features_, alone.feature_scaling = "membrane", None
        alone.feature_offsets_ = alone.feature_scales_ = None
        program = self._program()
        return event_drives(
            alone._make_simulator(program),
            samples,
            threshold_distance(program, self.rest_),
            self.rheobase_[: self.n_units],
        )

    def _channel_scale(self, rows: NDArray[np.floating]) -> InputScale:
        means, scales = super()._channel_scale(rows)
        counted = columns_of_events(self.event_weights_, len(means))
        means[counted], scales[counted] = 0.0, 1.0
        return InputScale(means, scales)

    def _make_simulator(self, program: Program, dt: float | None = None) -> Simulator:
        per_row = 1 if self.form_ == "events" else self.steps_per_input_
        recurrent, receivers = routed(
            self.recurrent_weights_, self.n_units, self.channels_, self.neuron_
        )
        network = spiking_network(
            program,
            heard_layout(self),
            self.bias_,
            recurrent,
            delay_steps=self.delay_steps_,
            receivers=receivers,
            refractory_steps=refractory_steps(
                self.neuron_, self.neuron_parameters_, dt or self._step, self.n_units
            ),
            plasticity=self.plasticity_,
            gaps=self.gap_weights_,
            steps_per_input=self.substeps_ * per_row,
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
            dt=dt or self._step,
            backend=self.backend,
            form="counts" if self.event_weights_ is not None else self.form_,
            padding=self.padding_,
            seed=self.noise_seed_,
            name=self.neuron_.name,
        )

    def _reading(self) -> Reading:
        tau_mem = self.neuron_.parameters.get("tau_mem")
        default = float(tau_mem) if isinstance(tau_mem, Real) else TAU_TRACE
        reading = read_features(
            self.features_,
            given(self.tau_trace, default),
            self.neuron_.parsed.states,
            is_scaled=self._scales_features,
        )
        return replace(reading, offsets=self.feature_offsets_, scales=self.feature_scales_)

    def _validated(self, X: Input, *, reset: bool) -> Samples:
        if isinstance(X, SpikeTrains):
            return as_events(self, X, reset=reset, dt=self.dt)
        return super()._validated(X, reset=reset)

    @with_fitted_parameters
    def _drive(self, samples: Samples, start: State | None) -> tuple[Any, NDArray[np.int64], State]:
        if self.features_ != "spikes":
            return super()._drive(samples, start)
        trains, state = self._record(samples, start)
        return trains, np.bincount(trains.channels, minlength=self.n_units), state

    @with_fitted_parameters
    def _record(self, samples: Samples, start: State | None) -> tuple[SpikeTrains, State]:
        """Return the spikes of all units, and the state after the last sample."""
        record = self._simulator.record
        raster, state = recall(self.memory, record, samples, start=start, **self._how())
        n_steps = samples.lengths * self._simulator.steps_per_row
        return as_spike_trains(raster, n_steps, self._step, self.n_units), state

    @property
    def _n_features_out(self) -> int:
        return self._simulator.n_units if self.features_ == "spikes" else super()._n_features_out
