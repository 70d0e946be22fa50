"""What is read of a spiking network: traces of spikes, first spikes, and the state."""

import numpy as np

from sparcelearn._core.jit import inlined, jit

# --- the text below this line goes into every generated module ---


@jit
def begin_window(window, kept, decay, traces, first):
    """Let traces decay to the next instant at once, so that a step adds to them only."""
    for k in range(kept.size):
        factor = kept[k] * decay[k, window]
        for unit in range(traces.shape[1]):
            traces[k, unit] *= factor
    first[:] = window


@inlined
def count(unit, left, window, decay, spike_counts, first, traces):
    """Count a spike of a unit, ``left`` steps before the next instant."""
    spike_counts[unit] += 1
    first[unit] = min(first[unit], window - left - 1)
    for trace in range(decay.shape[0]):  # each as it will be at the next instant
        traces[trace, unit] += decay[trace, left]


@jit
def count_all(fired, left, window, decay, recent, first, traces):
    """Do what `count` does for all units that spike, which vectorises; counts are bytes.

    ``first`` is empty where nobody reads it: asking that at every spike of `count` costs more.
    """
    for unit in range(fired.size):
        recent[unit] += fired[unit]
    now = window - left - 1
    for unit in range(first.size):
        first[unit] = min(first[unit], now) if fired[unit] else first[unit]
    for trace in range(decay.shape[0]):
        rise, row = decay[trace, left], traces[trace]
        for unit in range(fired.size):
            row[unit] = row[unit] + rise if fired[unit] else row[unit]


@jit
def add_recent(recent, spike_counts):
    """Add the counts of the last few steps, fewer than 256, and begin again."""
    for unit in range(recent.size):
        spike_counts[unit] += recent[unit]
        recent[unit] = 0


@jit
def reads_first(kinds, n_other):
    """Return whether a kind of feature is the first spikes, which come after the others."""
    found = False
    for kind in kinds:
        found |= kind >= n_other
    return found


@jit
def write_features(kinds, roots, offsets, scales, dt, variables, traces, first, out):
    """Write what is read at one instant, a row for each kind, on the scale asked for."""
    n_states, n_traces = variables.shape[0], traces.shape[0]
    for k in range(kinds.size):
        kind = kinds[k]
        for unit in range(variables.shape[1]):
            if kind < n_states:
                value = variables[kind, unit]
            elif kind < n_states + n_traces:
                value = traces[kind - n_states, unit]
            else:
                value = out.dtype.type(first[unit] * dt)
            if roots[k]:
                value = np.sqrt(value)
            out[k, unit] = (value - offsets[k, unit]) * scales[k, unit]
