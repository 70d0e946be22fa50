"""Axes of other libraries, and estimators for them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sparcelearn.interop import as_sequences, as_series


def test_time_and_channels_change_places():
    X = np.arange(24.0).reshape(2, 3, 4)
    assert_array_equal(as_sequences(X)[1, 2], X[1, :, 2])
    assert_array_equal(as_series(as_sequences(X)), X)
    ragged = [X[0], X[1, :, :2]]
    assert [part.shape for part in as_sequences(ragged)] == [(4, 3), (2, 3)]


@pytest.mark.parametrize(
    ("X", "said"),
    [
        (np.zeros((3, 4)), r"\(n_cases, n_channels, n_timepoints\), not \(3, 4\)"),
        ([np.zeros((2, 2)), np.zeros(3)], r"2 axes; one has the shape \(3,\)"),
    ],
)
def test_other_shapes_are_told(X, said):
    with pytest.raises(ValueError, match=said):
        as_sequences(X)


def test_the_estimators_of_aeon_pass_its_checks():
    """Only where aeon is installed: it limits numba and numpy to older versions than ours."""
    pytest.importorskip("aeon")
    from aeon.testing.estimator_checking import check_estimator

    from sparcelearn.interop.aeon import ReservoirSeriesClassifier, ReservoirTransformer

    for estimator in (ReservoirSeriesClassifier, ReservoirTransformer):
        results = check_estimator(estimator)
        assert len(results) > 20
        assert set(results.values()) == {"PASSED"}


def test_the_estimators_of_sktime_pass_its_checks():
    pytest.importorskip("sktime")
    from sktime.utils.estimator_checks import check_estimator

    from sparcelearn.interop.sktime import ReservoirSeriesClassifier, ReservoirTransformer

    for estimator in (ReservoirSeriesClassifier, ReservoirTransformer):
        results = check_estimator(estimator, verbose=False)
        assert len(results) > 20
        assert set(results.values()) == {"PASSED"}
