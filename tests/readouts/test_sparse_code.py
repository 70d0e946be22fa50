"""SparseCode: percentiles as thresholds, exact in fit, running in partial_fit."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks as checks

from sparcelearn import ReservoirRegressor
from sparcelearn.readouts import RLSRegressor, SparseCode
from sparcelearn.reservoir import EchoStateReservoir
from tests.readouts import naive

RNG = np.random.default_rng(0)
X = RNG.normal(size=(150, 6))


def test_fit_takes_exact_percentiles():
    code = SparseCode(0.7).fit(X)
    expected = np.quantile(np.abs(X), 0.7, axis=0)
    assert_allclose(code.thresholds_, expected, rtol=1e-14)
    assert_allclose(code.transform(X), naive.sparse_code(X, expected), rtol=1e-12)
    assert code.transform(X.astype(np.float32)).dtype == np.float32


def test_a_stream_may_be_cut_anywhere():
    whole = SparseCode(0.6, calibration_samples=100).partial_fit(X)
    cut = SparseCode(0.6, calibration_samples=100)
    for rows in np.split(X, [1, 4, 60, 99, 130]):
        cut.partial_fit(rows)
    assert_array_equal(cut.thresholds_, whole.thresholds_)
    tracker = naive.PSquare(0.6)
    for value in np.abs(X[:100, 2]):
        tracker.observe(value)
    assert_allclose(whole.thresholds_[2], tracker.estimate())
    before = whole.thresholds_.copy()
    assert_array_equal(whole.partial_fit(10 * X).thresholds_, before)


TRANSFORMERS = [SparseCode(0.5)]


def test_the_contract_of_scikit_learn():
    checks.check_estimator(TRANSFORMERS[0])


@pytest.mark.parametrize("bad", [{"sparsity": 1.0}, {"sparsity": None}, {"calibration_samples": 0}])
def test_bad_parameters_are_refused(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        SparseCode(**bad).fit(X)


def test_between_a_reservoir_and_least_squares_it_runs_streams():
    series = np.sin(0.3 * np.arange(400))[:, np.newaxis]
    network = EchoStateReservoir(60, carry_state=True, random_state=0)
    front = make_pipeline(network, SparseCode(0.2))
    model = ReservoirRegressor(front, RLSRegressor(1e-6), washout=20)
    model.fit(series[:-1], series[1:, 0])
    assert model.score(series[:-1], series[1:, 0]) > 0.9
    assert model.generate(5, series[:200]).shape[0] == 5
    prediction = model.step(series[0])
    model.learn(series[1, 0])
    assert np.isfinite(prediction)
