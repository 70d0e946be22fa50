r"""Synapses with depression and facilitation (Tsodyks, Markram), equal for all targets of a unit.

At a spike, :math:`\Delta` steps after the one before, with resources :math:`x` and
utilisation :math:`u`:

.. math::
    x \leftarrow 1 + (x - u x - 1) e^{-\Delta a_{rec}}, \qquad
    u \leftarrow U + u (1 - U) e^{-\Delta a_{facil}}

and the spike delivers its weights times :math:`u x`. Between spikes nothing is computed.
"""

import numpy as np

from sparcelearn._core.jit import jit

from .scatter import scatter_scaled

# --- the text below this line goes into every generated module ---


@jit
def emit(spikes, n_spikes, step, plasticity, resources, strengths):
    """Compute how strong each spike is when it arrives."""
    for k in range(n_spikes):
        unit = spikes[k]
        utilisation = plasticity[0, unit]
        since = step - resources[2, unit]
        u, x = resources[0, unit], resources[1, unit]
        x = 1 + (x - u * x - 1) * np.exp(-since * plasticity[1, unit])
        u = utilisation + u * (1 - utilisation) * np.exp(-since * plasticity[2, unit])
        resources[0, unit] = u
        resources[1, unit] = x
        resources[2, unit] = step
        strengths[k] = u * x


@jit
def deliver(spikes, n_spikes, strengths, group, starts, targets, words, weights, sums):
    """Add what the weights of this group make of each spike to its targets."""
    for k in range(n_spikes):
        first, last = starts[spikes[k], group], starts[spikes[k], group + 1]
        scatter_scaled(targets, weights, first, last, strengths[k], sums)
