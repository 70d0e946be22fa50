"""Firing statistics and the branching ratio: processes whose values are known."""

import numpy as np
import pytest

from sparcelearn import SpikeTrains
from sparcelearn.measures import branching_ratio, firing_rates, isi_cv, synchrony


def gamma_trains(shape, n_channels=5, n_samples=2, rate=50.0, seconds=40, seed=0):
    """Return renewal processes whose intervals have a coefficient of variation 1/sqrt(shape)."""
    rng = np.random.default_rng(seed)
    samples = []
    for _ in range(n_samples):
        intervals = rng.gamma(shape, 1000 / rate / shape, (2 * int(rate * seconds), n_channels))
        times = np.cumsum(intervals, axis=0)
        inside = times < 1000 * seconds
        channels = np.broadcast_to(np.arange(n_channels), times.shape)
        samples.append((times[inside], channels[inside]))
    return SpikeTrains.from_samples(samples, n_channels, 1000.0 * seconds)


@pytest.mark.parametrize("shape", [1, 4])
def test_rate_and_regularity_of_renewal_processes(shape):
    trains = gamma_trains(shape)
    np.testing.assert_allclose(firing_rates(trains), 50, rtol=0.06)
    np.testing.assert_allclose(isi_cv(trains), 1 / np.sqrt(shape), rtol=0.06)


def test_intervals_do_not_reach_from_one_sample_to_the_next():
    trains = SpikeTrains.from_samples(
        [([1.0, 3.0, 5.0], [0, 0, 0]), ([0.0, 2.0, 9.0], [0, 0, 1])], 3, 10.0
    )
    np.testing.assert_array_equal(isi_cv(trains), [0, np.nan, np.nan])


def test_synchrony_from_alone_to_together():
    alone = gamma_trains(1, n_channels=50)
    assert synchrony(alone) == pytest.approx(1 / np.sqrt(50), rel=0.1)
    times = np.sort(np.random.default_rng(0).random(200) * 1000)
    together = SpikeTrains.from_samples(
        [(np.repeat(times, 4), np.tile(np.arange(4), 200))], 4, 1000.0
    )
    assert synchrony(together) == pytest.approx(1)
    assert np.isnan(synchrony(SpikeTrains([], [], [0, 0], 2, 10.0)))
    with pytest.raises(ValueError, match="bin_width"):
        synchrony(together, 0.0)


def test_synchrony_by_counting():
    trains = gamma_trains(1, n_channels=3, seconds=1)
    counts = trains.to_dense(5.0).reshape(-1, 3)
    expected = np.sqrt(counts.mean(axis=1).var() / counts.var(axis=0).mean())
    assert synchrony(trains) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("m, max_lag", [(0.5, 5), (0.9, 20)])
def test_the_branching_ratio_is_found_though_most_spikes_are_not_seen(m, max_lag):
    rng = np.random.default_rng(1)
    activity = [100]
    for _ in range(40_000):
        activity.append(rng.poisson(m * activity[-1] + 100 * (1 - m)))
    seen = rng.binomial(activity, 0.2)
    assert branching_ratio(activity, max_lag) == pytest.approx(m, abs=0.04)
    assert branching_ratio(seen, max_lag) == pytest.approx(m, abs=0.04)
    assert branching_ratio(np.reshape(seen[:40_000], (4, -1)), max_lag) == pytest.approx(
        m, abs=0.05
    )
    naive = np.corrcoef(seen[:-1], seen[1:])[0, 1]
    assert naive < m - 0.2


def test_branching_of_nothing_and_of_too_little():
    assert np.isnan(branching_ratio(np.ones(100)))
    with pytest.raises(ValueError, match="max_lag"):
        branching_ratio(np.arange(10))
