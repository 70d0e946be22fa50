"""The bundled digits."""

import numpy as np
from numpy.testing import assert_array_equal
from sklearn.datasets import load_digits

from sparcelearn.datasets import load_digits_sequence


def test_rows_of_the_image_are_time_steps():
    X, y = load_digits_sequence(return_X_y=True)
    digits = load_digits()
    assert X.shape == (1797, 8, 8)
    assert X.dtype == np.float32
    assert (X.min(), X.max()) == (0, 1)
    assert_array_equal(X * 16, digits.images)
    assert_array_equal(y, digits.target)


def test_the_bunch_holds_the_same():
    bunch = load_digits_sequence()
    X, y = load_digits_sequence(return_X_y=True)
    assert_array_equal(bunch.data, X)
    assert_array_equal(bunch.target, y)
    assert_array_equal(bunch.target_names, np.arange(10))
    assert "handwritten digits" in bunch.DESCR


def test_each_caller_has_arrays_of_its_own():
    load_digits_sequence().data[:] = -1
    assert load_digits_sequence().data.min() == 0
