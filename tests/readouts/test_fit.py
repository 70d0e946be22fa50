"""fit: epochs, thresholds, schedules, validation, what is kept and what is told."""

import os
import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_diabetes, load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, train_test_split

from sparcelearn.readouts import SparceClassifier, SparceRegressor
from tests.readouts import naive

RNG = np.random.default_rng(7)
X = RNG.normal(size=(120, 10))
LABELS = X[:, :3].argmax(axis=1)
VALUES = X[:, 0] - 0.5 * np.abs(X[:, 1])
BOTH = [(SparceClassifier, LABELS), (SparceRegressor, VALUES)]


@pytest.fixture(scope="module")
def digits():
    features, labels = load_digits(return_X_y=True)
    return train_test_split(features / 16, labels, test_size=0.3, random_state=0)


@pytest.mark.parametrize("sparsity", [None, 0.0, 0.3, 0.6])
@pytest.mark.parametrize("loss", ["sigmoid", "softmax", "squared", "asymmetric"])
def test_it_learns_digits(digits, loss, sparsity):
    X_train, X_test, y_train, y_test = digits
    readout = SparceClassifier(sparsity, loss=loss, random_state=0).fit(X_train, y_train)
    assert readout.score(X_test, y_test) > 0.85


@pytest.mark.parametrize("schedule", ["linear", "constant"])
@pytest.mark.parametrize("name", ["nlms", "adam"])
@pytest.mark.parametrize("average", [None, 50])
def test_fit_is_the_naive_loop_over_epochs(schedule, name, average):
    """Where weights are averaged, over the 4 updates of an epoch."""
    solver = {"solver": name, "learning_rate": 0.002, "alpha": 0.0, "loss": "sigmoid"}
    readout = SparceClassifier(
        0.4,
        max_iter=3,
        shuffle=False,
        batch_size=32,
        learning_rate_schedule=schedule,
        average=average,
        **solver,
    ).fit(X, LABELS)
    base = np.quantile(np.abs(X), 0.4, axis=0)
    slow = naive.Learner(
        base,
        np.zeros((10, 3)),
        np.zeros(3),
        np.zeros(10),
        "sigmoid",
        solver["solver"],
        (1.0, 0.05 * 7 if name == "nlms" else 0.1),  # of 10 features 6 are active, and the constant
        scale=naive.sizes(naive.sparse_code(X, base), base),
    )
    curve = []
    for epoch in range(3):
        falls = schedule == "linear"
        ends = [0.002 * (1 - e / 3) if falls else 0.002 for e in (epoch, epoch + 1)]
        slow.total = 0.0
        slow.learn(X, np.eye(3)[LABELS], np.ones(120), 32, *ends, memory=4 if average else 1)
        curve.append(slow.total / 120)
    assert_allclose(readout.coef_.T, slow.mean.W, rtol=1e-11, atol=1e-14)
    assert_allclose(readout.intercept_, slow.mean.b, rtol=1e-11, atol=1e-14)
    assert_allclose(readout.thresholds_, base + slow.p[2], rtol=1e-12)
    assert_allclose(readout.loss_curve_, curve, rtol=1e-12)
    assert (readout.n_iter_, readout.t_) == (3, 360)


@pytest.mark.parametrize(("readout_class", "y"), BOTH)
def test_fit_is_partial_fit_over_epochs(readout_class, y):
    params = {"shuffle": False, "learning_rate_schedule": "constant", "random_state": 0}
    params |= {
        "average": None,
        "learning_rate": 0.2,
        "alpha": 0.0,
    }  # the penalty falls with the samples seen
    whole = readout_class(max_iter=4, **params).fit(X, y)
    parts = readout_class(max_iter=1, **params).fit(X, y)
    for _ in range(3):
        parts.partial_fit(X, y)
    assert_array_equal(whole.coef_, parts.coef_)
    assert_array_equal(whole.thresholds_, parts.thresholds_)
    assert whole.coding_level_ == parts.coding_level_
    assert whole.t_ == parts.t_ == 480


