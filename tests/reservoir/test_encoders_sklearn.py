"""scikit-learn's contract, kept by the encoders."""

import os
from collections import Counter
from functools import partial

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks as checks
from sklearn.utils import get_tags

from sparcelearn.reservoir import SpikingReservoir
from sparcelearn.reservoir.encoders import LatencyEncoder, PopulationEncoder, RateEncoder
from tests.reservoir.encoders import KINDS

# One less, and the missing one skipped, unless SCIPY_ARRAY_API=1 was set before importing scipy.
N_CHECKS = 46


@pytest.mark.parametrize("encoder", [*KINDS, partial(RateEncoder, fresh_trials=True)])
def test_every_check_passes(encoder):
    records = checks.check_estimator(encoder(), on_fail=None, on_skip=None)
    n_checks = N_CHECKS + bool(get_tags(encoder()).transformer_tags.preserves_dtype)
    expected = {"passed": n_checks}
    if os.environ.get("SCIPY_ARRAY_API") != "1":
        expected = {"passed": n_checks - 1, "skipped": 1}
    failed = [r["check_name"] for r in records if r["status"] not in expected]
    assert dict(Counter(record["status"] for record in records)) == expected, failed


@pytest.mark.parametrize(
    "check",
    [
        checks.check_dataframe_column_names_consistency,
        checks.check_param_validation,
        checks.check_n_features_in_after_fitting,
        checks.check_inplace_ensure_writeable,
    ],
    ids=lambda check: check.__name__,
)
@pytest.mark.parametrize("encoder", KINDS)
def test_checks_that_check_estimator_leaves_out(encoder, check):
    check(encoder.__name__, encoder())


@pytest.mark.parametrize("output", ["dense", "spikes"])
@pytest.mark.parametrize(
    "encoder",
    [RateEncoder(f_max=800.0, random_state=0), LatencyEncoder(), PopulationEncoder(4)],
    ids=["rate", "latency", "population"],
)
def test_an_encoder_before_a_reservoir_can_be_searched_over(encoder, output):
    rng = np.random.default_rng(0)
    y = np.arange(40) % 2
    X = np.clip(0.3 + 0.4 * y[:, np.newaxis] + 0.1 * rng.normal(size=(40, 6)), 0, 1)
    encoder = clone(encoder).set_params(output=output)
    reservoir = SpikingReservoir(n_units=30, steps_per_input=1, random_state=0)
    model = make_pipeline(encoder, reservoir, LogisticRegression(max_iter=1000))
    grid = {f"{type(encoder).__name__.lower()}__n_steps": [20, 40]}
    search = GridSearchCV(model, grid, cv=2, error_score="raise").fit(X, y)
    assert search.best_score_ > 0.8
