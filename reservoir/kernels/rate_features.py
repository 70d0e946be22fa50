"""What is read of a rate network: its state, and mean rates."""

from sparcelearn._core.jit import jit

# --- the text below this line goes into every generated module ---


@jit
def accumulate(rates, traces):
    """Add rates to their sums, if there are any."""
    for k in range(traces.shape[0]):
        total = traces[k]
        for unit in range(total.size):
            total[unit] += rates[unit]


@jit
def take_means(n_steps, traces):
    """Turn sums over some steps into means."""
    for k in range(traces.shape[0]):
        for unit in range(traces.shape[1]):
            traces[k, unit] /= traces.dtype.type(n_steps)


@jit
def readable(kind, variables, traces):
    """Return the row that is read."""
    if kind < variables.shape[0]:
        return variables[kind]
    return traces[kind - variables.shape[0]]
