"""Time loop of a spiking network.

Order in a step: the state advances and synaptic currents decay; spikes that are
due are added; units at threshold spike, are reset, and hold for their refractory
steps while currents go on.
"""

import numpy as np

from sparcelearn._jit import jit

from .drive import weigh_input
from .model_interface import advance_spiking, detect, reset  # written for each model

# --- the text below this line goes into every generated module ---


@jit
def simulate(network, readout, rows, starts, carry, rest, state, features, spike_counts):
    """Run samples one after another.

    ``rest`` is the state every sample starts from; with ``carry`` only the first
    does and the others go on. ``state`` is left as it is after the last sample.
    ``features`` (n_samples, n_readouts, n_kinds, n_units) and ``spike_counts``
    (n_units,) are written.
    """
    n_units = network.bias.size
    words = np.zeros((n_units + 7) // 8, np.uint64)  # one byte a unit, scanned eight at a time
    fired = words.view(np.uint8)[:n_units]
    drive = np.empty_like(network.bias)
    counts = np.zeros_like(network.bias)
    step = 0
    for sample in range(starts.size - 1):
        if sample == 0 or not carry:
            step = 0
            load(rest, state)
        n_steps = (starts[sample + 1] - starts[sample]) * network.steps_per_input
        instant, begun, done = 0, 0, 0
        counts[:] = 0
        window_end = n_steps // readout.n_readouts
        state.trace[:] *= readout.decay[window_end]
        for row in range(starts[sample], starts[sample + 1]):
            weigh_input(network, rows[row], drive)
            for _ in range(network.steps_per_input):
                n_fired = take_step(network, step, drive, fired, words, state)
                step += 1
                done += 1
                slot = state.slot[0]
                for k in range(n_fired):
                    unit = state.spikes[slot, k]
                    state.trace[unit] += readout.decay[window_end - done]
                    counts[unit] += 1
                    spike_counts[unit] += 1
                state.n_spikes[slot] = n_fired
                state.slot[0] = slot + 1 if slot + 1 < state.n_spikes.size else 0
                if done == window_end:
                    write_features(readout, state, counts, features[sample, instant])
                    instant += 1
                    begun = done
                    window_end = (instant + 1) * n_steps // readout.n_readouts
                    if instant < readout.n_readouts:
                        state.trace[:] *= readout.decay[window_end - begun]
                        counts[:] = 0
    for unit in range(n_units):  # so that the next call may count its steps from 0
        state.held_until[unit] = max(state.held_until[unit] - step, 0)


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
def take_step(network, step, drive, fired, words, state):
    """Advance, deliver, detect and reset; leave the new spikes in the ring's current slot."""
    constants, unit_constants = network.constants, network.unit_constants
    variables, held_until = state.variables, state.held_until
    advance_spiking(step, variables, held_until, drive, constants, unit_constants)
    spikes = state.spikes[state.slot[0]]
    deliver(network, spikes, state.n_spikes[state.slot[0]], variables)
    detect(step, variables, held_until, fired, constants, unit_constants)
    n_fired = collect(fired, words, spikes)
    for k in range(n_fired):
        unit = spikes[k]
        reset(unit, variables, constants, unit_constants)
        held_until[unit] = step + 1 + network.refractory_steps[unit]
    return n_fired


@jit
def deliver(network, spikes, n_spikes, variables):
    """Add the weights of every unit that spiked to its targets' currents."""
    excitatory, inhibitory = variables[network.excitatory], variables[network.inhibitory]
    targets, weights = network.targets, network.weights
    for k in range(n_spikes):
        source = spikes[k]
        split = network.inhibitory_starts[source]
        for synapse in range(network.starts[source], split):
            excitatory[targets[synapse]] += weights[synapse]
        for synapse in range(split, network.starts[source + 1]):
            inhibitory[targets[synapse]] += weights[synapse]


@jit
def collect(fired, words, spikes):
    """List the units that fired, in rising order; most words are zero and skipped whole."""
    n_fired = 0
    for word in range(words.size):
        if words[word] != 0:
            for unit in range(8 * word, min(8 * word + 8, fired.size)):
                if fired[unit]:
                    spikes[n_fired] = unit
                    n_fired += 1
    return n_fired


@jit
def write_features(readout, state, counts, out):
    """Write what is read at one instant, a row for each kind."""
    for k in range(readout.kinds.size):
        kind = readout.kinds[k]
        if kind == -1:
            out[k] = state.trace
        elif kind == -2:
            out[k] = counts
        else:
            out[k] = state.variables[kind]
