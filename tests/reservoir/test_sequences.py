"""The one data rule: the same samples give the same features in whatever they come."""

import numpy as np
import pandas as pd
import pytest

from sparcelearn.reservoir import LIF, EchoStateReservoir, SpikingReservoir
from tests.reservoir.helpers import assert_same, fitted_arrays

N_SAMPLES, N_STEPS, N_CHANNELS = 5, 6, 3


def spiking(**parameters):
    return SpikingReservoir(**{"n_units": 20, "n_readouts": 1, "random_state": 0, **parameters})


def echo(**parameters):
    return EchoStateReservoir(**{"n_units": 20, "random_state": 0, **parameters})


@pytest.fixture(params=[spiking, echo], ids=["spiking", "echo"])
def make(request):
    return request.param


@pytest.fixture(name="X")
def sequences():
    return np.random.RandomState(0).rand(N_SAMPLES, N_STEPS, N_CHANNELS)


@pytest.fixture
def ragged():
    rng = np.random.RandomState(1)
    return [rng.rand(n, N_CHANNELS) for n in (4, 1, 9, 2, 2)]


def as_object_array(samples):
    array = np.empty(len(samples), dtype=object)
    for k, sample in enumerate(samples):
        array[k] = sample
    return array


CONTAINERS = {
    "list of arrays": list,
    "tuple of arrays": tuple,
    "object array": as_object_array,
    "list of lists": lambda X: [x.tolist() for x in X],
    "nested lists": lambda X: X.tolist(),
    "list of frames": lambda X: [pd.DataFrame(x) for x in X],
    "Fortran order": np.asfortranarray,
    "big-endian": lambda X: X.astype(">f8"),
    "every other": lambda X: np.repeat(X, 2, axis=1)[:, ::2],
    "transposed view": lambda X: X.transpose(2, 1, 0).copy().transpose(2, 1, 0),
}


@pytest.mark.parametrize("container", CONTAINERS)
def test_containers_of_sequences_are_alike(make, X, container):
    expected = make().fit(X).transform(X)
    other = CONTAINERS[container](X)
    np.testing.assert_array_equal(make().fit(other).transform(other), expected)


def test_ragged_lists_and_object_arrays_are_alike(make, ragged):
    expected = make().fit(ragged).transform(ragged)
    other = as_object_array(ragged)
    np.testing.assert_array_equal(make().fit(other).transform(other), expected)


def test_a_sample_does_not_know_its_batch(make, ragged):
    reservoir = make().fit(ragged)
    together = reservoir.transform(ragged)
    alone = np.concatenate([reservoir.transform([x]) for x in ragged])
    np.testing.assert_array_equal(alone, together)


def test_a_sample_does_not_know_its_place(make, ragged):
    reservoir = make().fit(ragged)
    order = [3, 0, 4, 2, 1]
    np.testing.assert_array_equal(
        reservoir.transform([ragged[k] for k in order]), reservoir.transform(ragged)[order]
    )


def test_rows_are_sequences_of_one_step(make, X):
    rows = X[:, 0]
    reservoir = make(n_readouts=1).fit(rows)
    np.testing.assert_array_equal(
        reservoir.transform(rows), reservoir.transform(rows[:, np.newaxis])
    )


def test_a_lone_sequence_is_not_taken_for_rows(make, X):
    reservoir = make().fit(X)
    with pytest.raises(ValueError, match=r"fitted on sequences.* give \[X\] or X\[np.newaxis\]"):
        reservoir.transform(X[0])
    np.testing.assert_array_equal(reservoir.transform([X[0]]), reservoir.transform(X)[:1])


def test_sequences_are_not_taken_for_rows_of_a_length(make, X):
    reservoir = make().fit(X[:, 0])
    with pytest.raises(ValueError, match=r"up to 6 time steps.* fitted on rows"):
        reservoir.transform(X)


def test_a_stream_takes_rows_after_sequences_and_sequences_after_rows(make, X):
    for first, then in ((X, X[0]), (X[0], X)):
        reservoir = make(carry_state=True).fit(first)
        assert len(reservoir.partial_fit(then).transform(then)) == len(then)


def test_samples_differ(make, X):
    # a transformer that ignored X would pass everything above
    features = make().fit_transform(X)
    assert features.any()
    assert len(np.unique(features, axis=0)) == N_SAMPLES


