"""Events as input: spikes of channels that arrive at synapses. A row is one step.

The drive is the bias alone; an event adds the weights of its channel to the
synaptic variables of its targets, as the spike of a unit does.
"""

from sparcelearn._core.jit import jit

from .scatter import scatter, scatter_scaled

# --- the text below this line goes into every generated module ---


@jit
def compute_drive(inputs, row, is_driven, bias, starts, splits, targets, weights, drive):
    """Events leave the drive as it is."""
    return False


@jit
def brings_events(inputs, row):
    """Whether any event falls into a step."""
    return inputs.starts[row + 1] > inputs.starts[row]


@jit
def receive(inputs, row, starts, splits, targets, words, weights, sign, excitatory, inhibitory):
    """Add the weights of every event of a step; ``sign * weight`` counts as inhibition."""
    for event in range(inputs.starts[row], inputs.starts[row + 1]):
        channel = inputs.channels[event]
        first, split, last = starts[channel], splits[channel], starts[channel + 1]
        if split > first:
            scatter(words, weights, first, split, excitatory)
        if last > split:
            scatter_scaled(targets, weights, split, last, sign, inhibitory)
