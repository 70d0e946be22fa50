"""Blocks on the threads of this process: the same features, the same sums."""

import dask
import dask.array as da
import dask.bag as db
import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from sparcelearn.distributed import fit_by_averaging, fit_by_merging, transform, transform_to_file
from sparcelearn.readouts import (
    SparceClassifier,
    SparceRegressor,
    StreamingRidgeClassifier,
    StreamingRidgeRegressor,
)
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir

RNG = np.random.default_rng(4)
SEQUENCES = RNG.random((50, 6, 3))
FEATURES = RNG.normal(size=(400, 8))
LABELS = np.array(["a", "b", "c"])[FEATURES[:, :3].argmax(axis=1)]
VALUES = FEATURES[:, :2] @ [[1.0, 2.0], [3.0, -1.0]] + 1
KINDS = [SpikingReservoir, EchoStateReservoir]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def reservoir(request):
    return request.param(n_units=12, n_readouts=2, random_state=0).fit(SEQUENCES)


# --- features ---


@pytest.mark.parametrize("chunks", [(50, 6, 3), (7, 6, 3), (20, 2, 1)])
def test_blocks_of_an_array_give_the_same_features(reservoir, chunks):
    states = transform(reservoir, da.from_array(SEQUENCES, chunks=chunks))
    expected = reservoir.transform(SEQUENCES)
    assert states.shape == expected.shape
    assert states.dtype == expected.dtype
    assert states.compute().tobytes() == expected.tobytes()
    assert states[13:17].compute().tobytes() == expected[13:17].tobytes()


def test_blocks_of_rows_too(reservoir):
    reservoir.set_params(n_readouts=1).fit(SEQUENCES[:, 0])
    states = transform(reservoir, da.from_array(SEQUENCES[:, 0], chunks=(9, 2)))
    np.testing.assert_array_equal(states, reservoir.transform(SEQUENCES[:, 0]))


def test_partitions_of_a_bag_of_unequal_sequences(reservoir):
    ragged = [RNG.random((n, 3)) for n in RNG.integers(2, 9, 20)]
    states = transform(reservoir, db.from_sequence(ragged, npartitions=3))
    assert states.shape[1] == 24
    np.testing.assert_array_equal(states.compute(), reservoir.transform(ragged))


def test_nothing_is_simulated_before_it_is_asked_for(reservoir, monkeypatch):
    X = da.from_array(SEQUENCES, chunks=(10, 6, 3))
    calls = []
    simulate = type(reservoir).transform

    def counting(self, X):
        calls.append(len(X))
        return simulate(self, X)

    monkeypatch.setattr(type(reservoir), "transform", counting)
    states = transform(reservoir, X)
    assert calls == []
    states[:5].compute(scheduler="synchronous")
    assert calls == [10]  # one block of five


def test_states_of_a_pipeline(reservoir):
    pipeline = make_pipeline(
        EchoStateReservoir(5, random_state=0), EchoStateReservoir(4, random_state=1)
    ).fit(SEQUENCES)
    states = transform(pipeline, da.from_array(SEQUENCES, chunks=(9, 6, 3)))
    np.testing.assert_array_equal(states, pipeline.transform(SEQUENCES))


@pytest.mark.parametrize("block_size", [1, 7, 50, 1000])
def test_a_file_of_states_is_the_same_and_mapped(reservoir, block_size, tmp_path):
    path = tmp_path / "states.npy"
    states = transform_to_file(reservoir, SEQUENCES, path, block_size=block_size)
    assert isinstance(states, np.memmap)
    assert not states.flags.writeable
    np.testing.assert_array_equal(states, reservoir.transform(SEQUENCES))
    assert [file.name for file in tmp_path.iterdir()] == ["states.npy"]


def test_a_search_reads_a_file_of_states(reservoir, tmp_path):
    y = np.arange(50) % 2
    search = GridSearchCV(SparceClassifier(max_iter=2, random_state=0), {"sparsity": [0.2, 0.5]})
    states = transform_to_file(reservoir, list(SEQUENCES), tmp_path / "states.npy")
    from_file = search.fit(states, y).cv_results_["mean_test_score"]
    in_memory = search.fit(reservoir.transform(SEQUENCES), y).cv_results_["mean_test_score"]
    np.testing.assert_array_equal(from_file, in_memory)


