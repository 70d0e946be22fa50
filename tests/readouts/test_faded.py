"""What is left of a start fades to 0, not to numbers that a processor is slow at."""

import numpy as np
import pytest

from sparcelearn.readouts import SparceClassifier
from sparcelearn.readouts.kernels.averages import mean_step
from sparcelearn.readouts.kernels.losses import BETA_1

SAMPLES = 9000  # 0.9 to that power is less than any number of double precision, but for 0


@pytest.mark.parametrize("solver", ["adam", "sgd"])
@pytest.mark.parametrize("batch_size", [1, 20])
def test_nothing_is_left_in_the_end(solver, batch_size):
    rng = np.random.RandomState(0)
    X, y = rng.rand(SAMPLES, 3), rng.randint(2, size=SAMPLES)
    readout = SparceClassifier(None, solver=solver, batch_size=batch_size, average=10)
    for _ in range(batch_size):
        readout.partial_fit(X, y, classes=[0, 1])
    assert not readout._left.any()
    if solver == "adam":
        assert not readout._decay[0].any()
        assert readout._decay[1].all()  # 0.999 to that power counts


def test_a_mean_is_the_same_to_the_bit():
    left, plain = np.ones(1), 1.0
    for _ in range(2000):
        plain *= BETA_1
        assert mean_step(1.0 - BETA_1, left, 0) == (1.0 - BETA_1) / (1.0 - plain)
    assert left[0] == 0.0 < plain
