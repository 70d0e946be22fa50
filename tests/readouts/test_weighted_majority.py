"""A weighted majority: votes by recent mistakes, however a stream is cut."""

import os
from collections import Counter

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils import estimator_checks as checks

import sparcelearn
from sparcelearn import ReservoirClassifier, SpikeTrains
from sparcelearn.readouts import (
    DecolleClassifier,
    DeltaClassifier,
    DeltaRegressor,
    RLSClassifier,
    SparceClassifier,
    WeightedMajorityClassifier,
)
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 4))
LABELS = np.where(np.arange(120) < 60, X[:, 0] > 0, X[:, 1] > 0).astype(int) + (X[:, 2] > 1)
CHECKED = [WeightedMajorityClassifier([("a", DeltaClassifier()), ("b", SparceClassifier())])]


class Always(ClassifierMixin, BaseEstimator):
    """Says one label; one that is never told to learn anything is not fitted."""

    def __init__(self, label=0, fails_at=None):
        self.label = label
        self.fails_at = fails_at

    def partial_fit(self, X, y, classes=None):
        self.n_seen_ = getattr(self, "n_seen_", 0) + len(y)
        if self.n_seen_ == self.fails_at:
            raise ValueError("this one fails")
        return self

    def predict(self, X):
        return np.full(len(X), self.label)


def rows_of_all_kinds():
    """Return classifiers of rows: of this package, around a reservoir, in a pipeline, foreign."""
    return WeightedMajorityClassifier(
        [
            ("delta", DeltaClassifier()),
            ("sparce", SparceClassifier(calibration_samples=30, batch_size=4)),
            ("rls", RLSClassifier()),
            ("reservoir", ReservoirClassifier(SpikingReservoir(15, random_state=0))),
            ("scaled", make_pipeline(StandardScaler(), SparceClassifier(None, loss="softmax"))),
            ("foreign", SGDClassifier(random_state=0)),
        ],
        window=20,
    )


def stream_of_all_kinds():
    """Return classifiers of one stream, with state that is carried, one in its washout at first."""

    def reservoir(n_units, washout, readout):
        inner = EchoStateReservoir(n_units, carry_state=True, random_state=0)
        return ReservoirClassifier(inner, readout, washout=washout)

    return WeightedMajorityClassifier(
        [
            ("at once", reservoir(8, 0, SparceClassifier())),
            ("late", reservoir(9, 25, SparceClassifier(None))),
            ("foreign", reservoir(10, 3, SGDClassifier(random_state=0))),
        ]
    )


@pytest.mark.parametrize("model", CHECKED)
def test_every_check_passes(model):
    records = checks.check_estimator(model, on_fail=None, on_skip=None)
    counts = Counter(record["status"] for record in records)
    expected = {"passed": 55}
    if os.environ.get("SCIPY_ARRAY_API") != "1":
        expected = {"passed": 54, "skipped": 1}
    failed = [(r["check_name"], r["exception"]) for r in records if r["status"] not in expected]
    assert dict(counts) == expected, failed


@pytest.mark.parametrize("make", [rows_of_all_kinds, stream_of_all_kinds])
def test_cutting_changes_nothing_to_the_bit(make):
    whole = make().partial_fit(X[:90], LABELS[:90], classes=range(3))
    parts = make()
    for start, stop in [(0, 1), (1, 2), (2, 40), (40, 41), (41, 90)]:
        parts.partial_fit(X[start:stop], LABELS[start:stop], classes=range(3))
    assert_array_equal(parts.mistakes_, whole.mistakes_)
    assert len(set(whole.mistakes_)) > 1
    assert_array_equal(parts.predict_proba(X[90:]), whole.predict_proba(X[90:]))
    for (name, one), (_, other) in zip(parts.estimators_, whole.estimators_, strict=True):
        assert_array_equal(one.predict(X[90:]), other.predict(X[90:]), err_msg=name)
        for which in ("coef_", "t_"):
            learned = [getattr(innermost(x), which) for x in (one, other)]
            assert_array_equal(*learned, err_msg=name)


