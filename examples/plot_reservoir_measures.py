"""
Choosing a reservoir by its measures
====================================

Memory, rank and the dimension of the states can be measured without a task, here over the
spectral radius of a network of rate units.
"""

from matplotlib import pyplot as plt

from sparcelearn.datasets import make_delayed_recall
from sparcelearn.displays import MemoryCapacityDisplay
from sparcelearn.measures import memory_function, participation_ratio
from sparcelearn.reservoir import EchoStateReservoir

u, _ = make_delayed_recall(4000, delays=[1], random_state=0)
washout = 200

# %%
# A small input keeps the units in their linear range, where memory is longest.

curves, dimensions = {}, {}
for radius in (0.3, 0.6, 0.9, 0.99):
    reservoir = EchoStateReservoir(
        100,
        spectral_radius=radius,
        leak_rate=1.0,
        input_scaling=0.1,
        carry_state=True,
        random_state=0,
    )
    states = reservoir.fit(u).transform(u)[washout:]
    curves[f"radius {radius}"] = memory_function(states, u[washout:, 0], max_delay=60)
    dimensions[radius] = participation_ratio(states)
    capacity = curves[f"radius {radius}"].sum()
    print(
        f"radius {radius:4}: memory {capacity:5.1f}, participation ratio {dimensions[radius]:5.2f}"
    )

# %%
# Capacity counts directions however small they are; the participation ratio says how many of
# them carry most of the variance.

_, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
MemoryCapacityDisplay(curves).plot(left)
right.plot(list(dimensions), list(dimensions.values()), "o-", color="#0072B2")
right.set(xlabel="spectral radius", ylabel="participation ratio", ylim=(0, None))
plt.show()
