"""A sample of weight 0 is left out, by every readout that takes weights."""

import inspect

import numpy as np
import pytest
from sklearn.base import is_classifier

from sparcelearn import readouts
from sparcelearn.readouts._base import BaseReadout

RNG = np.random.RandomState(0)
X = RNG.rand(30, 5)
WEIGHTS = (RNG.rand(30) < 0.7).astype(float)
KEPT = WEIGHTS > 0
KINDS = [
    thing
    for thing in (getattr(readouts, name) for name in readouts.__all__)
    if inspect.isclass(thing)
    and issubclass(thing, BaseReadout)
    and "sample_weight" in inspect.signature(thing.fit).parameters
    and all(p.default is not p.empty for p in inspect.signature(thing).parameters.values())
]


def targets(readout):
    return np.arange(30) % 3 if is_classifier(readout) else X[:, :2]


def test_most_readouts_take_weights():
    assert len(KINDS) > 10


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_weight_0_in_fit_is_left_out(kind):
    few = {k: v for k, v in {"max_iter": 3, "random_state": 0}.items() if k in kind().get_params()}
    y = targets(kind())
    weighted = kind(**few).fit(X, y, sample_weight=WEIGHTS)
    without = kind(**few).fit(X[KEPT], y[KEPT])
    np.testing.assert_array_equal(weighted.coef_, without.coef_)
    np.testing.assert_array_equal(weighted.predict(X), without.predict(X))


@pytest.mark.parametrize("batch_size", [1, 4, 50])
@pytest.mark.parametrize("solver", ["nlms", "adam", "sgd"])
def test_so_it_is_at_any_batch_size(solver, batch_size):
    options = {"solver": solver, "batch_size": batch_size, "max_iter": 3, "random_state": 0}
    weighted = readouts.SparceRegressor(0.3, **options).fit(X, X[:, 0], sample_weight=WEIGHTS)
    without = readouts.SparceRegressor(0.3, **options).fit(X[KEPT], X[KEPT, 0])
    np.testing.assert_array_equal(weighted.coef_, without.coef_)
    np.testing.assert_array_equal(weighted.thresholds_, without.thresholds_)
