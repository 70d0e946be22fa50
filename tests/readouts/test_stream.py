"""partial_fit: predict, then learn, then observe, whatever the chunks."""

import copy

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import sparcelearn
from sparcelearn import ReservoirClassifier
from sparcelearn.readouts import SparceClassifier, SparceRegressor
from sparcelearn.reservoir import EchoStateReservoir
from tests.readouts import naive

RNG = np.random.default_rng(0)
X = RNG.normal(size=(160, 12))
LABELS = (X[:, :3].argmax(axis=1) + (X[:, 3] > 1)).astype(np.int64)
VALUES = np.column_stack([X[:, 0] - X[:, 1], np.abs(X[:, 2])])
CLASSES = [0, 1, 2, 3]

ARRAYS = ("coef_", "intercept_", "base_thresholds_", "learned_thresholds_")


def state(readout):
    """Return everything learned, as arrays."""
    arrays = [getattr(readout, name) for name in ARRAYS]
    arrays += [a for a in (readout._markers, readout._positions) if a is not None]
    for moments in (readout._means, readout._squares):
        arrays += moments or []
    arrays += [] if readout._decay is None else [readout._decay]
    for kept in (readout._fast, readout._averages, [readout._left], [readout._mistakes]):
        arrays += [a for a in kept or [] if a is not None]
    shares = getattr(readout, "_class_shares", None)
    arrays += [] if shares is None else [shares]
    counters = np.array([readout.t_, readout._n_observed])
    return [*arrays, counters]


def assert_same_state(a, b):
    for left, right in zip(state(a), state(b), strict=True):
        assert_array_equal(left, right)


def feed(readout, cuts, weights=None):
    """Give the whole stream in chunks that end at the cuts."""
    start = 0
    for stop in [*cuts, len(X)]:
        part = slice(start, stop)
        weight = None if weights is None else weights[part]
        if isinstance(readout, SparceClassifier):
            readout.partial_fit(X[part], LABELS[part], classes=CLASSES, sample_weight=weight)
        else:
            readout.partial_fit(X[part], VALUES[part], sample_weight=weight)
        start = stop
    return readout


@pytest.mark.parametrize("solver", ["nlms", "adam", "sgd"])
@pytest.mark.parametrize("readout_class", [SparceClassifier, SparceRegressor])
def test_chunks_do_not_matter_to_the_bit(readout_class, solver):
    def make():
        return readout_class(solver=solver, batch_size=1, calibration_samples=80, random_state=0)

    whole = feed(make(), [])
    rng = np.random.default_rng(1)
    for _ in range(50):
        cuts = rng.choice(np.arange(1, len(X)), rng.integers(1, 30), replace=False)
        assert_same_state(feed(make(), np.sort(cuts)), whole)
    assert_same_state(feed(make(), range(1, len(X))), whole)


@pytest.mark.parametrize("loss", ["softmax", "asymmetric"])
def test_chunks_do_not_matter_to_what_classes_came_lately(loss):
    whole = feed(SparceClassifier(loss=loss, class_memory=5, calibration_samples=80), [])
    cut = feed(SparceClassifier(loss=loss, class_memory=5, calibration_samples=80), [1, 50, 97])
    assert_same_state(cut, whole)
    forgetful = feed(SparceClassifier(loss=loss, calibration_samples=80), [])
    assert not np.array_equal(forgetful.coef_, whole.coef_)
    shares = np.zeros(4)
    for label in LABELS:
        shares += (np.eye(4)[label] - shares) / 5
    assert_allclose(whole._class_shares, shares, rtol=1e-12)


def test_followed_classes_go_through_files_and_single_rows(tmp_path):
    def start():
        reservoir = EchoStateReservoir(12, carry_state=True, random_state=0)
        readout = SparceClassifier(class_memory=5, calibration_samples=20)
        model = ReservoirClassifier(reservoir, readout)
        return model.partial_fit(X[:60], LABELS[:60], classes=CLASSES)

    whole, rows = start().partial_fit(X[60:], LABELS[60:]), start()
    sparcelearn.save(tmp_path / "model.ckpt", rows)
    rows = sparcelearn.load(tmp_path / "model.ckpt")
    for row, label in zip(X[60:], LABELS[60:], strict=True):
        rows.learn(row, label)
    assert_same_state(rows.readout_, whole.readout_)


def test_two_classes_share_an_output_that_spares_neither():
    plain, followed = (SparceClassifier(class_memory=m) for m in (None, 5))
    for readout in (plain, followed):
        readout.partial_fit(X, LABELS > 1, classes=[False, True])
    assert_same_state(followed, plain)


def test_chunks_matter_to_larger_mini_batches():
    """The reason why the promise above names batch_size=1."""
    whole = feed(SparceClassifier(batch_size=20), [])
    cut = feed(SparceClassifier(batch_size=20), [15])
    assert not np.array_equal(whole.coef_, cut.coef_)