def innermost(model):
    return getattr(model, "readout_", model[-1] if hasattr(model, "steps") else model)


def test_mistakes_are_those_of_predicting_each_sample_before_it_is_learned():
    model = rows_of_all_kinds().partial_fit(X, LABELS, classes=range(3))
    del model.estimators[4]  # the pipeline, which scikit-learn cannot run on a stream
    expected = []
    for _, template in model.estimators:
        expert = clone(template).partial_fit(X[:1], LABELS[:1], classes=range(3))
        count = 0.0
        for k in range(1, 120):
            was_wrong = expert.predict(X[k : k + 1])[0] != LABELS[k]
            count = float(was_wrong) + (1 - 1 / 20) * count
            expert.partial_fit(X[k : k + 1], LABELS[k : k + 1])
        expected.append(count)
    assert_array_equal(np.delete(model.mistakes_, 4), expected)


def test_a_scaler_in_a_pipeline_has_seen_what_came_and_no_more():
    pipeline = make_pipeline(StandardScaler(), DeltaClassifier())
    model = WeightedMajorityClassifier([("only", pipeline)])
    model.partial_fit(X, LABELS, classes=range(3))
    scaler, readout, wrong = StandardScaler(), DeltaClassifier(), 0
    for k in range(120):
        row, label = X[k : k + 1], LABELS[k : k + 1]
        wrong = wrong * (1 - 1 / 200)
        wrong += k > 0 and int(readout.predict(scaler.transform(row))[0] != label[0])
        readout.partial_fit(scaler.partial_fit(row).transform(row), label, classes=range(3))
    assert_array_equal(model.mistakes_, [wrong])
    assert_array_equal(model.estimators_[0][1][-1].coef_, readout.coef_)


@pytest.mark.parametrize(
    ("mistakes", "expected", "share"),
    [
        ([0, 1, 1], "b", 1 / (1 + 2 * np.exp(-1))),
        ([0, 0.5, 0.5], "c", 1 - 1 / (1 + 2 * np.exp(-0.5))),
        ([1000, 1001, 1001], "b", 1 / (1 + 2 * np.exp(-1))),  # the difference is what counts
        ([0, np.log(2), np.log(2)], "b", 0.5),  # of equal shares the first
    ],
)
def test_votes_weigh_by_the_mistakes_that_someone_made_more_than_the_best(
    mistakes, expected, share
):
    experts = [("one", Always("b")), ("two", Always("c")), ("three", Always("c"))]
    model = WeightedMajorityClassifier(experts).partial_fit(X[:2], ["b", "c"], classes=list("abc"))
    model.mistakes_ = np.array(mistakes, dtype=float)
    assert model.predict(X[:3]).tolist() == [expected] * 3
    shares = model.predict_proba(X[:3])
    assert_array_equal(shares[:, 0], 0)
    assert shares[0].max() == pytest.approx(share)
    assert shares.sum(axis=1) == pytest.approx(1)
    assert model.weights_.sum() == pytest.approx(1)


def test_a_window_without_end_forgets_no_mistake():
    experts = [("one", Always(1)), ("two", Always(2))]
    y = np.tile([1, 1, 2], 500)
    rows = np.zeros((1500, 1))
    model = WeightedMajorityClassifier(experts, window=np.inf).fit(rows, y)
    assert_array_equal(model.mistakes_, [500, 999])  # the first sample counts for no one
    model = WeightedMajorityClassifier(experts, window=1).fit(rows, y)
    assert_array_equal(model.mistakes_, [1, 0])  # of the last sample alone