def test_features_have_their_documented_shape(X):
    reservoir = spiking(n_readouts=3, features=("trace", "membrane")).fit(X)
    features = reservoir.transform(X)
    assert features.shape == (N_SAMPLES, 3 * 2 * 20)
    assert features.dtype == np.float32
    membrane = spiking(n_readouts=3, features="membrane").fit(X).transform(X)
    np.testing.assert_array_equal(
        features.reshape(N_SAMPLES, 3, 2, 20)[:, :, 1], membrane.reshape(N_SAMPLES, 3, 20)
    )


@pytest.mark.parametrize("form", ["2-D", "3-D", "ragged"])
def test_n_features_in_counts_channels(make, form, X, ragged):
    data = {"2-D": X[:, 0], "3-D": X, "ragged": ragged}[form]
    assert make(n_readouts=1).fit(data).n_features_in_ == N_CHANNELS


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "int8", "uint8", "bool"])
@pytest.mark.parametrize("form", ["2-D", "3-D"])
def test_types_of_numbers_are_alike(make, dtype, form):
    X = np.random.RandomState(0).randint(0, 2, (4, 5, 3))
    X = X[:, 0] if form == "2-D" else X
    expected = make().fit_transform(X.astype("float64"))
    np.testing.assert_array_equal(make().fit_transform(X.astype(dtype)), expected)


@pytest.mark.parametrize("form", ["2-D", "3-D"])
def test_read_only_memory_maps_are_alike(make, form, X, tmp_path):
    X = X[:, 0] if form == "2-D" else X
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    np.testing.assert_array_equal(make().fit_transform(mapped), make().fit_transform(X))


@pytest.mark.parametrize("form", ["2-D", "3-D", "ragged"])
def test_input_is_not_written_to(make, form, X, ragged):
    data = {"2-D": [X[:, 0]], "3-D": [X], "ragged": ragged}[form]
    before = [x.copy() for x in data]
    argument = data if form == "ragged" else data[0]
    make().fit(argument).partial_fit(argument).transform(argument)
    for old, new in zip(before, data, strict=True):
        np.testing.assert_array_equal(old, new)


def test_transform_changes_nothing(make, X):
    reservoir = make(carry_state=True).fit(X).partial_fit(X)
    objects = dict(vars(reservoir))
    before = fitted_arrays(reservoir)
    reservoir.transform(X)
    assert vars(reservoir).keys() == objects.keys()
    assert all(vars(reservoir)[key] is value for key, value in objects.items())
    assert_same(fitted_arrays(reservoir), before)


def test_frames_give_names_and_are_checked_by_them(make, X):
    frame = pd.DataFrame(X[:, 0], columns=["a", "b", "c"])
    reservoir = make(n_readouts=1).fit(frame)
    assert reservoir.feature_names_in_.tolist() == ["a", "b", "c"]
    np.testing.assert_array_equal(
        reservoir.transform(frame), make(n_readouts=1).fit_transform(X[:, 0])
    )
    with pytest.raises(ValueError, match="feature names"):
        reservoir.transform(frame[["b", "a", "c"]])
    assert not hasattr(reservoir.fit(X), "feature_names_in_")


def test_output_can_be_a_frame(make, X):
    reservoir = make(n_readouts=1).fit(X).set_output(transform="pandas")
    frame = reservoir.transform(X)
    kind = "mean" if make is echo else "count"
    assert list(frame.columns) == [f"t0_{kind}_unit{k}" for k in range(20)]
    assert list(reservoir.get_feature_names_out()) == list(frame.columns)
    np.testing.assert_array_equal(frame.to_numpy(), make(n_readouts=1).fit_transform(X))


@pytest.mark.parametrize("backend", ["numba", "numpy"])
def test_silent_channels_count_for_nothing(backend):
    # the kernel skips zeros in blocks of 32 channels: try both sides of a border
    rng = np.random.RandomState(0)
    X = rng.rand(2, 3, 70) * (rng.rand(2, 3, 70) < 0.05)
    weights = rng.uniform(-1, 2, (70, 10))
    reservoir = SpikingReservoir(
        n_units=10,
        wiring=np.zeros((10, 10)),
        input_wiring=weights,
        input_scaling=1.0,
        features="membrane",
        feature_scaling=None,
        n_readouts=1,
        padding=0,
        dtype="float64",
        backend=backend,
        steps_per_input=1,
        neuron=LIF(v_threshold=1e9),
    )
    with pytest.warns(UserWarning, match="silent"):
        features = reservoir.fit(X).transform(X)
    decay = np.exp(-1 / 20)
    v = np.zeros((2, 10))
    for t in range(3):
        v = decay * v + (1 - decay) * (X[:, t] @ weights)
    np.testing.assert_allclose(features, v, rtol=1e-12, atol=1e-14)
