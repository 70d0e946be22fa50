"""Saving, loading and copying, in the middle of a stream too."""

import io
import pickle

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone

from sparcelearn.readouts import SparceClassifier, SparceRegressor

RNG = np.random.default_rng(2)
X = RNG.normal(size=(100, 7))
LABELS = X[:, :3].argmax(axis=1)
BOTH = [(SparceClassifier, LABELS), (SparceRegressor, X[:, 0])]


def through_pickle(model):
    return pickle.loads(pickle.dumps(model))


def through_joblib(model):
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    return joblib.load(file)


@pytest.mark.parametrize("cut", [3, 40, 77])
@pytest.mark.parametrize("trip", [through_pickle, through_joblib])
@pytest.mark.parametrize(("readout_class", "y"), BOTH)
def test_a_stream_goes_on_to_the_bit(readout_class, y, trip, cut):
    def start():
        model = readout_class(batch_size=1, calibration_samples=60, random_state=0)
        known = {"classes": [0, 1, 2]} if readout_class is SparceClassifier else {}
        return model.partial_fit(X[:cut], y[:cut], **known)

    straight = start().partial_fit(X[cut:], y[cut:])
    resumed = trip(start()).partial_fit(X[cut:], y[cut:])
    assert joblib.hash(vars(resumed)) == joblib.hash(vars(straight))
    assert_array_equal(resumed.predict(X), straight.predict(X))


@pytest.mark.parametrize(("readout_class", "y"), BOTH)
def test_a_memory_mapped_model_predicts_and_learns(readout_class, y, tmp_path):
    model = readout_class(max_iter=2, random_state=0).fit(X, y)
    joblib.dump(model, tmp_path / "model.joblib")
    mapped = joblib.load(tmp_path / "model.joblib", mmap_mode="r")
    assert not mapped.coef_.flags.writeable
    assert_array_equal(mapped.predict(X), model.predict(X))
    assert_array_equal(mapped.partial_fit(X, y).coef_, model.partial_fit(X, y).coef_)


@pytest.mark.parametrize(("readout_class", "y"), BOTH)
def test_the_state_is_plain(readout_class, y):
    """Only what a safe file format can hold."""
    plain = (np.ndarray, int, float, str, type(None), list, dict)
    for model in (
        readout_class(random_state=0, early_stopping=True).fit(X, y),
        readout_class(random_state=0).fit(X, y).partial_fit(X, y),
    ):
        for name, value in vars(model).items():
            assert type(value) in plain or isinstance(value, bool), name
            for item in value if isinstance(value, list) else []:
                assert type(item) in plain, name


@pytest.mark.parametrize(("readout_class", "y"), BOTH)
def test_a_clone_is_unfitted_and_fits_the_same(readout_class, y):
    model = readout_class(0.3, max_iter=3, random_state=0).fit(X, y)
    copy = clone(model)
    assert not hasattr(copy, "coef_")
    assert_array_equal(copy.fit(X, y).coef_, model.coef_)
