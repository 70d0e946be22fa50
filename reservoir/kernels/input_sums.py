"""What drives sixteen units in each of several rows: where rows are input, most of the time.

``input_sums_wide.py`` does the same, to the bit, sixteen rows at a time.
"""

import numpy as np

from sparcelearn._core.jit import jit

from .input_runs import TILE
from .rate_sums import sources_of

# --- the text below this line goes into every generated module ---


@jit
def fill_tile(starts, words, weights, line, bias, tile, n_rows, room, drives):
    """Compute the drives of the units from ``tile`` on; rows lie one after another in the line.

    ``room`` holds TILE times TILE numbers at least, and TILE times as many as there are rows.
    """
    n_units = min(TILE, bias.size - tile)
    for k in range(n_units):
        begin, end = starts[tile + k], starts[tile + k + 1]
        sum_along_rows(begin, end, words, weights, line, room[k * n_rows : (k + 1) * n_rows])
    for row in range(n_rows):
        drive = drives[row]
        for k in range(n_units):
            drive[tile + k] = room[k * n_rows + row] + bias[tile + k]


@jit
def sum_along_rows(begin, end, words, weights, line, total):
    """Compute the sum of one unit as :func:`sum_rates` does, in the same order, for every row."""
    total[:] = 0
    for k in range(begin, end, 4):
        i, j, m, n = sources_of(words, np.uint64(k))
        p, q, r, s = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
        a, b, c, d = line[i:], line[j:], line[m:], line[n:]
        for row in range(total.size):
            total[row] += (p * a[row] + q * b[row]) + (r * c[row] + s * d[row])
