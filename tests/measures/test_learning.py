"""Forgetting, risk and its intervals, on classes whose least error is known."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import binom
from sklearn.dummy import DummyClassifier
from sklearn.neighbors import KNeighborsClassifier

from sparcelearn import SpikeTrains
from sparcelearn.datasets import make_gaussian_classes, make_poisson_classes
from sparcelearn.measures import (
    excess_risk,
    forgetting_matrix,
    forgetting_report,
    generalization_gap,
    risk_interval,
)
from sparcelearn.readouts import DeltaClassifier, PrototypeClassifier, StreamingRidgeClassifier

# --- forgetting ---


def test_a_report_is_what_its_definition_says():
    a = np.array([[0.9, 0.2, 0.1], [0.5, 0.8, 0.3], [0.6, 0.3, 0.7]])
    report = forgetting_report(a, chance=0.1)
    assert report.average == pytest.approx((0.6 + 0.3 + 0.7) / 3)
    assert report.forgetting == pytest.approx(((0.9 - 0.6) + (0.8 - 0.3)) / 2)
    assert report.backward_transfer == pytest.approx(((0.6 - 0.9) + (0.3 - 0.8)) / 2)
    assert report.forward_transfer == pytest.approx((0.2 + 0.3) / 2 - 0.1)


def test_an_error_rule_forgets_and_means_do_not():
    X, y = make_gaussian_classes(4000, n_classes=6, separation=6.0, random_state=0)
    parts = [np.flatnonzero(y // 2 == k) for k in range(3)]
    tasks = [(X[p[::2]], y[p[::2]]) for p in parts]
    tests = [(X[p[1::2]], y[p[1::2]]) for p in parts]
    scores = [
        forgetting_matrix(readout, tasks, tests, classes=range(6))
        for readout in (DeltaClassifier(0.05, normalized=False), PrototypeClassifier())
    ]
    assert scores[0].shape == (3, 3)
    assert np.diag(scores[0]).min() > 0.8  # each is learned
    assert scores[0][0, 1:].max() < 0.2
    assert forgetting_report(scores[0]).forgetting > 0.4
    assert forgetting_report(scores[1]).forgetting < 0.2
    assert forgetting_report(scores[1]).average > forgetting_report(scores[0]).average + 0.2


@pytest.mark.parametrize("scores", [[[1.0]], [[1.0, 0.0]], [[1.0, np.nan], [0.0, 0.0]], [1.0, 2.0]])
def test_bad_scores_are_refused(scores):
    with pytest.raises(ValueError, match="scores must"):
        forgetting_report(scores)
    with pytest.raises(ValueError, match="equally many"):
        forgetting_matrix(DeltaClassifier(), [], [])


# --- known risk ---


def test_the_gaussian_risk_is_exact():
    """Distance 2: Phi(-1) = 0.15866, by counting 0.15851 in the reference."""
    _, _, classes = make_gaussian_classes(10, return_classes=True, random_state=0)
    assert classes.bayes_risk()[0] == pytest.approx(0.158655, abs=1e-6)
    X, y = classes.sample(400_000, random_state=1)
    counted = np.mean(classes.predict(X) != y)
    assert counted == pytest.approx(0.158655, abs=4 * np.sqrt(0.1587 * 0.8413 / 400_000))


def test_two_estimates_of_the_poisson_risk_agree():
    """Counted errors, and the mean of the smaller posterior, within 3 standard errors."""
    _, _, classes = make_poisson_classes(10, duration=60.0, return_classes=True, random_state=3)
    risk, standard_error = classes.bayes_risk(400_000, random_state=0)
    rng = np.random.default_rng(1)
    y = rng.integers(2, size=400_000)
    counts = rng.poisson(classes.rates[y] * classes.duration / 1000)
    wrong = classes.predict(counts) != y
    spread = np.hypot(wrong.std() / np.sqrt(400_000), standard_error)
    assert abs(wrong.mean() - risk) < 3 * spread
    assert standard_error < wrong.std() / np.sqrt(400_000)  # the better estimate
    assert 0.1 < risk < 0.25


def test_a_readout_of_counts_attains_the_poisson_risk():
    X, y, classes = make_poisson_classes(20_000, duration=60.0, return_classes=True, random_state=3)
    readout = DeltaClassifier(0.003, normalized=False, max_iter=3, random_state=0).fit(
        X.counts(), y
    )

    class OnCounts:
        def predict(self, trains: SpikeTrains):
            return readout.predict(trains.counts())

    found = excess_risk(OnCounts(), classes, random_state=7)
    assert -2 * found.standard_error <= found.excess <= 0.02
    assert found.risk == pytest.approx(found.bayes_risk + found.excess, abs=0.015)


def test_the_best_decision_has_no_excess_and_guessing_has_much():
    _, _, classes = make_gaussian_classes(10, return_classes=True, random_state=0)
    assert excess_risk(classes, classes, 1000).excess == 0.0
    X, y = classes.sample(100, random_state=0)
    guess = DummyClassifier().fit(X, y)
    assert excess_risk(guess, classes, random_state=0).excess == pytest.approx(0.341, abs=0.02)


def test_no_lunch_is_free():
    """Six points, three known: over all 64 labellings every learner is right half the time."""
    points = np.arange(6.0)[:, None]
    known, rest = [0, 2, 3], [1, 4, 5]
    for make in (DummyClassifier, lambda: KNeighborsClassifier(1)):
        right = [
            make().fit(points[known], labels[known]).predict(points[rest]) == labels[rest]
            for labels in map(np.array, product([0, 1], repeat=6))
        ]
        assert np.mean(right) == 0.5


# --- intervals ---


@pytest.mark.parametrize("method", ["clopper-pearson", "hoeffding"])
@pytest.mark.parametrize("risk", [0.0, 0.02, 0.3, 1.0])
def test_intervals_hold_the_risk_as_often_as_they_say(method, risk):
    """Exactly: over all numbers of errors, with their probabilities."""
    numbers = np.arange(41)
    limits = np.array([risk_interval(int(n), 40, 0.9, method) for n in numbers])
    holds = (limits[:, 0] <= risk + 1e-12) & (risk - 1e-12 <= limits[:, 1])
    assert binom.pmf(numbers, 40, risk) @ holds >= 0.9 - 1e-12


def test_the_exact_interval_is_the_narrower_one():
    for n_errors in (0, 3, 50, 100):
        (a, b), (c, d) = (
            risk_interval(n_errors, 100, 0.95, m) for m in ("clopper-pearson", "hoeffding")
        )
        assert b - a < d - c
        assert a <= n_errors / 100 <= b


def test_a_gap_is_what_it_says():
    X, y = make_gaussian_classes(4080, n_features=60, random_state=0)
    readout = StreamingRidgeClassifier(1e-3).fit(X[:80], y[:80])
    found = generalization_gap(readout, X[:80], y[:80], X[80:], y[80:])
    assert found.gap == found.test_risk - found.train_risk > 0.1
    assert found.low < found.gap < found.high
    assert found.high - found.low < 0.04
    assert found.test_risk == pytest.approx(1 - readout.score(X[80:], y[80:]))


@pytest.mark.parametrize(
    ("arguments", "match"),
    [((5, 3), "n_errors=5"), ((-1, 3), "n_errors"), ((1, 3, 1.0), "confidence"), ((0, 0), "n_s")],
)
def test_bad_numbers_are_named(arguments, match):
    with pytest.raises(ValueError, match=match):
        risk_interval(*arguments)
