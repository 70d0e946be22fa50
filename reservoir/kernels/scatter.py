"""Adding a row of weights to the units that they lead to: where most of the time goes."""

import numpy as np

from sparcelearn._core.fetch import fetch
from sparcelearn._core.jit import inlined, jit

# --- the text below this line goes into every generated module ---

AHEAD = 2  # rows that are asked for before their turn
MANY = 1 << 17  # weights: fewer stay near to the core


@jit
def scatter(words, weights, first, last, sums):
    """Add weights ``first`` to ``last - 1`` to the sums of their targets.

    Plainly, ``sums[targets[k]] += weights[k]`` for each k. Rows begin and end at multiples
    of four (some weights are 0), so that targets of two bytes can be read four at a time,
    the first in the lowest bits of a word: 1.4 times as fast (2.1 instead of 1.5 additions
    in a nanosecond), and the same to the bit. Unsigned numbers are not asked for their sign.
    A row as long as there are units leads to each of them, in order.
    """
    if last - first >= sums.size:
        row = weights[first : first + sums.size]
        for unit in range(sums.size):
            sums[unit] += row[unit]
    elif words.itemsize == 8:
        low, k, end = np.uint64(0xFFFF), np.uint64(first), np.uint64(last)
        while k < end:
            word = words[k >> np.uint64(2)]
            sums[word & low] += weights[k]
            sums[(word >> np.uint64(16)) & low] += weights[k + np.uint64(1)]
            sums[(word >> np.uint64(32)) & low] += weights[k + np.uint64(2)]
            sums[word >> np.uint64(48)] += weights[k + np.uint64(3)]
            k += np.uint64(4)
    else:
        for synapse in range(first, last):
            sums[words[synapse]] += weights[synapse]


@jit
def scatter_rows(sources, begin, end, group, starts, words, weights, sums):
    """Add the weights that some of the listed sources have in a group of synapses.

    The loop stands here so that a step makes one call from another module, not one a spike.
    """
    is_far = weights.size >= MANY
    for k in range(begin, end):
        if is_far and k + AHEAD < end:
            later = sources[k + AHEAD]
            fetch_row(words, weights, starts[later, group], starts[later, group + 1], sums.size)
        first, last = starts[sources[k], group], starts[sources[k], group + 1]
        if last > first:
            scatter(words, weights, first, last, sums)


@inlined
def fetch_row(words, weights, first, last, n_units):
    """Ask for a row, but for one that leads to every unit: the processor sees that by itself."""
    if last - first < n_units:
        per_word = 4 if words.itemsize == 8 else 1  # targets
        for k in range(first, last, 64 // weights.itemsize):
            fetch(words, k // per_word)
            fetch(weights, k)


@jit
def scatter_scaled(targets, weights, first, last, factor, sums):
    """Add weights times a factor: ``sums[targets[k]] += factor * weights[k]`` for each k."""
    if last - first >= sums.size:  # as above
        row = weights[first : first + sums.size]
        for unit in range(sums.size):
            sums[unit] += factor * row[unit]
    else:
        for synapse in range(first, last):
            sums[targets[synapse]] += factor * weights[synapse]
