r"""Random numbers that follow from what they are for, not from what was drawn before.

A number is a hash of (key of the sample, step, row, unit): SplitMix64, whose mixing
function turns any counter into 64 bits. The two halves :math:`a, b \in (0, 1)` of a
word give a normal number as Box and Muller do,
:math:`\sqrt{-2 \ln a} \, \sin(\pi b - \pi / 2)`. Logarithm and sine are polynomials, so that the
loop vectorises and that every backend computes the same bits; both are off by less
than 2e-9. A Poisson number is the first whose cumulative probability is above
:math:`u \in [0, 1)`, of 53 bits of a word.
"""

import numpy as np

from sparcelearn._core.jit import jit

# --- the text below this line goes into every generated module ---

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
LN2 = 0.6931471805599453


@jit
def mix(z):
    """Turn a counter into 64 bits that look random."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@jit
def draw_noise(key, step, n_normals, means, silences, noise):
    """Fill the rows of ``noise``: normal numbers, then counts of pulses, then uniform numbers.

    ``means`` (n_pulses, n_units) are those of the counts, ``silences`` their chances of 0.
    """
    at_step = mix(key + np.uint64(step) * GOLDEN)
    for row in range(noise.shape[0]):
        base = mix(at_step + np.uint64(row + 1) * GOLDEN)
        line = noise[row]
        if row < n_normals:
            for unit in range(line.size):
                line[unit] = normal(mix(base + np.uint64(unit + 1) * GOLDEN))
        elif row < n_normals + means.shape[0]:
            k = row - n_normals
            for unit in range(line.size):
                bits = mix(base + np.uint64(unit + 1) * GOLDEN)
                line[unit] = poisson(bits, means[k, unit], silences[k, unit])
        else:
            for unit in range(line.size):
                line[unit] = uniform(mix(base + np.uint64(unit + 1) * GOLDEN))


@jit
def uniform(bits):
    """Return a number in [0, 1) made of 64 random bits."""
    return np.float64(bits >> np.uint64(11)) * 2.0**-53


@jit
def poisson(bits, mean, silence):
    """Return a Poisson number made of 64 random bits; ``silence`` is the chance of 0."""
    u = uniform(bits)
    count, chance, below = 0, silence, silence
    while u >= below and chance > 0:  # the chances may sum to a little less than 1
        count += 1
        chance *= mean / count
        below += chance
    return count


@jit
def normal(bits):
    """Return a standard normal number made of 64 random bits."""
    a = (np.float64(bits >> np.uint64(32)) + 0.5) * 2.0**-32
    b = (np.float64(bits & np.uint64(0xFFFFFFFF)) + 0.5) * 2.0**-32
    return np.sqrt(-2 * logarithm(a)) * sine(np.pi * (b - 0.5))


@jit
def logarithm(a):
    """Return ln(2^e m) = e ln 2 + 2 artanh((m - 1) / (m + 1)), e and m read off the bits."""
    word = np.float64(a).view(np.int64)
    exponent = np.float64((word >> 52) - 1023)
    m = np.int64((word & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000).view(np.float64)
    t = (m - 1) / (m + 1)
    s = t * t
    tail = 1 / 9 + s * (1 / 11 + s * (1 / 13 + s * (1 / 15)))
    series = 1 + s * (1 / 3 + s * (1 / 5 + s * (1 / 7 + s * tail)))
    return exponent * LN2 + 2 * t * series


@jit
def sine(x):
    """Return the Taylor series of the sine to x^15."""
    s = x * x
    tail = 1 - s * (1 / 110) * (1 - s * (1 / 156) * (1 - s * (1 / 210)))
    return x * (
        1 - s * (1 / 6) * (1 - s * (1 / 20) * (1 - s * (1 / 42) * (1 - s * (1 / 72) * tail)))
    )
