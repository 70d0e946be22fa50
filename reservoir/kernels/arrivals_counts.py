"""Rows some of whose numbers are counts: so many events at the beginning of their row.

A number adds the weights of its channel, times itself, to the synaptic variables of their targets,
each weight after its own lag.
"""

from sparcelearn._core.jit import inlined, jit

from .scatter import scatter_scaled

# --- the text below this line goes into every generated module ---


@inlined
def arrives(inputs, row, lag):
    """Say whether anything may arrive: to look takes as long as to receive."""
    return True


@jit
def receive(inputs, row, begin, past, lags, receivers, starts, targets, words, weights, variables):
    """Add the weights of the numbers that arrive in a row to the variables that they act on.

    ``begin`` is the first row of the run. Those before it are the rows of ``past``, which are 0
    where a stream had not begun.
    """
    for group in range(lags.size):
        source, sums = row - lags[group], variables[receivers[group]]
        for channel in range(starts.shape[0]):
            first, last = starts[channel, group], starts[channel, group + 1]
            if last > first:
                place = past.shape[0] - (begin - source)
                count = inputs[source, channel] if source >= begin else past[place, channel]
                if count != 0:
                    factor = weights.dtype.type(count)
                    scatter_scaled(targets, weights, first, last, factor, sums)
