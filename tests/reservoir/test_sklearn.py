"""scikit-learn's contract: every check of its own, searches, clones, workers, processes."""

import os
import pickle
import subprocess
import sys

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks as checks

from sparcelearn.reservoir import LIF, EchoStateReservoir, SpikingReservoir
from tests.reservoir.helpers import DEAF, SATURATED, SILENT

RESERVOIRS = [SpikingReservoir, EchoStateReservoir]
ids = [reservoir.__name__ for reservoir in RESERVOIRS]
N_CHECKS = 47


@pytest.fixture(params=RESERVOIRS, ids=ids)
def reservoir(request):
    return request.param(n_units=10, random_state=0)


def run_checks(estimator):
    records = checks.check_estimator(estimator, on_fail=None, on_skip=None)
    by_status = {"passed": [], "failed": [], "skipped": [], "xfail": []}
    for record in records:
        by_status[record["status"]].append(record["check_name"])
    return len(records), by_status


def expected_skips():
    # without this variable, set before scipy is imported, one check cannot run
    return [] if os.environ.get("SCIPY_ARRAY_API") == "1" else ["check_array_api_input"]


@pytest.mark.filterwarnings(SILENT)
@pytest.mark.filterwarnings(SATURATED)
@pytest.mark.filterwarnings(DEAF)
def test_every_check_of_scikit_learn_passes(reservoir):
    n_records, by_status = run_checks(reservoir)
    assert n_records == N_CHECKS
    assert by_status["failed"] == []
    assert by_status["xfail"] == []
    assert by_status["skipped"] == expected_skips()
    assert len(by_status["passed"]) == N_CHECKS - len(expected_skips())


@pytest.mark.filterwarnings(SILENT)
@pytest.mark.filterwarnings(SATURATED)
@pytest.mark.filterwarnings(DEAF)
def test_a_stream_cannot_pass_two_checks_and_passes_the_rest(reservoir):
    n_records, by_status = run_checks(reservoir.set_params(carry_state=True))
    assert n_records == N_CHECKS
    assert sorted(by_status["failed"]) == [
        "check_methods_sample_order_invariance",
        "check_methods_subset_invariance",
    ]
    assert by_status["skipped"] == expected_skips()


@pytest.mark.filterwarnings(SILENT)
@pytest.mark.filterwarnings(SATURATED)
# two of them fit on a frame and transform an array, or the reverse, on purpose
@pytest.mark.filterwarnings("ignore:X does not have valid feature names:UserWarning")
@pytest.mark.filterwarnings("ignore:X has feature names, but:UserWarning")
@pytest.mark.parametrize(
    "check",
    [
        checks.check_transformer_get_feature_names_out,
        checks.check_transformer_get_feature_names_out_pandas,
        checks.check_set_output_transform,
        checks.check_set_output_transform_pandas,
        checks.check_global_output_transform_pandas,
        checks.check_dataframe_column_names_consistency,
        checks.check_inplace_ensure_writeable,
        checks.check_param_validation,
        checks.check_get_feature_names_out_error,
    ],
    ids=lambda check: check.__name__,
)
def test_checks_that_check_estimator_leaves_out(reservoir, check):
    check(type(reservoir).__name__, reservoir)


# --- pipelines and searches ---


def labelled(form, n_samples=24):
    """Make two classes that differ in how strong their input is."""
    rng = np.random.RandomState(0)
    y = np.arange(n_samples) % 2
    lengths = {"ragged": rng.randint(4, 9, n_samples)}.get(form, np.full(n_samples, 6))
    X = [(0.3 + y[k]) * rng.rand(n, 3) for k, n in enumerate(lengths)]
    if form == "2-D":
        return np.array([x[0] for x in X]), y
    return (np.array(X) if form == "3-D" else X), y


def small(kind):
    return kind(n_units=25, random_state=0)


@pytest.mark.parametrize("kind", RESERVOIRS, ids=ids)
@pytest.mark.parametrize("form", ["2-D", "3-D", "ragged"])
def test_cross_validation_takes_every_form(kind, form):
    X, y = labelled(form)
    model = make_pipeline(small(kind), LogisticRegression(max_iter=1000))
    scores = cross_val_score(model, X, y, cv=KFold(3), error_score="raise")
    assert len(scores) == 3
    assert scores.mean() > 0.6  # far from all, but it has seen the input


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_search_reaches_the_neuron_and_the_readouts(n_jobs):
    X, y = labelled("3-D")
    units = small(SpikingReservoir).set_params(neuron=LIF)
    model = make_pipeline(units, LogisticRegression(max_iter=1000))
    grid = {
        "spikingreservoir__neuron__tau_mem": [10.0, 30.0],
        "spikingreservoir__n_readouts": [1, 3],
    }
    with joblib.parallel_config("threading"):
        search = GridSearchCV(model, grid, cv=KFold(2), error_score="raise", n_jobs=n_jobs)
        search.fit(X, y)
    best = search.best_estimator_[0]
    assert best.neuron.parameters["tau_mem"] == search.best_params_[next(iter(grid))]
    assert best.n_readouts == search.best_params_["spikingreservoir__n_readouts"]
    assert len(search.cv_results_["params"]) == 4
    # the constants reached the simulation: time constants make a difference
    fits = [
        clone(units).set_params(neuron__tau_mem=tau, input_scaling=30.0).fit_transform(X)
        for tau in (10.0, 30.0)
    ]
    assert not np.array_equal(*fits)