def test_the_mix_is_as_good_as_the_best_and_follows_a_change():
    rows = RNG.normal(size=(3000, 6))
    y = np.where(np.arange(3000) < 1500, rows.sum(axis=1), rows[:, 0] * rows[:, 1]) > 0
    reservoir = ReservoirClassifier(SpikingReservoir(100, random_state=0), SparceClassifier())
    linear = make_pipeline(StandardScaler(), SparceClassifier(None, loss="softmax"))
    experts = {"reservoir": [("r", reservoir)], "linear": [("l", linear)]}
    experts["mix"] = experts["reservoir"] + experts["linear"]
    hits = {}
    for name, members in experts.items():
        model, hits[name] = WeightedMajorityClassifier(members), np.zeros(3000)
        for k in range(3000):
            if k:
                hits[name][k] = model.predict(rows[k : k + 1])[0] == y[k]
            model.partial_fit(rows[k : k + 1], y[k : k + 1], classes=[False, True])
    for half, best in ((slice(100, 1500), "linear"), (slice(1700, None), "reservoir")):
        accuracy = {name: found[half].mean() for name, found in hits.items()}
        assert max(accuracy, key=accuracy.get) in (best, "mix")
        assert accuracy["mix"] > accuracy[best] - 0.02


def test_spike_trains_go_through():
    dense = RNG.random((30, 20, 5)) < 0.3
    dense[::2, :, 0] = True
    trains, y = SpikeTrains.from_dense(dense), np.arange(30) % 2
    experts = [("decolle", DecolleClassifier(10, random_state=0)), ("zero", Always(0))]
    whole = WeightedMajorityClassifier(experts).fit(trains, y)
    parts = WeightedMajorityClassifier(experts)
    for k in range(0, 30, 6):
        parts.partial_fit(trains[k : k + 6], y[k : k + 6], classes=[0, 1])
    assert_array_equal(parts.mistakes_, whole.mistakes_)
    assert_array_equal(parts.predict(trains), whole.predict(trains))


def test_who_has_nothing_to_say_yet_has_no_vote():
    inner = EchoStateReservoir(8, carry_state=True, random_state=0)
    waits = ReservoirClassifier(inner, SparceClassifier(), washout=20)
    alone = WeightedMajorityClassifier([("waits", waits)])
    alone.partial_fit(X[:10], LABELS[:10], classes=range(3))
    with pytest.raises(NotFittedError, match="washout"):
        alone.predict(X[:2])
    model = WeightedMajorityClassifier([("waits", waits), ("one", Always(1))])
    model.partial_fit(X[:10], LABELS[:10], classes=range(3))
    assert_array_equal(model.predict_proba(X[10:12]), [[0, 1, 0]] * 2)
    assert model.mistakes_[0] > model.mistakes_[1]
    alone.partial_fit(X[10:40], LABELS[10:40])
    assert alone.predict(X[40:]).shape == (80,)


@pytest.mark.parametrize(
    ("estimators", "error", "match"),
    [
        ([], ValueError, "at least one"),
        ([DeltaClassifier()], ValueError, r"list of \(name, estimator\)"),
        ([("a", DeltaClassifier()), ("a", RLSClassifier())], ValueError, "not unique"),
        ([("a__b", DeltaClassifier())], ValueError, "__"),
        ([("a", DeltaRegressor())], TypeError, "'a' must be a classifier"),
        ([("a", StandardScaler())], TypeError, "'a' must be a classifier"),
        ([("a", 3)], TypeError, "got 3"),
        ([(1, DeltaClassifier())], ValueError, r"list of \(name, estimator\)"),
        ([("a", make_pipeline(DeltaClassifier(), "passthrough"))], TypeError, "must be a classif"),
        ([("a", make_pipeline(FunctionTransformer(), RLSClassifier()))], TypeError, "partial_fit"),
        ("ab", ValueError, "instance of 'list'"),
    ],
)
def test_what_cannot_learn_on_a_stream_is_refused(estimators, error, match):
    with pytest.raises(error, match=match):
        WeightedMajorityClassifier(estimators).fit(X, LABELS)


