"""The last rates of a network with delays, in a line that is moved back when it is full."""

import numpy as np

from sparcelearn._core.jit import jit

# --- the text below this line goes into every generated module ---

PAST_STEPS = 256  # by so many the line is longer than the longest delay


@jit
def open_past(delays, strengths, n_units):
    """Return a line that begins with the last rates, the oldest first."""
    line = np.empty(strengths.size + (PAST_STEPS * n_units if delays.size else 0), strengths.dtype)
    for k in range(strengths.size):
        line[k] = strengths.flat[k]
    return line


@jit
def append_rates(rates, line, place, n_past):
    """Write rates behind those of the last steps; return where these now begin."""
    if place + n_past + rates.size > line.size:
        for k in range(n_past):
            line[k] = line[place + k]
        place = 0
    for unit in range(rates.size):
        line[place + n_past + unit] = rates[unit]
    return place + rates.size
