"""What the input does to every unit."""

from sparcelearn._jit import jit

# --- the text below this line goes into every generated module ---


@jit
def weigh_input(network, row, drive):
    """Compute ``drive = bias + row @ input_weights``, skipping silent channels."""
    drive[:] = network.bias
    for channel in range(row.size):
        value = row[channel]
        if value != 0:
            for k in range(network.input_starts[channel], network.input_starts[channel + 1]):
                drive[network.input_targets[k]] += value * network.input_weights[k]
