"""Where nobody hears of spikes, many are counted and reset at once, as if each were listed."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sparcelearn.reservoir import LIF, AdaptiveLIF, SpikingReservoir
from sparcelearn.reservoir.kernels.spike_lists import collect


@pytest.mark.filterwarnings("ignore:.*of the units did not spike", "ignore:.*is saturated")
@pytest.mark.parametrize("excitability", [(0.2, 0.8), (0.9, 0.98)])
@pytest.mark.parametrize("neuron", [None, LIF(t_ref=0.0), AdaptiveLIF(t_ref=0.0)])
def test_all_at_once_is_one_by_one(neuron, excitability):
    """The spikes themselves are always listed: they are asked for."""
    X = np.random.default_rng(0).random((6, 40, 3))
    spread = 2.5 if neuron is None or excitability[0] > 0.5 else 20.0
    options = {
        "drive_spread": spread,
        "neuron": neuron,
        "excitability": excitability,
        "loop_gain": 0.0,
        "random_state": 0,
    }
    told = SpikingReservoir(70, features="count", feature_scaling=None, n_readouts=3, **options)
    trains = SpikingReservoir(70, features="spikes", **options).fit(X).transform(X)
    counts = told.fit(X).transform(X).reshape(6, 3, 70)
    ends = np.arange(1, 4) * int(trains.durations[0]) // 3
    times = np.rint(trains.times).astype(int)
    sample = np.repeat(np.arange(6), np.diff(trains.starts))
    expected = np.zeros((6, 3, 70))
    np.add.at(expected, (sample, np.searchsorted(ends, times, "right"), trains.channels), 1)
    assert_array_equal(counts, expected)
    is_strong = excitability[0] < 0.5
    assert (counts.mean() * 3 / trains.durations[0] > 1 / 16) == is_strong


def test_rates_count_what_is_counted_at_once():
    """Over more steps, in one sample, than a byte can count spikes, and not a round number."""
    X = np.random.default_rng(0).random((3, 333, 3))
    reservoir = SpikingReservoir(
        70,
        features="count",
        feature_scaling=None,
        drive_spread=20.0,
        excitability=(0.2, 0.8),
        loop_gain=0.0,
        random_state=0,
    )
    counts = reservoir.fit(X).transform(X)
    assert counts.max() > 256
    np.testing.assert_allclose(reservoir.firing_rates_, counts.sum(axis=0) / (3 * 0.333))


def test_a_list_is_made_of_its_own_words():
    """In plain Python, where a place beyond the array is an error."""
    fired, held_until = np.zeros(128, np.uint8), np.zeros(128, np.int64)
    fired[[3, 64, 127]], held_until[64] = 1, 9
    words, spikes = fired.view(np.uint64), np.empty(128, np.uint16)
    plain = getattr(collect, "py_func", collect)
    with np.errstate(over="ignore"):
        n_fired = plain(words, 5, held_until, spikes)
    assert_array_equal(spikes[:n_fired], [3, 127])
