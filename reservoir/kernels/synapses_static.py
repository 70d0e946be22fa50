"""Synapses whose weights stay as they are.

Every form of synapse has the two functions of this file: what happens where a unit
spikes, and where its spike arrives.
"""

from sparcelearn._core.jit import inlined

from .scatter import scatter_rows

# --- the text below this line goes into every generated module ---


@inlined
def emit(spikes, n_spikes, step, plasticity, resources, strengths):
    """All spikes are alike."""


@inlined
def deliver(spikes, n_spikes, strengths, group, starts, targets, words, weights, sums):
    """Add the weights of this group, of every unit that spiked, to its targets."""
    scatter_rows(spikes, 0, n_spikes, group, starts, words, weights, sums)
