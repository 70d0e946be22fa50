"""
Memory of a loop
================

You learn what ``loop_gain`` does: how long a spiking reservoir without delays keeps its input, from
no recurrence at all to a loop that hardly fades.
"""

from matplotlib import pyplot as plt

from sparcelearn.datasets import make_delayed_recall
from sparcelearn.displays import MemoryCapacityDisplay
from sparcelearn.measures import memory_function
from sparcelearn.reservoir import SpikingReservoir
from sparcelearn.reservoir.input_wiring import Projection

u, _ = make_delayed_recall(3000, delays=[1], random_state=0)
washout = 200

# %%
# ``Projection`` lets every unit hear the present only, so that all memory is in the network.

curves = {}
for loop_gain in (0.0, 0.25, 0.5, 0.75, 0.95):
    reservoir = SpikingReservoir(
        200,
        input_wiring=Projection(),
        loop_gain=loop_gain,
        carry_state=True,
        random_state=0,
    ).fit(u)
    states = reservoir.transform(u)[washout:]
    curves[f"loop gain {loop_gain}"] = memory_function(states, u[washout:, 0], max_delay=25)
    print(f"loop gain {loop_gain}: memory {curves[f'loop gain {loop_gain}'].sum():.1f} steps")

_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
MemoryCapacityDisplay(curves).plot(ax)
plt.show()

# %%
# Where the past is all that counts, delays are memory without noise and cost no loop: a spiking
# reservoir on a stream has them by default.
