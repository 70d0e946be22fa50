"""Weighted sums of the rates that units receive: where most of the time goes."""

import numpy as np

from sparcelearn._core.jit import jit

# --- the text below this line goes into every generated module ---


@jit
def sum_rates(starts, words, weights, rates, recurrent):
    """Compute ``recurrent = weights @ rates``, a row for each target, four products at a time.

    One addition after another would wait for each other. Rows have a multiple of four
    weights, some of them 0; indices are unsigned, so that nothing asks for their sign. Both
    together, with four sources read at once, are 1.7 times as fast as a loop without.
    """
    one, four = np.uint64(1), np.uint64(4)
    for unit in range(recurrent.size):
        total = weights.dtype.type(0)
        k, last = np.uint64(starts[unit]), np.uint64(starts[unit + 1])
        while k < last:
            a, b, c, d = sources_of(words, k)
            p, q = weights[k] * rates[a], weights[k + one] * rates[b]
            r, s = weights[k + one + one] * rates[c], weights[k + one + one + one] * rates[d]
            total += (p + q) + (r + s)
            k += four
        recurrent[unit] = total


@jit
def sources_of(words, k):
    """Return the sources of four weights, k being a multiple of four.

    Four indices of two bytes are read as one word, the first in its lowest bits.
    """
    if words.itemsize == 8:
        word, low = words[k >> np.uint64(2)], np.uint64(0xFFFF)
        second, third = word >> np.uint64(16), word >> np.uint64(32)
        return word & low, second & low, third & low, word >> np.uint64(48)
    one = np.uint64(1)
    return (
        np.uint64(words[k]),
        np.uint64(words[k + one]),
        np.uint64(words[k + one + one]),
        np.uint64(words[k + one + one + one]),
    )
