"""Codes of values: vectors of other toolkits, closed forms, and how well they are read back."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import pdtr

from sparcelearn.reservoir.encoders import LatencyEncoder, PopulationEncoder, RateEncoder, _rate
from sparcelearn.reservoir.encoders._population import population_vector, responses


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


def test_latencies_are_snntorchs():
    """Its normalised latencies for five steps, threshold 0.01."""
    x = np.array([[0.02, 0.5, 1.0]])
    linear = LatencyEncoder(5, code="linear", threshold=0.01, output="spikes")
    np.testing.assert_allclose(linear.fit_transform(x).first_times(), [[3.92, 2, 0]], atol=1e-12)
    # the longest latency, ln 2, is stretched to the last step
    log = LatencyEncoder(5, tau=4 / np.log(2), threshold=0.01, output="spikes")
    times = log.fit_transform(x).first_times()
    np.testing.assert_allclose(times, [[4.0, 0.1166, 0.0580]], atol=5e-5)


def test_a_linear_code_has_one_step_less_than_there_are_places():
    assert [LatencyEncoder(n, code="linear", dt=0.5).fit([[0.5]]).tau_ for n in (1, 2, 5)] == [
        0.5,
        0.5,
        2.0,
    ]


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


def test_a_time_constant_may_be_short():
    encoder = LatencyEncoder(10, tau=0.3, threshold=0.2).fit([[0.0]])
    assert encoder.tau_ == 0.3


@pytest.mark.parametrize("threshold", [-0.1, 1.0, 1.5])
def test_a_response_is_below_1(threshold):
    with pytest.raises(ValueError, match="threshold"):
        PopulationEncoder(threshold=threshold).fit([[0.0], [1.0]])


def test_a_draw_may_be_the_chance_itself():
    """Draws are 0 at least and less than 1: below a chance they are exactly as often as it says."""
    mean = np.array([[0.7, 2.5]])
    for k in range(4):
        chance = pdtr(k, mean)
        assert (_rate._poisson(chance, mean) == k + 1).all()
        assert (_rate._poisson(np.nextafter(chance, 0), mean) == k).all()


def test_a_seed_spikes_in_the_same_steps_for_ever():
    encoder = RateEncoder(30, f_max=300.0, random_state=0).fit([[0.0], [1.0]])
    assert encoder.seed_ == 209652396
    fields = PopulationEncoder(3, n_steps=20, code="rate", random_state=0).fit([[0.0], [1.0]])
    assert fields.seed_ == 209652396
    assert np.flatnonzero(encoder.transform([[1.0]])).tolist() == [15, 21, 24, 25, 28]


@pytest.mark.parametrize("dt", [0.5, 2.0])
def test_the_weakest_response_spikes_at_the_end_of_the_window(dt):
    x = np.linspace(0, 1, 41).reshape(-1, 1)
    encoder = PopulationEncoder(n_steps=41, dt=dt, threshold=0.0, output="spikes").fit(x)
    trains = encoder.transform(x)
    assert trains.n_channels == 10
    assert trains.times.max() <= 40 * dt < trains.times.max() + 2 * dt
    assert abs(encoder.inverse_transform(trains) - x).max() < 0.05
