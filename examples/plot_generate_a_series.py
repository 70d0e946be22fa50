"""
Going on alone
==============

You learn to let a model go on with a series by itself: each forecast is fed back as the next
input. Small errors grow in chaos, so what counts is how long it stays on the true path, and
whether what follows looks like the series.
"""

import numpy as np
from matplotlib import pyplot as plt

from sparcelearn import ReservoirRegressor
from sparcelearn.datasets import make_lorenz
from sparcelearn.readouts import StreamingRidgeRegressor
from sparcelearn.reservoir import EchoStateReservoir

series = make_lorenz(4000, dt=0.02, random_state=0)
series = (series - series.mean(axis=0)) / series.std(axis=0)
known, steps = 3000, 1000

# %%
# The model learns to forecast the next row from all rows known.

model = ReservoirRegressor(
    EchoStateReservoir(
        300,
        leak_rate=1.0,
        spectral_radius=0.6,
        input_scaling=0.3,
        bias_scaling=0.2,
        carry_state=True,
        random_state=0,
    ),
    StreamingRidgeRegressor(alpha=1e-6),
    washout=100,
)
model.fit(series[: known - 1], series[1:known])

# %%
# ``fit`` ends where its rows end. The model hears the last known row, and goes on alone.

alone = model.generate(steps, series[known - 1 : known])
truth = series[known : known + steps]
error = np.linalg.norm(alone - truth, axis=1)
lost = int(np.argmax(error > 1)) if (error > 1).any() else steps
print(f"on the true path for {lost} steps, {lost * 0.02 * 0.906:.1f} Lyapunov times")
print(f"spread of the truth {truth.std(axis=0).round(2)}, of its own {alone.std(axis=0).round(2)}")

_, (left, right) = plt.subplots(1, 2, figsize=(10, 3.5), layout="constrained", width_ratios=(2, 1))
left.plot(truth[:500, 0], color="0.6", lw=3, label="truth")
left.plot(alone[:500, 0], color="#D55E00", lw=1.2, label="alone")
left.axvline(min(lost, 499), color="0.3", ls=":", lw=1)
left.set(xlabel="steps alone", ylabel="first variable", ylim=(-3, 3.8))
left.legend(loc="upper right", ncols=2)
right.plot(truth[:, 0], truth[:, 2], color="0.6", lw=2)
right.plot(alone[:, 0], alone[:, 2], color="#D55E00", lw=0.6)
right.set(xlabel="first variable", ylabel="third variable", title="the shape is kept")
plt.show()
