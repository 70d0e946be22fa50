"""Rows as input: numbers that drive the units, each row for as many steps as it is held.

Every form of input has the three functions of this file: what happens before the
steps of a row, whether events arrive in a step, and what they add.
"""

from sparcelearn._core.jit import jit

from .arrays import copy
from .scatter import scatter_scaled

# --- the text below this line goes into every generated module ---


@jit
def compute_drive(inputs, row, is_driven, bias, starts, splits, targets, weights, drive):
    """Compute ``drive = bias + row @ weights``, skipping silent channels.

    ``is_driven`` says whether ``drive`` holds more than the bias, before the call
    and, as it is returned, after it.
    """
    if is_driven:
        copy(bias, drive)
    is_driven = False
    values = inputs[row]
    for channel in range(values.size):
        value = values[channel]
        if value != 0:
            is_driven = True
            split = splits[channel]
            scatter_scaled(targets, weights, starts[channel], split, value, drive)
            scatter_scaled(targets, weights, split, starts[channel + 1], value, drive)
    return is_driven


@jit
def brings_events(inputs, row):
    """Rows hold no events."""
    return False


@jit
def receive(inputs, row, starts, splits, targets, words, weights, sign, excitatory, inhibitory):
    """Rows hold no events."""
