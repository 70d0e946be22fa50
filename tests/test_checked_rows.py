"""What is plainly valid is what scikit-learn's checks return as it is, and nothing else."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from sparcelearn._core import checked_rows as module
from sparcelearn._core.checked_rows import FLOATS, checked_rows
from sparcelearn.readouts import SparceClassifier

ROWS = np.random.default_rng(0).normal(size=(4, 3))


def with_number(value):
    rows = ROWS.copy()
    rows[1, 2] = value
    return rows


class Named(np.ndarray):
    pass


SOUND = [ROWS, ROWS.astype(np.float32), ROWS[:1], ROWS[1:3], with_number(1e308)]
OTHER = [
    ROWS.tolist(),
    ROWS.T.copy().T,
    ROWS[:, ::-1],
    ROWS[:, :2],
    ROWS[0],
    ROWS[:0],
    ROWS[None],
    ROWS.astype(int),
    ROWS.astype(complex),
    ROWS.astype(np.float16),
    ROWS.astype(">f8"),
    ROWS.astype(object),
    ROWS.view(Named),
    with_number(np.nan),
    with_number(-np.inf),
    np.full((4, 3), 1e308),  # whose sum is not finite
    None,
]
TARGETS = [np.arange(4), np.array(["a", "b", "a", "b"]), np.arange(4) * 0.5, np.arange(4) > 1]
OTHER_TARGETS = [
    [0, 1, 2, 3],
    np.arange(3),
    np.arange(4)[:, None],
    np.array([0, 1, np.nan, 3]),
    np.array([0, "a", None, 1], object),
    np.arange(4) * 1j,
    np.arange(4).astype("M8[s]"),
    np.float64(1.0),
]


def outcome(check, *arguments, **options):
    """Return what a check gives, or says."""
    try:
        return check(*arguments, **options)
    except (TypeError, ValueError) as error:
        return type(error), str(error).partition(", first in")[0].partition(".")[0]


def fitted(names=None):
    estimator = BaseEstimator()
    estimator.n_features_in_ = 3
    if names:
        estimator.feature_names_in_ = np.array(names, object)
    return estimator


def agree(found, expected):
    """Return whether two outcomes are the same, arrays to the bit."""
    if not isinstance(expected, np.ndarray):
        return found == expected
    is_alike = type(found) is type(expected) and found.dtype == expected.dtype
    return is_alike and found.tobytes() == expected.tobytes()


@pytest.fixture
def asked(monkeypatch):
    """Return a list that grows where scikit-learn's checks are asked."""
    calls = []

    def validate(*arguments, **options):
        calls.append(arguments)
        return validate_data(*arguments, **options)

    monkeypatch.setattr(module, "validate_data", validate)
    return calls


@pytest.mark.parametrize("X", SOUND)
def test_plainly_valid_rows_are_returned_as_scikit_learn_does(X, asked):
    expected = validate_data(fitted(), X, reset=False, dtype=FLOATS, order="C")
    assert checked_rows(fitted(), X, reset=False) is X is expected
    for y in TARGETS:
        if len(X) == len(y):
            assert checked_rows(fitted(), X, y, reset=False)[1] is y
            assert agree(y, validate_data(fitted(), X, y, reset=False)[1])
    assert not asked


@pytest.mark.parametrize("X", OTHER)
def test_other_rows_are_left_to_scikit_learn(X, asked):
    expected = outcome(validate_data, fitted(), X, reset=False, dtype=FLOATS, order="C")
    assert agree(outcome(checked_rows, fitted(), X, reset=False), expected)
    assert len(asked) == 1


@pytest.mark.filterwarnings("ignore:A column-vector y was passed")
@pytest.mark.parametrize("y", OTHER_TARGETS)
def test_other_targets_are_left_to_scikit_learn(y, asked):
    expected = outcome(validate_data, fitted(), ROWS, y, reset=False)
    found = outcome(checked_rows, fitted(), ROWS, y, reset=False)
    if isinstance(expected[0], type):  # a message may name y where scikit-learn's does not
        assert found[0] is expected[0]
    else:
        assert all(map(agree, found, expected))
    assert len(asked) == 1


def test_a_first_call_and_missing_names_are_left_to_scikit_learn(asked):
    estimator = BaseEstimator()
    checked_rows(estimator, ROWS, reset=True)
    assert estimator.n_features_in_ == 3 and len(asked) == 1
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        checked_rows(fitted(["a", "b", "c"]), ROWS, reset=False)
    assert len(asked) == 2


def test_parameters_of_another_type_are_checked_even_where_they_are_equal():
    X, y = np.eye(4), np.array([0, 1, 0, 1])
    readout = SparceClassifier(max_iter=1).fit(X, y)
    readout.partial_fit(X, y)
    with pytest.raises(ValueError, match="'max_iter' parameter of SparceClassifier"):
        readout.set_params(max_iter=1.0).partial_fit(X, y)
    with pytest.raises(ValueError, match="'max_iter' parameter of SparceClassifier"):
        readout.partial_fit(X, y)
    readout.set_params(max_iter=1).partial_fit(X, y)
