"""Events as input: spikes of channels that arrive at synapses. A row is one step.

The drive is the bias alone. An event adds the weights of its channel to the synaptic variables of
its targets, as the spike of a unit does, each weight after its own lag.
"""

from sparcelearn._core.jit import jit

from .scatter import scatter

# --- the text below this line goes into every generated module ---


@jit
def end_of_block(first, run_end, n_rows):
    """Nothing is computed ahead: a block is as long as its run."""
    return run_end


@jit
def open_line(past, n_before, means, scales, lag, line):
    """Events have no line."""


@jit
def fill_drives(
    inputs, first, last, means, scales, lag, bias, starts, words, weights, line, sums, drives
):
    """Events leave the drive as it is."""
    for drive in drives:
        for unit in range(bias.size):
            drive[unit] = bias[unit]


@jit
def receive(inputs, row, begin, past, lags, receivers, starts, words, weights, variables):
    """Add the weights of every event that arrives.

    Of each group of synapses, those are the events of as many rows before as its lag. Where that
    is before row ``begin``, which follows the rows of ``past``, they are counts: an event for each.
    """
    for group in range(lags.size):
        source, sums = row - lags[group], variables[receivers[group]]
        if source >= begin:
            for event in range(inputs.starts[source], inputs.starts[source + 1]):
                arrive(inputs.channels[event], group, starts, words, weights, sums)
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


@jit
def remember(inputs, begin, end, past):
    """Keep how many events each channel had in the last rows, for those that come later."""
    n_kept, n_new = past.shape[0], min(end - begin, past.shape[0])
    for k in range(n_kept - n_new):
        for channel in range(past.shape[1]):
            past[k, channel] = past[k + n_new, channel]
    for k in range(n_kept - n_new, n_kept):
        row = end - n_kept + k
        for channel in range(past.shape[1]):
            past[k, channel] = 0
        for event in range(inputs.starts[row], inputs.starts[row + 1]):
            past[k, inputs.channels[event]] += 1
