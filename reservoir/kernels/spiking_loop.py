"""Time loop of a spiking network.

Order in a step: the state advances and synaptic currents decay; spikes that are
due are added; units at threshold spike, are reset, and hold for their refractory
steps while currents go on.

Per-step functions are given the arrays they use rather than all of them: passing
a hundred fields costs more than the work of a quiet step.
"""

import numpy as np

from sparcelearn._jit import jit

from .input_rows import receive, weigh_row  # one form of each of these three is chosen
from .model_interface import advance_spiking, clamp, detect, reset  # written for each model
from .noise_none import draw_normals
from .synapses_static import deliver, emit

# --- the text below this line goes into every generated module ---


@jit
def simulate(network, readout, inputs, batch, rest, state, features, spike_counts, raster):
    """Run samples one after another.

    The first begins at ``state`` if it is not fresh, and ``state`` is left as it is
    after the last. ``features`` (n_samples, n_readouts, n_kinds, n_units),
    ``spike_counts`` (n_units,) and ``raster`` are written.
    """
    variables, held_until = state.variables, state.held_until
    constants, unit_constants = network.constants, network.unit_constants
    excitatory, inhibitory = variables[network.excitatory], variables[network.inhibitory]
    n_units, n_slots = network.bias.size, state.n_spikes.size
    words = np.zeros((n_units + 7) // 8, np.uint64)
    fired = words.view(np.uint8)[:n_units]
    drive = network.bias.copy()
    normals = np.empty((network.n_normals, n_units), drive.dtype)
    held = np.empty(n_units, np.int64)
    first = np.empty(n_units, np.int64)
    is_driven = False
    step, n_held = state.step[0], list_held(state.step[0], held_until, held)
    slot = step % n_slots
    total_steps = n_recorded = 0
    for sample in range(batch.keys.size):
        if batch.is_fresh[sample]:
            load(rest, state)
            step, n_held, slot = 0, 0, 0
        begin, end = batch.starts[sample], batch.starts[sample + 1]
        n_steps = (end - begin) * network.steps_per_input
        instant, done, window = 0, 0, n_steps // readout.n_readouts
        window_end = window
        begin_window(window, readout.kept, readout.decay, state.traces, first)
        for row in range(begin, end):
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
                draw_normals(batch.keys[sample], step, normals)
                advance_spiking(variables, drive, normals, constants, unit_constants)
                n_held = release(step, held_until, held, n_held)
                for k in range(n_held):
                    clamp(held[k], variables, constants, unit_constants)
                for delay in range(network.delays.size):
                    due = slot - network.delays[delay]
                    due += n_slots if due < 0 else 0
                    deliver(
                        state.spikes[due],
                        state.n_spikes[due],
                        state.strengths[due],
                        delay,
                        network.starts,
                        network.splits,
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
                spikes = state.spikes[slot]
                n_fired = collect(words, spikes)
                state.n_spikes[slot] = n_fired
                emit(
                    spikes,
                    n_fired,
                    step,
                    network.plasticity,
                    state.resources,
                    state.strengths[slot],
                )
                slot = slot + 1 if slot + 1 < n_slots else 0
                step += 1
                done += 1
                for k in range(n_fired):
                    unit = spikes[k]
                    reset(unit, variables, constants, unit_constants)
                    held_until[unit] = step + network.refractory_steps[unit]
                    held[n_held] = unit
                    n_held += 1
                    spike_counts[unit] += 1
                left = window_end - done
                note(spikes, n_fired, left, window, readout.decay, state.traces, first)
                if raster.n_spikes.size:
                    raster.n_spikes[total_steps] = n_fired
                    raster.units[n_recorded : n_recorded + n_fired] = spikes[:n_fired]
                    n_recorded += n_fired
                    total_steps += 1
                if left == 0:
                    out = features[sample, instant]
                    write_features(readout.kinds, readout.dt, variables, state.traces, first, out)
                    instant += 1
                    if instant < readout.n_readouts:
                        window_end = (instant + 1) * n_steps // readout.n_readouts
                        window = window_end - done
                        begin_window(window, readout.kept, readout.decay, state.traces, first)
    state.step[0] = step


@jit
def load(rest, state):
    """Copy the state that a sample starts from; at rest, no spike is on its way."""
    state.variables[:] = rest.variables
    state.held_until[:] = rest.held_until
    state.n_spikes[:] = rest.n_spikes
    state.resources[:] = rest.resources
    state.traces[:] = rest.traces


@jit
def list_held(step, held_until, held):
    """List the units that are refractory: few, so that walking a list beats asking every unit."""
    n_held = 0
    for unit in range(held.size):
        if held_until[unit] > step:
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
def collect(words, spikes):
    """List the units that fired, in rising order; each is a byte of 1 in a word of eight.

    The lowest byte that is set, ``word & -word`` = 256^b, is found by one product:
    in ``0x0001020304050607 * 256^b`` the highest byte is b.
    """
    n_fired = 0
    for k in range(words.size):
        word = words[k]
        while word:
            lowest = word & (~word + np.uint64(1))
            byte = (lowest * np.uint64(0x0001020304050607)) >> np.uint64(56)
            spikes[n_fired] = np.uint64(8 * k) + byte
            n_fired += 1
            word ^= lowest
    return n_fired


@jit
def begin_window(window, kept, decay, traces, first):
    """Let traces decay to the next instant at once, so that a step adds to them only."""
    for k in range(kept.size):
        traces[k] *= kept[k] * decay[k, window]
    first[:] = window


@jit
def note(spikes, n_spikes, left, window, decay, traces, first):
    """Add spikes to the traces as they will be after the steps left, and keep the first."""
    for k in range(n_spikes):
        unit = spikes[k]
        first[unit] = min(first[unit], window - left - 1)
        for trace in range(decay.shape[0]):
            traces[trace, unit] += decay[trace, left]


@jit
def write_features(kinds, dt, variables, traces, first, out):
    """Write what is read at one instant, a row for each kind."""
    n_states, n_traces = variables.shape[0], traces.shape[0]
    for k in range(kinds.size):
        kind = kinds[k]
        if kind < n_states:
            out[k] = variables[kind]
        elif kind < n_states + n_traces:
            out[k] = traces[kind - n_states]
        else:
            for unit in range(first.size):
                out[k, unit] = first[unit] * dt
