"""
Numbers into spikes
===================

You learn which ways there are to write a curve as spikes, and which to take. A reservoir takes
numbers as they are; encoders are for chips and sensors that know only events.
"""

import numpy as np
from matplotlib import pyplot as plt

from sparcelearn.reservoir.encoders import (
    LatencyEncoder,
    PopulationEncoder,
    RateEncoder,
    StepForwardEncoder,
)

time = np.arange(200)
curve = (0.5 + 0.45 * np.sin(time / 25) * np.cos(time / 60))[np.newaxis, :, np.newaxis]

# %%
# A rate: the larger, the more often. A population: each unit fires around a value of its own. A
# change: a spike wherever the curve has moved by a step, up or down. A latency is for one value at
# a time: the larger, the earlier.

ENCODERS = {
    "rate": RateEncoder(n_steps=10, output="spikes", random_state=0),
    "population": PopulationEncoder(n_fields=8, n_steps=20, output="spikes"),
    "change": StepForwardEncoder(threshold=0.05, output="spikes"),
}
_, axes = plt.subplots(2, 2, figsize=(10, 5), layout="constrained")
for ax, (name, encoder) in zip(axes.flat, ENCODERS.items(), strict=False):
    spikes = encoder.fit_transform(curve)
    print(f"{name:10} {spikes.n_channels} channels, {len(spikes.times)} spikes")
    n_channels = spikes.n_channels
    ax.plot(time * spikes.durations[0] / 200, curve[0, :, 0] * n_channels - 0.5, color="0.75", lw=2)
    ax.plot(spikes.times, spikes.channels, "|", color="#0072B2", ms=8)
    ax.set(title=name, xlabel="time (ms)", ylabel="channel", ylim=(-0.7, n_channels - 0.3))
    ax.set_yticks(range(n_channels))

values = np.linspace(0.05, 1, 20)[np.newaxis]
spikes = LatencyEncoder(n_steps=50, output="spikes").fit(np.eye(20)).transform(values)
print(f"latency    {spikes.n_channels} channels, {len(spikes.times)} spikes")
axes[1, 1].plot(spikes.times, values[0, spikes.channels], "o", color="#0072B2")
axes[1, 1].set(title="latency", xlabel="time of the spike (ms)", ylabel="value")
plt.show()
