"""Readouts that learned apart, made one: exactly by sums, roughly by weights, or not at all."""

import joblib
import numpy as np
import pytest
from sklearn.linear_model import SGDClassifier

from sparcelearn import SpikeTrains
from sparcelearn.distributed import average_readouts, fit_by_averaging, merge_readouts
from sparcelearn.readouts import (
    DecolleClassifier,
    DeltaClassifier,
    DeltaRegressor,
    NodePerturbationRegressor,
    PrototypeClassifier,
    RLSRegressor,
    SparceClassifier,
    StreamingLDAClassifier,
    StreamingRidgeClassifier,
    StreamingRidgeRegressor,
)
from sparcelearn.readouts.synapses import BennaFusiSynapse, FloatSynapse, QuantizedSynapse

RNG = np.random.default_rng(6)
X = RNG.normal(size=(400, 8)) + 1
LABELS = X[:, :4].argmax(axis=1)
PARTS = np.split(np.arange(400), [40, 150, 390])  # four unequal clients


@pytest.mark.parametrize(
    "readout_class", [StreamingRidgeClassifier, StreamingLDAClassifier, PrototypeClassifier]
)
def test_merged_clients_are_the_central_readout(readout_class):
    clients = [
        readout_class().partial_fit(X[part], LABELS[part], classes=range(4)) for part in PARTS
    ]
    before = joblib.hash(clients)
    merged, central = merge_readouts(clients), readout_class().fit(X, LABELS)
    np.testing.assert_allclose(merged.coef_, central.coef_, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(merged.intercept_, central.intercept_, rtol=1e-12, atol=1e-12)
    assert merged.t_ == 400
    assert joblib.hash(clients) == before
    alone = merge_readouts(clients[:1])
    assert alone is not clients[0]
    assert joblib.hash(vars(alone)) == joblib.hash(vars(clients[0]))


def test_averaged_ridge_weights_would_be_off_and_are_refused():
    """What one would get by averaging: several percent, where merging gets 1e-12."""
    values = X[:, :2] @ [[1.0], [2.0]] + np.abs(X[:, 2:3]) + RNG.normal(size=(400, 1))
    clients = [StreamingRidgeRegressor().fit(X[part], values[part]) for part in PARTS]
    shares = [len(part) / 400 for part in PARTS]
    mean = sum(share * c.coef_ for share, c in zip(shares, clients, strict=True))
    central = StreamingRidgeRegressor().fit(X, values).coef_
    assert np.linalg.norm(mean - central) / np.linalg.norm(central) > 0.01
    with pytest.raises(TypeError, match=r"StreamingRidgeRegressor cannot be averaged.*merge"):
        average_readouts(clients)


def test_averaged_ridge_weights_are_six_percent_off_where_merged_ones_are_exact():
    """Ten normal classes in 300 rectified features, four clients of 2,400 to 9,600 samples."""
    rng = np.random.default_rng(0)
    centres, mix = rng.normal(size=(10, 20)), rng.normal(size=(20, 300)) / np.sqrt(20)
    labels = rng.integers(10, size=24_000)
    features = np.maximum((centres[labels] + 1.3 * rng.normal(size=(24_000, 20))) @ mix, 0)
    parts = np.split(np.arange(24_000), [2400, 7200, 14_400])
    clients = [
        StreamingRidgeClassifier().partial_fit(features[part], labels[part], classes=range(10))
        for part in parts
    ]
    central = StreamingRidgeClassifier().fit(features, labels).coef_
    mean = sum(len(part) / 24_000 * c.coef_ for part, c in zip(parts, clients, strict=True))
    assert np.linalg.norm(mean - central) / np.linalg.norm(central) == pytest.approx(0.06, abs=0.01)
    merged = merge_readouts(clients).coef_
    assert np.linalg.norm(merged - central) / np.linalg.norm(central) < 1e-11


@pytest.mark.parametrize(
    "make",
    [
        lambda: DeltaRegressor(0.2, random_state=0),
        lambda: DeltaRegressor(0.2, synapse=FloatSynapse(2.0), random_state=0),
        lambda: NodePerturbationRegressor(0.02, random_state=0),
    ],
)
def test_an_average_is_weighted_by_samples_and_learns_on(make):
    values = X[:, :2]
    clients = [make().partial_fit(X[part], values[part]) for part in PARTS]
    mean = average_readouts(clients)
    expected = sum(len(p) / 400 * c.coef_ for p, c in zip(PARTS, clients, strict=True))
    np.testing.assert_allclose(mean.coef_, expected, rtol=1e-12)
    np.testing.assert_allclose(average_readouts(clients, [0, 2, 0, 0]).coef_, clients[1].coef_)
    assert mean.t_ == 400
    assert mean._clock == 240
    before = mean.score(X, values)
    assert mean.partial_fit(X, values).score(X, values) > before - 0.05


@pytest.mark.parametrize(
    "readout",
    [
        RLSRegressor(),
        StreamingRidgeRegressor(),
        DeltaRegressor(synapse=BennaFusiSynapse(3)),
        DeltaRegressor(synapse=QuantizedSynapse(16)),
        SGDClassifier(),
    ],
    ids=lambda r: type(r).__name__,
)
def test_what_has_no_mean_is_refused_before_anything_is_learned(readout):
    with pytest.raises(TypeError, match="cannot be averaged"):
        fit_by_averaging(readout, None, None)
    if not isinstance(readout, SGDClassifier):
        readout.partial_fit(X, X[:, 0])
        with pytest.raises(TypeError, match="cannot be averaged"):
            average_readouts([readout, readout])


def test_readouts_that_do_not_fit_together_are_refused():
    here = DeltaClassifier().fit(X, LABELS)
    sparse = [SparceClassifier(max_iter=1).fit(X[part], LABELS[part]) for part in PARTS[1:3]]
    trains = SpikeTrains.from_dense(RNG.random((6, 20, 5)) < 0.2)
    fixed = [
        DecolleClassifier(4, max_iter=1, random_state=k).fit(trains, np.arange(6) % 2)
        for k in range(2)
    ]
    for others, match in [
        ([here, DeltaClassifier().fit(X[:, :3], LABELS)], "n_features_in_"),
        ([here, DeltaClassifier().fit(X, LABELS + 1)], "classes_"),
        ([DeltaRegressor().fit(X, X[:, 0]), DeltaRegressor().fit(X, X[:, :2])], "outputs"),
        (sparse, "base_thresholds_"),
        (fixed, "projection_"),
        ([], "at least one"),
    ]:
        with pytest.raises(ValueError, match=match):
            average_readouts(others)
    with pytest.raises(TypeError, match="one class"):
        average_readouts([here, DeltaRegressor().fit(X, X[:, 0])])
    for weights in ([1.0], [1.0, -1.0], [0.0, 0.0], [np.nan, 1.0]):
        with pytest.raises(ValueError, match="weights"):
            average_readouts([here, here], weights)
    with pytest.raises(TypeError, match="method merge"):
        merge_readouts([here])
    with pytest.raises(ValueError, match="at least one"):
        merge_readouts([])


def test_spiking_readouts_from_one_start_have_a_mean():
    trains = SpikeTrains.from_dense(RNG.random((6, 20, 5)) < 0.2)
    clients = [
        DecolleClassifier(4, random_state=0).partial_fit(trains[rows], [0, 1, 0], classes=[0, 1])
        for rows in ([0, 1, 2], [3, 4, 5])
    ]
    mean = average_readouts(clients)
    np.testing.assert_allclose(mean.coef_, (clients[0].coef_ + clients[1].coef_) / 2)
    assert mean.partial_fit(trains, [0, 1] * 3).t_ == 12
