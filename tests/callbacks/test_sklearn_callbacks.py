"""scikit-learn's own callbacks, copies and files."""

import copy
import importlib.util
import pickle
import sys
import threading

import pytest
import skops.io
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

import sparcelearn
from sparcelearn import ReservoirClassifier, trusted_types
from sparcelearn._core import callbacks as _callbacks
from sparcelearn._persistence.tree import Reader, Writer
from sparcelearn.readouts import (
    DeltaClassifier,
    SparceClassifier,
    SparceClassifierCV,
    SparceRegressor,
)
from sparcelearn.reservoir import EchoStateReservoir
from tests.callbacks.recorder import (
    LABELS,
    N_EPOCHS,
    X,
    callbacks,
    few_epochs,
    name,
    needs_callbacks,
)


def runs_a_bar():
    kinds = [type(thread).__name__ for thread in threading.enumerate()]
    return "RichProgressMonitor" in kinds


@needs_callbacks
@pytest.mark.parametrize(
    ("model", "bars"),
    [
        (SparceClassifier(max_iter=3), ["SparceClassifier - fit"]),
        (
            make_pipeline(EchoStateReservoir(10, random_state=0), SparceClassifier(max_iter=3)),
            ["Pipeline - fit", "EchoStateReservoir - fit", "SparceClassifier - fit"],
        ),
        (
            ReservoirClassifier(EchoStateReservoir(10), SparceClassifier(max_iter=3)),
            ["ReservoirClassifier - fit", "EchoStateReservoir - fit", "SparceClassifier - fit"],
        ),
        (
            SparceClassifierCV(SparceClassifier(max_iter=3), sparsities=[0.2, 0.5], n_jobs=2),
            ["SparceClassifierCV - fit", "SparceClassifier - fit"],
        ),
        (
            GridSearchCV(SparceClassifier(max_iter=3), {"sparsity": [0.2, 0.5]}, cv=2, n_jobs=2),
            ["GridSearchCV - fit"],
        ),
    ],
    ids=lambda x: name(x) if hasattr(x, "fit") else "",
)
def test_progress_bars_fill_and_end(model, bars, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    bar = callbacks.ProgressBar(max_propagation_depth=None)
    clone(model).set_callbacks(bar).fit(X, LABELS)
    assert not runs_a_bar()
    lines = capsys.readouterr().out.splitlines()
    for text in bars:
        assert "100%" in next(line for line in lines if text in line)


@needs_callbacks
def test_a_progress_bar_ends_when_a_fit_fails(capsys):
    model = SparceRegressor(learning_rate=1e200, solver="sgd", random_state=0)
    with pytest.raises(ValueError, match="learning diverged"):
        model.set_callbacks(callbacks.ProgressBar()).fit(1e150 * X, X[:, 0])
    assert not runs_a_bar()
    assert "SparceRegressor - fit" in capsys.readouterr().out


@needs_callbacks
def test_scores_are_monitored_epoch_by_epoch():
    monitor = callbacks.ScoringMonitor(scoring="accuracy")
    model = few_epochs(SparceClassifier()).set_callbacks(monitor).fit(X, LABELS)
    log = monitor.get_logs().data
    scores = [entry["accuracy"] for entry in log if entry["task_name"] == "epoch"]
    assert len(scores) == N_EPOCHS
    assert scores[-1] == model.score(X, LABELS)


# --- copies and files ---


@needs_callbacks
def test_copies_keep_callbacks_and_checkpoints_leave_them_out(tmp_path):
    bar = callbacks.ProgressBar()
    model = few_epochs(SparceClassifier()).set_callbacks(bar).fit(X, LABELS)
    assert clone(model)._skl_callbacks == [bar]
    for same in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert_array_equal(same.predict(X), model.predict(X))
        assert_array_equal(same.fit(X, LABELS).coef_, model.coef_)
    text = skops.io.dumps(model)
    types = [*trusted_types(), "sklearn.callback._progressbar.ProgressBar"]
    same = skops.io.loads(text, trusted=types)
    assert_array_equal(same.predict(X), model.predict(X))
    sparcelearn.save(tmp_path / "model.ckpt", make_pipeline(model).set_callbacks(bar))
    same = sparcelearn.load(tmp_path / "model.ckpt")
    assert not hasattr(same, "_skl_callbacks")
    assert not hasattr(same[0], "_skl_callbacks")
    assert_array_equal(same.predict(X), model.predict(X))


def test_a_file_cannot_bring_callbacks():
    writer = Writer()
    tree = writer.tree(few_epochs(DeltaClassifier()).fit(X, LABELS), "readout")
    writer.shared[-1]["fitted"]["_skl_callbacks"] = [1]
    assert not hasattr(Reader(writer.arrays, writer.shared).value(tree), "_skl_callbacks")


# --- versions without ---


def test_without_callbacks_there_is_nothing(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.callback", None)
    spec = importlib.util.spec_from_file_location("without", _callbacks.__file__)
    without = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(without)
    assert not hasattr(without.CallbackSupportMixin, "set_callbacks")

    class Estimator(without.CallbackSupportMixin):
        @without.with_callbacks
        def fit(self, X, y=None):
            task = without.fit_task(self, X, y, 2)
            with task.handed_to(self, "part"):
                return task.part("part").begin().end(), task.end()

    assert Estimator().fit(X) == (False, False)
    assert Estimator().__dict__ == {}
