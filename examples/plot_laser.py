"""
Forecasting a laser
===================

The Santa Fe laser is chaotic: its pulsations grow and then collapse. An echo state network
and a spiking reservoir read the series as one stream, and a ridge readout forecasts the next
value.
"""

import numpy as np
from matplotlib import pyplot as plt
from sklearn.linear_model import RidgeCV

from sparcelearn.datasets import fetch_santa_fe
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir

X, y = fetch_santa_fe(return_X_y=True)
X, y = X[:4000] / 255, y[:4000] / 255
washout, n_train = 100, 3000

# %%
# With ``carry_state=True`` rows are the time steps of one stream, and ``transform`` returns
# the features of each.

RESERVOIRS = {
    "echo state": EchoStateReservoir(
        300, leak_rate=1.0, spectral_radius=0.9, input_scaling=1.0, carry_state=True, random_state=0
    ),
    "spiking": SpikingReservoir(300, carry_state=True, random_state=0),
}
forecasts = {}
for name, reservoir in RESERVOIRS.items():
    features = reservoir.fit(X[:n_train]).transform(X)
    ridge = RidgeCV(np.logspace(-8, 2, 6)).fit(features[washout:n_train], y[washout:n_train])
    forecasts[name] = ridge.predict(features[n_train:])
repeat = np.mean((X[n_train:, 0] - y[n_train:]) ** 2) / y[n_train:].var()
print(f"{'last value again':18} normalised mean squared error {repeat:.3f}")
for name, forecast in forecasts.items():
    error = np.mean((forecast - y[n_train:]) ** 2) / y[n_train:].var()
    print(f"{name:18} normalised mean squared error {error:.3f}")

# %%
# A part of the test data, one step ahead.

_, ax = plt.subplots(figsize=(8, 3.5), layout="constrained")
shown = slice(0, 150)
ax.plot(y[n_train:][shown], color="black", lw=3, alpha=0.3, label="laser")
for (name, forecast), colour in zip(forecasts.items(), ("#0072B2", "#D55E00"), strict=True):
    ax.plot(forecast[shown], color=colour, lw=1.2, label=name)
ax.set(xlabel="time step of the test data", ylabel="intensity")
ax.legend(ncols=3)
plt.show()