def test_batches_are_in_shuffled_order():
    def fit(**params):
        return SparceClassifier(max_iter=1, batch_size=1, **params).fit(X, LABELS).coef_

    ordered = fit(shuffle=False)
    assert not np.array_equal(fit(random_state=0), ordered)
    assert not np.array_equal(fit(random_state=0), fit(random_state=1))


def test_a_batch_larger_than_the_data_is_all_of_them():
    given = {"max_iter": 3, "random_state": 0}
    large = SparceClassifier(batch_size=10**6, **given).fit(X, LABELS)
    exact = SparceClassifier(batch_size=120, **given).fit(X, LABELS)
    assert_array_equal(large.coef_, exact.coef_)


def test_no_thresholds_is_the_plain_readout():
    readout = SparceClassifier(None, init_scale=0.1, max_iter=3, random_state=0).fit(X, LABELS)
    assert_array_equal(readout.thresholds_, np.zeros(10))
    assert_array_equal(readout.sparse_code(X), X)
    assert_allclose(
        readout.decision_function(X), X @ readout.coef_.T + readout.intercept_, rtol=1e-12
    )
    assert readout.coding_level_ == 1.0


def test_fixed_thresholds_stay_at_the_percentiles():
    readout = SparceClassifier(0.8, learn_thresholds=False, max_iter=3, random_state=0)
    readout.fit(X, LABELS)
    assert_array_equal(readout.thresholds_, readout.base_thresholds_)
    code = readout.sparse_code(X)
    assert_array_equal(np.count_nonzero(code, axis=0), np.full(10, 24))
    assert readout.coding_level_ == 0.2


def test_coding_level_counts_what_was_not_silent_already():
    sparse_X = np.where(RNG.random(X.shape) < 0.5, X, 0.0)
    readout = SparceClassifier(0.9, learn_thresholds=False, max_iter=1, random_state=0)
    readout.fit(sparse_X, LABELS)
    code = readout.sparse_code(sparse_X)
    assert readout.coding_level_ == np.count_nonzero(code) / np.count_nonzero(sparse_X)
    assert SparceClassifier(max_iter=1).fit(np.zeros((9, 2)), LABELS[:9]).coding_level_ == 0.0


def test_sparse_code_is_the_formula():
    readout = SparceClassifier(0.6, max_iter=5, random_state=0).fit(X, LABELS)
    expected = naive.sparse_code(X, readout.thresholds_)
    assert_array_equal(readout.sparse_code(X), expected)
    code = readout.sparse_code(X.astype(np.float32))
    assert code.dtype == np.float32
    assert_allclose(code, expected, atol=1e-6)


def test_initial_draws():
    readout = SparceClassifier(init_scale=0.01, learning_rate=1e-300, max_iter=1, random_state=0)
    readout.fit(X, LABELS)
    assert 0 <= readout.coef_.min() < readout.coef_.max() < 0.01
    assert 0.003 < readout.learned_thresholds_.std() < 0.03


def test_no_intercept():
    for solver in ("adam", "sgd"):
        readout = SparceClassifier(fit_intercept=False, solver=solver, max_iter=2)
        assert_array_equal(readout.fit(X, LABELS).intercept_, np.zeros(3))


@pytest.mark.parametrize(("readout_class", "y"), BOTH)
def test_warm_start_goes_on_to_the_bit(readout_class, y):
    """Where weights are averaged, from the averages."""
    params = {"shuffle": False, "learning_rate_schedule": "constant", "random_state": 0}
    params["average"] = None
    whole = readout_class(max_iter=5, **params).fit(X, y)
    parts = readout_class(max_iter=3, warm_start=True, **params).fit(X, y)
    parts.set_params(max_iter=2).fit(X, y)
    assert_array_equal(whole.coef_, parts.coef_)
    assert_array_equal(whole.thresholds_, parts.thresholds_)
    assert whole.loss_curve_ == parts.loss_curve_
    assert (parts.n_iter_, parts.t_) == (2, 600)


