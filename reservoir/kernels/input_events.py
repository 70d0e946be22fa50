"""Events as input: spikes of channels that arrive at synapses. A row is one step.

The drive is the bias alone. What events do is in
:mod:`sparcelearn.reservoir.kernels.arrivals_events`.
"""

from sparcelearn._core.jit import jit

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
    inputs, first, last, means, scales, lag, bias, starts, words, weights, line, room, drives
):
    """Events leave the drive as it is."""
    for drive in drives:
        for unit in range(bias.size):
            drive[unit] = bias[unit]


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
