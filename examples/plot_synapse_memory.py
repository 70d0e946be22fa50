"""
Memory of complex synapses
==========================

A synapse that takes two values forgets fast, or learns slowly. One with hidden variables does
both better: it is quick to write, and what was written fades slowly. An ideal observer looks
at all synapses and asks how far the trace of an old memory stands out of the noise.
"""

import numpy as np
from matplotlib import pyplot as plt

from sparcelearn.displays import MemoryAgeDisplay
from sparcelearn.measures import memory_lifetime, memory_snr_theory
from sparcelearn.readouts.synapses import BennaFusiSynapse, CascadeSynapse, SimpleSynapse

N_SYNAPSES = 10**6
SYNAPSES = {
    "two values": SimpleSynapse(),
    "cascade of states": CascadeSynapse(),
    "chain of 8 variables": BennaFusiSynapse(8),
}

# %%
# How old a memory may become before its signal drops below the noise.

ages = np.unique(np.logspace(0, 5, 60).astype(int))
curves = {}
for name, synapse in SYNAPSES.items():
    curves[name] = memory_snr_theory(synapse, N_SYNAPSES, ages)
    print(f"{name:22} {memory_lifetime(synapse, N_SYNAPSES):8d} memories later")

MemoryAgeDisplay(ages, curves).plot()
plt.show()
