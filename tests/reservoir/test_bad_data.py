"""Input that is refused: with a message that names it, and with nothing half-changed."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.exceptions import NotFittedError

from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir
from tests.reservoir.helpers import assert_refused

X = np.random.RandomState(0).rand(4, 5, 3)
NAN = float("nan")
INF = float("inf")
OTHER = np.zeros((2, 5, 4))
DATA = {
    "NaN in rows": (np.where(np.eye(3), NAN, 0), "NaN"),
    "infinity in rows": (np.where(np.eye(3), INF, 0), "infinity"),
    "NaN in sequences": (np.where(X > 0.9, NAN, X), "NaN"),
    "infinity in a sample": ([X[0], np.where(X[1] > 0.5, INF, X[1])], "infinity"),
    "too large for the type": (np.full((2, 3), 1e300), "infinity|too large"),
    "no rows": (np.zeros((0, 3)), r"0 sample\(s\)"),
    "no samples": (np.zeros((0, 5, 3)), r"0 sample\(s\)"),
    "an empty list": ([], "0 sample|Reshape|array"),
    "no channels": (np.zeros((2, 0)), r"0 feature\(s\)"),
    "no time steps": (np.zeros((2, 0, 3)), "at least 1 time step; sample 0"),
    "a sample without time steps": ([X[0], X[1][:0]], "at least 1 time step; sample 1"),
    "samples of different width": ([X[0], OTHER[0]], r"n_channels, here 3; sample 1 has shape"),
    "a sample that is a row": ([X[0], X[0][0]], "sample 1 has shape"),
    "a sample that is a number": ([X[0], 3.0], "sample 1 has shape"),
    "a sample that is ragged": ([X[0], [[1.0], [1.0, 2.0]]], "sample 1 has rows of unequal length"),
    "a sample that is missing": ([X[0], None], "sample 1 has shape"),
    "four dimensions": (np.zeros((2, 2, 2, 3)), "dim 4|Found array"),
    "one dimension": (np.zeros(3), r"Reshape your data: np.reshape\(X, \(-1, 1\)\)"),
    "a list of numbers": ([1.0, 2.0], r"series of shape \(2,\)"),
    "a column": (pd.Series([1.0, 2.0]), r"Reshape your data: X.to_frame\(\)"),
    "a number": (3.0, "Reshape your data|2D array"),
    "sparse": (sparse.csr_array(np.eye(3)), "[Ss]parse"),
    "text": (np.array([["a", "b", "c"]]), "convert string|could not convert|numeric"),
    "text in sequences": (np.full((2, 5, 3), "a"), "convert string|could not convert|numeric"),
    "complex": (np.ones((2, 3), dtype=complex), "Complex data not supported"),
    "complex in sequences": (np.ones((2, 5, 3), dtype=complex), "Complex data not supported"),
    "objects": (np.array([[object()] * 3]), "float|number"),
    "None": (None, "X|array|NoneType"),
    "a frame of text": (pd.DataFrame({"a": ["x"], "b": [1.0], "c": ["z"]}), r"'a' \(text\), 'c'"),
    "a frame with dates": (
        pd.DataFrame({"a": pd.date_range("2020-01-01", periods=2), "b": 1.0, "c": 1.0}),
        r"columns that hold no numbers: 'a' \(times\)",
    ),
    "ragged rows": ([[1.0, 2.0], [1.0]], "1-D series of different lengths"),
}


@pytest.mark.filterwarnings("ignore:overflow encountered in cast:RuntimeWarning")  # scikit-learn's
@pytest.mark.filterwarnings("ignore:X has feature names, but:UserWarning")
@pytest.mark.parametrize("case", DATA)
@pytest.mark.parametrize("method", ["fit", "transform", "partial_fit"])
@pytest.mark.parametrize("kind", [SpikingReservoir, EchoStateReservoir])
def test_data(kind, method, case):
    estimator = kind(n_units=10, carry_state=True, dtype="float32", random_state=0).fit(X)
    data, message = DATA[case]
    assert_refused(estimator, lambda: getattr(estimator, method)(data), message)


@pytest.mark.parametrize("data", [OTHER, OTHER[0], list(OTHER)], ids=["3-D", "2-D", "list"])
@pytest.mark.parametrize("method", ["transform", "partial_fit"])
@pytest.mark.parametrize("kind", [SpikingReservoir, EchoStateReservoir])
def test_another_number_of_channels_than_in_fit(kind, method, data):
    estimator = kind(n_units=10, random_state=0).fit(X)
    message = rf"X has 4 features, but {kind.__name__} is expecting 3 features"
    assert_refused(estimator, lambda: getattr(estimator, method)(data), message)


@pytest.mark.parametrize("kind", [SpikingReservoir, EchoStateReservoir])
def test_samples_shorter_than_the_readouts(kind):
    estimator = kind(n_units=10, n_readouts=5, random_state=0)
    estimator.set_params(
        **({"steps_per_input": 1, "padding": 0} if kind is SpikingReservoir else {})
    ).fit(X)
    assert_refused(estimator, lambda: estimator.transform(X[:, :4]), "n_readouts=5.* has 4")


@pytest.mark.parametrize("kind", [SpikingReservoir, EchoStateReservoir])
def test_transform_before_fit(kind):
    with pytest.raises(NotFittedError):
        kind().transform(X)


ROWS = X[2].copy()
ROWS[3, 1] = NAN
FRAME = pd.DataFrame(ROWS, columns=["a", "b", "c"])
PLACES = {
    "rows": (ROWS, "NaN, first in row 3, column 1"),
    "nested rows": (ROWS.tolist(), "NaN, first in row 3, column 1"),
    "frame": (FRAME, "NaN, first in row 3, column 'b'"),
    "sequences": (np.array([X[0], X[1], ROWS]), "NaN, first in sample 2, time step 3, channel 1"),
    "list": ([X[0, :2], ROWS], "NaN, first in sample 1, time step 3, channel 1"),
    "frames": ([FRAME, FRAME], "NaN, first in sample 0, time step 3, channel 'b'"),
    "one sequence": ([np.where(np.isnan(ROWS), INF, ROWS)], r"float64'\), first in time step 3"),
}


@pytest.mark.parametrize("case", PLACES)
def test_the_first_place_that_is_not_finite_is_named(case):
    data, message = PLACES[case]
    with pytest.raises(ValueError, match=message):
        EchoStateReservoir(5).fit(data)


def test_sequences_without_channels():
    with pytest.raises(ValueError, match=r"0 feature\(s\)"):
        SpikingReservoir(n_units=2).fit(np.zeros((2, 5, 0)))
