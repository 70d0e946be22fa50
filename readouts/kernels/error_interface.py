"""What a local rule gives; the loop is checked against this."""

import numpy as np

from .layout import Array, LocalRule


def learn_error(
    y: Array, t: Array, e: Array, trial: Array, rule: LocalRule, seed: np.uint64
) -> float:
    """Fill e with what each output's weights follow downhill, times their input; return the loss.

    A rule knows the outputs y and their targets t, and no weight. ``trial`` is room for K
    numbers.
    """
    raise NotImplementedError
