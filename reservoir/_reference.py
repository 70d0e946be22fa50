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

from ._random_numbers import counts, normals
from .equations import Program
from .equations._expressions import evaluate
from .kernels.arrays import FLUSH_STEPS
from .kernels.layout import Batch, EventRows, Network, Raster, Sampling, State


@np.errstate(over="ignore")  # as in compiled code: 1 / exp(800) is 0
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
) -> None:
    """Run samples one after another, as the compiled ``simulate`` does."""
    constants = _constants(program, network)
    total_steps = n_recorded = 0
    for sample, key in enumerate(batch.keys):
        if batch.is_fresh[sample]:
            for mine, start in zip(state, rest, strict=True):
                mine[...] = start
        begin = batch.starts[sample]
        n_steps = (batch.starts[sample + 1] - begin) * network.steps_per_input
        ends = [(k + 1) * n_steps // sampling.n_readouts for k in range(sampling.n_readouts)]
        done = 0
        for instant, end in enumerate(ends):
            window = end - done
            state.traces[:] *= (sampling.kept * sampling.decay[:, window])[:, np.newaxis]
            first = np.full(len(network.bias), window)
            while done < end:
                row = begin + done // network.steps_per_input
                if state.step[0] % FLUSH_STEPS == 0:
                    for table in (state.variables, state.traces):
                        table[np.abs(table) < network.negligible] = 0
                values = {**constants, **_named(program, state)}
                values["drive"] = _drive(network, inputs, row)
                values.update(_drawn(program, network, key, int(state.step[0])))
                if program.threshold is None:
                    _rate_step(program, values, network, state)
                    state.traces[:] += state.variables[0]
                    fired = np.zeros(0, dtype=np.int64)
                else:
                    arriving = _arriving(network, inputs, row)
                    fired = _spiking_step(program, constants, values, network, arriving, state)
                state.step[0] += 1
                done += 1
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
                features[sample, instant, k] = readable[kind]
            if program.threshold is None:
                state.traces[:] = 0


def _constants(program: Program, network: Network) -> dict[str, Any]:
    """Give the constants back their names, in the precision of the network."""
    shared, per_unit = iter(network.constants), iter(network.unit_constants)
    return {
        name: next(shared if isinstance(value, float) else per_unit)
        for name, value in program.constants.items()
    }


def _drive(network: Network, inputs: NDArray[Any] | EventRows, row: int) -> NDArray[Any]:
    drive = network.bias.copy()
    values = np.zeros(0) if isinstance(inputs, EventRows) else inputs[row]
    for channel in np.flatnonzero(values):
        synapses = slice(network.input_starts[channel], network.input_starts[channel + 1])
        targets = network.input_targets[synapses]
        np.add.at(drive, targets, values[channel] * network.input_weights[synapses])
    return drive


def _arriving(
    network: Network, inputs: NDArray[Any] | EventRows, row: int
) -> Iterator[tuple[int, NDArray[Any], NDArray[Any]]]:
    """Yield the row of the state, the targets and what is added to them, for input events."""
    if not isinstance(inputs, EventRows):
        return
    for channel in inputs.channels[inputs.starts[row] : inputs.starts[row + 1]]:
        first, last = network.input_starts[channel], network.input_starts[channel + 1]
        split = network.input_splits[channel]
        for variable, synapses, sign in (
            (network.excitatory, slice(first, split), network.bias.dtype.type(1)),
            (network.inhibitory, slice(split, last), network.inhibitory_sign),
        ):
            weights = sign * network.input_weights[synapses]
            yield variable, network.input_targets[synapses], weights


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
    drawn = [
        *normals(key, step, network.n_normals, len(network.bias)),
        *counts(key, step, network.n_normals, network.pulse_means, network.silences),
    ]
    drawn = [row.astype(network.bias.dtype) for row in drawn]
    return dict(zip(program.noises, drawn, strict=True))


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
    for variable, x, value in zip(state.variables, program.states, new, strict=True):
        clamp = program.clamps.get(x)
        variable[:] = value if clamp is None else np.where(free, value, evaluate(clamp, constants))
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


def _due(
    network: Network, state: State, step: int
) -> Iterator[tuple[int, NDArray[Any], NDArray[Any]]]:
    """Yield the row of the state, the targets and what is added to them, for spikes of units."""
    for group, delay in enumerate(network.delays):
        slot = (step - delay) % len(state.n_spikes)
        for k, source in enumerate(state.spikes[slot, : state.n_spikes[slot]].astype(np.int64)):
            first, last = network.starts[source, group], network.starts[source, group + 1]
            split = network.splits[source, group]
            for variable, synapses in (
                (network.excitatory, slice(first, split)),
                (network.inhibitory, slice(split, last)),
            ):
                weights = network.weights[synapses]
                if len(network.plasticity):
                    weights = state.strengths[slot, k] * weights
                yield variable, network.targets[synapses], weights


def _strength(network: Network, state: State, unit: np.integer, step: int) -> float:
    """Move the synapses of a unit on to its spike, and return how strong that is."""
    utilisation, recovery, facilitation = network.plasticity[:, unit]
    u, x, last = state.resources[:, unit]
    x = 1 + (x - u * x - 1) * math.exp(-(step - last) * recovery)
    u = utilisation + u * (1 - utilisation) * math.exp(-(step - last) * facilitation)
    state.resources[:, unit] = u, x, step
    return u * x


def _rate_step(program: Program, values: dict[str, Any], network: Network, state: State) -> None:
    recurrent = np.zeros_like(network.bias)
    for unit in range(len(recurrent)):
        synapses = slice(network.starts[unit], network.starts[unit + 1])
        products = network.weights[synapses] * state.variables[0][network.targets[synapses]]
        a, b, c, d = products.reshape(-1, 4).T
        for term in (a + b) + (c + d):  # as the kernel adds them
            recurrent[unit] += term
    values = {**values, "recurrent": recurrent}
    for variable, value in zip(state.variables, _advance(program, values), strict=True):
        variable[:] = value
