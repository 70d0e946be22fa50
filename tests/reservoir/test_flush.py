"""What is negligible becomes 0 every so many steps, and not before."""

import numpy as np
import pytest

from sparcelearn.reservoir import LIF, SpikingReservoir
from sparcelearn.reservoir.kernels.arrays import FLUSH_STEPS
from tests.reservoir.helpers import SILENT


def states(backend, n_rows):
    """Return what is left of a drive after some rows of silence, and after each of the next."""
    reservoir = SpikingReservoir(
        3,
        neuron=LIF,
        steps_per_input=1,
        carry_state=True,
        loop_gain=0.0,
        input_scaling=1.0,
        bias_scaling=0.0,
        backend=backend,
        random_state=0,
    )
    reservoir.fit(np.repeat([1.0, 0.0], 5)[:, np.newaxis])
    reservoir.partial_fit(np.ones((5, 1)))
    found = []
    for n in (n_rows, *[1] * (2 * FLUSH_STEPS)):
        reservoir.partial_fit(np.zeros((n, 1)))
        found.append(reservoir.state_["variables"].copy())
    return np.array(found)


@pytest.mark.filterwarnings(SILENT)
def test_flushed_in_the_same_step_compiled_or_not():
    compiled = states("numba", 1340)
    np.testing.assert_array_equal(compiled, states("numpy", 1340))
    sizes = np.abs(compiled).max(axis=(1, 2))
    assert sizes[0] > 1e-30 and sizes[-1] == 0
    assert sizes[sizes > 0][-1] > 1e-31  # it falls from there to 0 in one step
