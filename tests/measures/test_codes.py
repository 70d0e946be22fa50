"""Sparseness, correlation, specificity, pruning: codes whose values can be counted."""

import numpy as np
import pytest

from sparcelearn.measures import (
    coding_level,
    mean_abs_correlation,
    pruning_report,
    sparseness,
    specificity,
)


def test_coding_level_counts():
    V = np.array([[1.0, -2.0, 0.0], [0.5, 0.0, 0.0]])
    code = np.where(np.abs(V) > 0.7, V, 0)
    assert coding_level(code) == pytest.approx(2 / 6)
    assert coding_level(code, V) == pytest.approx(2 / 3)
    assert np.isnan(coding_level(code * 0, V * 0))
    with pytest.raises(ValueError, match="features must be of shape"):
        coding_level(code, V[:, :2])


def test_sparseness_of_even_and_of_single_activity():
    X = np.array([[2.0, 2, 2, 2], [0, 0, -3, 0], [1, 1, 0, 0], [0, 0, 0, 0]])
    np.testing.assert_allclose(sparseness(X), [0, 0.75, 0.5, np.nan])
    np.testing.assert_allclose(sparseness(X, "vinje-gallant"), [0, 1, 2 / 3, np.nan])
    np.testing.assert_array_equal(sparseness(X.T, over="samples"), sparseness(X))
    for bad in ({"kind": "gini"}, {"over": "rows"}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            sparseness(X, **bad)


def test_mean_abs_correlation_by_pairs():
    X = np.random.default_rng(0).normal(size=(50, 4))
    X[:, 3] = 2.0
    expected = []
    for i in range(3):
        pairs = [abs(np.corrcoef(X[:, i], X[:, j])[0, 1]) for j in range(3) if j != i]
        expected.append(np.mean(pairs))
    np.testing.assert_allclose(mean_abs_correlation(X), [*expected, np.nan])


def test_specificity_by_pairs():
    y = np.repeat([0, 1, 2], [10, 20, 10])  # shares, not counts: classes differ in size
    X = np.zeros((40, 4))
    X[:, 0] = 1
    X[y == 1, 1] = -1
    X[[0, 1, 2, 3, 10, 11, 12, 13], 2] = 1  # 0.4, 0.2, 0
    np.testing.assert_allclose(specificity(X, y), [0, 1, (0.2 / 0.6 + 1 + 1) / 3, np.nan])
    both = specificity(X, y, active_in_both=True)
    np.testing.assert_allclose(both, [0, np.nan, 0.2 / 0.6, np.nan])
    with pytest.raises(ValueError, match="at least 2 classes"):
        specificity(X, np.zeros(40))


def correlated_features(seed=0):
    """Return 20 units of which the last 10 follow one signal."""
    rng = np.random.default_rng(seed)
    X = rng.random((400, 20))
    X[:, 10:] = 0.7 * X[:, 10:11] + 0.3 * rng.random((400, 10))
    return X


def test_pruning_of_correlated_units_is_told_from_its_control():
    X = correlated_features()
    code = np.maximum(X - np.where(np.arange(20) < 10, 0.3, 0.9), 0)
    for control in ("magnitude", "random"):
        report = pruning_report(X, code, control, random_state=0)
        assert report.coding_level["after"] == report.coding_level["control"] < 0.5
        assert report.rank_correlation["after"] < -0.6
        assert report.mean_abs_correlation["before"] > report.mean_abs_correlation["after"]
        assert report.dimension_per_unit["after"] > report.dimension_per_unit["before"]
        assert report.n_active["before"] == 20
    # one without regard to correlation: that of the last
    assert report.rank_correlation["control"] > -0.5
    assert report.mean_abs_correlation["after"] < report.mean_abs_correlation["control"]


def test_random_control_permutes_the_coding_levels_of_units():
    X = correlated_features()
    code = np.maximum(X - np.linspace(0.1, 2.0, 20), 0)
    report = pruning_report(X, code, "random", random_state=1)
    assert report.n_active["after"] == report.n_active["control"] < 20
    assert report == pruning_report(X, code, "random", random_state=1)
    given = pruning_report(X, code, code)
    assert given.rank_correlation["after"] == given.rank_correlation["control"]
    with pytest.raises(ValueError, match="control must be"):
        pruning_report(X, code, "luck")
    with pytest.raises(ValueError, match="after must be of shape"):
        pruning_report(X, code[:5])