def test_a_file_of_states_is_there_whole_or_not_at_all(reservoir, tmp_path):
    bad = [*SEQUENCES[:20], SEQUENCES[20] * np.nan]
    with pytest.raises(ValueError, match="NaN"):
        transform_to_file(reservoir, bad, tmp_path / "states.npy", block_size=10)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_cut_into_blocks_is_refused(reservoir, tmp_path):
    X = da.from_array(SEQUENCES, chunks=(10, 6, 3))
    stream = type(reservoir)(n_units=12, carry_state=True, random_state=0).fit(SEQUENCES)
    for call in (
        lambda: transform(stream, X),
        lambda: transform_to_file(stream, X, tmp_path / "x"),
    ):
        with pytest.raises(ValueError, match="carry_state=True"):
            call()
    with pytest.raises(ValueError, match="block_size must be at least 1, not 0"):
        transform_to_file(reservoir, SEQUENCES, tmp_path / "x", block_size=0)
    with pytest.raises(NotFittedError):
        transform(type(reservoir)(), X)


# --- training ---


@pytest.mark.parametrize("n_rows", [400, 100, 77, 1])
@pytest.mark.parametrize(
    ("readout", "y"),
    [(StreamingRidgeClassifier(), LABELS), (StreamingRidgeRegressor(), VALUES)],
    ids=["classes", "values"],
)
def test_merged_ridge_is_ridge_on_all(readout, y, n_rows):
    if n_rows == 1:
        X, y = FEATURES[:40], y[:40]
    else:
        X = FEATURES
    blocks = da.from_array(X, chunks=(n_rows, 3))
    merged = fit_by_merging(readout, blocks, da.from_array(y, chunks=13))
    assert not hasattr(readout, "coef_")
    whole = readout.fit(X, y)
    np.testing.assert_allclose(merged.coef_, whole.coef_, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(merged.intercept_, whole.intercept_, rtol=1e-9, atol=1e-12)
    assert merged.t_ == whole.t_
    vars(readout).clear()
    readout.__init__()


def test_merging_is_the_same_to_the_bit_whoever_works():
    X, y = da.from_array(FEATURES, chunks=(30, 8)), da.from_array(VALUES, chunks=(30, 2))
    results = []
    for scheduler in ("synchronous", "threads"):
        with dask.config.set(scheduler=scheduler):
            results.append(fit_by_merging(StreamingRidgeRegressor(), X, y).coef_.tobytes())
    assert len(set(results)) == 1


def test_one_block_of_one_round_is_partial_fit():
    X, y = da.from_array(FEATURES, chunks=(400, 8)), da.from_array(LABELS, chunks=400)
    readout = SparceClassifier(random_state=0)
    averaged = fit_by_averaging(readout, X, y, n_rounds=1, n_calibration=50)
    straight = SparceClassifier(calibration_samples=50, random_state=0)
    straight.partial_fit(FEATURES[:50], LABELS[:50], classes=["a", "b", "c"])
    straight.partial_fit(FEATURES, LABELS)
    for name in ("coef_", "thresholds_", "intercept_", "base_thresholds_"):
        np.testing.assert_array_equal(getattr(averaged, name), getattr(straight, name))
    assert averaged.t_ == straight.t_ == 450
    assert averaged.get_params() == readout.get_params()


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_a_round_is_the_mean_weighted_by_rows(solver):
    X = da.from_array(FEATURES, chunks=((300, 100), 8))
    readout = SparceRegressor(solver=solver, random_state=0)
    averaged = fit_by_averaging(readout, X, da.from_array(VALUES), n_rounds=1, n_calibration=40)
    rows = np.r_[:20, 300:320]
    locally = []
    for block in (slice(0, 300), slice(300, 400)):
        local = SparceRegressor(solver=solver, calibration_samples=40, random_state=0)
        local.partial_fit(FEATURES[rows], VALUES[rows])
        locally.append(local.partial_fit(FEATURES[block], VALUES[block]))
    for name in ("coef_", "learned_thresholds_", "intercept_"):
        expected = 0.75 * getattr(locally[0], name) + 0.25 * getattr(locally[1], name)
        np.testing.assert_allclose(getattr(averaged, name), expected, rtol=1e-12)


def test_rounds_learn_from_blocks_that_lack_classes():
    order = np.argsort(LABELS, kind="stable")
    X = da.from_array(FEATURES[order], chunks=(100, 8))
    y = da.from_array(LABELS[order], chunks=100)
    readout = SparceClassifier(0.2, learning_rate=0.02, random_state=0)
    averaged = fit_by_averaging(readout, X, y, n_rounds=30)
    assert averaged.score(FEATURES, LABELS) > 0.9
    assert averaged.coef_.dtype == FEATURES.dtype


def test_rounds_keep_the_precision_of_the_features():
    X = da.from_array(FEATURES.astype("f4"), chunks=(100, 8))
    averaged = fit_by_averaging(SparceRegressor(), X, da.from_array(VALUES), n_rounds=2)
    expected = SparceRegressor().partial_fit(FEATURES.astype("f4"), VALUES)
    assert averaged.coef_.dtype == expected.coef_.dtype