def test_warm_start_after_a_stream_takes_exact_percentiles():
    readout = SparceClassifier(warm_start=True, max_iter=1, random_state=0)
    readout.partial_fit(X[:30], LABELS[:30], classes=[0, 1, 2]).fit(X, LABELS)
    thresholds = np.quantile(np.abs(X), 0.3, axis=0)
    assert_array_equal(readout.base_thresholds_, thresholds)
    assert_allclose(readout.scale_, naive.sizes(naive.sparse_code(X, thresholds), thresholds))


def test_a_cold_fit_forgets():
    once = SparceClassifier(max_iter=2, random_state=0).fit(X, LABELS)
    again = SparceClassifier(max_iter=2, early_stopping=True, random_state=0)
    again.fit(X, LABELS + 5).set_params(early_stopping=False).fit(X, LABELS)
    assert_array_equal(once.coef_, again.coef_)
    assert once.loss_curve_ == again.loss_curve_
    assert set(vars(once)) == set(vars(again))


def test_tol_stops_and_says_when_it_could_not():
    readout = SparceClassifier(tol=0.5, n_iter_no_change=3, random_state=0).fit(X, LABELS)
    assert readout.n_iter_ == len(readout.loss_curve_) == 4
    with pytest.warns(ConvergenceWarning, match="max_iter=2"):
        SparceClassifier(tol=1e-9, max_iter=2, random_state=0).fit(X, LABELS)


@pytest.mark.parametrize(("readout_class", "y"), BOTH)
def test_early_stopping_keeps_the_best(readout_class, y):
    readout = readout_class(
        early_stopping=True,
        validation_fraction=0.3,
        n_iter_no_change=2,
        max_iter=60,
        learning_rate=0.3,
        learning_rate_schedule="constant",
        random_state=3,
    )
    readout.fit(X, y)
    scores = readout.validation_scores_
    best = int(np.argmax(scores))
    assert len(scores) == readout.n_iter_ == best + 3 < 60
    cut = readout_class(**{**readout.get_params(), "max_iter": best + 1}).fit(X, y)
    assert_array_equal(readout.coef_, cut.coef_)
    assert_array_equal(readout.thresholds_, cut.thresholds_)
    assert readout.coding_level_ == cut.coding_level_
    assert cut.validation_scores_ == scores[: best + 1]


def test_validation_scores_are_those_of_samples_set_aside():
    labels = np.repeat([0, 1, 2], 40)
    blobs = X + 5 * np.eye(3)[labels] @ RNG.normal(size=(3, 10))
    readout = SparceClassifier(early_stopping=True, max_iter=3, random_state=0)
    readout.fit(blobs, labels)
    assert readout.t_ == 3 * 108
    steps = np.array(readout.validation_scores_) * 12
    assert_allclose(steps, np.round(steps), atol=1e-12)


def test_a_validation_set_can_be_too_small():
    with pytest.raises(ValueError, match="validation_fraction"):
        SparceRegressor(early_stopping=True).fit(X[:6], VALUES[:6])


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_divergence_is_an_error_and_changes_nothing(method):
    readout = SparceRegressor(None, solver="sgd", max_iter=5, random_state=0).fit(X, VALUES)
    readout.set_params(learning_rate=1e6, max_iter=50)
    before = {name: np.copy(value) for name, value in vars(readout).items()}
    with pytest.raises(ValueError, match=r"diverged.*learning_rate"):
        for _ in range(50 if method == "partial_fit" else 1):
            before = {name: np.copy(value) for name, value in vars(readout).items()}
            getattr(readout, method)(X, VALUES)
    assert set(before) == set(vars(readout))
    for name, value in vars(readout).items():
        assert_array_equal(value, before[name])
    assert np.isfinite(readout.predict(X)).all()


def test_verbose_prints_a_line_per_epoch(capsys):
    SparceClassifier(max_iter=3, random_state=0).fit(X, LABELS)
    assert capsys.readouterr().out == ""
    SparceClassifier(max_iter=3, verbose=1, early_stopping=True, random_state=0).fit(X, LABELS)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["epoch 1", "epoch 2", "epoch 3"]
    assert all("loss" in line and "validation score" in line for line in lines)


