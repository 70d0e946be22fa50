"""Percentiles: exact ones in fit, running ones on a stream."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sparcelearn.readouts import SparceClassifier
from sparcelearn.readouts._sparce.percentiles import magnitude_quantiles
from sparcelearn.readouts.kernels import quantile as _quantile
from tests.readouts import naive


def track(X, p):
    """Run the kernel over the rows of X; return the estimates after each of them."""
    q, n = np.zeros((X.shape[1], 5)), np.zeros((X.shape[1], 5), dtype=np.int64)
    out = np.empty(X.shape)
    count = 0
    for s in range(len(X)):
        count = _quantile.observe(X, np.array([s]), p, count, q, n)
        _quantile.estimate(p, count, q, n, out[s])
    assert count == len(X)
    return out


def draws(kind, shape, seed=0):
    rng = np.random.default_rng(seed)
    if kind == "counts":
        return rng.poisson(1.0, shape).astype(np.float64)
    if kind == "relu":
        return np.maximum(0.0, rng.normal(size=shape))
    return {"normal": rng.normal, "exponential": rng.exponential}[kind](size=shape)


@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("kind", ["normal", "exponential", "counts", "relu"])
def test_p_square_is_the_naive_one_to_the_bit(kind, p):
    X = draws(kind, (300, 4))
    got = track(X, p)
    for i in range(X.shape[1]):
        slow = naive.PSquare(p)
        for s in range(len(X)):
            slow.observe(abs(X[s, i]))
            assert got[s, i] == slow.estimate(), (s, i)


@pytest.mark.parametrize("p", [0.0, 0.3, 0.5, 0.9])
def test_p_square_is_exact_up_to_five_samples(p):
    X = draws("normal", (5, 20))
    got = track(X, p)
    for s in range(5):
        expected = np.quantile(np.abs(X[: s + 1]), p, axis=0)
        assert_allclose(got[s], expected, rtol=1e-14)


def test_p_square_minimum_is_exact():
    X = draws("exponential", (200, 10))
    assert_array_equal(track(X, 0.0), np.minimum.accumulate(X))


@pytest.mark.parametrize("kind", ["normal", "exponential"])
@pytest.mark.parametrize("p", [0.2, 0.5, 0.8, 0.95])
def test_p_square_is_as_good_as_the_sample_allows(p, kind):
    """Its share of samples below errs by no more than sampling itself does, twice over."""
    X = draws(kind, (1000, 200), seed=1)
    share_below = (np.abs(X) < track(X, p)[-1]).mean(axis=0)
    sampling = np.sqrt(p * (1 - p) / 1000)
    assert abs(share_below.mean() - p) < sampling
    assert np.sqrt(np.mean((share_below - p) ** 2)) < 2 * sampling


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sparsity", [0.0, 0.25, 0.55, 0.9])
def test_fit_takes_exact_percentiles(sparsity, dtype):
    X = draws("normal", (101, 7)).astype(dtype)
    readout = SparceClassifier(sparsity, max_iter=1, random_state=0).fit(X, np.arange(101) % 3)
    expected = np.percentile(np.abs(X.astype(np.float64)), 100 * sparsity, axis=0)
    assert_allclose(readout.base_thresholds_, expected, rtol=1e-14)


@pytest.mark.parametrize("block_values", [1, 50, 301, 10**6])
def test_blocks_do_not_matter(block_values):
    X = draws("normal", (50, 13)).astype(np.float32)
    rows = np.random.default_rng(0).permutation(50)[:31]
    got = magnitude_quantiles(X, rows, np.array([0.7]), block_values)[0]
    assert_array_equal(got, np.quantile(np.abs(X[rows].astype(np.float64)), 0.7, axis=0))


def test_calibration_samples_are_a_random_draw_in_fit():
    X, y = draws("normal", (200, 5)), np.arange(200) % 2
    few = SparceClassifier(calibration_samples=50, max_iter=1, random_state=0).fit(X, y)
    every = SparceClassifier(max_iter=1, random_state=0).fit(X, y)
    head = np.quantile(np.abs(X[:50]), 0.3, axis=0)
    assert not np.array_equal(few.base_thresholds_, every.base_thresholds_)
    assert not np.array_equal(few.base_thresholds_, head)
    assert_allclose(few.base_thresholds_, every.base_thresholds_, atol=0.35)


def test_a_stream_tracks_then_freezes():
    X, y = draws("exponential", (300, 6)), np.arange(300) % 3
    readout = SparceClassifier(0.7, calibration_samples=200, batch_size=1, learn_thresholds=False)
    expected = track(X, 0.7)
    seen = 0
    for stop in (1, 5, 130, 200, 260, 300):
        readout.partial_fit(X[seen:stop], y[seen:stop], classes=[0, 1, 2])
        assert_array_equal(readout.base_thresholds_, expected[min(stop, 200) - 1])
        seen = stop


def test_a_mini_batch_over_the_end_of_calibration_is_cut():
    X, y = draws("normal", (90, 6)), np.arange(90) % 3
    readout = SparceClassifier(calibration_samples=50, batch_size=20, learn_thresholds=False)
    readout.partial_fit(X, y, classes=[0, 1, 2])
    assert_array_equal(readout.base_thresholds_, track(X[:50], 0.3)[-1])
