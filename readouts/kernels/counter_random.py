"""Random numbers without a state: hashes of a seed and a number.

What a synapse draws depends on the seed, the number of the update and the synapse alone,
not on what was drawn before: a stream may be cut anywhere, and learning goes on to the
bit. The hash is the output function of SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, "Fast
Splittable Pseudorandom Number Generators", OOPSLA 2014), applied once for each
coordinate.
"""

import numpy as np

from sparcelearn._core.jit import jit

# --- the text below this line goes into every generated module ---

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@jit
def scramble(z):
    """Return the 64 bits of z, mixed so that each depends on all."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@jit
def derive(seed, number):
    """Return seed ``number`` (0 or more) of those that a seed gives."""
    return scramble(np.uint64(seed) + np.uint64(number + 1) * GOLDEN)


@jit
def uniform(seed, number):
    """Return draw ``number`` of a seed, uniform in [0, 1)."""
    return (derive(seed, number) >> np.uint64(11)) * 2.0**-53


@jit
def normal(seed, number):
    """Return draw ``number`` of a seed, standard normal, by Box and Muller's formula."""
    radius = np.sqrt(-2.0 * np.log(1.0 - uniform(seed, 2 * number)))
    return radius * np.cos(2.0 * np.pi * uniform(seed, 2 * number + 1))
