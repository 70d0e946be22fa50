"""Write the checkpoint of the present format that later versions must go on reading.

``python -m tests.checkpoints.write`` once for each new format; what is there stays as it is.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.pipeline import Pipeline

import sparcelearn
from sparcelearn._persistence.checkpoint import FORMAT
from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import Gamma, NeuronModel, SpikingReservoir

FOLDER = Path(__file__).parent


def stream() -> tuple[np.ndarray, np.ndarray]:
    """Return 60 steps of two channels, and labels."""
    X = np.random.RandomState(3).rand(60, 2)
    return X, np.array(["low", "high"], dtype=object)[(X[:, 0] > 0.5).astype(int)]


def model() -> Pipeline:
    """Return a spiking reservoir and a readout in the middle of a stream."""
    neuron = NeuronModel(
        "dv/dt = (drive + i - v) / tau (unless refractory); di/dt = -i / 5",
        threshold="v >= 1",
        reset="v = 0",
        refractory="2",
        excitatory="i",
        parameters={"tau": Gamma(20.0, 0.3)},
        name="Unit",
    )
    random_state = np.random.RandomState(1)
    reservoir = SpikingReservoir(
        n_units=12, neuron=neuron, carry_state=True, dtype="float64", random_state=random_state
    )
    readout = SparceClassifier(batch_size=1, calibration_samples=50, random_state=random_state)
    X, y = stream()
    reservoir.fit(X).partial_fit(X[:30])
    readout.partial_fit(reservoir.transform(X[30:40]), y[30:40], classes=["high", "low"])
    return Pipeline([("reservoir", reservoir), ("readout", readout)])


if __name__ == "__main__":
    fitted = model()
    outputs = fitted.decision_function(stream()[0])
    sparcelearn.save(FOLDER / f"format_{FORMAT}.ckpt", fitted, offset={"rows": 40})
    np.save(FOLDER / f"format_{FORMAT}_outputs.npy", outputs)
