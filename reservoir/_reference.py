"""The simulation in plain numpy: slow and obvious, the oracle of the compiled kernels.

It runs the same program in the same order with the same arithmetic; only the
machinery differs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._random_numbers import counts, normals, uniforms
from ._reference_events import arriving as arriving_events
from ._reference_events import remember
from .equations import Program
from .equations._expressions import evaluate
from .kernels.arrays import FLUSH_STEPS
from .kernels.layout import Batch, EventRows, Network, Raster, Sampling, State


@np.errstate(all="ignore")  # as in compiled code: 1 / exp(800) is 0, and what is NaN is told once
def simulate(
    program: Program,
    network: Network,
    sampling: Sampling,
    inputs: NDArray[Any] | EventRows,
    batch: Batch,
    rest: State,
    state: State,
    features: NDArray[Any],
    spike_counts: NDArray[np.int64],
    raster: Raster,
) -> int:
    """Run samples one after another, and return what the compiled ``simulate`` does."""
    constants = _constants(program, network)
    total_steps = n_recorded = run_begin = 0
    n_units = state.variables.shape[1]
    for sample, key in enumerate(batch.keys):
        if batch.is_fresh[sample]:
            for mine, start in zip(state, rest, strict=True):
                mine[...] = start
        begin = batch.starts[sample]
        if sample == 0 or batch.is_fresh[sample]:
            run_begin = begin
            past = _past(network, state)
        n_steps = (batch.starts[sample + 1] - begin) * network.steps_per_input
        ends = [(k + 1) * n_steps // sampling.n_readouts for k in range(sampling.n_readouts)]
        done = 0
        for instant, end in enumerate(ends):
            window = end - done
            state.traces[:] *= (sampling.kept * sampling.decay[:, window])[:, np.newaxis]
            first = np.full(n_units, window)
            while done < end:
                if batch.is_stopped[0]:
                    return -1
                row = begin + done // network.steps_per_input
                if state.step[0] % FLUSH_STEPS == 0:
                    for table in (state.variables, state.traces):
                        table[np.abs(table) < network.negligible] = 0
                values = {**constants, **_named(program, state)}
                drives = _drive(network, inputs, run_begin, row, past).reshape(-1, n_units)
                drives = _coupled(network, state.variables[0], drives)
                values.update(zip(program.inputs, drives, strict=True))
                drawn = _drawn(program, network, key, int(state.step[0]))
                values.update(drawn)
                if program.threshold is None:
                    _rate_step(program, values, network, state)
                    state.traces[:] += state.variables[0]
                    fired = np.zeros(0, dtype=np.int64)
                else:
                    is_first = done % network.steps_per_input == 0  # an event arrives once
                    place = (run_begin, row, state.past)
                    arriving = arriving_events(network, inputs, *place) if is_first else iter(())
                    read = {**constants, **drawn}
                    fired = _spiking_step(program, read, values, network, arriving, state)
                state.step[0], done = state.step[0] + 1, done + 1
                state.traces[:, fired] += sampling.decay[:, [end - done]]
                first[fired] = np.minimum(first[fired], window - (end - done) - 1)
                spike_counts[fired] += 1
                if len(raster.n_spikes):
                    raster.n_spikes[total_steps] = len(fired)
                    raster.units[n_recorded : n_recorded + len(fired)] = fired
                    n_recorded += len(fired)
                    total_steps += 1
            if program.threshold is None:
                state.traces[:] /= state.traces.dtype.type(window)
            for k, kind in enumerate(sampling.kinds):
                readable = [*state.variables, *state.traces, first * sampling.dt]
                value = readable[kind].astype(features.dtype)
                value = np.sqrt(value) if sampling.roots[k] else value
                features[sample, instant, k] = (value - sampling.offsets[k]) * sampling.scales[k]
            if program.threshold is None:
                state.traces[:] = 0
        if not np.isfinite(state.variables).all():
            return sample
    remember(inputs, run_begin, batch.starts[-1], state.past)
    return -1


def _constants(program: Program, network: Network) -> dict[str, Any]:
    """Give the constants back their names, in the precision of the network."""
    shared, per_unit = iter(network.constants), iter(network.unit_constants)
    return {
        name: next(shared if isinstance(value, float) else per_unit)
        for name, value in program.constants.items()
    }


def _past(network: Network, state: State) -> NDArray[Any]:
    """Return the rows before a run as units hear them; 0 before the start of the stream."""
    heard = (state.past - network.channel_means) * network.channel_scales
    n_before = int(state.step[0]) // network.steps_per_input
    heard[: max(len(heard) - n_before, 0)] = 0
    return heard.astype(network.bias.dtype)


def _drive(
    network: Network,
    inputs: NDArray[Any] | EventRows,
    run_begin: int,
    row: int,
    past: NDArray[Any],
) -> NDArray[Any]:
    """Return what drives every unit: its bias, and what it hears of this row and earlier ones."""
    if isinstance(inputs, EventRows):
        return network.bias
    n_channels, lag = past.shape[1], network.longest_lag
    line = np.zeros((n_channels, lag + network.block), past.dtype)
    for k in range(lag + 1):
        source = row - lag + k
        if source >= run_begin:
            line[:, k] = (inputs[source] - network.channel_means) * network.channel_scales
        elif run_begin - source <= lag:
            line[:, k] = past[lag - (run_begin - source)]
    heard = np.zeros_like(network.bias)
    _sum(network.input_starts, network.input_targets, network.input_weights, line.ravel(), heard)
    return network.bias + heard


def _coupled(network: Network, potentials: NDArray[Any], drives: NDArray[Any]) -> NDArray[Any]:
    """Add to the drive through the first input what flows from units that are touched."""
    if not len(network.gap_starts):
        return drives
    currents = np.zeros_like(potentials)
    for unit in range(len(potentials)):
        for k in range(*network.gap_starts[unit : unit + 2]):
            difference = potentials[network.gap_sources[k]] - potentials[unit]
            currents[unit] += network.gap_weights[k] * difference
    return np.vstack([drives[:1] + currents, drives[1:]])


def _sum(
    starts: NDArray[Any],
    sources: NDArray[Any],
    weights: NDArray[Any],
    values: NDArray[Any],
    sums: NDArray[Any],
) -> None:
    """Sum up what every unit receives, four products at a time as kernels do."""
    for unit in range(len(sums)):
        synapses = slice(starts[unit], starts[unit + 1])
        a, b, c, d = (weights[synapses] * values[sources[synapses]]).reshape(-1, 4).T
        for term in (a + b) + (c + d):
            sums[unit] += term


def _advance(program: Program, values: dict[str, Any]) -> list[Any]:
    for name, tree in program.stages:
        values[name] = evaluate(tree, values)
    # copies: an update that is only a name would be the very array that is overwritten
    return [np.array(evaluate(tree, values)) for tree in program.updates.values()]


def _named(program: Program, state: State) -> dict[str, Any]:
    return dict(zip(program.states, state.variables, strict=True))


def _drawn(program: Program, network: Network, key: np.uint64, step: int) -> dict[str, Any]:
    """Return the random numbers of this step by name."""
    if not program.noises:
        return {}
    n_drawn, n_units = network.n_normals + len(network.pulse_means), network.pulse_means.shape[1]
    drawn = [
        *normals(key, step, network.n_normals, n_units),
        *counts(key, step, network.n_normals, network.pulse_means, network.silences),
        *uniforms(key, step, n_drawn, network.n_noises - n_drawn, n_units),
    ]
    return {x: row.astype(network.bias.dtype) for x, row in zip(program.noises, drawn, strict=True)}


def _spiking_step(
    program: Program,
    constants: dict[str, Any],
    values: dict[str, Any],
    network: Network,
    arriving: Iterator[tuple[int, NDArray[Any], NDArray[Any]]],
    state: State,
) -> NDArray[np.int64]:
    """Take one step and return the units that spiked."""
    step = int(state.step[0])
    free = step >= state.held_until
    new = _advance(program, values)
    places = {x: np.array(value) for x, value in _named(program, state).items()}
    for variable, x, value in zip(state.variables, program.states, new, strict=True):
        clamp = program.clamps.get(x)
        held = value if clamp is None else evaluate(clamp, {**constants, **places})
        variable[:] = np.where(free, value, held)
    for variable, targets, weights in (*_due(network, state, step), *arriving):
        np.add.at(state.variables[variable], targets, weights)
    assert program.threshold is not None
    crossed = evaluate(program.threshold, {**constants, **_named(program, state)})
    fired = np.flatnonzero(crossed & free)
    slot = step % len(state.n_spikes)
    state.spikes[slot, : len(fired)] = fired
    state.n_spikes[slot] = len(fired)
    if len(network.plasticity):
        state.strengths[slot, : len(fired)] = [_strength(network, state, k, step) for k in fired]
    for x, tree in program.resets:
        values = {**constants, **_named(program, state)}
        value = np.broadcast_to(evaluate(tree, values), free.shape)
        state.variables[program.states.index(x)][fired] = value[fired]
    state.held_until[fired] = step + 1 + network.refractory_steps[fired]
    return fired


def _due(network: Network, state: State, step: int) -> Iterator[tuple[int, Any, Any]]:
    """Yield the row of the state, the targets and what is added to them, for spikes of units."""
    for group, (delay, row) in enumerate(zip(network.delays, network.receivers, strict=True)):
        slot = (step - delay) % len(state.n_spikes)
        for k, source in enumerate(state.spikes[slot, : state.n_spikes[slot]].astype(np.int64)):
            synapses = slice(*network.starts[source, group : group + 2])
            weights = network.weights[synapses]
            if len(network.plasticity):
                weights = state.strengths[slot, k] * weights
            yield row, network.targets[synapses], weights


def _strength(network: Network, state: State, unit: np.integer, step: int) -> float:
    """Move the synapses of a unit on to its spike, and return how strong that is."""
    utilisation, recovery, facilitation = network.plasticity[:, unit]
    u, x, last = state.resources[:, unit]
    x = 1 + (x - u * x - 1) * math.exp(-(step - last) * recovery)
    u = utilisation + u * (1 - utilisation) * math.exp(-(step - last) * facilitation)
    state.resources[:, unit] = u, x, step
    return u * x


def _rate_step(program: Program, values: dict[str, Any], network: Network, state: State) -> None:
    recurrent, rates = np.zeros_like(network.bias), state.variables[0]
    heard = state.strengths.ravel() if len(network.delays) else rates
    _sum(network.starts, network.targets, network.weights, heard, recurrent)
    values = {**values, "recurrent": recurrent}
    if len(network.kept_starts):
        values[program.states[0]] = kept = np.zeros_like(network.bias)
        sources = network.kept_words.view(network.targets.dtype)
        _sum(network.kept_starts, sources, network.kept_weights, rates, kept)
    state.variables[:] = np.stack(list(_advance(program, values)))
    if len(network.delays):
        state.strengths[:] = np.concatenate([state.strengths[1:], state.variables[:1]])
