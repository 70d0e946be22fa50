"""Codes: vectors of other toolkits, closed forms, slow oracles, and how well they decode."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sparcelearn import SpikeTrains
from sparcelearn.reservoir.encoders import (
    BSAEncoder,
    DeltaEncoder,
    DirectCurrentEncoder,
    HSAEncoder,
    LatencyEncoder,
    ModifiedHSAEncoder,
    MovingWindowEncoder,
    PopulationEncoder,
    RateEncoder,
    StepForwardEncoder,
    TemporalContrastEncoder,
    _base,
)
from sparcelearn.reservoir.encoders._population import population_vector, responses

WINDOWED = [
    DirectCurrentEncoder(n_steps=4),
    RateEncoder(n_steps=6, f_max=400.0, random_state=0),
    RateEncoder(n_steps=6, f_max=900.0, process="poisson", dt=2.0, random_state=0),
    LatencyEncoder(n_steps=8, dt=0.1),
    LatencyEncoder(n_steps=8, code="linear"),
    PopulationEncoder(n_fields=4, n_steps=5),
    PopulationEncoder(n_fields=4, n_steps=5, code="rate", random_state=1),
]
CHANGES = [
    DeltaEncoder(),
    StepForwardEncoder(dt=0.3),
    MovingWindowEncoder(window=3),
    TemporalContrastEncoder(),
]
FILTERS = [BSAEncoder(3), HSAEncoder(3), ModifiedHSAEncoder([0.2, 0.3, 0.1])]
ENCODERS = [*WINDOWED, *CHANGES, *FILTERS]
SPIKING = ENCODERS[1:]


def name(encoder):
    return repr(encoder)[:60]


def ragged(seed=0, n_channels=2):
    rng = np.random.default_rng(seed)
    return [rng.random((n, n_channels)) for n in (5, 1, 9, 5)]


def series(values):
    """Return one sample of one channel."""
    return np.asarray(values, dtype=float).reshape(1, -1, 1)


# --- what holds of every code ---


@pytest.mark.parametrize("encoder", ENCODERS, ids=name)
def test_a_sample_is_encoded_by_itself(encoder):
    samples = ragged()
    whole = encoder.fit(samples).transform(samples)
    for sample, code in zip(samples, whole, strict=True):
        np.testing.assert_array_equal(encoder.transform(sample[np.newaxis])[0], code)
    rows = np.array([x[0] for x in samples])
    np.testing.assert_array_equal(encoder.transform(rows), encoder.transform(rows[:, np.newaxis]))


@pytest.mark.parametrize("encoder", SPIKING, ids=name)
def test_events_and_steps_say_the_same(encoder, monkeypatch):
    samples = ragged()
    steps = encoder.fit(samples).transform(samples)
    assert sum(x.sum() for x in steps) > 0
    assert all(x.dtype == np.float32 for x in steps)
    events = encoder.set_params(output="spikes").transform(samples)
    encoder.set_params(output="dense")
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


@pytest.mark.parametrize("encoder", ENCODERS, ids=name)
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


# --- rate ---


def test_bernoulli_counts_have_the_fano_factor_of_a_binomial():
    values = 0.5 + 1e-9 * np.arange(20_000).reshape(-1, 1)  # no two samples alike
    encoder = RateEncoder(1000, f_max=100.0, output="spikes", random_state=0)
    counts = encoder.fit_transform(values).counts()
    assert counts.var() / counts.mean() == pytest.approx(0.95, abs=0.03)
    assert counts.mean() == pytest.approx(50.0, abs=5 * np.sqrt(47.5 / 20_000))


@pytest.mark.parametrize("process", ["bernoulli", "poisson"])
def test_counts_follow_their_distribution(process):
    values = 0.5 + 1e-9 * np.arange(5000).reshape(-1, 1)
    encoder = RateEncoder(4, f_max=1000.0, process=process, output="spikes", random_state=3)
    counts = encoder.fit_transform(values).counts()[:, 0]
    law = stats.binom(4, 0.5) if process == "bernoulli" else stats.poisson(2.0)
    k = np.arange(5)
    observed = [*(counts == j for j in k[:-1]), counts >= 4]
    expected = [*law.pmf(k[:-1]), law.sf(3)]
    chi2 = stats.chisquare([x.sum() for x in observed], 5000 * np.array(expected))
    assert chi2.pvalue > 1e-3


def test_random_spikes_of_steps_channels_samples_and_seeds_are_independent():
    X = np.full((2, 1, 2), 0.5)
    X[1] += 1e-9
    encoder = RateEncoder(20_000, f_max=1000.0, random_state=0)
    spikes = encoder.fit_transform(X)
    again = encoder.set_params(random_state=1).fit_transform(X)
    trains = [*spikes[0].T, *spikes[1].T, *again[0].T, spikes[0, 1:, 0], spikes[0, 2:, 0]]
    length = min(map(len, trains))
    correlation = np.corrcoef([x[:length] for x in trains]) - np.eye(len(trains))
    assert abs(correlation).max() < 4.5 / np.sqrt(length)


def test_equal_samples_have_equal_spikes_however_they_are_written():
    X = np.array([[0.5, 0.0], [0.25, 0.75], [0.5, -0.0]])
    encoder = RateEncoder(50, f_max=500.0, random_state=0)
    spikes = encoder.fit_transform(X)
    assert np.array_equal(spikes[0], spikes[2]) and spikes[0].any()
    np.testing.assert_array_equal(encoder.transform(X.astype(np.float32)), spikes)
    # a row within a sequence is not the same row in another place
    repeated = encoder.transform(np.repeat(X[1:2, np.newaxis], 2, axis=1))[0]
    assert not np.array_equal(repeated[:50], repeated[50:])


def test_rates_are_read_back():
    X = np.array([[0.1, 0.4], [0.0, 1.0]])
    encoder = RateEncoder(20_000, f_max=200.0, random_state=0).fit(X)
    np.testing.assert_allclose(encoder.inverse_transform(encoder.transform(X)), X, atol=0.03)
    assert encoder.transform([[-1.0, 7.0]]).mean(axis=1).tolist() == [[0.0, 1.0]]


# --- latency ---


def test_latencies_are_snntorchs():
    """Its normalised latencies for five steps, threshold 0.01."""
    x = np.array([[0.02, 0.5, 1.0]])
    linear = LatencyEncoder(5, code="linear", threshold=0.01, output="spikes")
    np.testing.assert_allclose(linear.fit_transform(x).first_times(), [[3.92, 2, 0]], atol=1e-12)
    # the longest latency, ln 2, is stretched to the last step
    log = LatencyEncoder(5, tau=4 / np.log(2), threshold=0.01, output="spikes")
    times = log.fit_transform(x).first_times()
    np.testing.assert_allclose(times, [[4.0, 0.1166, 0.0580]], atol=5e-5)


@pytest.mark.parametrize("code", ["log", "linear"])
def test_exact_latencies_are_inverted(code):
    x = np.random.default_rng(0).uniform(0.21, 1.0, (50, 4, 3))
    encoder = LatencyEncoder(200, code=code, dt=0.5, output="spikes").fit(x)
    decoded = encoder.inverse_transform(encoder.transform(x))
    np.testing.assert_allclose(decoded, x, rtol=0, atol=3e-13)  # of times up to 400 ms
    first = encoder.inverse_transform(encoder.transform(x[:, 0]))
    np.testing.assert_allclose(first, x[:, 0], rtol=0, atol=1e-14)


def test_weak_and_late_values_are_silent():
    encoder = LatencyEncoder(10, tau=1000.0, threshold=0.2).fit([[0.0]])
    spikes = encoder.transform([[0.0], [0.2], [0.201], [np.nextafter(100, 101)]])
    assert spikes.sum(axis=(1, 2)).tolist() == [0, 0, 0, 1]
    assert encoder.inverse_transform(spikes[:2]).tolist() == [[0.0], [0.0]]


# --- population ---


def test_responses_are_norses_on_its_fields():
    r = responses(np.array([[0.0, 0.5, 1.0]]), np.linspace(0, 1, 3), 1.0).reshape(3, 3)
    np.testing.assert_allclose(r[0], [1, 0.8825, 0.6065], atol=5e-5)
    np.testing.assert_allclose(r, r[::-1, ::-1])


def test_fields_of_bohte_and_their_population_vector():
    x = np.linspace(0, 1, 1001).reshape(-1, 1)
    encoder = PopulationEncoder(10, threshold=0.0, output="spikes").fit(x)
    np.testing.assert_allclose(encoder.centers_[[0, -1]], [-0.0625, 1.0625])
    assert encoder.width_ == pytest.approx(1 / 12)
    exact = population_vector(responses(x, encoder.centers_, encoder.width_), encoder.centers_)
    assert abs(exact - x).max() <= 0.015
    error = abs(encoder.inverse_transform(encoder.transform(x)) - x)
    assert error.max() <= 0.015 and error.mean() <= 0.001


def test_a_population_is_read_back_from_steps_and_from_rates():
    x = np.linspace(0, 1, 101).reshape(-1, 1)
    for encoder in (PopulationEncoder(10), PopulationEncoder(10, code="rate", random_state=0)):
        decoded = encoder.set_params(n_steps=400).fit(x).inverse_transform(encoder.transform(x))
        assert abs(decoded - x).max() < 0.05
    nothing = PopulationEncoder(10).fit(x)
    assert np.isnan(nothing.inverse_transform(np.zeros((1, 100, 10)))).all()


def test_fields_of_a_channel_stand_together():
    spikes = PopulationEncoder(5, n_steps=20).fit_transform([[0.0, 1.0]])[0].any(axis=0)
    assert spikes[:5].tolist() == spikes[5:][::-1].tolist() != spikes[5:].tolist()


# --- change ---


def test_delta_is_snntorchs():
    on, off = DeltaEncoder(1.0).fit_transform(series([1, 2, 2.9, 3, 3.9]))[0].T
    assert on.tolist() == [1, 1, 0, 0, 0] and not off.any()


def two_sines(seconds=2.0):
    """Return 1.5 and 4 Hz at 1 kHz, scaled to [0, 1]."""
    t = np.arange(0, seconds, 1e-3)
    s = np.sin(2 * np.pi * 1.5 * t) + np.sin(2 * np.pi * 4 * t)
    return series((s - s.min()) / np.ptp(s))


def decibels(signal, decoded):
    return 10 * np.log10(np.sum(signal**2) / np.sum((signal - decoded) ** 2))


@pytest.mark.parametrize("threshold, floor", [(0.01, 38), (0.02, 30), (0.05, 24)])
def test_step_forward_is_never_off_by_more_than_its_threshold(threshold, floor):
    signal = two_sines()
    encoder = StepForwardEncoder(threshold, start=signal[0, 0, 0])
    decoded = encoder.fit(signal).inverse_transform(encoder.transform(signal))
    assert abs(np.diff(signal[0, :, 0])).max() < 0.01
    assert abs(decoded - signal).max() <= threshold + 1e-12
    assert decibels(signal, decoded) > floor


def test_temporal_contrast_decodes_with_drift():
    signal = two_sines()
    encoder = TemporalContrastEncoder(start=signal[0, 0, 0]).fit(signal)
    sizes = abs(np.diff(signal[0, :, 0]))
    assert encoder.thresholds_[0] == pytest.approx(sizes.mean() + 0.5 * sizes.std())
    assert 8 < decibels(signal, encoder.inverse_transform(encoder.transform(signal))) < 15


values = st.lists(st.integers(-8, 8), min_size=1, max_size=30)


@given(values, st.integers(1, 4))
def test_step_forward_follows_its_definition(signal, threshold):
    base, expected = 0, []
    for s in signal:
        sign = (s > base + threshold) - (s < base - threshold)
        base += sign * threshold
        expected.append(sign)
    on, off = StepForwardEncoder(threshold).fit_transform(series(signal))[0].T
    np.testing.assert_array_equal(on - off, expected)


@given(values, st.integers(1, 4))
def test_moving_window_follows_its_definition(signal, window):
    signal = [s / 4 + 0.01 for s in signal]
    encoder = MovingWindowEncoder(0.5, window=window, start=0.3)
    on, off = encoder.fit_transform(series(signal))[0].T
    expected = []
    for k, s in enumerate(signal):
        past = signal[max(k - window, 0) : k]
        base = sum(past[::-1]) / len(past) if past else 0.3
        expected.append(int(s - base > 0.5) - int(s - base < -0.5))
    np.testing.assert_array_equal(on - off, expected)


@pytest.mark.parametrize("encoder", CHANGES, ids=name)
def test_integrators_begin_anew_with_each_sample(encoder):
    encoder.fit(ragged())
    spikes = [np.tile([1, 0, 0, 0], (3, 1)), np.tile([0, 0, 0, 1], (2, 1))]
    up, down = encoder.inverse_transform(spikes)
    step = getattr(encoder, "thresholds_", np.full(2, getattr(encoder, "threshold", None)))
    np.testing.assert_allclose(up, np.outer([1, 2, 3], [step[0], 0]))
    np.testing.assert_allclose(down, np.outer([1, 2], [0, -step[1]]))


# --- filters ---


def by_hand(signal, fir, spikes_here):
    """Subtract the filter wherever the rule, given what is ahead, says so."""
    left = np.concatenate([signal, np.zeros(len(fir))])
    spikes = np.zeros(len(signal))
    for k in range(len(signal)):
        ahead = left[k : k + len(fir)].copy()
        ahead[len(signal) - k :] = 0
        if spikes_here(ahead, fir, min(len(fir), len(signal) - k)):
            spikes[k] = 1
            left[k : k + len(fir)] -= fir
    return spikes


RULES = {
    HSAEncoder: lambda s, h, n: all(s >= h),
    ModifiedHSAEncoder: lambda s, h, n: np.maximum(h - s, 0).sum() <= 0.25,
    BSAEncoder: lambda s, h, n: abs(s - h)[:n].sum() <= abs(s)[:n].sum() - 0.75,
}


@pytest.mark.parametrize("kind", RULES)
@given(st.lists(st.integers(-2, 9), min_size=1, max_size=30))
def test_filters_are_subtracted_by_their_rule(kind, signal):
    fir = np.array([0.25, 0.5, 0.25, 0.125])
    signal = np.array(signal) / 8  # so that sums are exact in any order
    thresholds = {ModifiedHSAEncoder: {"threshold": 0.25}, BSAEncoder: {"threshold": 0.75}}
    encoder = kind(fir, **thresholds.get(kind, {}))
    spikes = encoder.fit_transform(series(signal))[0, :, 0]
    np.testing.assert_array_equal(spikes, by_hand(signal, fir, RULES[kind]))
    decoded = encoder.inverse_transform(spikes.reshape(1, -1, 1)).ravel()
    np.testing.assert_allclose(decoded, np.convolve(spikes, fir)[: len(signal)], atol=1e-12)


def test_bens_algorithm_beats_houghs():
    signal = two_sines()
    inside = slice(100, -100)  # filters cannot build up at once, nor look past the end

    def quality(encoder):
        spikes = encoder.fit_transform(signal)
        decoded = encoder.inverse_transform(spikes)
        return decibels(signal[0, inside], decoded[0, inside]), spikes.mean()

    hamming = np.hamming(20) / np.hamming(20).sum()
    for fir in (20, hamming):
        hough, (bens, spikes_per_step) = quality(HSAEncoder(fir))[0], quality(BSAEncoder(fir))
        assert hough >= 14
        assert bens >= 20
        assert bens > hough
        assert spikes_per_step == pytest.approx(0.48, abs=0.03)
    assert quality(BSAEncoder(40))[0] > quality(BSAEncoder(20))[0]
