"""
The same network on NEST
========================

PyNN is one interface to NEST, NEURON, Brian2, SpiNNaker and BrainScaleS. A reservoir is
calibrated here, built there through PyNN, and spikes there; the readout cannot tell where its
features were computed. This shows both on NEST: the spikes of a recurrent network, and digits
learned on them. Units must be standard cells of PyNN, as ``LIF`` is.
"""

import warnings

import numpy as np
from matplotlib import pyplot as plt

from sparcelearn.datasets import load_digits_sequence
from sparcelearn.displays import SpikeRasterDisplay
from sparcelearn.interop import PyNNReservoir, to_pynn
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import LIF, SpikingReservoir

# Of cells it cannot compile, which are not used here, and of calls that NEST has renamed.
warnings.filterwarnings("ignore", module="pyNN|nest")

import pyNN.nest as sim  # noqa: E402

# %%
# A network of 200 units, a tenth of all pairs connected, hears eight channels of noise for 300 ms.
# ``to_pynn`` makes a Population, Projections and current sources of it; to run them is
# PyNN's part.

noise = np.random.default_rng(0).random((1, 30, 8))
network = SpikingReservoir(
    200, neuron=LIF, loop_gain=0.8, connectivity=0.1, delay=1.5, dt=0.1, steps_per_input=100,
    features="spikes", random_state=0,
).fit(noise)  # fmt: skip
here = network.transform(noise)

built = to_pynn(network, sim, noise)
sim.run(built.duration)
there = built.spikes()

steps = [set(zip(s.channels, np.rint(s.times / 0.1), strict=True)) for s in (here, there)]
print(f"{len(here.times)} spikes here, {len(there.times)} on NEST,")
print(f"{len(steps[0] & steps[1])} of the same unit in the same step of 0.1 ms")

# %%
# Spikes from here and from NEST, one above the other.

fig, axes = plt.subplots(2, 1, figsize=(8, 5), sharex=True, layout="constrained")
for ax, spikes, where in zip(axes, (here, there), ("here", "on NEST"), strict=True):
    SpikeRasterDisplay.from_spikes(spikes, ax=ax)
    ax.set_title(where)
plt.show()

# %%
# As a transformer: ``PyNNReservoir`` gives the features that a pipeline takes. NEST runs 300
# digits after one another, with pauses in which its units come to rest.

X, y = load_digits_sequence(return_X_y=True)
X, y = X[:300], y[:300]
train, test = slice(0, 200), slice(200, 300)
reservoir = SpikingReservoir(200, neuron=LIF, random_state=0)
features = {
    "raw pixels": X.reshape(len(X), -1),
    "reservoir here": reservoir.fit(X[train]).transform(X),
    "reservoir on NEST": PyNNReservoir(reservoir, sim="nest").fit(X[train]).transform(X),
}
for name, rows in features.items():
    readout = SparceClassifier(random_state=0).fit(rows[train], y[train])
    print(f"{name:17} accuracy {readout.score(rows[test], y[test]):.3f}")
