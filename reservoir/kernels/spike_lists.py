"""Lists of the units that spike, and of those that rest after it."""

import numpy as np

from sparcelearn._core.jit import jit

# --- the text below this line goes into every generated module ---


@jit
def collect(words, step, held_until, spikes):
    """List the units that fired and were free to, in rising order.

    Each is a byte of 1 in a word of eight. The lowest byte that is set, ``word & -word`` =
    256^b, is found by one product: in ``0x0001020304050607 * 256^b`` the highest byte is b.
    """
    n_fired = 0
    for block in range(0, words.size, 8):
        any_fired = np.uint64(0)
        for k in range(block, block + 8):
            any_fired |= words[k]
        if any_fired == 0:
            continue  # most of them
        for k in range(block, block + 8):
            word = words[k]
            while word != 0:
                lowest = word & (~word + np.uint64(1))
                byte = (lowest * np.uint64(0x0001020304050607)) >> np.uint64(56)
                unit = np.uint64(8 * k) + byte
                spikes[n_fired] = unit
                n_fired += held_until[unit] <= step
                word ^= lowest
    return n_fired


@jit
def are_few(words):
    """Return whether less than a sixteenth of the units fired: for so few, a list is faster."""
    n_fired = np.uint64(0)
    for block in range(0, words.size, 8):
        by_byte = np.uint64(0)
        for k in range(block, block + 8):
            by_byte += words[k]
        n_fired += (by_byte * np.uint64(0x0101010101010101)) >> np.uint64(56)
    return 16 * n_fired < np.uint64(8 * words.size)


@jit
def list_held(step, held_until, held):
    """List the units that are refractory: few, so that walking a list beats asking every unit."""
    n_held = 0
    for unit in range(held.size):
        if held_until[unit] > step:
            held[n_held] = unit
            n_held += 1
    return n_held
