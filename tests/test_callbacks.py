"""scikit-learn's callbacks: what fits tell them, and that they change nothing."""

import copy
import importlib.util
import pickle
import sys
import threading
import warnings
from collections import Counter

import joblib
import numpy as np
import pytest
import skops.io
from numpy.testing import assert_array_equal
from sklearn.base import clone, is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

import sparcelearn
from sparcelearn import ReservoirClassifier, ReservoirRegressor, trusted_types
from sparcelearn._core import callbacks as _callbacks
from sparcelearn._persistence.tree import Reader, Writer
from sparcelearn.readouts import (
    DecolleClassifier,
    DeltaClassifier,
    DeltaRegressor,
    EpropClassifier,
    EpropRegressor,
    FirstSpikeClassifier,
    NodePerturbationClassifier,
    NodePerturbationRegressor,
    RLSClassifier,
    RLSRegressor,
    SparceClassifier,
    SparceClassifierCV,
    SparceRegressor,
    SparceRegressorCV,
    SuperSpikeRegressor,
)
from sparcelearn.reservoir import EchoStateReservoir
from tests.test_house import public_estimators

try:
    from sklearn import callback as callbacks
except ImportError:
    callbacks = None
needs_callbacks = pytest.mark.skipif(callbacks is None, reason="scikit-learn has them since 1.9")

X = np.random.default_rng(0).random((40, 4))
LABELS = X[:, :3].argmax(axis=1)
N_EPOCHS = 4
EPOCHS = [
    DecolleClassifier(10),
    DeltaClassifier(),
    DeltaRegressor(),
    EpropClassifier(),
    EpropRegressor(),
    FirstSpikeClassifier(),
    NodePerturbationClassifier(),
    NodePerturbationRegressor(),
    RLSClassifier(),
    RLSRegressor(),
    SparceClassifier(),
    SparceRegressor(),
    SuperSpikeRegressor(),
]
WITHIN = {  # what the others are built with
    "PseudoReplayClassifier": [DeltaClassifier()],
    "ReplayClassifier": [DeltaClassifier()],
    "ReplayRegressor": [DeltaRegressor()],
    "StackedReservoir": [[("only", EchoStateReservoir(5))]],
}


class Recorder:
    """A callback that keeps what it is told, and asks to stop after so many epochs."""

    def __init__(self, stop_after=None):
        self.told = []
        self.fitted = []
        self.stop_after = stop_after

    def setup(self, estimator, context):
        self.told.append(("setup", context.task_name, context.task_id))

    def teardown(self, estimator, context):
        self.told.append(("teardown", context.task_name, context.task_id))

    def on_fit_task_begin(self, estimator, context):
        self.told.append(("begin", context.task_name, context.task_id))

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, fitted_estimator=None):
        self.told.append(("end", context.task_name, context.task_id))
        self.fitted.append(fitted_estimator)
        self.data = X, y
        return context.task_name == "epoch" and context.task_id + 1 == self.stop_after

    def count(self):
        return Counter((what, task) for what, task, _ in self.told)


class Spreading(Recorder):
    """The same, handed on to whatever is inside."""

    max_propagation_depth = None


def name(estimator):
    return type(estimator).__name__


def few_epochs(readout, **options):
    return clone(readout).set_params(max_iter=N_EPOCHS, random_state=0, **options)


def targets(readout):
    return LABELS if is_classifier(readout) else X[:, 0]


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


@needs_callbacks
@pytest.mark.parametrize("kind", public_estimators().values(), ids=lambda kind: kind.__name__)
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


# --- errors ---


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


# --- estimators around others ---


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


# --- scikit-learn's own callbacks ---


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
