"""Input: every form of the same data gives the same result; bad input changes nothing."""

import copy

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sparcelearn.readouts import SparceClassifier, SparceRegressor

RNG = np.random.default_rng(11)
# Exact in float32, so that every form below holds the same numbers.
X = RNG.normal(size=(90, 8)).astype(np.float32).astype(np.float64)
LABELS = X[:, :3].argmax(axis=1)
VALUES = X[:, 0] - X[:, 1]
BOTH = [(SparceClassifier, LABELS), (SparceRegressor, VALUES)]


def on_disk(array, tmp_path):
    np.save(tmp_path / "x.npy", array)
    return np.load(tmp_path / "x.npy", mmap_mode="r")


def locked(array):
    array.flags.writeable = False
    return array


FORMS = {
    "float32": lambda tmp: X.astype(np.float32),
    "big-endian": lambda tmp: X.astype(">f8"),
    "big-endian float32": lambda tmp: X.astype(">f4"),
    "Fortran order": lambda tmp: np.asfortranarray(X),
    "strided": lambda tmp: np.repeat(X, 2, axis=0)[::2],
    "read-only": lambda tmp: locked(X.copy()),
    "memory map": lambda tmp: on_disk(X, tmp),
    "float32 memory map": lambda tmp: on_disk(X.astype(np.float32), tmp),
    "list": lambda tmp: X.tolist(),
    "object": lambda tmp: X.astype(object),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("readout_class", "y"), BOTH)
def test_every_form_of_the_same_numbers_gives_the_same_bits(readout_class, y, form, tmp_path):
    other = FORMS[form](tmp_path)
    # Learning has the precision of its features.
    native = X.astype(np.float32) if form.startswith("float32") else X
    expected = readout_class(max_iter=2, random_state=0).fit(native, y).partial_fit(native, y)
    readout = readout_class(max_iter=2, random_state=0).fit(other, y).partial_fit(other, y)
    assert_array_equal(readout.coef_, expected.coef_)
    assert_array_equal(readout.thresholds_, expected.thresholds_)
    assert_array_equal(readout.predict(other), expected.predict(native))
    assert_array_equal(readout.sparse_code(other), expected.sparse_code(native))
    assert readout.coef_.dtype == readout.thresholds_.dtype == native.dtype


@pytest.mark.parametrize("form", ["big-endian", "read-only", "column", "float32", "list"])
def test_every_form_of_the_same_values(form):
    y = {
        "big-endian": VALUES.astype(">f8"),
        "read-only": locked(VALUES.copy()),
        "column": VALUES[:, None],
        "float32": VALUES.astype(np.float32),
        "list": VALUES.tolist(),
    }[form]
    expected = SparceRegressor(max_iter=2, random_state=0)
    expected.fit(X, VALUES.astype(np.float32) if form == "float32" else VALUES)
    readout = SparceRegressor(max_iter=2, random_state=0).fit(X, y)
    assert_array_equal(readout.coef_, expected.coef_)


@pytest.mark.parametrize("names", [["b", "c", "a"], [True, False, True], [2.0, -1.0, 7.0]])
def test_labels_of_any_type(names):
    labels = np.array(names)[LABELS]
    readout = SparceClassifier(max_iter=5, random_state=0).fit(X, labels)
    assert_array_equal(readout.classes_, np.unique(names))
    assert set(readout.predict(X)) <= set(labels)
    assert readout.score(X, labels) > 0.4


@pytest.mark.parametrize(("readout_class", "y"), BOTH)
def test_input_is_left_as_it_was(readout_class, y):
    features, targets, weights = X.copy(), y.copy(), np.ones(90)
    readout = readout_class(max_iter=2, early_stopping=True, random_state=0).fit(features, targets)
    readout.partial_fit(features, targets, sample_weight=weights).sparse_code(features)
    assert_array_equal(features, X)
    assert_array_equal(targets, y)
    assert_array_equal(weights, np.ones(90))


@pytest.mark.parametrize("order", ["C", "F"])
def test_assigned_weights_are_used_whatever_their_layout(order):
    readout = SparceClassifier(max_iter=2, random_state=0).fit(X, LABELS)
    mine = np.array(RNG.normal(size=readout.coef_.shape), order=order)
    readout.coef_ = mine
    kept = mine.copy()
    expected = readout.sparse_code(X) @ mine.T + readout.intercept_
    np.testing.assert_allclose(readout.decision_function(X), expected, rtol=1e-12)
    readout.set_params(learning_rate=1e-3).partial_fit(X, LABELS)
    assert np.abs(readout.coef_ - mine).max() < 0.1
    assert_array_equal(mine, kept)