@pytest.mark.parametrize("loss", ["sigmoid", "softmax", "squared", "asymmetric"])
def test_each_sample_is_predicted_before_it_is_learned_from(loss):
    """The losses that learning reports are those of predict's outputs just before."""
    readout = SparceClassifier(
        loss=loss, batch_size=1, calibration_samples=80, learning_rate=0.05, average=None
    ).partial_fit(X[:80], LABELS[:80], classes=CLASSES)
    whole = copy.deepcopy(readout)
    losses = []
    low = -1.0 if loss in ("squared", "asymmetric") else 0.0
    for s in range(80, len(X)):
        target = np.where(np.arange(4) == LABELS[s], 1.0, low)[None]
        losses.append(naive.sample_losses(loss, readout.decision_function(X[s : s + 1]), target))
        readout.partial_fit(X[s : s + 1], LABELS[s : s + 1])
    reported = []
    whole._learn, learn = lambda *args: reported.append(learn(*args)), whole._learn
    whole.partial_fit(X[80:], LABELS[80:])
    assert_allclose(reported, [np.mean(losses)], rtol=1e-12)


def test_the_first_sample_is_its_own_percentile():
    """Nothing of it passes: the intercept alone learns."""
    readout = SparceClassifier(batch_size=1, solver="sgd", learning_rate=1.0, loss="softmax")
    readout.partial_fit(X[:1], [2], classes=CLASSES)
    assert_allclose(readout.intercept_, [-0.25, -0.25, 0.75, -0.25])
    assert_array_equal(readout.coef_, np.zeros((4, 12)))
    assert_array_equal(readout.base_thresholds_, np.abs(X[0]))
    assert readout.coding_level_ == 0.0


@pytest.mark.parametrize("solver", ["nlms", "adam", "sgd"])
@pytest.mark.parametrize("batch_size", [1, 7, 1000])
@pytest.mark.parametrize("average", [None, 1, 10, "adaptive"])
def test_a_stream_is_the_naive_loop(solver, batch_size, average):
    calibration = 100
    readout = feed(
        SparceClassifier(
            0.6,
            solver=solver,
            batch_size=batch_size,
            calibration_samples=calibration,
            learning_rate=0.01,
            loss="sigmoid",
            average=average,
        ),
        [],
    )
    start = np.zeros(12), np.zeros((12, 4)), np.zeros(4), np.zeros(12)
    rates = 1.0, 0.05 * (1 + 0.4 * 12) if solver == "nlms" else 0.1
    slow = naive.Learner(*start, "sigmoid", solver, rates)
    trackers = [naive.PSquare(0.6) for _ in range(12)]
    targets, codes = np.eye(4)[LABELS], []
    memories = [10, 1000] if average == "adaptive" else [average or 1]
    means, mistakes = [naive.Mean(slow.p) for _ in memories], np.zeros(len(memories) + 1)
    for start in range(0, len(X), batch_size):
        part = slice(start, start + batch_size)
        seen = min(start + batch_size, len(X))
        for row in X[part]:
            for i, tracker in enumerate(trackers):
                if tracker.count < calibration:
                    tracker.observe(abs(row[i]))
        slow.base = np.array([tracker.estimate() for tracker in trackers])
        if start < calibration:
            codes.append(naive.sparse_code(X[start : min(seen, calibration)], slow.base))
            before, slow.scale = slow.scale, naive.sizes(np.vstack(codes), slow.base)
            if solver == "nlms" and start:
                shares = np.minimum(before / slow.scale, 1.0)[:, np.newaxis]
                slow.p[0] = slow.p[0] * shares
                for mean in means:
                    mean.W *= shares
        slow.alpha = 0.01 * 0.01 * (seen - start) / seen
        rivals = [(mean.W, mean.b) for mean in means] + [(slow.p[0], slow.p[1])]
        theta = slow.base + slow.p[2]
        answers = [naive.outputs(X[part], theta, *p).argmax(axis=1) for p in rivals]
        for wrong in (answers != LABELS[part]).T:
            mistakes = mistakes * (1 - 1 / 200) + wrong
        slow.update(X[part], targets[part], np.ones(len(X[part])), 0.01)
        for mean, memory in zip(means, memories, strict=True):
            mean.follow(slow.p, slow.active, memory)
    rivals = [(mean.W, mean.b) for mean in means] + [(slow.p[0], slow.p[1])]
    shares = np.array([1.0, 0.0])
    if average == "adaptive":
        assert_allclose(readout._mistakes, mistakes, rtol=1e-11)
        shares = np.exp(-mistakes) / np.exp(-mistakes).sum()
    mixed_W, mixed_b = (sum(map(np.multiply, shares, p)) for p in zip(*rivals, strict=True))
    assert_allclose(readout.coef_.T, mixed_W, rtol=1e-11, atol=1e-13)
    assert_allclose(readout.intercept_, mixed_b, rtol=1e-11, atol=1e-13)
    assert_allclose(readout.thresholds_, slow.base + slow.p[2], rtol=1e-11)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch_size", [1, 10])
