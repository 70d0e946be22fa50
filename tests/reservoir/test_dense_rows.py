"""Rows that lead to many units are filled up with zeros: faster, and the same to the bit."""

import numpy as np
import pytest

from sparcelearn import SpikeTrains
from sparcelearn.reservoir import (
    EchoStateReservoir,
    SpikingReservoir,
    TsodyksMarkram,
    _synapse_rows,
)
from tests.reservoir.helpers import SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]

N_UNITS, N_CHANNELS, N_SAMPLES = 61, 7, 45  # no multiples of four, nor of the lanes of a rate loop


def weights(rng, n_rows, share, signs=(-1.0, 1.0)):
    """Draw a matrix of this density."""
    drawn = rng.choice(signs, (n_rows, N_UNITS)) * rng.uniform(0.1, 1.0, (n_rows, N_UNITS))
    return drawn * (rng.random_sample((n_rows, N_UNITS)) < share)


def spiking(rng, **options):
    return SpikingReservoir(
        N_UNITS,
        wiring=weights(rng, N_UNITS, 0.5),
        input_wiring=weights(rng, N_CHANNELS, 0.5, (-1.0, 1.0, 1.0, 1.0)),
        input_scaling=8.0,
        steps_per_input=3,
        features=("trace", "membrane"),
        **options,
    )


def echo(rng, share):
    return EchoStateReservoir(
        N_UNITS,
        wiring=0.2 * weights(rng, N_UNITS, 0.2),
        input_wiring=weights(rng, N_CHANNELS, share),
        dtype="float32",
        n_readouts=3,
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
    "rate, half": (lambda rng: echo(rng, 0.5), rows),
    "rate, all": (lambda rng: echo(rng, 1.0), rows),
}


@pytest.mark.parametrize("case", CASES)
def test_a_filled_row_changes_nothing(case, monkeypatch):
    make, draw = CASES[case]
    outcomes = []
    for dense in (_synapse_rows.DENSE, 2.0):  # no row is filled at a share above 1
        monkeypatch.setattr(_synapse_rows, "DENSE", dense)
        reservoir, X = make(np.random.RandomState(0)), draw(np.random.RandomState(1))
        features = reservoir.fit(X).transform(X)
        outcomes.append((len(reservoir._simulator.network.input_weights), features))
    (filled, fast), (sparse, slow) = outcomes
    assert filled > sparse or case == "rate, all"  # where nothing is left to fill
    assert np.abs(fast).max() > 0
    np.testing.assert_array_equal(fast, slow)


@pytest.mark.parametrize("case", CASES)
def test_filled_rows_in_numpy(case):
    make, draw = CASES[case]
    reservoir, X = make(np.random.RandomState(0)), draw(np.random.RandomState(1))
    compiled = reservoir.fit_transform(X)
    plain = reservoir.set_params(backend="numpy").fit_transform(X)
    tolerance = 2e-6 if case.startswith("rate") else 0  # sums of products
    np.testing.assert_allclose(compiled, plain, rtol=0, atol=tolerance)


@pytest.mark.parametrize("n_units", range(1, 10))
@pytest.mark.parametrize("n_targets", [0, 1, 2, 5, 9])
def test_rows_of_very_few_units(n_units, n_targets):
    """A row that is padded to as many weights as there are units is no full row yet."""
    wiring = np.zeros((n_units, n_units))
    wiring[0, : min(n_targets, n_units)] = 0.5
    reservoir = SpikingReservoir(
        n_units, wiring=wiring, input_wiring=np.ones((1, n_units)), features="membrane",
        input_scaling=3.0, dtype="float64",
    )  # fmt: skip
    X = np.ones((1, 40, 1))
    compiled = reservoir.fit_transform(X)
    plain = reservoir.set_params(backend="numpy").fit_transform(X)
    np.testing.assert_array_equal(compiled, plain)


def test_input_of_rate_units_is_filled_up_whole_or_not_at_all():
    """Channels are weighted four at a time, which a few full ones among others would only slow."""
    wide = np.zeros((N_CHANNELS, N_UNITS))
    wide[0, : N_UNITS // 2] = wide[1:, 0] = 1.0
    sparse = echo(np.random.RandomState(0), 0.0).set_params(input_wiring=wide)
    network = sparse.fit(rows(np.random.RandomState(1)))._simulator.network
    assert len(network.input_weights) < 2 * np.count_nonzero(wide)
    dense = echo(np.random.RandomState(0), 0.5).fit(rows(np.random.RandomState(1)))
    assert len(dense._simulator.network.input_weights) >= N_CHANNELS * N_UNITS
