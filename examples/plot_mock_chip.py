"""
A readout on a mock chip
========================

Neuromorphic chips hold weights of a few bits, in devices that differ. There are three ways to
get a readout on such a chip: train it in floating point and write it once; continue training
with the chip in the loop, so that learning includes the errors of its devices; or learn on the
chip itself, where every update is rounded.
"""

# %%
# The reservoir is simulated once; the rest is about the readout. The chip is simulated, too:
# the weights of devices deviate by 30 %.

import numpy as np
from matplotlib import pyplot as plt
from sklearn.model_selection import train_test_split

from sparcelearn.datasets import load_digits_sequence
from sparcelearn.readouts import DeltaClassifier
from sparcelearn.readouts.hardware import (
    ChipReadout,
    InTheLoopTrainer,
    MockChip,
    OnChipReadout,
    generic_chip,
)
from sparcelearn.reservoir import SpikingReservoir

X, y = load_digits_sequence(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
reservoir = SpikingReservoir(n_units=200, random_state=0).fit(X_train)
states, test_states = reservoir.transform(X_train), reservoir.transform(X_test)


def chip(n_bits):
    """Return a new chip; its devices do not depend on the number of bits."""
    return MockChip(generic_chip(n_bits), mismatch=0.3, random_state=0)


# %%
# The readout in floating point is the reference for all.


def readout():
    """Return an untrained readout with a local rule."""
    return DeltaClassifier(learning_rate=0.002, normalized=False, max_iter=15, random_state=0)


trained = readout().fit(states, y_train)
print(f"floating point: {trained.score(test_states, y_test):.3f}")

w_max = np.abs(trained.coef_).max()
bits = [2, 3, 4, 6, 8]
scores = {"written once": [], "chip in the loop": [], "learned on the chip": []}
for n_bits in bits:
    scores["written once"].append(ChipReadout(trained, chip(n_bits)).score(test_states, y_test))
    trainer = InTheLoopTrainer(trained, chip(n_bits), learning_rate=0.005)
    for _ in range(10):
        trainer.partial_fit(states, y_train)
    scores["chip in the loop"].append(trainer.score(test_states, y_test))
    rule = DeltaClassifier(0.004, loss="sigmoid", normalized=False, max_iter=15, random_state=0)
    learner = OnChipReadout(rule, chip(n_bits), w_max=w_max).fit(states, y_train)
    scores["learned on the chip"].append(learner.score(test_states, y_test))
    row = ", ".join(f"{name} {values[-1]:.3f}" for name, values in scores.items())
    print(f"{n_bits} bits: {row}")

# %%
# Written once, a readout of few bits loses accuracy, the more so as devices deviate; with the chip
# in the loop it learns to compensate each device, and three bits are enough. Learning on the chip
# rounds every update, and needs more bits.

_, ax = plt.subplots(figsize=(6, 3.5), layout="constrained")
for (name, values), marker in zip(scores.items(), "os^", strict=True):
    ax.plot(bits, values, marker=marker, label=name)
ax.axhline(trained.score(test_states, y_test), color="0.5", linestyle="--", label="floating point")
ax.set(xlabel="bits of a weight", ylabel="accuracy on test data", xticks=bits)
ax.legend()
plt.show()
