"""Synapses whose weights stay as they are.

Every form of synapse has the two functions of this file: what happens where a unit
spikes, and where its spike arrives.
"""

from sparcelearn._core.jit import jit

from .scatter import scatter

# --- the text below this line goes into every generated module ---


@jit
def emit(spikes, n_spikes, step, plasticity, resources, strengths):
    """All spikes are alike."""


@jit
def deliver(spikes, n_spikes, strengths, group, starts, targets, words, weights, sums):
    """Add the weights of this group, of every unit that spiked, to its targets."""
    for k in range(n_spikes):
        first, last = starts[spikes[k], group], starts[spikes[k], group + 1]
        if last > first:
            scatter(words, weights, first, last, sums)
