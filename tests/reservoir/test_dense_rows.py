"""Rows that lead to many units are filled up with zeros: faster, and the same to the bit."""

import numpy as np
import pytest

from sparcelearn import SpikeTrains
from sparcelearn.reservoir import LIF, SpikingReservoir, TsodyksMarkram, _synapse_rows
from tests.reservoir.helpers import SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]

N_UNITS, N_CHANNELS, N_SAMPLES = 61, 7, 45  # no multiples of four


def weights(rng, n_rows, share, signs=(-1.0, 1.0)):
    """Draw a matrix of this density."""
    drawn = rng.choice(signs, (n_rows, N_UNITS)) * rng.uniform(0.1, 1.0, (n_rows, N_UNITS))
    return drawn * (rng.random_sample((n_rows, N_UNITS)) < share)


def spiking(rng, **options):
    return SpikingReservoir(
        N_UNITS,
        neuron=LIF,
        wiring=weights(rng, N_UNITS, 0.5),
        input_wiring=weights(rng, N_CHANNELS, 0.5, (-1.0, 1.0, 1.0, 1.0)),
        input_scaling=8.0,
        steps_per_input=3,
        features=("trace", "membrane"),
        feature_scaling=None,
        **options,
    )


def events(rng):
    times = np.sort(rng.uniform(0, 300, 900))
    return SpikeTrains(times, rng.randint(N_CHANNELS, size=900), [0, 900], N_CHANNELS, 300.0)


def rows(rng):
    X = rng.uniform(-1, 1, (N_SAMPLES, 6, N_CHANNELS)).astype("float32")
    return X * (rng.random_sample(X.shape) < 0.7)


CASES = {
    "spiking": (spiking, rows),
    "plastic": (lambda rng: spiking(rng, short_term_plasticity=TsodyksMarkram()), rows),
    "events": (spiking, events),
    "plastic, events": (lambda rng: spiking(rng, short_term_plasticity=TsodyksMarkram()), events),
}


@pytest.mark.parametrize("case", CASES)
def test_a_filled_row_changes_nothing(case, monkeypatch):
    make, draw = CASES[case]
    outcomes = []
    for dense in (_synapse_rows.DENSE, 2.0):  # no row is filled at a share above 1
        monkeypatch.setattr(_synapse_rows, "DENSE", dense)
        reservoir, X = make(np.random.RandomState(0)), draw(np.random.RandomState(1))
        features = reservoir.fit(X).transform(X)
        network = reservoir._simulator.network
        outcomes.append((len(network.weights) + len(network.input_weights), features))
    (filled, fast), (sparse, slow) = outcomes
    assert filled > sparse
    assert np.abs(fast).max() > 0
    np.testing.assert_array_equal(fast, slow)


@pytest.mark.parametrize("case", CASES)
def test_filled_rows_in_numpy(case):
    make, draw = CASES[case]
    reservoir, X = make(np.random.RandomState(0)), draw(np.random.RandomState(1))
    compiled = reservoir.fit_transform(X)
    plain = reservoir.set_params(backend="numpy").fit_transform(X)
    np.testing.assert_array_equal(compiled, plain)


@pytest.mark.parametrize("n_units", range(1, 10))
@pytest.mark.parametrize("n_targets", [0, 1, 2, 5, 9])
def test_rows_of_very_few_units(n_units, n_targets):
    """A row that is padded to as many weights as there are units is no full row yet."""
    wiring = np.zeros((n_units, n_units))
    wiring[0, : min(n_targets, n_units)] = 0.5
    reservoir = SpikingReservoir(
        n_units, neuron=LIF, wiring=wiring, input_wiring=np.ones((1, n_units)), features="membrane",
        input_scaling=3.0, feature_scaling=None, dtype="float64",
    )  # fmt: skip
    X = np.ones((1, 40, 1))
    compiled = reservoir.fit_transform(X)
    plain = reservoir.set_params(backend="numpy").fit_transform(X)
    np.testing.assert_array_equal(compiled, plain)