@pytest.mark.parametrize("size", [1e-3, 1e-30, 1e-44])
def test_a_feature_that_wakes_up_late_upsets_nothing(size, batch_size, dtype):
    rng = np.random.RandomState(0)
    features = rng.randn(400, 5).astype(dtype)
    targets = features @ rng.randn(5)
    features[:100, 0] *= size  # what it was worth then says nothing of later
    readout, errors = SparceRegressor(batch_size=batch_size), np.zeros(400)
    for first in range(0, 400, batch_size):
        some = slice(first, first + batch_size)
        if first > 101:  # a row that is unlike all before is not foreseen
            errors[some] = readout.predict(features[some]) - targets[some]
        readout.partial_fit(features[some], targets[some])
    assert np.abs(errors).max() < 5 * targets.std()
    assert np.std(errors[-100:]) < (0.05 if batch_size == 1 else 0.5) * targets.std()


@pytest.mark.parametrize("readout_class", [SparceClassifier, SparceRegressor])
def test_after_fit_the_percentiles_stay(readout_class):
    y = LABELS if readout_class is SparceClassifier else VALUES
    readout = readout_class(max_iter=2, random_state=0).fit(X, y)
    base, coef, t = readout.base_thresholds_, readout.coef_.copy(), readout.t_
    readout.partial_fit(3 * X, y)
    assert_array_equal(readout.base_thresholds_, base)
    assert not np.array_equal(readout.coef_, coef)
    assert readout.t_ == t + len(X) == 3 * len(X)


@pytest.mark.parametrize("solver", ["nlms", "adam", "sgd"])
def test_a_sample_of_no_weight_is_ignored(solver):
    def make():
        return SparceClassifier(solver=solver, batch_size=1, max_iter=1, random_state=0)

    weights = np.where(np.arange(len(X)) % 3 == 0, 0.0, 1.0)
    kept = weights > 0
    weighted = make().partial_fit(X, LABELS, classes=CLASSES, sample_weight=weights)
    without = make().partial_fit(X[kept], LABELS[kept], classes=CLASSES)
    for left, right in zip(state(weighted)[:-1], state(without)[:-1], strict=True):
        assert_array_equal(left, right)


def test_a_weight_multiplies_the_loss_but_not_the_batch():
    weights = np.array([0.0, 2.0, 0.5, 1.0])
    readout = SparceRegressor(None, solver="sgd", learning_rate=0.1, batch_size=4)
    readout.partial_fit(X[:4], VALUES[:4, 0], sample_weight=weights)
    expected = 0.1 * 2 * (weights * VALUES[:4, 0]) @ X[:4] / 3
    assert_allclose(readout.coef_[0], expected)


def test_unit_weights_are_no_weights():
    assert_same_state(
        feed(SparceClassifier(), [50], np.ones(len(X))), feed(SparceClassifier(), [50])
    )


def test_the_rate_is_constant_on_a_stream():
    assert_same_state(
        feed(SparceClassifier(learning_rate_schedule="linear"), [20]),
        feed(SparceClassifier(learning_rate_schedule="constant"), [20]),
    )


def test_the_solver_may_change_midway():
    readout = feed(SparceClassifier(solver="sgd", average=None), [])
    before = readout.coef_.copy()
    readout.set_params(solver="adam", alpha=0.0, batch_size=20).partial_fit(X[:20], LABELS[:20])
    # A first step of Adam has the size of the learning rate, wherever there was a gradient.
    moved = np.abs(readout.coef_ - before)
    assert_allclose(moved[moved > 0].max(), 0.002, rtol=1e-3)


@pytest.mark.parametrize("dtypes", [("f4", "f8"), ("f8", "f4")])
def test_rows_of_another_precision_are_learned_in_the_first(dtypes):
    first, then = (X.astype(dtype) for dtype in dtypes)
    readout = SparceClassifier().partial_fit(first, LABELS, classes=CLASSES)
    readout.partial_fit(then, LABELS)
    assert readout.coef_.dtype == first.dtype
    assert readout.score(X, LABELS) > 0.6


def test_a_stream_may_begin_with_samples_of_no_weight():
    readout = SparceClassifier()
    readout.partial_fit(X, LABELS, classes=CLASSES, sample_weight=np.zeros(len(X)))
    assert readout.coding_level_ == 0.0
    assert_allclose(
        readout.partial_fit(X, LABELS).coef_,
        SparceClassifier().partial_fit(X, LABELS, classes=CLASSES).coef_,
    )
