"""Events that arrive at synapses.

An event adds the weights of its channel to the synaptic variables of its targets, as the spike of
a unit does, each weight after its own lag.
"""

from sparcelearn._core.jit import inlined, jit

from .scatter import scatter, scatter_rows

# --- the text below this line goes into every generated module ---


@inlined
def arrives(inputs, row, lag):
    """Say whether an event may arrive: one of this row, or of a row before."""
    return lag > 0 or inputs.starts[row + 1] > inputs.starts[row]


@inlined
def receive(inputs, row, begin, past, lags, receivers, starts, targets, words, weights, variables):
    """Add the weights of every event that arrives.

    Of each group of synapses, those are the events of as many rows before as its lag. Where that
    is before row ``begin``, which follows the rows of ``past``, they are counts: an event for each.
    """
    for group in range(lags.size):
        source, sums = row - lags[group], variables[receivers[group]]
        if source >= begin:
            begin_of, end_of = inputs.starts[source], inputs.starts[source + 1]
            scatter_rows(inputs.channels, begin_of, end_of, group, starts, words, weights, sums)
        elif begin - source <= past.shape[0]:
            counts = past[past.shape[0] - (begin - source)]
            for channel in range(counts.size):
                for _ in range(int(counts[channel])):
                    arrive(channel, group, starts, words, weights, sums)


@jit
def arrive(channel, group, starts, words, weights, sums):
    """Add the weights that an event of a channel has in a group of synapses."""
    first, last = starts[channel, group], starts[channel, group + 1]
    if last > first:
        scatter(words, weights, first, last, sums)
