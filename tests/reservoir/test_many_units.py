"""More units than two bytes can number: their targets are laid out otherwise."""

import numpy as np
import pytest
from scipy import sparse

from sparcelearn.reservoir import LIF, EchoStateReservoir, SpikingReservoir
from sparcelearn.reservoir.input_wiring import Projection

N_UNITS = 66_000
SPIKING = {
    "input_scaling": 60.0,
    "bias_scaling": 5.0,
    "steps_per_input": 5,
    "neuron": LIF,
    "input_wiring": Projection(0.2),
    "feature_scaling": None,
    "padding": 0,
}


@pytest.mark.parametrize(
    ("kind", "settings"), [(SpikingReservoir, SPIKING), (EchoStateReservoir, {})]
)
def test_compiled_equals_numpy(kind, settings):
    rng = np.random.default_rng(0)
    pairs = rng.integers(N_UNITS, size=(2, 3 * N_UNITS))
    weights = rng.normal(0, 20, size=3 * N_UNITS)
    wiring = sparse.csr_array((weights, tuple(pairs)), shape=(N_UNITS, N_UNITS))
    X = rng.uniform(size=(1, 2, 2))
    features = [
        kind(
            N_UNITS, wiring=wiring, backend=backend, dtype="float64", random_state=0, **settings
        ).fit_transform(X)
        for backend in ("numba", "numpy")
    ]
    assert features[0].std() > 0.1
    np.testing.assert_array_equal(*features)
