"""What the input does to every unit."""

from sparcelearn._jit import jit

# --- the text below this line goes into every generated module ---


@jit
def weigh_input(row, is_driven, bias, starts, targets, weights, drive):
    """Compute ``drive = bias + row @ weights``, skipping silent channels.

    ``is_driven`` says whether ``drive`` holds more than the bias, before the call
    and, as it is returned, after it.
    """
    if is_driven:
        drive[:] = bias
    is_driven = False
    for channel in range(row.size):
        value = row[channel]
        if value != 0:
            is_driven = True
            for synapse in range(starts[channel], starts[channel + 1]):
                drive[targets[synapse]] += value * weights[synapse]
    return is_driven