def changed(array, value):
    array = np.array(array, dtype=np.float64)
    array[3, 2] = value
    return array


BAD_PARAMETERS = [
    ("sparsity", 1.0),
    ("sparsity", -0.1),
    ("sparsity", np.nan),
    ("sparsity", 80),
    ("sparsity", "half"),
    ("learning_rate", 0.0),
    ("learning_rate", -1.0),
    ("learning_rate", np.inf),
    ("learning_rate", np.nan),
    ("learning_rate", "fast"),
    ("learning_rate_schedule", "cosine"),
    ("learning_rate_schedule", None),
    ("threshold_rate", -0.1),
    ("threshold_rate", np.inf),
    ("threshold_rate", "fast"),
    ("learn_thresholds", "yes"),
    ("solver", "lbfgs"),
    ("solver", None),
    ("batch_size", 0),
    ("batch_size", 2.5),
    ("batch_size", "auto"),
    ("max_iter", 0),
    ("max_iter", 1.5),
    ("tol", -1e-3),
    ("tol", np.nan),
    ("early_stopping", 2),
    ("validation_fraction", 0.0),
    ("validation_fraction", 1.0),
    ("n_iter_no_change", 0),
    ("calibration_samples", 0),
    ("calibration_samples", 0.5),
    ("init_scale", -1.0),
    ("init_scale", np.inf),
    ("fit_intercept", None),
    ("shuffle", "no"),
    ("warm_start", 3),
    ("verbose", -1),
    ("verbose", "loud"),
    ("random_state", -1),
    ("random_state", np.random.default_rng(0)),
]

BAD_CALLS = {
    "NaN": (dict(X=changed(X, np.nan)), "X contains NaN, first in row 3, column 2"),
    "infinite": (dict(X=changed(X, np.inf)), "X contains infinity"),
    "empty": (dict(X=X[:0], y=LABELS[:0]), "0 sample"),
    "no features": (dict(X=X[:, :0]), "0 feature"),
    "1-D X": (dict(X=X[0]), "Reshape your data"),
    "3-D X": (dict(X=X[None]), "array with dim 3"),
    "other width": (dict(X=X[:, :5]), "X has 5 features"),
    "words": (dict(X=X.astype("U9").astype(object) + "?"), "convert"),
    "complex": (dict(X=X + 1j), "Complex"),
    "short y": (dict(y=LABELS[:-1]), "inconsistent"),
    "NaN in y": (dict(y=np.where(LABELS == 0, np.nan, LABELS)), "y contains NaN"),
    "no y": (dict(y=None), "y cannot be None|requires y"),
}
BAD_STREAMS = {
    "short sample_weight": (dict(sample_weight=np.ones(5)), "inconsistent"),
    "negative sample_weight": (dict(sample_weight=-np.ones(90)), "sample_weight.*negative"),
    "2-D sample_weight": (dict(sample_weight=np.ones((90, 1))), "sample_weight"),
    "NaN sample_weight": (dict(sample_weight=np.full(90, np.nan)), "sample_weight contains NaN"),
    "text sample_weight": (dict(sample_weight="heavy"), "could not convert|sample_weight"),
}
BAD_LABELS = {
    "unseen label": (dict(y=LABELS + 1), r"labels \[3\]"),
    "label of another type": (dict(y=LABELS.astype("U1")), "labels.*'0'"),
    "continuous y": (dict(y=X[:, 0]), "continuous"),
    "text with NaN": (dict(y=np.array([np.nan, "a", "b"], object)[LABELS]), "y contains NaN"),
    "2-D y": (dict(y=np.eye(3)[LABELS]), "y should be a 1d array|multilabel"),
    "other classes": (dict(classes=[0, 1]), r"classes=\[0 1\]"),
}
BAD_VALUES = {
    "more outputs": (dict(y=X[:, :2]), "y has 2 outputs"),
    "3-D y": (dict(y=X[:, None, :2]), "y|dim"),
    "words for y": (dict(y=np.full(90, "a")), "y must hold real numbers"),
}


def refuses(readout, method, match, **call):
    """Assert that a call fails with a message, and that nothing at all has changed."""
    before = copy.deepcopy(vars(readout))
    with pytest.raises((ValueError, TypeError), match=match):
        getattr(readout, method)(**call)
    after = vars(readout)
    assert list(after) == list(before)
    for name, value in before.items():
        if not isinstance(value, np.random.Generator):  # a bad parameter; it has no equality
            np.testing.assert_equal(after[name], value, err_msg=name)


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize(("name", "value"), BAD_PARAMETERS)
@pytest.mark.parametrize(("readout_class", "y"), BOTH)
def test_bad_parameters_are_named(readout_class, y, name, value, method):
    fitted = readout_class(max_iter=2, random_state=0).fit(X, y)
    fitted.set_params(**{name: value})
    refuses(fitted, method, f"'{name}' parameter of {readout_class.__name__}", X=X, y=y)


