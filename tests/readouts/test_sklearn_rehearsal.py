"""The scikit-learn contract of readouts that rehearse, around any others."""

import os
from collections import Counter

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone, is_classifier
from sklearn.linear_model import SGDClassifier
from sklearn.utils import estimator_checks as checks

from sparcelearn import SpikeTrains
from sparcelearn.readouts import (
    DecolleClassifier,
    DeltaClassifier,
    DeltaRegressor,
    PseudoReplayClassifier,
    ReplayClassifier,
    ReplayRegressor,
)

READOUTS = [
    ReplayClassifier(DeltaClassifier(), random_state=0),
    ReplayRegressor(DeltaRegressor(), random_state=0),
    PseudoReplayClassifier(DeltaClassifier(), random_state=0),
]
N_CHECKS = {True: 55, False: 53}  # of classifiers, of regressors


@pytest.mark.parametrize("readout", READOUTS, ids=lambda r: type(r).__name__)
def test_every_check_passes(readout):
    records = checks.check_estimator(readout, on_fail=None, on_skip=None)
    counts = Counter(record["status"] for record in records)
    expected = {"passed": N_CHECKS[is_classifier(readout)]}
    if os.environ.get("SCIPY_ARRAY_API") != "1":
        expected = {"passed": expected["passed"] - 1, "skipped": 1}
    failed = [(r["check_name"], r["exception"]) for r in records if r["status"] not in expected]
    assert dict(counts) == expected, failed


RNG = np.random.default_rng(0)
X = RNG.normal(size=(90, 5))
LABELS = X[:, :3].argmax(axis=1)


def stream(readout, start, stop):
    if is_classifier(readout):
        return readout.partial_fit(X[start:stop], LABELS[start:stop], classes=[0, 1, 2])
    return readout.partial_fit(X[start:stop], X[start:stop, :2])


@pytest.mark.parametrize("readout", READOUTS, ids=lambda r: type(r).__name__)
def test_chunks_do_not_matter_to_the_bit(readout):
    readout = clone(readout)
    if isinstance(readout, ReplayClassifier):
        readout.set_params(buffer_size=7)
    whole, parts = stream(clone(readout), 0, 90), clone(readout)
    for start, stop in [(0, 1), (1, 2), (2, 40), (40, 90)]:
        stream(parts, start, stop)
    for name in vars(whole):
        if name.endswith("_") and name != "readout_":
            assert_array_equal(getattr(parts, name), getattr(whole, name))
    assert_array_equal(parts.readout_.coef_, whole.readout_.coef_)
    assert parts.readout_.t_ == whole.readout_.t_ > 300


@pytest.mark.parametrize("readout", READOUTS, ids=lambda r: type(r).__name__)
def test_failed_or_looking_calls_change_nothing(readout):
    model = stream(clone(readout), 0, 50)
    before = joblib.hash(vars(model))
    model.predict(X)
    with pytest.raises(ValueError, match="5 features"):
        model.partial_fit(X[:, :3], LABELS)
    if is_classifier(model):
        with pytest.raises(ValueError, match="not among"):
            model.partial_fit(X, LABELS + 2)
        assert model.decision_function(X).shape == model.predict_proba(X).shape == (90, 3)
    assert joblib.hash(vars(model)) == before
    with pytest.raises(ValueError, match="'readout' parameter"):
        clone(readout).set_params(readout=3).fit(X, LABELS)


def test_without_replay_it_is_the_readout():
    plain = stream(DeltaClassifier(0.1), 0, 90)
    for readout in READOUTS[::2]:
        wrapped = clone(readout).set_params(n_replay=0, readout=DeltaClassifier(0.1))
        assert_array_equal(stream(wrapped, 0, 90).readout_.coef_, plain.coef_)