def test_parameters_and_classes_are_checked():
    experts = [("a", DeltaClassifier())]
    with pytest.raises(ValueError, match="'window' parameter"):
        WeightedMajorityClassifier(experts, window=0.5).fit(X, LABELS)
    model = WeightedMajorityClassifier(experts)
    with pytest.raises(ValueError, match="classes must be passed"):
        model.partial_fit(X, LABELS)
    assert not hasattr(model, "estimators_")
    model.partial_fit(X, LABELS, classes=range(3))
    with pytest.raises(ValueError, match="differ from those of the first call"):
        model.partial_fit(X, LABELS, classes=range(4))
    model.set_params(a__learning_rate=0.5, window=7)
    assert model.get_params()["a__learning_rate"] == 0.5
    assert model.estimators_[0][1].learning_rate != 0.5


@pytest.mark.parametrize(
    ("rows", "labels", "match"),
    [
        (X[:, :3], LABELS, "4 features"),
        (X, LABELS + 2, "not among"),
        (np.where(X > 2, np.nan, X), LABELS, "NaN"),
        (X, LABELS[:50], "inconsistent"),
        (np.where(np.arange(120)[:, None] == 119, 1e200, X), LABELS, "diverged"),
    ],
)
def test_a_refused_piece_changes_nothing(rows, labels, match):
    experts = rows_of_all_kinds().estimators
    model = WeightedMajorityClassifier([*experts[:2], *experts[3:]])
    model.partial_fit(X[:60], LABELS[:60], classes=range(3))
    before = joblib.hash(vars(model))
    with np.errstate(all="ignore"), pytest.raises(ValueError, match=match):
        model.partial_fit(rows, labels)
    assert joblib.hash(vars(model)) == before


def test_who_learned_before_another_failed_has_not_learned():
    model = WeightedMajorityClassifier(
        [("first", DeltaClassifier()), ("fails", Always(0, fails_at=50)), ("last", RLSClassifier())]
    )
    model.partial_fit(X[:20], LABELS[:20], classes=range(3))
    before = joblib.hash(vars(model))
    with pytest.raises(ValueError, match="this one fails"):
        model.partial_fit(X[20:], LABELS[20:])
    assert joblib.hash(vars(model)) == before


@pytest.mark.parametrize("make", [rows_of_all_kinds, stream_of_all_kinds])
def test_a_checkpoint_goes_on_as_if_nothing_had_happened(make, tmp_path):
    model = make()
    model.estimators = [each for each in model.estimators if each[0] != "foreign"]
    model.partial_fit(X[:50], LABELS[:50], classes=range(3))
    sparcelearn.save(tmp_path / "mix", model)
    restored = sparcelearn.load(tmp_path / "mix")
    for each in (model, restored):
        each.partial_fit(X[50:100], LABELS[50:100])
    assert_array_equal(restored.mistakes_, model.mistakes_)
    assert_array_equal(restored.predict_proba(X[100:]), model.predict_proba(X[100:]))


@pytest.mark.parametrize(
    "forged",
    [
        {"mistakes_": np.zeros(2)},
        {"mistakes_": np.full(5, -1.0)},
        {"mistakes_": np.full(5, np.nan)},
        {"mistakes_": np.full(5, np.inf)},
        {"t_": 0},
        {"t_": 1.5},
        {"window": -3},
        {"classes_": np.array([5, 6, 7])},
        {"classes_": np.array([2, 1, 0])},
        {"estimators_": []},
    ],
    ids=str,
)
def test_a_file_with_other_counts_is_refused(forged, tmp_path):
    model = rows_of_all_kinds()
    del model.estimators[-1]
    vars(model.fit(X, LABELS)).update(forged)
    sparcelearn.save(tmp_path / "mix", model)
    with pytest.raises(ValueError, match="|".join(name.strip("_") for name in forged)):
        sparcelearn.load(tmp_path / "mix")


