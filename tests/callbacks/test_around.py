"""Callbacks of estimators that hold others, and of streams."""

import joblib
import pytest
from sklearn.base import clone
from sklearn.linear_model import RidgeClassifier

from sparcelearn import ReservoirClassifier, ReservoirRegressor
from sparcelearn.readouts import (
    DeltaClassifier,
    SparceClassifier,
    SparceClassifierCV,
    SparceRegressor,
    SparceRegressorCV,
)
from sparcelearn.reservoir import EchoStateReservoir
from tests.callbacks.recorder import (
    LABELS,
    N_EPOCHS,
    Recorder,
    Spreading,
    X,
    few_epochs,
    needs_callbacks,
    targets,
)


@needs_callbacks
@pytest.mark.parametrize("n_jobs", [None, 2])
@pytest.mark.parametrize("kind", [SparceClassifierCV, SparceRegressorCV])
def test_a_path_tells_its_levels_and_the_epochs_of_the_last_fit(kind, n_jobs):
    inner = few_epochs(kind._default())
    search = kind(inner, sparsities=[0.0, 0.5], cv=3, n_jobs=n_jobs)
    y = targets(search)
    plain = clone(search).fit(X, y)
    recorder = Spreading()
    watched = search.set_callbacks(recorder).fit(X, y)
    assert recorder.count() == {
        ("setup", "fit"): 1,
        ("begin", "fit"): 2,  # of the last readout, too
        ("begin", "level"): 6,
        ("end", "level"): 6,
        ("begin", "epoch"): N_EPOCHS,
        ("end", "epoch"): N_EPOCHS,
        ("end", "fit"): 2,
        ("teardown", "fit"): 1,
    }
    assert not hasattr(watched.estimator_, "_skl_callbacks")
    assert joblib.hash(vars(watched.set_callbacks())) == joblib.hash(vars(plain))


@needs_callbacks
@pytest.mark.parametrize(
    "kind", [ReservoirClassifier, ReservoirRegressor], ids=lambda kind: kind.__name__
)
def test_reservoir_and_readout_in_one_tell_both(kind):
    readout = SparceClassifier() if kind is ReservoirClassifier else SparceRegressor()
    model = kind(EchoStateReservoir(10, random_state=0), few_epochs(readout))
    y = targets(model)
    plain = clone(model).fit(X, y)
    recorder = Spreading()
    watched = model.set_callbacks(recorder).fit(X, y)
    assert recorder.count() == {
        ("setup", "fit"): 1,
        ("begin", "fit"): 3,
        ("begin", "epoch"): N_EPOCHS,
        ("end", "epoch"): N_EPOCHS,
        ("end", "fit"): 3,
        ("teardown", "fit"): 1,
    }
    assert joblib.hash(vars(watched.set_callbacks())) == joblib.hash(vars(plain))


@needs_callbacks
def test_a_callback_that_is_not_handed_on_sees_the_outer_parts():
    recorder = Recorder()
    model = ReservoirClassifier(EchoStateReservoir(10, random_state=0), DeltaClassifier())
    model.set_callbacks(recorder).fit(X, LABELS)
    inner = SparceClassifierCV(few_epochs(SparceClassifier()), sparsities=[0.5], cv=2)
    inner.set_callbacks(recorder).fit(X, LABELS)
    parts = [(what, task) for what, task, _ in recorder.told if task != "fit"]
    assert parts == [
        (what, task)
        for task in ("draw", "learn", "level", "level", "refit")
        for what in ("begin", "end")
    ]


@needs_callbacks
def test_a_readout_inside_may_have_callbacks_of_its_own():
    recorder = Recorder()
    readout = few_epochs(SparceClassifier()).set_callbacks(recorder)
    ReservoirClassifier(EchoStateReservoir(10, random_state=0), readout).fit(X, LABELS)
    assert recorder.count()["end", "epoch"] == N_EPOCHS
    assert not hasattr(readout, "coef_")


@needs_callbacks
def test_a_readout_without_callbacks_goes_without():
    model = ReservoirClassifier(EchoStateReservoir(10, random_state=0), RidgeClassifier())
    with pytest.warns(UserWarning, match="RidgeClassifier does not support callbacks"):
        model.set_callbacks(Spreading()).fit(X, LABELS)


@needs_callbacks
def test_streams_tell_nothing():
    recorder = Recorder()
    for model in (
        SparceClassifier(),
        ReservoirClassifier(EchoStateReservoir(10, carry_state=True, random_state=0)),
    ):
        model.set_callbacks(recorder).partial_fit(X, LABELS, classes=[0, 1, 2])
    assert recorder.told == []