def test_the_buffer_is_a_fair_sample():
    """Of 40 samples in 10 slots each is kept in a quarter of streams, wherever it stood."""
    numbers, kept = np.arange(40.0)[:, None], np.zeros(40)
    for seed in range(400):
        readout = ReplayRegressor(DeltaRegressor(1e-9), buffer_size=10, random_state=seed)
        buffer = readout.fit(numbers, numbers[:, 0]).buffer_X_[:, 0].astype(int)
        assert len(set(buffer.tolist())) == 10
        kept[buffer] += 1
    assert np.abs(kept / 400 - 0.25).max() < 4 * np.sqrt(0.25 * 0.75 / 400)


def test_what_is_replayed_comes_from_the_buffer_as_it_was():
    """Seen through a readout that notes what it is given."""
    notes = []

    class Notes(DeltaRegressor):
        def partial_fit(self, X, y, sample_weight=None):
            notes.extend(X[:, 0].astype(int).tolist())
            return super().partial_fit(X, y)

    numbers = np.arange(30.0)[:, None]
    ReplayRegressor(Notes(1e-9), buffer_size=4, n_replay=2, random_state=1).fit(
        numbers, numbers[:, 0]
    )
    assert notes[:4] == [0, 1, 0, 0]  # nothing to go over behind the first
    assert notes[1::3] == list(range(1, 30))
    for s in range(1, 30):
        assert max(notes[3 * s - 1 : 3 * s + 1]) < s


def test_made_up_samples_have_the_moments_of_their_class():
    notes = []

    class Notes(DeltaClassifier):
        def partial_fit(self, X, y, classes=None, sample_weight=None):
            notes.append((X, y))
            return super().partial_fit(X, y, classes)

    shifted = X[:60] * [1, 2, 3, 4, 0] + LABELS[:60, None]
    readout = PseudoReplayClassifier(Notes(1e-9), n_replay=400, random_state=0)
    readout.partial_fit(shifted, LABELS[:60], classes=[0, 1, 2, 3])
    readout.partial_fit(shifted[:50], LABELS[:50])
    rows, labels = notes[1]
    for c in range(3):
        drawn, own = rows[labels == c][100:], shifted[LABELS[:60] == c]
        assert len(drawn) > 5000
        np.testing.assert_allclose(drawn.mean(axis=0), own.mean(axis=0), atol=0.3)
        np.testing.assert_allclose(drawn.std(axis=0), own.std(axis=0), rtol=0.15, atol=1e-9)
    assert 3 not in labels  # not seen, not made up
    both = np.concatenate([shifted, shifted[:50]])
    both_labels = np.concatenate([LABELS[:60], LABELS[:50]])
    for c in range(3):
        np.testing.assert_allclose(readout.means_[c], both[both_labels == c].mean(axis=0))
        np.testing.assert_allclose(
            readout.squares_[c] / readout.counts_[c], both[both_labels == c].var(axis=0), atol=1e-12
        )


def test_other_readouts_rehearse_too():
    labels = np.array(["a", "b", "c"])[LABELS]
    for kind in (ReplayClassifier, PseudoReplayClassifier):
        model = kind(SGDClassifier(random_state=0), random_state=0).fit(X, labels)
        assert model.score(X, labels) > 0.7
        assert not hasattr(model, "predict_proba")


def test_spike_trains_are_replayed():
    y = np.arange(60) % 2
    rates = np.where(np.arange(12) % 2 == y[:, None], 0.2, 0.02)
    trains = SpikeTrains.from_dense(RNG.random((60, 40, 12)) < rates[:, None])
    order = np.argsort(y, kind="stable")
    model = ReplayClassifier(DecolleClassifier(20, random_state=0), buffer_size=20, random_state=0)
    model.partial_fit(trains[order[:45]], y[order[:45]], classes=[0, 1])
    model.partial_fit(trains[order[45:]], y[order[45:]])
    assert len(model.buffer_X_) == 20
    assert model.score(trains, y) > 0.9
    with pytest.raises(ValueError, match="rows of features"):
        PseudoReplayClassifier(DecolleClassifier()).fit(trains, y)
