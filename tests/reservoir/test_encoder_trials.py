"""Equal samples as trials: how far they differ, and what they do not depend on."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from sparcelearn.measures import peristimulus_histogram
from sparcelearn.reservoir.encoders import PopulationEncoder, RateEncoder, _base
from sparcelearn.reservoir.encoders._random import nth

STIMULUS = np.array([[[0.2, 0.8], [0.9, 0.1], [0.5, 0.5]]])  # one sample of three rows
ENCODERS = [
    RateEncoder(50, f_max=200.0, process="poisson", fresh_trials=True, random_state=0),
    RateEncoder(50, f_max=200.0, fresh_trials=True, random_state=0),
    PopulationEncoder(4, n_steps=20, code="rate", fresh_trials=True, random_state=0),
]
every_encoder = pytest.mark.parametrize("encoder", ENCODERS, ids=["poisson", "bernoulli", "fields"])


def test_random_words_are_those_of_splitmix64():
    """The first five of the seed 1234567, as its published implementations print them."""
    words = nth(np.array([1234567], dtype=np.uint64), np.arange(5))
    assert words.tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


@every_encoder
def test_fifty_trials_are_fifty_trains(encoder):
    X = np.repeat(STIMULUS, 50, axis=0)
    spikes = encoder.fit(X).transform(X)
    assert len(np.unique(spikes.reshape(50, -1), axis=0)) == 50
    assert_array_equal(encoder.transform(X), spikes)
    assert_array_equal(encoder.fit(X).transform(X), spikes)
    assert_array_equal(encoder.transform(X[:20]), spikes[:20])


@pytest.mark.parametrize(("process", "fano"), [("poisson", 1.0), ("bernoulli", 0.9)])
def test_counts_vary_over_trials_as_the_process_does(process, fano):
    """The variance of n counts of a Poisson process is its mean times a chi square over n - 1."""
    n = 4000
    encoder = RateEncoder(
        100, f_max=1000.0, process=process, fresh_trials=True, output="spikes", random_state=0
    )
    counts = encoder.fit_transform(np.full((n, 1), 0.1)).counts()[:, 0]
    low, high = stats.chi2.ppf([1e-3, 1 - 1e-3], n - 1) / (n - 1)
    assert low < counts.var(ddof=1) / (10.0 * fano) < high
    assert_allclose(counts.mean(), 10.0, atol=4 * np.sqrt(10.0 / n))
    pairs = np.corrcoef(counts[:-1], counts[1:])[0, 1]  # neighbours in the call
    assert abs(pairs) < 4 / np.sqrt(n)


def test_a_histogram_over_trials_is_the_rate_of_the_stimulus():
    X = np.repeat(STIMULUS, 800, axis=0)
    encoder = RateEncoder(
        50, f_max=200.0, process="poisson", fresh_trials=True, output="spikes", random_state=0
    )
    rates = peristimulus_histogram(encoder.fit_transform(X), width=50.0)
    expected = 200.0 * STIMULUS[0]
    assert_allclose(rates, expected, atol=4.5 * np.sqrt(expected.max() / (800 * 0.05)))


@every_encoder
def test_trials_do_not_depend_on_other_samples_or_blocks(encoder, monkeypatch):
    others = np.random.default_rng(0).random((6, 3, 2))
    mixed = np.concatenate([others[:2], STIMULUS, others[2:3], STIMULUS, others[3:], STIMULUS])
    encoder.fit(mixed)
    alone = encoder.transform(np.repeat(STIMULUS, 3, axis=0))
    spikes = encoder.transform(mixed)
    assert_array_equal(spikes[[2, 4, 8]], alone)
    same = type(encoder)(**encoder.get_params() | {"fresh_trials": False}).fit(mixed)
    first = np.delete(np.arange(9), [4, 8])  # the first of equal ones is as it was
    assert_array_equal(same.transform(mixed)[first], spikes[first])
    assert_array_equal(same.transform(mixed)[[4, 8]], alone[[0, 0]])
    monkeypatch.setattr(_base, "BLOCK_CELLS", 7)
    assert_array_equal(encoder.transform(mixed), spikes)


def test_samples_of_unequal_length_are_trials_too():
    samples = [STIMULUS[0], STIMULUS[0, :2], STIMULUS[0], STIMULUS[0, :2]]
    spikes = ENCODERS[0].fit(samples).transform(samples)
    assert not np.array_equal(spikes[0], spikes[2])
    assert not np.array_equal(spikes[1], spikes[3])
