"""What callbacks are told where a fit fails, or a callback."""

import joblib
import pytest

from sparcelearn.readouts import (
    SparceClassifier,
    SparceRegressor,
)
from tests.callbacks.recorder import LABELS, Recorder, X, few_epochs, needs_callbacks


class Failing(Recorder):
    def __init__(self, where):
        super().__init__()
        self.where = where

    def _fail(self, where):
        if where == self.where:
            raise RuntimeError(where)

    def setup(self, estimator, context):
        super().setup(estimator, context)
        self._fail("setup")

    def on_fit_task_begin(self, estimator, context):
        self._fail(f"begin {context.task_name}")

    def on_fit_task_end(self, estimator, context):
        self._fail(f"end {context.task_name}")

    def teardown(self, estimator, context):
        super().teardown(estimator, context)
        self._fail("teardown")


@needs_callbacks
@pytest.mark.parametrize(
    "where", ["setup", "begin fit", "begin epoch", "end epoch", "end fit", "teardown"]
)
@pytest.mark.parametrize("is_fitted", [False, True])
def test_a_callback_that_fails_leaves_the_readout_as_it_was(where, is_fitted):
    model = few_epochs(SparceClassifier())
    if is_fitted:
        model.fit(X, LABELS)
    failing = Failing(where)
    model.set_callbacks(failing)
    before = dict(vars(model))
    contents = joblib.hash({k: v for k, v in before.items() if k != "_skl_callbacks"})
    with pytest.raises(RuntimeError, match=where):
        model.fit(X[::-1], LABELS)
    assert failing.count()["teardown", "fit"] == 1
    assert vars(model) == before
    assert joblib.hash(vars(model.set_callbacks())) == contents


@needs_callbacks
def test_a_fit_that_diverges_tears_callbacks_down():
    recorder = Recorder()
    model = SparceRegressor(learning_rate=1e200, solver="sgd", random_state=0)
    with pytest.raises(ValueError, match="learning diverged"):
        model.set_callbacks(recorder).fit(1e150 * X, X[:, 0])
    assert recorder.told[-1] == ("teardown", "fit", 0)
    assert set(vars(model)) == {*model.get_params(), "_skl_callbacks"}


@needs_callbacks
def test_what_is_no_callback_is_refused():
    with pytest.raises(TypeError, match="callbacks must be instances"):
        SparceClassifier().set_callbacks(print)
