"""What holds of every code: samples by themselves, events as steps, and what is refused."""

import numpy as np
import pytest

from sparcelearn import SpikeTrains
from sparcelearn.reservoir.encoders import (
    BSAEncoder,
    DeltaEncoder,
    DirectCurrentEncoder,
    HSAEncoder,
    LatencyEncoder,
    MovingWindowEncoder,
    PopulationEncoder,
    RateEncoder,
    _base,
)
from tests.reservoir.encoders import CHANGES, DECODING, ENCODERS, SPIKING, WINDOWED


def name(encoder):
    return repr(encoder)[:60]


def ragged(seed=0, n_channels=2):
    rng = np.random.default_rng(seed)
    return [rng.random((n, n_channels)) for n in (5, 1, 9, 5)]


@pytest.mark.parametrize("encoder", ENCODERS, ids=name)
def test_a_sample_is_encoded_by_itself(encoder):
    samples = ragged()
    whole = encoder.fit(samples).transform(samples)
    for sample, code in zip(samples, whole, strict=True):
        np.testing.assert_array_equal(encoder.transform(sample[np.newaxis])[0], code)
    rows = np.array([x[0] for x in samples])
    code = encoder.transform(rows[:, np.newaxis])
    np.testing.assert_array_equal(np.reshape(encoder.transform(rows), code.shape), code)


@pytest.mark.parametrize("encoder", SPIKING, ids=name)
def test_events_and_steps_say_the_same(encoder, monkeypatch):
    samples = ragged()
    steps = encoder.fit(samples).transform(samples)
    assert sum(x.sum() for x in steps) > 0
    assert all(x.dtype == np.float32 for x in steps)
    events = encoder.set_params(output="spikes").fit(samples).transform(samples)
    encoder.set_params(output="dense").fit(samples)
    assert isinstance(events, SpikeTrains)
    np.testing.assert_allclose(
        events.durations, [len(x) * encoder.n_steps * encoder.dt for x in samples]
    )
    for k, x in enumerate(steps):
        np.testing.assert_array_equal(events[k].to_dense(encoder.dt)[0], x)
    for x, y in zip(
        encoder.inverse_transform([np.array(x) for x in steps]),
        encoder.inverse_transform(
            SpikeTrains.from_samples(
                [(np.floor(t / encoder.dt + 1e-6) * encoder.dt, c) for t, c in events],
                events.n_channels,
                events.durations,
            )
        ),
        strict=True,
    ):
        np.testing.assert_array_equal(x, y)
    monkeypatch.setattr(_base, "BLOCK_CELLS", 7)  # work on few samples at once
    for x, y in zip(encoder.transform(samples), steps, strict=True):
        np.testing.assert_array_equal(x, y)


@pytest.mark.parametrize("encoder", DECODING, ids=name)
def test_decoding_gives_the_shape_back(encoder):
    samples = ragged()
    decoded = encoder.fit(samples).inverse_transform(encoder.transform(samples))
    assert [x.shape for x in decoded] == [x.shape for x in samples]
    rows = np.array([x[0] for x in samples])
    assert encoder.inverse_transform(encoder.transform(rows)).shape == rows.shape
    cube = np.array([samples[0], samples[3]])
    assert encoder.inverse_transform(encoder.transform(cube)).shape == cube.shape


@pytest.mark.parametrize("encoder", SPIKING, ids=name)
def test_what_cannot_be_decoded_is_refused(encoder):
    encoder.fit(ragged())
    with pytest.raises(ValueError, match="channels of spikes"):
        encoder.inverse_transform(np.zeros((2, encoder.n_steps, 1)))
    with pytest.raises(ValueError, match="n_steps, n_channels"):
        encoder.inverse_transform(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="numbers of spikes"):
        encoder.inverse_transform(np.full((1, encoder.n_steps, encoder._n_channels_out), 0.5))
    with pytest.raises(ValueError, match="Every sample"):
        encoder.inverse_transform([np.zeros((4, 2)), np.zeros((4, 3))])


@pytest.mark.parametrize("encoder", WINDOWED, ids=name)
def test_windows_must_be_whole(encoder):
    width = encoder.fit(ragged()).transform([[0.5, 0.5]]).shape[2]
    with pytest.raises(ValueError, match="whole windows of n_steps"):
        encoder.inverse_transform(np.zeros((1, encoder.n_steps + 1, width)))


@pytest.mark.parametrize(
    "encoder, message",
    [
        (LatencyEncoder(threshold=0.0), "threshold must be above 0"),
        (PopulationEncoder(lo=1.0, hi=1.0), "must be below hi"),
        (BSAEncoder([[0.5], [0.5]]), "fir must be"),
        (HSAEncoder([0.5, np.nan]), "fir must be"),
        (HSAEncoder([0.5, -0.5]), "fir must be"),
        (BSAEncoder(["a"]), "fir must be"),
        (RateEncoder(f_max=-1.0), "f_max"),
        (RateEncoder(output="sparse"), "output"),
        (DeltaEncoder(threshold=0.0), "threshold"),
        (MovingWindowEncoder(window=0), "window"),
    ],
    ids=name,
)
def test_bad_parameters_are_named_and_change_nothing(encoder, message):
    with pytest.raises(ValueError, match=message):
        encoder.fit([[0.5, 1.0]])
    assert not hasattr(encoder, "n_features_in_")


def test_a_current_is_held_and_read_back():
    X = np.random.default_rng(0).random((3, 2, 4))
    encoder = DirectCurrentEncoder(n_steps=3).fit(X)
    held = encoder.transform(X)
    np.testing.assert_array_equal(held[:, ::3], X)
    np.testing.assert_array_equal(held[:, 2::3], X)
    np.testing.assert_allclose(encoder.inverse_transform(held), X, rtol=1e-15)


@pytest.mark.parametrize("encoder", CHANGES, ids=name)
def test_integrators_begin_anew_with_each_sample(encoder):
    encoder.fit(ragged())
    spikes = [np.tile([1, 0, 0, 0], (3, 1)), np.tile([0, 0, 0, 1], (2, 1))]
    up, down = encoder.inverse_transform(spikes)
    step = getattr(encoder, "thresholds_", np.full(2, getattr(encoder, "threshold", None)))
    np.testing.assert_allclose(up, np.outer([1, 2, 3], [step[0], 0]))
    np.testing.assert_allclose(down, np.outer([1, 2], [0, -step[1]]))
