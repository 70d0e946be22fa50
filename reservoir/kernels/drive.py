"""What the input does to every unit."""

from sparcelearn._jit import jit

# --- the text below this line goes into every generated module ---


@jit
def weigh_input(network, row, is_driven, drive):
    """Compute ``drive = bias + row @ input_weights``, skipping silent channels.

    ``is_driven`` says whether ``drive`` holds more than the bias, before the call
    and, as it is returned, after it.
    """
    if is_driven:
        drive[:] = network.bias
    is_driven = False
    for block in range(0, row.size, 32):
        last = min(block + 32, row.size)
        n_active = 0
        for channel in range(block, last):
            n_active += row[channel] != 0
        if n_active:  # counting is vectorised, so that a silent block costs next to nothing
            is_driven = True
            for channel in range(block, last):
                if row[channel] != 0:
                    add_channel(network, channel, row[channel], drive)
    return is_driven


@jit
def add_channel(network, channel, value, drive):
    """Add one channel's share to the drive of the units that hear it."""
    targets, weights = network.input_targets, network.input_weights
    for synapse in range(network.input_starts[channel], network.input_starts[channel + 1]):
        drive[targets[synapse]] += value * weights[synapse]