def test_setting_a_constant_of_the_neuron_leaves_the_shared_model_alone():
    first, second = SpikingReservoir(neuron=LIF), SpikingReservoir(neuron=LIF)
    first.set_params(neuron__tau_mem=11.0)
    assert first.get_params()["neuron__tau_mem"] == 11.0
    assert second.get_params()["neuron__tau_mem"] == 20.0
    assert clone(first).neuron == first.neuron


def test_an_unknown_constant_of_the_neuron_is_named():
    with pytest.raises(ValueError, match="no parameter 'tau_men'"):
        SpikingReservoir(neuron=LIF).set_params(neuron__tau_men=11.0)
    with pytest.raises(ValueError, match="neuron is None"):
        SpikingReservoir().set_params(neuron__tau_mem=11.0)


# --- the same bits wherever it runs ---


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_number_of_threads_changes_nothing(reservoir, dtype):
    X, _ = labelled("ragged")
    one = reservoir.set_params(dtype=dtype, n_jobs=1).fit(X).transform(X)
    for n_jobs in (2, 3, -1):
        np.testing.assert_array_equal(reservoir.set_params(n_jobs=n_jobs).transform(X), one)


def _fit_transform(estimator, X):
    return clone(estimator).fit_transform(X)


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_workers_of_joblib_give_the_same_bits(reservoir, backend):
    X, _ = labelled("3-D")
    expected = clone(reservoir).fit_transform(X)
    with joblib.parallel_config(backend):
        results = joblib.Parallel(n_jobs=2)(
            joblib.delayed(_fit_transform)(reservoir, X) for _ in range(2)
        )
    for result in results:
        np.testing.assert_array_equal(result, expected)


def test_clone_pickle_and_joblib_keep_the_results(reservoir, tmp_path):
    X, _ = labelled("3-D")
    reservoir.set_params(dtype="float64")
    expected = reservoir.fit(X).transform(X)
    np.testing.assert_array_equal(clone(reservoir).fit_transform(X), expected)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(reservoir)).transform(X), expected)
    joblib.dump(reservoir, tmp_path / "reservoir.joblib")
    np.testing.assert_array_equal(joblib.load(tmp_path / "reservoir.joblib").transform(X), expected)


PROGRAM = """
import sys, numpy as np
from sparcelearn import reservoir
kind = getattr(reservoir, sys.argv[1])
X = np.random.RandomState(0).rand(3, 4, 2)
np.save(sys.argv[2], kind(n_units=12, dtype="float64", random_state=5).fit_transform(X))
"""


def in_a_new_process(kind, path, **variables):
    subprocess.run(
        [sys.executable, "-c", PROGRAM, kind.__name__, str(path)],
        env={**os.environ, **variables},
        check=True,
    )
    here = kind(n_units=12, dtype="float64", random_state=5)
    return np.load(path), here.fit_transform(np.random.RandomState(0).rand(3, 4, 2))


@pytest.mark.parametrize("kind", RESERVOIRS, ids=ids)
def test_a_new_process_gives_the_same_bits(kind, tmp_path):
    there, here = in_a_new_process(kind, tmp_path / "features.npy")
    assert here.any()
    np.testing.assert_array_equal(there, here)


def test_spikes_are_the_same_bits_without_compilation(tmp_path):
    there, here = in_a_new_process(
        SpikingReservoir, tmp_path / "features.npy", NUMBA_DISABLE_JIT="1"
    )
    np.testing.assert_array_equal(there, here)


def test_rates_are_the_same_without_compilation_but_for_the_last_bit_of_tanh(tmp_path):
    there, here = in_a_new_process(
        EchoStateReservoir, tmp_path / "features.npy", NUMBA_DISABLE_JIT="1"
    )
    np.testing.assert_allclose(there, here, rtol=1e-13)


@pytest.mark.parametrize("method", ["transform", "reset_state", "get_feature_names_out"])
def test_nothing_works_before_fit(reservoir, method):
    arguments = ([[1.0]],) if method == "transform" else ()
    with pytest.raises(NotFittedError):
        getattr(reservoir, method)(*arguments)
