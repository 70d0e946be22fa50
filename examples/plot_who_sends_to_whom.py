"""
Who sends to whom
=================

You learn which topologies there are, what their matrices look like, and how to give a matrix of
your own.
"""

import numpy as np
from matplotlib import pyplot as plt
from scipy import sparse

from sparcelearn.displays import ConnectivityDisplay
from sparcelearn.reservoir import (
    ErdosRenyi,
    Hierarchical,
    Lattice,
    Ring,
    SmallWorld,
    SpikingReservoir,
)

X = np.random.RandomState(0).rand(300, 2)
own = sparse.diags_array([np.full(99, 1.0), np.full(90, -0.5)], offsets=[1, -10], shape=(100, 100))
WIRINGS = {
    "at random": ErdosRenyi(0.1),
    "ring": Ring(),
    "small world": SmallWorld(),
    "lattice, near ones": Lattice(shape=(5, 5, 4)),
    "groups": Hierarchical(),
    "your own matrix": own.tocsr(),
}

# %%
# Whatever the wiring, its weights are scaled to the same gain of the loop, except a matrix of your
# own, which is taken as it is.

_, axes = plt.subplots(2, 3, figsize=(11, 6.5), layout="constrained")
for ax, (name, wiring) in zip(axes.flat, WIRINGS.items(), strict=True):
    reservoir = SpikingReservoir(
        100, wiring=wiring, loop_gain=0.8, carry_state=True, random_state=0
    ).fit(X)
    weights = reservoir.recurrent_weights_
    print(f"{name:20} {weights.nnz:5} synapses, {reservoir.firing_rates_.mean():4.0f} Hz")
    ConnectivityDisplay.from_estimator(reservoir, ax=ax)
    ax.set_title(name)
plt.show()
