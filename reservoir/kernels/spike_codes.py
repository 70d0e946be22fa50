"""Codes of a sequence in which a step depends on the spikes before it."""

from sparcelearn._core.jit import jit


@jit
def step_forward(rows, starts, threshold, start, signs):
    """Write the sign of the spike of each step: where values leave a baseline that follows."""
    for sample in range(starts.size - 1):
        for channel in range(rows.shape[1]):
            baseline = start
            for row in range(starts[sample], starts[sample + 1]):
                sign = 0
                if rows[row, channel] > baseline + threshold:
                    sign = 1
                elif rows[row, channel] < baseline - threshold:
                    sign = -1
                baseline += sign * threshold
                signs[row, channel] = sign


@jit
def subtract_where_covered(rows, starts, fir, threshold, spikes):
    """Spike where the signal falls short of the filter by no more than ``threshold`` in all.

    What is left of ``rows`` after subtracting a filter for every spike is written to them.
    """
    for sample in range(starts.size - 1):
        last = starts[sample + 1]
        for channel in range(rows.shape[1]):
            for row in range(starts[sample], last):
                shortfall = 0.0
                for k in range(fir.size):
                    value = rows[row + k, channel] if row + k < last else 0.0
                    shortfall += max(fir[k] - value, 0.0)
                if shortfall <= threshold:
                    spikes[row, channel] = 1
                    for k in range(min(fir.size, last - row)):
                        rows[row + k, channel] -= fir[k]


@jit
def subtract_where_better(rows, starts, fir, threshold, spikes):
    """Spike where subtracting the filter lowers the sum of errors by ``threshold`` or more.

    What is left of ``rows`` after subtracting a filter for every spike is written to them.
    """
    for sample in range(starts.size - 1):
        last = starts[sample + 1]
        for channel in range(rows.shape[1]):
            for row in range(starts[sample], last):
                gain = 0.0
                for k in range(min(fir.size, last - row)):
                    value = rows[row + k, channel]
                    gain += abs(value) - abs(value - fir[k])
                if gain >= threshold:
                    spikes[row, channel] = 1
                    for k in range(min(fir.size, last - row)):
                        rows[row + k, channel] -= fir[k]
