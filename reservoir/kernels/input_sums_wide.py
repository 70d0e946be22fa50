"""What ``input_sums.py`` does, to the bit, sixteen rows at a time: sums stay in registers."""

import numpy as np

from sparcelearn._core.jit import inlined, jit
from sparcelearn._core.vectors import LANES, first, load, spread, store, turn

from .rate_sums import sources_of

# --- the text below this line goes into every generated module ---


@jit
def fill_tile(starts, words, weights, line, bias, tile, n_rows, room, drives):
    """Compute the drives of the units from ``tile`` on; rows lie one after another in the line.

    ``room`` holds sixteen times sixteen numbers at least.
    """
    every, units = first(LANES), first(bias.size - tile)
    n_units, own = min(LANES, bias.size - tile), load(bias, tile, units)
    for row in range(0, n_rows, LANES):
        rows = first(n_rows - row)
        for k in range(n_units):
            begin, end = np.uint64(starts[tile + k]), np.uint64(starts[tile + k + 1])
            total = sum_of_rows(begin, end, words, weights, line, np.uint64(row), rows)
            store(room, LANES * k, total, every)
        turn(room)
        for k in range(min(LANES, n_rows - row)):
            store(drives[row + k], tile, load(room, LANES * k, every) + own, units)


@inlined
def sum_of_rows(begin, end, words, weights, line, row, rows):
    """Return the sum of one unit as :func:`sum_rates` computes it, for sixteen rows."""
    one, two, three, four = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
    total, k = spread(weights.dtype.type(0)), begin
    while k < end:
        i, j, m, n = sources_of(words, k)
        a, b = load(line, i + row, rows), load(line, j + row, rows)
        c, d = load(line, m + row, rows), load(line, n + row, rows)
        p, q = spread(weights[k]) * a, spread(weights[k + one]) * b
        r, s = spread(weights[k + two]) * c, spread(weights[k + three]) * d
        total = total + ((p + q) + (r + s))
        k += four
    return total