@pytest.mark.parametrize("flat", [True, False])
def test_regression_keeps_the_dimensions_of_y(flat):
    y = VALUES if flat else np.column_stack([VALUES, -VALUES, X[:, 4]])
    readout = SparceRegressor(0.0, max_iter=300, random_state=0).fit(X, y)
    assert readout.predict(X).shape == y.shape
    assert readout.coef_.shape == (1 if flat else 3, 10)
    assert readout.score(X, y) == r2_score(y, readout.predict(X)) > 0.5
    if not flat:
        assert_allclose(readout.predict(X)[:, 0], -readout.predict(X)[:, 1], atol=1e-12)
        column = SparceRegressor(max_iter=1).fit(X, y[:, :1])
        assert column.predict(X).shape == (120, 1)


def test_a_seed_gives_the_same_bits_in_a_fresh_process():
    code = (
        "import numpy as np; from sparcelearn.readouts import SparceClassifier;"
        "X = np.random.default_rng(7).normal(size=(120, 10)); y = X[:, :3].argmax(axis=1);"
        "m = SparceClassifier(init_scale=0.1, early_stopping=True, max_iter=4, random_state=5);"
        "m.fit(X, y); print(m.coef_.tobytes().hex() + m.thresholds_.tobytes().hex())"
    )
    here = SparceClassifier(init_scale=0.1, early_stopping=True, max_iter=4, random_state=5)
    here.fit(X, LABELS)
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    expected = here.coef_.tobytes().hex() + here.thresholds_.tobytes().hex()
    assert done.stdout.strip() == expected


def test_a_search_over_sparsity(digits):
    X_train, _, y_train, _ = digits
    search = GridSearchCV(
        SparceClassifier(max_iter=20, random_state=0), {"sparsity": [None, 0.4, 0.9]}, cv=3
    ).fit(X_train, y_train)
    assert search.best_params_["sparsity"] in {None, 0.4}
    assert np.ptp(search.cv_results_["mean_test_score"]) > 0.05


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_the_unit_of_targets_does_not_matter(method):
    Y = np.column_stack([VALUES, X[:, 2]]) + 0.5
    readouts = [SparceRegressor(0.3, random_state=0) for _ in range(2)]
    values, grams = (
        getattr(readout, method)(X, unit * Y).predict(X) / unit
        for readout, unit in zip(readouts, (1.0, 1000.0), strict=True)
    )
    assert_allclose(grams, values, rtol=1e-9, atol=1e-12)
    assert readouts[0].learned_thresholds_.any()


@pytest.mark.parametrize("batch_size", [1, 10])
@pytest.mark.parametrize("rate", [1.0, 0.3])
def test_noise_silences_nothing(rate, batch_size):
    """Errors never fall, so weights shake for ever; the gradient at them lets thresholds rise."""
    rng = np.random.RandomState(0)
    how = {"learning_rate": rate, "learning_rate_schedule": "constant", "batch_size": batch_size}
    readout = SparceRegressor(0.5, **how, max_iter=10, random_state=0)
    readout.fit(rng.randn(5000, 20), rng.randn(5000))
    assert 0.4 < readout.coding_level_ < 0.8  # 0.5 without learning


@pytest.mark.parametrize("n_features", [20, 400])
def test_thresholds_move_however_many_features_there_are(n_features):
    rng = np.random.RandomState(0)
    X = rng.randn(1000, n_features)
    y = np.maximum(np.abs(X[:, 0]) - 1.5, 0.0) * np.sign(X[:, 0])  # a threshold of 1.5
    start = np.quantile(np.abs(X[:, 0]), 0.5)
    readout = SparceRegressor(0.5, max_iter=20, random_state=0).fit(X, y)
    assert readout.thresholds_[0] - start > 0.3 * (1.5 - start)


def test_targets_far_from_zero_silence_nothing():
    """Progression of diabetes: 25 to 346."""
    features, values = load_diabetes(return_X_y=True)
    assert SparceRegressor(random_state=0).fit(features, values).score(features, values) > 0.4
