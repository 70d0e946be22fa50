"""The simulation in plain numpy: slow and obvious, the oracle of the compiled kernels.

It runs the same program in the same order with the same arithmetic; only the
machinery differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .equations import Program
from .equations._expressions import evaluate
from .kernels.layout import EventRows, Network, Raster, Readout, State


def simulate(
    program: Program,
    network: Network,
    readout: Readout,
    inputs: NDArray[Any] | EventRows,
    starts: NDArray[np.int64],
    is_fresh: NDArray[np.bool_],
    rest: State,
    state: State,
    features: NDArray[Any],
    spike_counts: NDArray[np.int64],
    raster: Raster,
) -> None:
    """Run samples one after another, as the compiled ``simulate`` does."""
    constants = _constants(program, network)
    steps = total_steps = n_recorded = 0
    for sample in range(len(starts) - 1):
        if is_fresh[sample]:
            steps = 0
            for mine, start in zip(state, rest, strict=True):
                mine[...] = start
        n_steps = (starts[sample + 1] - starts[sample]) * network.steps_per_input
        ends = [(k + 1) * n_steps // readout.n_readouts for k in range(readout.n_readouts)]
        done = 0
        for instant, end in enumerate(ends):
            state.trace[:] = state.trace * readout.decay[end - done]
            counts = np.zeros_like(network.bias)
            while done < end:
                row = starts[sample] + done // network.steps_per_input
                drive = _drive(network, inputs, row)
                if program.threshold is None:
                    _rate_step(program, constants, network, drive, state)
                    fired = np.zeros(0, dtype=np.int64)
                else:
                    arriving = _arriving(network, inputs, row)
                    fired = _spiking_step(
                        program, constants, network, steps, drive, arriving, state
                    )
                done += 1
                steps += 1
                state.trace[fired] += readout.decay[end - done]
                counts[fired] += 1
                spike_counts[fired] += 1
                if len(raster.n_spikes):
                    raster.n_spikes[total_steps] = len(fired)
                    raster.units[n_recorded : n_recorded + len(fired)] = fired
                    n_recorded += len(fired)
                    total_steps += 1
            for k, kind in enumerate(readout.kinds):
                read = {-1: state.trace, -2: counts}.get(int(kind))
                features[sample, instant, k] = state.variables[kind] if read is None else read
    state.held_until[:] = np.maximum(state.held_until - steps, 0)


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
        drive[targets] += values[channel] * network.input_weights[synapses]
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
    return [evaluate(tree, values) for tree in program.updates.values()]


def _named(program: Program, state: State) -> dict[str, Any]:
    return dict(zip(program.states, state.variables, strict=True))


def _spiking_step(
    program: Program,
    constants: dict[str, Any],
    network: Network,
    step: int,
    drive: NDArray[Any],
    arriving: Iterator[tuple[int, NDArray[Any], NDArray[Any]]],
    state: State,
) -> NDArray[np.int64]:
    """Take one step and return the units that spiked."""
    free = step >= state.held_until
    new = _advance(program, {**constants, **_named(program, state), "drive": drive})
    for variable, x, value in zip(state.variables, program.states, new, strict=True):
        clamp = program.clamps.get(x)
        variable[:] = value if clamp is None else np.where(free, value, evaluate(clamp, constants))
    slot = state.slot[0]
    for source in state.spikes[slot, : state.n_spikes[slot]].astype(np.int64):
        first, split = network.starts[source], network.inhibitory_starts[source]
        last = network.starts[source + 1]
        for row, synapses in (
            (network.excitatory, slice(first, split)),
            (network.inhibitory, slice(split, last)),
        ):
            state.variables[row][network.targets[synapses]] += network.weights[synapses]
    for variable, targets, weights in arriving:
        state.variables[variable][targets] += weights
    assert program.threshold is not None
    crossed = evaluate(program.threshold, {**constants, **_named(program, state)})
    fired = np.flatnonzero(crossed & free)
    for x, tree in program.resets:
        values = {**constants, **_named(program, state)}
        value = np.broadcast_to(evaluate(tree, values), state.trace.shape)
        state.variables[program.states.index(x)][fired] = value[fired]
    state.held_until[fired] = step + 1 + network.refractory_steps[fired]
    state.spikes[slot, : len(fired)] = fired
    state.n_spikes[slot] = len(fired)
    state.slot[0] = (slot + 1) % len(state.n_spikes)
    return fired


def _rate_step(
    program: Program,
    constants: dict[str, Any],
    network: Network,
    drive: NDArray[Any],
    state: State,
) -> None:
    recurrent = np.zeros_like(drive)
    for unit in range(len(recurrent)):
        synapses = slice(network.starts[unit], network.starts[unit + 1])
        sources, weights = network.targets[synapses], network.weights[synapses]
        products = weights * state.variables[0][sources]
        whole = len(products) - len(products) % 4
        chains = [products[:whole][k::4] for k in range(4)]  # the order in which the kernel adds
        chains[0] = np.append(chains[0], products[whole:])
        a, b, c, d = (
            np.cumsum(chain)[-1] if len(chain) else drive.dtype.type(0) for chain in chains
        )
        recurrent[unit] = (a + b) + (c + d)
    values = {**constants, **_named(program, state), "drive": drive, "recurrent": recurrent}
    for variable, value in zip(state.variables, _advance(program, values), strict=True):
        variable[:] = value
