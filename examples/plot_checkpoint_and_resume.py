"""
Stop, and go on after a crash
=============================

You learn to store a model that learns from a stream, with its state and its place in the stream,
in one file, and to go on from it as if nothing had happened: to the last bit.
"""

import os
import tempfile

import numpy as np
from matplotlib import pyplot as plt

import sparcelearn
from sparcelearn import ReservoirRegressor
from sparcelearn.readouts import SparceRegressor
from sparcelearn.reservoir import EchoStateReservoir

time = np.arange(1500)
sensor = np.sin(time / 9) * np.sin(time / 70) + 0.02 * np.random.RandomState(0).randn(len(time))

# %%
# A consumer forecasts each value, then learns it. Every 200 values it saves the model and how far
# it came.


def consume(path, until):
    """Start, or go on from the file; return the forecasts by their place in the stream."""
    model, done, forecasts = None, 100, {}
    if os.path.exists(path):
        model, done = sparcelearn.load(path, return_offset=True)
        print(f"going on from {done}")
    if model is None:
        model = ReservoirRegressor(
            EchoStateReservoir(200, carry_state=True, random_state=0),
            SparceRegressor(sparsity=0.2, batch_size=1, calibration_samples=100),
        ).partial_fit(sensor[:99, np.newaxis], sensor[1:100])
        model.step(sensor[99])
    for place in range(done, until):
        model.learn(sensor[place])  # the target of the row before
        forecasts[place + 1] = model.step(sensor[place])
        if (place + 1) % 200 == 0:
            sparcelearn.save(path, model, offset=place + 1)
    return forecasts


with tempfile.TemporaryDirectory() as folder:
    never = consume(os.path.join(folder, "never_dies.ckpt"), 1500)
    path = os.path.join(folder, "dies.ckpt")
    before = consume(path, 700)  # killed here; the last file is of 600
    after = consume(path, 1500)
    print(f"the file has {os.path.getsize(path) / 1024:.0f} KiB")

same = all(after[place] == never[place] for place in after)
print("forecasts after the crash are the same to the bit:", same)

# %%
# Values 600 to 700 are learned again, from the state of 600, so none is lost and none counts twice.

_, ax = plt.subplots(figsize=(9, 3.5), layout="constrained")
ax.plot(sensor, color="0.75", lw=3, label="sensor")
ax.plot(list(before), list(before.values()), color="#0072B2", lw=1, label="before the crash")
ax.plot(list(after), list(after.values()), color="#D55E00", lw=1, label="after it")
ax.axvspan(600, 700, color="0.9", label="learned again")
ax.set(xlabel="time step", ylabel="value and forecast", xlim=(400, 1000), ylim=(-1.2, 1.7))
ax.legend(ncols=4, loc="upper center")
plt.show()
