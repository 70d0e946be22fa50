"""Steps of events: what they add to the neurons behind, and who has been heard of so far."""

from sparcelearn._core.jit import jit

# --- the text below this line goes into every generated module ---


@jit
def weigh(events, t, W, current):
    """Fill ``current``, of shape (K,), with what the events of step t weigh."""
    _, step_starts, channels, values = events
    current[:] = 0.0
    for i in range(step_starts[t], step_starts[t + 1]):
        row, value = W[channels[i]], values[i]
        for k in range(current.size):
            current[k] += value * row[k]


@jit
def wake(events, t, is_active, active, n):
    """List the channels that have their first event in step t; return how many are listed."""
    _, step_starts, channels, _ = events
    for i in range(step_starts[t], step_starts[t + 1]):
        j = channels[i]
        if not is_active[j]:
            is_active[j] = True
            active[n] = j
            n += 1
    return n
