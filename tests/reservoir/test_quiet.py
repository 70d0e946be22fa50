"""Networks that fall silent: what decays ends at 0, and nothing is slow or different for it."""

import numpy as np
import pytest

from sparcelearn.reservoir import LIF, EchoStateReservoir, SpikingReservoir
from tests.reservoir.helpers import SILENT

pytestmark = pytest.mark.filterwarnings(SILENT)


def pulse(n_steps):
    """Return one row of input, and nothing after it."""
    X = np.zeros((1, n_steps, 1))
    X[0, 0] = 1.0
    return X


def spiking(dtype, **options):
    return SpikingReservoir(
        5, neuron=LIF(tau_mem=4.0, tau_exc=2.0), wiring=np.zeros((5, 5)),
        input_wiring=np.ones((1, 5)), input_scaling=5.0, features=("membrane", "trace"),
        tau_trace=3.0, steps_per_input=1, dtype=dtype, **options,
    )  # fmt: skip


def echo(dtype, **options):
    return EchoStateReservoir(
        5, leak_rate=0.5, wiring=np.zeros((5, 5)), input_wiring=np.ones((1, 5)),
        input_scaling=1.0, dtype=dtype, **options,
    )  # fmt: skip


@pytest.mark.parametrize("make", [spiking, echo])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("backend", ["numba", "numpy"])
def test_no_number_lasts_that_processors_are_slow_with(make, dtype, backend):
    reservoir = make(dtype, carry_state=True, backend=backend)
    seen = []
    for n_steps in (40, 160, 8000):
        reservoir.partial_fit(pulse(n_steps))
        state = np.concatenate([reservoir.state_["variables"], reservoir.state_["traces"]])
        seen.append(np.abs(state).max())
        smallest = np.abs(state[state != 0]).min(initial=1.0)
        assert smallest >= np.finfo(dtype).tiny
        reservoir.reset_state()
    assert seen[0] > 1e-20  # decaying, as the equations say
    assert seen[-1] == 0.0


@pytest.mark.parametrize("make", [spiking, echo])
def test_pieces_of_a_stream_that_decays_are_the_whole(make):
    X = pulse(200)[0]
    whole = make("float32", carry_state=True, n_readouts=1).partial_fit(X)
    pieces = make("float32", carry_state=True, n_readouts=1)
    for cut in np.split(X, [1, 31, 32, 33, 70, 150]):
        pieces.partial_fit(cut)
    for name in whole.state_:
        np.testing.assert_array_equal(whole.state_[name], pieces.state_[name], err_msg=name)


def test_rates_side_by_side_decay_as_alone():
    X = np.repeat(pulse(190), 40, axis=0) * np.linspace(0.1, 4, 40)[:, np.newaxis, np.newaxis]
    reservoir = echo("float32", n_readouts=10).fit(X)
    together = reservoir.transform(X)
    alone = np.concatenate([reservoir.transform(x[np.newaxis]) for x in X])
    np.testing.assert_array_equal(together, alone)
    assert np.any(together[:, -5:] == 0.0)
