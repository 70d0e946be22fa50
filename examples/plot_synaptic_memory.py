"""
How long synapses remember
==========================

Memories are stored one after another in the same synapses. The signal of a memory, read by an
ideal observer, decays with every memory stored after it. Simple synapses of limited range
either learn fast or remember long; complex synapses with hidden states do better.
"""

import numpy as np
from matplotlib import pyplot as plt

from sparcelearn.measures import memory_lifetime, memory_snr, memory_snr_theory
from sparcelearn.readouts.synapses import (
    BennaFusiSynapse,
    CascadeSynapse,
    HeterogeneousSynapse,
    SimpleSynapse,
    TransferSynapse,
)

# %%
# Signal to noise over age. Lines are theory, dots are measured, and a memory is lost below 1.

n = 10_000
models = {
    "simple, fast": SimpleSynapse(0.5),
    "simple, slow": SimpleSynapse(np.e / np.sqrt(n)),
    "heterogeneous": HeterogeneousSynapse(tuple(np.geomspace(0.5, 0.005, 8))),
    "transfer": TransferSynapse((0.1,) * 8),
    "cascade": CascadeSynapse(8),
    "bidirectional chain": BennaFusiSynapse(5),
}
lags = np.unique(np.geomspace(1, 3000, 60).astype(int))
few = np.array([1, 3, 10, 30, 100])
_, axes = plt.subplots()
for number, (name, synapse) in enumerate(models.items()):
    axes.loglog(lags, memory_snr_theory(synapse, n, lags), f"C{number}", label=name)
    measured = memory_snr(synapse, n, few, n_track=60, random_state=0)
    axes.loglog(few, measured, f"C{number}o", markersize=4)
axes.axhline(1, color="grey", linewidth=0.5)
axes.set(xlabel="age (memories stored since)", ylabel="signal to noise", ylim=(0.3, 100))
axes.legend(fontsize="small")

# %%
# Lifetime over the number of synapses, with the best parameter of each model for each size:
# logarithmic, with the square root, and for the chain nearly proportional.

sizes = np.geomspace(1e3, 1e9, 7)
families = {
    "simple, fast": lambda n: [SimpleSynapse(0.5)],
    "simple, best rate": lambda n: [SimpleSynapse(q / np.sqrt(n)) for q in (2.3, 2.7, 3.1)],
    "cascade, best depth": lambda n: [CascadeSynapse(m) for m in range(2, 17, 2)],
    "chain, best length": lambda n: [BennaFusiSynapse(m) for m in range(2, 15)],
}
_, axes = plt.subplots()
for name, family in families.items():
    best = [max(memory_lifetime(synapse, n) for synapse in family(n)) for n in sizes]
    axes.loglog(sizes, best, "o-", markersize=4, label=name)
axes.loglog(sizes, np.sqrt(sizes) / np.e, "k:", label="sqrt(N) / e")
axes.set(xlabel="number of synapses N", ylabel="lifetime (memories)")
axes.legend(fontsize="small")

# %%
# Each variable of a chain makes its memories last about four times as long, until the number
# of synapses is the limit.

_, axes = plt.subplots()
for exponent in (3, 5, 7, 9):
    lives = [memory_lifetime(BennaFusiSynapse(m), 10.0**exponent) for m in range(1, 13)]
    axes.semilogy(range(1, 13), lives, "o-", markersize=4, label=f"N = 1e{exponent}")
axes.set(xlabel="variables of the chain", ylabel="lifetime (memories)")
axes.legend(fontsize="small")
plt.show()
