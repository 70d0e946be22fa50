"""Averages of weights over few and many updates, mixed with the current ones, predict."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import sparcelearn
from sparcelearn.distributed import average_readouts
from sparcelearn.readouts import SparceClassifier, SparceRegressor

N = 2000
RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, 6))
CLASSES = [False, True]
DIRECTION = RNG.normal(size=6)


def noisy():
    """Return a stream that stays as it is; a tenth of the labels are wrong."""
    return X, (X @ DIRECTION > 0) ^ (RNG.random(N) < 0.1)


def drifting():
    """Return a stream in which what divides the classes turns all the time."""
    angles = np.arange(N) / 150
    return X, X[:, 0] * np.cos(angles) + X[:, 1] * np.sin(angles) > 0


def lasting():
    """Return a stream whose labels last 50 samples, with features that say less."""
    labels = np.arange(N) // 50 % 2
    return X + 0.5 * labels[:, np.newaxis], labels.astype(bool)


STREAMS = {"noisy": noisy(), "drifting": drifting(), "lasting": lasting()}


def hits(average, stream):
    """Return whether each sample is predicted before it is learned from."""
    features, labels = STREAMS[stream]
    readout = SparceClassifier(None, average=average)
    readout.partial_fit(features[:1], labels[:1], classes=CLASSES)
    found = np.zeros(N, dtype=bool)
    for k in range(1, N):
        found[k] = readout.predict(features[k : k + 1])[0] == labels[k]
        readout.partial_fit(features[k : k + 1], labels[k : k + 1])
    return found


@pytest.mark.parametrize(("stream", "best"), [("noisy", 1000), ("drifting", 10), ("lasting", None)])
def test_what_suits_the_stream_predicts(stream, best):
    scores = {average: hits(average, stream)[500:].mean() for average in (None, 10, 1000)}
    assert max(scores, key=scores.get) == best
    found = hits("adaptive", stream)
    assert found[500:].mean() > scores[best] - 0.015
    assert sorted(scores.values())[1] < found[500:].mean() - 0.01  # another is worse


def test_what_predicts_is_a_mix_of_the_three():
    features, labels = STREAMS["noisy"]
    for cut in (50, 100, 400, 2000):
        fed = [
            SparceClassifier(average=average, learning_rate=0.5).partial_fit(
                features[:cut], labels[:cut], classes=CLASSES
            )
            for average in (10, 1000, None, "adaptive")
        ]
        adaptive = fed.pop()
        shares = np.exp(-adaptive._mistakes) / np.exp(-adaptive._mistakes).sum()
        for name in ("coef_", "intercept_"):
            parts = [getattr(readout, name) for readout in fed]
            assert_allclose(getattr(adaptive, name), np.tensordot(shares, parts, 1), rtol=1e-12)
        assert_array_equal(adaptive.thresholds_, fed[0].thresholds_)


def test_where_none_is_ever_wrong_all_count_alike():
    X_easy = np.repeat([[1.0, -1.0], [-1.0, 1.0]], 20, axis=0)
    adaptive = SparceClassifier(None, random_state=0).fit(X_easy, np.repeat([0, 1], 20))
    adaptive.partial_fit(X_easy, np.repeat([0, 1], 20))
    assert not adaptive._mistakes.any()
    W = np.vstack([adaptive._averages[0], adaptive._fast[0].T]).reshape(3, 2)
    assert_allclose(adaptive.coef_[0], W.mean(axis=0), rtol=1e-12)


def test_averages_begin_at_what_fit_has_learned():
    features, labels = STREAMS["noisy"]
    readout = SparceClassifier(max_iter=3, random_state=0).fit(features[:500], labels[:500])
    assert readout._fast is readout._averages is readout._mistakes is readout._left is None
    before = readout.coef_.copy()
    readout.partial_fit(features[500:501], labels[500:501], classes=CLASSES)
    moved = readout._averages[0].reshape(2, 6, 1).transpose(0, 2, 1) - before
    step = readout._fast[0] - before
    assert_allclose(moved[0], step / 10, atol=1e-15)
    assert_allclose(moved[1], step / 1000, atol=1e-15)


def test_what_is_averaged_may_change_midway():
    """Learning itself goes on; means begin again at what predicts."""
    features, labels = STREAMS["drifting"]
    plain = SparceClassifier(average=None, learning_rate=0.1)
    plain.partial_fit(features, labels, classes=CLASSES)
    for first, second in ((10, "adaptive"), ("adaptive", 10)):
        readout = SparceClassifier(average=first, learning_rate=0.1)
        readout.partial_fit(features[:300], labels[:300], classes=CLASSES).set_params(
            average=second
        )
        readout.partial_fit(features[300:], labels[300:], classes=CLASSES)
        assert_array_equal(readout._fast[0], plain.coef_)
        assert (readout._mistakes is None) == (second == 10)
    readout.set_params(average=None).partial_fit(features[:1], labels[:1], classes=CLASSES)
    assert readout._fast is readout._left is readout._averages is None


def test_averages_go_through_files(tmp_path):
    features, labels = STREAMS["noisy"]
    readout = SparceClassifier().partial_fit(features[:700], labels[:700], classes=CLASSES)
    sparcelearn.save(tmp_path / "readout.ckpt", readout)
    loaded = sparcelearn.load(tmp_path / "readout.ckpt")
    for both in (readout, loaded):
        both.partial_fit(features[700:], labels[700:], classes=CLASSES)
    assert_array_equal(loaded._mistakes, readout._mistakes)
    assert_array_equal(loaded.coef_, readout.coef_)


@pytest.mark.parametrize("others", ["adaptive", 10, None])
def test_the_mean_of_replicas_goes_on_from_what_they_predict_by(others):
    features, labels = STREAMS["noisy"]
    parts = [SparceClassifier(None, average=a) for a in ("adaptive", others)]
    for start, part in zip((0, 700), parts, strict=True):
        part.partial_fit(features[start : start + 700], labels[start : start + 700], CLASSES)
    for readouts in (parts, parts[::-1]):
        mean = average_readouts(readouts)
        assert_allclose(mean.coef_, (parts[0].coef_ + parts[1].coef_) / 2)
        before = mean.coef_.copy()
        mean.partial_fit(features[:1], labels[:1], sample_weight=[1e-9])
        assert_allclose(mean.coef_, before, rtol=1e-5)
        mean.partial_fit(features[1400:], labels[1400:])
        assert mean.score(features, labels) > 0.75


def learned():
    features, labels = STREAMS["noisy"]
    return SparceClassifier().partial_fit(features[:20], labels[:20], classes=CLASSES)


DAMAGES = {
    "_averages": [None, lambda a: [a[0][1:], a[1]]],
    "_mistakes": [
        None,
        lambda a: a[1:],
        lambda a: -1 - a,
        lambda a: a + np.inf,
        lambda a: a * np.nan,
    ],
    "_left": [None, lambda a: a[:, 1:], lambda a: a[:1]],
    "_fast": [None, lambda a: a[:1]],
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_averages_are_refused(name):
    learned()._check_loaded()
    for damage in DAMAGES[name]:
        readout = learned()
        setattr(readout, name, damage and damage(getattr(readout, name)))
        with pytest.raises(ValueError, match=r"does not hold|must"):
            readout._check_loaded()


def test_a_sample_of_small_weight_is_a_small_mistake():
    features, labels = STREAMS["noisy"]
    one, none = learned(), learned()
    one.partial_fit(features[20:21], labels[20:21], sample_weight=[1e-9])
    assert_allclose(one._mistakes, none._mistakes, atol=1e-8)
    one.partial_fit(features[20:21], [not one.predict(features[20:21])[0]], sample_weight=[5.0])
    assert_allclose(one._mistakes[-1], none._mistakes[-1] * (1 - 1 / 200) + 1, rtol=1e-6)


@pytest.mark.parametrize("average", [0, 1.5, "fast"])
def test_other_averages_are_refused(average):
    with pytest.raises(ValueError, match="average"):
        SparceClassifier(average=average).partial_fit(X[:5], [0, 1, 0, 1, 1])


def test_values_are_averaged_over_a_number_only():
    with pytest.raises(ValueError, match="average"):
        SparceRegressor(average="adaptive").partial_fit(X[:5], np.arange(5.0))


@pytest.mark.parametrize("batch_size", [1, 20])
def test_who_is_wrong_does_not_depend_on_how_often_classes_came(batch_size):
    """Under softmax, errors are of outputs to which shares are added; answers are not."""
    rng = np.random.RandomState(0)
    features, labels = rng.normal(size=(400, 6)), np.repeat([0, 1, 2, 3], 100)
    features[np.arange(400), labels] += 1
    adaptive = SparceClassifier(
        None, loss="softmax", class_memory=5, batch_size=batch_size, calibration_samples=20
    )
    adaptive.partial_fit(features[:20], labels[:20], classes=range(4))
    plain = SparceClassifier(**adaptive.get_params()).set_params(average=None)
    plain.set_params(learning_rate=0.5).partial_fit(features[:20], labels[:20], classes=range(4))
    mistakes = adaptive._mistakes[-1]
    for start in range(20, 400, batch_size):
        some = slice(start, start + batch_size)
        for wrong in plain.predict(features[some]) != labels[some]:
            mistakes = mistakes * (1 - 1 / 200) + wrong
        plain.partial_fit(features[some], labels[some])
        adaptive.partial_fit(features[some], labels[some])
    assert_allclose(adaptive._mistakes[-1], mistakes, rtol=1e-12)