@pytest.mark.parametrize("value", ["hinge", None, 1])
def test_a_bad_loss_is_named(value):
    fitted = SparceClassifier(max_iter=2).fit(X, LABELS).set_params(loss=value)
    refuses(fitted, "fit", "'loss' parameter of SparceClassifier", X=X, y=LABELS)


NEED_A_PAST = {"other width", "other classes", "more outputs"}
CLASSIFIER_CASES = {**BAD_CALLS, **BAD_STREAMS, **BAD_LABELS}
REGRESSOR_CASES = {**BAD_CALLS, **BAD_STREAMS, **BAD_VALUES}


@pytest.mark.parametrize("case", CLASSIFIER_CASES)
def test_bad_input_to_a_classifiers_stream(case):
    call, match = CLASSIFIER_CASES[case]
    call = {"X": X, "y": LABELS, "classes": [0, 1, 2], **call}
    refuses(SparceClassifier(max_iter=2).fit(X, LABELS), "partial_fit", match, **call)
    if case not in NEED_A_PAST:
        refuses(SparceClassifier(), "partial_fit", match, **call)


@pytest.mark.parametrize("case", REGRESSOR_CASES)
def test_bad_input_to_a_regressors_stream(case):
    call, match = REGRESSOR_CASES[case]
    call = {"X": X, "y": VALUES, **call}
    refuses(SparceRegressor(max_iter=2).fit(X, VALUES), "partial_fit", match, **call)
    if case not in NEED_A_PAST:
        refuses(SparceRegressor(), "partial_fit", match, **call)


@pytest.mark.parametrize("values", [VALUES.astype(str), (VALUES * 9).astype("datetime64[D]")])
def test_values_must_be_numbers(values):
    with pytest.raises(TypeError, match="y must hold real numbers, not "):
        SparceRegressor().fit(X, values)
    learned = SparceRegressor().fit(X, VALUES)
    before = learned.coef_.copy()
    with pytest.raises(TypeError, match="y must hold real numbers, not "):
        learned.partial_fit(X, values)
    assert_array_equal(learned.coef_, before)


@pytest.mark.parametrize("case", [*sorted(set(BAD_CALLS) - NEED_A_PAST), "continuous y", "2-D y"])
def test_bad_input_to_fit(case):
    call, match = {**BAD_CALLS, **BAD_LABELS}[case]
    call = {"X": X, "y": LABELS, **call}
    refuses(SparceClassifier(), "fit", match, **call)
    refuses(SparceClassifier(max_iter=2).fit(X, LABELS), "fit", match, **call)


@pytest.mark.parametrize("method", ["predict", "decision_function", "predict_proba", "sparse_code"])
@pytest.mark.parametrize("case", [case for case in BAD_CALLS if "X" in BAD_CALLS[case][0]])
def test_bad_input_to_a_fitted_readout(method, case):
    call, match = BAD_CALLS[case]
    refuses(SparceClassifier(max_iter=2).fit(X, LABELS), method, match, X=call["X"])


def test_the_first_chunk_must_name_the_classes():
    refuses(SparceClassifier(), "partial_fit", "classes must be passed", X=X, y=LABELS)


@pytest.mark.parametrize(
    "classes",
    [[1], [], [[0, 1]], 3, [0.5, "a"], [0, 1, 2, None], [0, 1, 2, np.nan], [0, 1, 2.5], [0, 1, 2j]],
)
def test_bad_classes(classes):
    call = dict(X=X, y=LABELS, classes=classes)
    refuses(SparceClassifier(), "partial_fit", "class", **call)


@pytest.mark.parametrize(("label", "kind"), [(None, "None"), (1, "numbers"), (np.nan, "NaN")])
def test_labels_are_of_one_kind(label, kind):
    labels = np.array(["a", "b", label] * 30, dtype=object)
    refuses(SparceClassifier(), "fit", f"y (must be .* got|contains) .*{kind}", X=X, y=labels)


def test_one_class_is_none():
    refuses(SparceClassifier(), "fit", "2 classes.*1 class", X=X, y=np.zeros(90, dtype=int))


def test_warm_start_refuses_other_data():
    readout = SparceClassifier(warm_start=True, max_iter=2).fit(X, LABELS)
    refuses(readout, "fit", "X has 5 features", X=X[:, :5], y=LABELS)
    refuses(readout, "fit", r"labels \[3\]", X=X, y=LABELS + 1)
