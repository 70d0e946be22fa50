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
def deliver(
    spikes,
    n_spikes,
    strengths,
    delay,
    starts,
    splits,
    targets,
    words,
    weights,
    excitatory,
    inhibitory,
):
    """Add the weights that have this delay, of every unit that spiked, to its targets."""
    for k in range(n_spikes):
        source = spikes[k]
        first, split, last = starts[source, delay], splits[source, delay], starts[source, delay + 1]
        if split > first:
            scatter(words, weights, first, split, excitatory)
        if last > split:
            scatter(words, weights, split, last, inhibitory)
