"""Time loop of a spiking network.

Order in a step: the state advances and synaptic currents decay; spikes that are
due are added; units at threshold spike, are reset, and hold for their refractory
steps while currents go on.

Per-step functions are given the arrays they use rather than all of them: passing
a hundred fields costs more than the work of a quiet step.
"""

import numpy as np

from sparcelearn._jit import jit

from .input_rows import receive, weigh_row  # or those of another form of input
from .model_interface import advance_spiking, clamp, detect, reset  # written for each model

# --- the text below this line goes into every generated module ---


@jit
def simulate(
    network, readout, inputs, starts, is_fresh, rest, state, features, spike_counts, raster
):
    """Run samples one after another.

    Sample ``k`` is rows ``starts[k]`` to ``starts[k + 1] - 1`` of the input. It begins at
    ``rest`` if it ``is_fresh``, else where the one before ended, and the first at ``state``,
    which is left as it is after the last. ``features`` (n_samples, n_readouts, n_kinds,
    n_units), ``spike_counts`` (n_units,) and ``raster`` are written.
    """
    variables, held_until, trace = state.variables, state.held_until, state.trace
    constants, unit_constants = network.constants, network.unit_constants
    excitatory, inhibitory = variables[network.excitatory], variables[network.inhibitory]
    n_units = network.bias.size
    words = np.zeros((n_units + 31) // 32 * 4, np.uint64)
    fired = words.view(np.uint8)[:n_units]
    drive = network.bias.copy()
    counts = np.zeros_like(network.bias)
    held = np.empty(n_units, np.int64)
    is_driven = False
    slot, step = state.slot[0], 0
    n_held = list_held(held_until, held)
    total_steps = n_recorded = 0
    for sample in range(starts.size - 1):
        if is_fresh[sample]:
            load(rest, state)
            slot, step = state.slot[0], 0
            n_held = list_held(held_until, held)
        n_steps = (starts[sample + 1] - starts[sample]) * network.steps_per_input
        instant, done = 0, 0
        window_end = n_steps // readout.n_readouts
        counts[:] = 0
        trace *= readout.decay[window_end]
        for row in range(starts[sample], starts[sample + 1]):
            is_driven = weigh_row(
                inputs,
                row,
                is_driven,
                network.bias,
                network.input_starts,
                network.input_targets,
                network.input_weights,
                drive,
            )
            for _ in range(network.steps_per_input):
                spikes = state.spikes[slot]
                advance_spiking(variables, drive, constants, unit_constants)
                n_held = release(step, held_until, held, n_held)
                for k in range(n_held):
                    clamp(held[k], variables, constants, unit_constants)
                deliver(
                    spikes,
                    state.n_spikes[slot],
                    network.starts,
                    network.inhibitory_starts,
                    network.targets,
                    network.weights,
                    excitatory,
                    inhibitory,
                )
                receive(
                    inputs,
                    row,
                    network.input_starts,
                    network.input_splits,
                    network.input_targets,
                    network.input_weights,
                    network.inhibitory_sign,
                    excitatory,
                    inhibitory,
                )
                detect(variables, fired, constants, unit_constants)
                for k in range(n_held):
                    fired[held[k]] = 0
                n_fired = collect(fired, words, spikes)
                step += 1
                done += 1
                for k in range(n_fired):
                    unit = spikes[k]
                    reset(unit, variables, constants, unit_constants)
                    held_until[unit] = step + network.refractory_steps[unit]
                    held[n_held] = unit
                    n_held += 1
                    trace[unit] += readout.decay[window_end - done]
                    counts[unit] += 1
                    spike_counts[unit] += 1
                state.n_spikes[slot] = n_fired
                if raster.n_spikes.size:
                    raster.n_spikes[total_steps] = n_fired
                    raster.units[n_recorded : n_recorded + n_fired] = spikes[:n_fired]
                    n_recorded += n_fired
                    total_steps += 1
                slot = slot + 1 if slot + 1 < state.n_spikes.size else 0
                if done == window_end:
                    write_features(
                        readout.kinds, variables, trace, counts, features[sample, instant]
                    )
                    instant += 1
                    if instant < readout.n_readouts:
                        window_end = (instant + 1) * n_steps // readout.n_readouts
                        counts[:] = 0
                        trace *= readout.decay[window_end - done]
    state.slot[0] = slot
    for unit in range(n_units):  # so that the next call may count its steps from 0
        held_until[unit] = max(held_until[unit] - step, 0)


@jit
def load(rest, state):
    """Copy the state that a sample starts from."""
    state.variables[:] = rest.variables
    state.held_until[:] = rest.held_until
    state.spikes[:] = rest.spikes
    state.n_spikes[:] = rest.n_spikes
    state.slot[:] = rest.slot
    state.trace[:] = rest.trace


@jit
def list_held(held_until, held):
    """List the units that are refractory: few, so that walking a list beats asking every unit."""
    n_held = 0
    for unit in range(held.size):
        if held_until[unit] > 0:
            held[n_held] = unit
            n_held += 1
    return n_held


@jit
def release(step, held_until, held, n_held):
    """Drop the units whose refractory period is over from the list."""
    kept = 0
    for k in range(n_held):
        unit = held[k]
        held[kept] = unit
        kept += held_until[unit] > step
    return kept


@jit
def deliver(spikes, n_spikes, starts, inhibitory_starts, targets, weights, excitatory, inhibitory):
    """Add the weights of every unit that spiked to its targets' currents."""
    for k in range(n_spikes):
        source = spikes[k]
        split = inhibitory_starts[source]
        for synapse in range(starts[source], split):
            excitatory[targets[synapse]] += weights[synapse]
        for synapse in range(split, starts[source + 1]):
            inhibitory[targets[synapse]] += weights[synapse]


@jit
def collect(fired, words, spikes):
    """List the units that fired, in rising order, skipping the quiet ones by 32 and by 8."""
    n_fired = 0
    for block in range(0, words.size, 4):
        if words[block] | words[block + 1] | words[block + 2] | words[block + 3]:
            for word in range(block, block + 4):
                if words[word]:
                    for unit in range(8 * word, min(8 * word + 8, fired.size)):
                        spikes[n_fired] = unit
                        n_fired += fired[unit]
    return n_fired


@jit
def write_features(kinds, variables, trace, counts, out):
    """Write what is read at one instant, a row for each kind."""
    for k in range(kinds.size):
        if kinds[k] == -1:
            out[k] = trace
        elif kinds[k] == -2:
            out[k] = counts
        else:
            out[k] = variables[kinds[k]]
