"""What a local rule gives; the loop is checked against this."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def learn_error(y: Array, t: Array, e: Array, trial: Array, rule: tuple, seed: np.uint64) -> float:
    """Fill e with what each output's weights follow downhill, times their input; return the loss.

    A rule knows the outputs y and their targets t, and no weight. ``trial`` is room for K
    numbers. ``rule`` holds the loss, what its mean over outputs is to be multiplied by for
    an error in the units of y, and a number of the rule's own.
    """
    raise NotImplementedError
