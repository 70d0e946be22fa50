"""
Your own neuron
===============

A unit with adaptation responds to a constant input with a burst and then slows down. Its equations
are text, as in a paper; the reservoir parses, integrates and compiles them. Variables begin at 0;
a model in mV says where it rests, as in ``initial={"v": -65.0}``.
"""

import numpy as np
from matplotlib import pyplot as plt

from sparcelearn.displays import StateTrajectoryDisplay
from sparcelearn.reservoir import NeuronModel, SpikingReservoir

ADAPTIVE = NeuronModel(
    name="Adaptive",
    equations="""
        dv/dt = (drive + i - w - v) / tau_mem (unless refractory)
        dw/dt = -w / tau_w
        di/dt = -i / tau_syn
    """,
    threshold="v >= 1",
    reset="v = 0; w += jump",
    refractory="2",
    excitatory="i",
    parameters={"tau_mem": 20.0, "tau_w": 200.0, "tau_syn": 5.0, "jump": 0.3},
)

# %%
# One sample: a constant input, held for 60 rows of 10 ms. Spikes are counted in twelve
# windows of 50 ms.

step = np.ones((1, 60, 1))
weights = np.linspace(1.0, 3.0, 200)[np.newaxis]  # of the input, so that units differ
_, ax = plt.subplots(figsize=(6, 3.5), layout="constrained")
for jump, colour in ((0.0, "#0072B2"), (0.1, "#D55E00"), (0.3, "#009E73")):
    reservoir = SpikingReservoir(
        200,
        neuron=ADAPTIVE(jump=jump),
        features="count",
        feature_scaling=None,  # plain numbers of spikes
        n_readouts=12,
        padding=0,
        input_wiring=weights,
        input_scaling=1.0,
        random_state=0,
    )
    rate = reservoir.fit_transform(step).reshape(12, 200).mean(axis=1) / 0.05
    print(f"jump {jump:.1f}: mean rate in each 50 ms (Hz):", np.round(rate).astype(int))
    ax.plot(25 + 50 * np.arange(12), rate, "o-", color=colour, label=f"jump {jump}")
ax.set(xlabel="time (ms)", ylabel="mean rate (Hz)", ylim=(0, None))
ax.legend()
plt.show()

# %%
# How fast the unit fires at a constant input, its F-I curve: a unit for each input, one sample of
# one row, held for 1000 steps of 1 ms. The rates of ``fit`` are then numbers of spikes in a second.
# Beside it, the adaptation of five of the units above.

inputs = np.linspace(0.0, 5.0, 21)
curve = SpikingReservoir(
    21,
    neuron=ADAPTIVE,
    input_wiring=inputs[np.newaxis],
    input_scaling=1.0,
    steps_per_input=1000,
)
rates = curve.fit(np.ones((1, 1))).firing_rates_
print("F-I curve (Hz):", rates.astype(int))
_, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
left.plot(inputs, rates, "k")
left.set(xlabel="input", ylabel="rate (Hz)", title="F-I curve")
StateTrajectoryDisplay.from_estimator(reservoir, step, feature="w", ax=right)
right.set_title("adaptation w")
plt.show()

# %%
# The integrator was chosen automatically: the equations are affine below threshold, so they are
# integrated exactly.

print("integrator:", reservoir.method_)
