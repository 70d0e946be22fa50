"""What fits tell scikit-learn's callbacks, and that these change nothing."""

import warnings

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.exceptions import ConvergenceWarning

from sparcelearn.readouts import (
    EpropClassifier,
    SparceClassifier,
)
from tests.callbacks.recorder import (
    EPOCHS,
    LABELS,
    N_EPOCHS,
    WITHIN,
    Recorder,
    X,
    few_epochs,
    name,
    needs_callbacks,
    targets,
)
from tests.test_house import public_estimators


@needs_callbacks
@pytest.mark.parametrize("readout", EPOCHS, ids=name)
def test_each_epoch_is_told_and_weights_are_the_same_to_the_bit(readout):
    y = targets(readout)
    plain = few_epochs(readout).fit(X, y)
    recorder = Recorder()
    watched = few_epochs(readout).set_callbacks(recorder).fit(X, y)
    assert recorder.told == [
        ("setup", "fit", 0),
        ("begin", "fit", 0),
        *[(what, "epoch", k) for k in range(N_EPOCHS) for what in ("begin", "end")],
        ("end", "fit", 0),
        ("teardown", "fit", 0),
    ]
    assert recorder.data[0] is X
    assert recorder.data[1] is y
    assert joblib.hash(vars(watched.set_callbacks())) == joblib.hash(vars(plain))


@needs_callbacks
@pytest.mark.parametrize("readout", EPOCHS, ids=name)
def test_what_an_epoch_left_can_be_kept(readout):
    """Each is what a fit that stops there leaves, later epochs or not."""
    y = targets(readout)
    recorder = Recorder()
    has_schedule = "learning_rate_schedule" in readout.get_params()
    options = {"learning_rate_schedule": "constant"} if has_schedule else {}
    few_epochs(readout, **options).set_callbacks(recorder).fit(X, y)
    for k, kept in enumerate(recorder.fitted[:-1], 1):
        alone = few_epochs(readout, **options).set_params(max_iter=k).fit(X, y)
        assert kept.n_iter_ == k
        assert kept.loss_curve_ == alone.loss_curve_
        assert_array_equal(kept.coef_, alone.coef_)
        assert joblib.hash(kept.predict(X)) == joblib.hash(alone.predict(X))


@needs_callbacks
@pytest.mark.parametrize("readout", [SparceClassifier(), EpropClassifier()], ids=name)
def test_with_early_stopping_the_best_epoch_is_kept(readout):
    options = {"early_stopping": True, "learning_rate_schedule": "constant"}
    recorder = Recorder()
    model = few_epochs(readout, **options, tol=0.0, learning_rate=0.3, n_iter_no_change=9)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.set_callbacks(recorder).fit(X, LABELS)
    last = recorder.fitted[N_EPOCHS - 1]
    assert last.validation_scores_ == model.validation_scores_
    assert_array_equal(last.coef_, model.coef_)


@needs_callbacks
@pytest.mark.parametrize("readout", EPOCHS, ids=name)
def test_a_callback_can_stop_the_epochs(readout):
    model = few_epochs(readout).set_callbacks(Recorder(stop_after=2), Recorder())
    y = targets(readout)
    assert model.fit(X, y).n_iter_ == 2
    assert len(model.loss_curve_) == 2
    model.predict(X)


@needs_callbacks
def test_who_was_stopped_is_not_said_to_have_run_all_epochs():
    model = few_epochs(SparceClassifier(tol=1e-9))
    with pytest.warns(ConvergenceWarning) as record:
        model.fit(X, LABELS)
    assert record[0].filename == __file__
    model.set_callbacks(Recorder(stop_after=2)).fit(X, LABELS)  # a warning would be an error


# All but one, which learns nothing: a reservoir that fits another and hands it to a simulator.
KINDS = [kind for name, kind in public_estimators().items() if name != "PyNNReservoir"]


@needs_callbacks
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.filterwarnings("ignore:The reservoir is:UserWarning")
def test_every_estimator_tells_its_fit(kind):
    estimator = kind(*WITHIN.get(kind.__name__, []))
    recorder = Recorder()
    assert estimator.set_callbacks(recorder).fit(X, targets(estimator)) is estimator
    told = recorder.count()
    assert [told[what, "fit"] for what in ("setup", "begin", "end", "teardown")] == [1] * 4
    assert recorder.told[0][0] == "setup"
    assert recorder.told[-1][0] == "teardown"
    assert recorder.fitted[-1] is not None
    assert not [k for k in vars(estimator) if "callback" in k and k != "_skl_callbacks"]
    recorder.told.clear()
    with pytest.raises(ValueError, match=r"\S"):
        estimator.fit(np.full((40, 4), np.nan), targets(estimator))
    told = recorder.count()
    assert told["setup", "fit"] == told["teardown", "fit"]
    assert told["end", "fit"] == 0