def test_a_file_with_who_has_not_learned_is_refused(tmp_path):
    model = WeightedMajorityClassifier([("a", DeltaClassifier())]).fit(X, LABELS)
    model.estimators_ = [("a", DeltaClassifier())]
    sparcelearn.save(tmp_path / "mix", model)
    with pytest.raises(ValueError, match="classes_"):
        sparcelearn.load(tmp_path / "mix")


def test_a_reservoir_in_a_pipeline_is_drawn_for_the_first_piece_as_it_is_alone():
    rows = X * [1, 10, 100, 1] + [5, 50, 500, 0]
    inner = make_pipeline(StandardScaler(), SpikingReservoir(20, random_state=0))
    model = WeightedMajorityClassifier([("only", ReservoirClassifier(inner))])
    model.partial_fit(rows, LABELS, classes=range(3))
    alone = ReservoirClassifier(inner).partial_fit(rows, LABELS, classes=range(3))
    expert = model.estimators_[0][1]
    assert expert.reservoir_[0].n_samples_seen_ == 120
    assert_array_equal(expert.readout_.coef_, alone.readout_.coef_)


def test_a_stream_in_a_pipeline_would_hear_all_twice_and_is_refused():
    inner = EchoStateReservoir(8, carry_state=True, random_state=0)
    model = WeightedMajorityClassifier([("twice", make_pipeline(inner, RLSClassifier()))])
    with pytest.raises(TypeError, match="would hear each sample twice"):
        model.fit(X, LABELS)


@pytest.mark.parametrize("parameters", [{"loss": "softmax"}, {"sparsity": 0.9}])
def test_parameters_that_are_fixed_stay_so_however_a_stream_is_cut(parameters):
    learned = []
    for piece in (1, 30):
        model = WeightedMajorityClassifier([("only", SparceClassifier())])
        model.partial_fit(X[:30], LABELS[:30], classes=range(3))
        model.estimators_[0][1].set_params(**parameters)
        for start in range(30, 120, piece):
            model.partial_fit(X[start : start + piece], LABELS[start : start + piece])
        learned.append(model.estimators_[0][1].coef_)
    assert_array_equal(*learned)


@pytest.mark.parametrize("label", [1, 9, "a"])
def test_a_label_that_is_not_among_the_classes_is_wrong_and_no_vote(label):
    experts = [("strange", Always(label)), ("two", Always(2))]
    model = WeightedMajorityClassifier(experts).partial_fit(X, np.full(120, 2), classes=[0, 2])
    assert model.mistakes_[0] > 50
    assert model.mistakes_[1] == 0
    assert model.predict(X[:3]).tolist() == [2, 2, 2]


def test_a_transformer_that_works_in_place_spoils_nothing():
    in_place = make_pipeline(StandardScaler(copy=False), DeltaClassifier())
    rows = 3 * X + 1
    experts = [("in place", in_place), ("plain", DeltaClassifier())]
    model = WeightedMajorityClassifier(experts).fit(rows, LABELS)
    model.predict(rows)
    assert_array_equal(rows, 3 * X + 1)
    copying = make_pipeline(StandardScaler(), DeltaClassifier())
    expected = WeightedMajorityClassifier([("copies", copying), experts[1]]).fit(rows, LABELS)
    assert_array_equal(model.mistakes_, expected.mistakes_)


def test_columns_of_labels_are_taken_with_a_warning_and_other_types_are_told():
    model = WeightedMajorityClassifier([("only", DeltaClassifier())])
    with pytest.warns(UserWarning, match="column-vector"):
        model.fit(X, LABELS[:, np.newaxis])
    with pytest.raises(ValueError, match="same numbers, of another type"):
        model.partial_fit(X, LABELS.astype(str))
    with pytest.raises(ValueError, match="not among classes"):
        clone(model).partial_fit(X, LABELS, classes=[])
