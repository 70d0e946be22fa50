"""Steps of events: what they add to traces and neurons, and which channels are active so far."""

from sparcelearn._core.jit import jit

# --- the text below this line goes into every generated module ---


@jit
def rest(arrays):
    """Fill every array of a tuple with 0."""
    for values in arrays:
        values[:] = 0.0


@jit
def first_counted(begin, end, burn_in):
    """Return the first step of a sample that counts: after the burn-in, at the latest the last."""
    return begin + min(burn_in, end - begin - 1)


@jit
def weighted_sum(events, t, W, current):
    """Fill ``current``, of shape (K,), with the weighted sum of the events of step t."""
    step_starts, channels, values = events.step_starts, events.channels, events.values
    current[:] = 0.0
    for i in range(step_starts[t], step_starts[t + 1]):
        row, value = W[channels[i]], values[i]
        for k in range(current.size):
            current[k] += value * row[k]


@jit
def add_events(events, t, share, x):
    """Add a share of each event of step t to the trace of its channel, in ``x`` (D,)."""
    step_starts, channels, values = events.step_starts, events.channels, events.values
    for i in range(step_starts[t], step_starts[t + 1]):
        x[channels[i]] += share * values[i]


@jit
def wake(events, t, active, is_active, n):
    """List the channels that have their first event in step t; return how many are listed."""
    step_starts, channels = events.step_starts, events.channels
    for i in range(step_starts[t], step_starts[t + 1]):
        j = channels[i]
        if not is_active[j]:
            is_active[j] = True
            active[n] = j
            n += 1
    return n
