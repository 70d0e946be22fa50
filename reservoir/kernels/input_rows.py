"""Rows as input: numbers that drive the units, each row for as many steps as it is held.

What rows drive does not depend on the state, so it is computed ahead, for a block of rows at a
time and unit by unit: 16 rows in one operation, where row by row it would be one synapse.

Every form of input has the functions of this file: where a block of rows ends, what came before
them, what drives the units during each, and what is kept for later rows.
"""

from sparcelearn._core.jit import jit

from .input_runs import TILE
from .input_sums import fill_tile
from .rate_sums import sum_rates

# --- the text below this line goes into every generated module ---


@jit
def end_of_block(first, run_end, n_rows):
    """Return where a block of rows ends: it is as long as there is room, within its run."""
    return min(first + n_rows, run_end)


@jit
def open_line(past, n_before, means, scales, lag, line):
    """Fill the line with the rows before a run; before its start, channels are at their mean.

    The line holds, for each channel, the ``lag`` rows of before and then room for a block.
    """
    length = line.size // means.size
    for channel in range(means.size):
        begin = channel * length
        for k in range(lag):
            is_known = lag - k <= n_before
            value = (past[k, channel] - means[channel]) * scales[channel] if is_known else 0.0
            line[begin + k] = value


@jit
def fill_drives(
    inputs, first, last, means, scales, lag, bias, starts, words, weights, line, room, drives
):
    """Compute ``drive = bias + weights @ line``, as the line is at each row of a block."""
    n_rows, length = last - first, line.size // means.size
    for channel in range(means.size):
        begin = channel * length + lag
        for k in range(n_rows):
            value = (inputs[first + k, channel] - means[channel]) * scales[channel]
            line[begin + k] = value
    if n_rows == 1:
        drive = drives[n_rows - 1]
        sum_rates(starts, words, weights, line, drive)
        for unit in range(bias.size):
            drive[unit] += bias[unit]
    else:
        for tile in range(0, bias.size, TILE):
            fill_tile(starts, words, weights, line, bias, tile, n_rows, room, drives)
    for channel in range(means.size):  # what is now the past of the next block
        begin = channel * length
        for k in range(begin, begin + lag):
            line[k] = line[k + n_rows]


@jit
def remember(inputs, begin, end, past):
    """Keep the last rows for those that come later."""
    n_kept, n_new = past.shape[0], min(end - begin, past.shape[0])
    for k in range(n_kept - n_new):
        for channel in range(past.shape[1]):
            past[k, channel] = past[k + n_new, channel]
    for k in range(n_new):
        for channel in range(past.shape[1]):
            past[n_kept - n_new + k, channel] = inputs[end - n_new + k, channel]
