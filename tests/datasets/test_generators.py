"""Generated data: their equations, their statistics, and the numbers of one seed."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import chi2, kstest, norm

from sparcelearn import SpikeTrains, datasets
from sparcelearn.datasets import (
    class_incremental_order,
    make_channel_equalization,
    make_class_incremental,
    make_delayed_recall,
    make_drifting_stream,
    make_gaussian_classes,
    make_multi_sine,
    make_narma,
    make_odour_sequences,
    make_pattern_generation,
    make_poisson_classes,
    make_precise_spikes,
    make_spike_patterns,
    make_temporal_parity,
    make_temporal_xor,
    make_yin_yang,
)

ODOURS = np.random.RandomState(0).uniform(1, 50, (30, 7))


def numbers(generated) -> np.ndarray:
    """Lay out all that a generator returned as one row."""
    parts = generated if isinstance(generated, tuple) else (generated,)
    flat = [
        np.r_[p.times, p.channels] if isinstance(p, SpikeTrains) else np.ravel(p) for p in parts
    ]
    return np.concatenate(flat)


# Sum and weighted sum of all numbers of a seed: a change of either is a change for users.
GOLDEN = {
    "make_channel_equalization": (1443.31508, 89.14253704),
    "make_class_incremental": (37929.19088, -202.7436974),
    "make_delayed_recall": (54.62688229, -17.88523754),
    "make_double_scroll": (82.11168101, 0.2241747492),
    "make_drifting_stream": (8132.958855, 195.1085478),
    "make_gaussian_classes": (1283.786338, 37.48177453),
    "make_henon": (16.15850619, -0.8436430949),
    "make_kuramoto_sivashinsky": (2.131628207e-14, -0.9027023992),
    "make_logistic_map": (23.65424486, 2.419057663),
    "make_lorenz": (1077.523707, 14.12933746),
    "make_lorenz96": (5027.694297, 10.49126772),
    "make_mackey_glass": (32.68902111, 1.712379461),
    "make_multi_sine": (-11.6247482, 0.8299089025),
    "make_multiscroll": (1043.030646, 17.03659217),
    "make_narma": (1275.314875, -2.260462323),
    "make_odour_sequences": (5241.046674, -7.998597346),
    "make_pattern_generation": (2762934.241, -564.7947616),
    "make_poisson_classes": (3760603.187, -363.4366504),
    "make_precise_spikes": (143266.3947, -751.6826392),
    "make_rabinovich_fabrikant": (17.83941792, 0.3013077534),
    "make_rossler": (-18.31345186, 0.07528010193),
    "make_spike_patterns": (3659446.626, 626.7443409),
    "make_temporal_parity": (1077, -27.70061488),
    "make_temporal_xor": (257.8417872, 18.77652773),
    "make_yin_yang": (2991, -4.310537199),
}


MAPS = {"make_henon", "make_logistic_map"}
CHAOTIC = MAPS | {
    "make_double_scroll",
    "make_kuramoto_sivashinsky",
    "make_lorenz",
    "make_lorenz96",
    "make_mackey_glass",
    "make_multiscroll",
    "make_rabinovich_fabrikant",
    "make_rossler",
}


def generate(name, seed):
    options = {"random_state": seed}
    if name == "make_odour_sequences":
        options |= {"odours": ODOURS, "noise": 0.1}
    if name == "make_multi_sine":
        options |= {"random_phases": True, "noise": 0.1}
    if name in CHAOTIC:
        # short: chaos magnifies the last bit, which depends on the machine
        discard = "n_discard" if name in MAPS else "transient"
        options |= {"n_timesteps": 40, discard: 0}
    return getattr(datasets, name)(**options)


def test_every_generator_is_here():
    assert set(GOLDEN) == {name for name in datasets.__all__ if name.startswith("make_")}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_numbers_of_a_seed(name):
    values = numbers(generate(name, 0))
    assert np.isfinite(values).all()
    assert_allclose(
        [values.sum(), np.cos(np.arange(len(values))) @ values], GOLDEN[name], 1e-6, 1e-9
    )
    assert_array_equal(values, numbers(generate(name, np.random.RandomState(0))))
    assert not np.array_equal(values, numbers(generate(name, 1)))


@pytest.mark.parametrize("name", GOLDEN)
def test_a_wrong_size_is_told_by_name(name):
    size = {"make_odour_sequences": "n_basis", "make_pattern_generation": "n_outputs"}.get(name)
    size = size or ("n_channels" if name == "make_precise_spikes" else None)
    if size is None:
        is_series = "n_timesteps" in getattr(datasets, name).__wrapped__.__code__.co_varnames
        size = "n_timesteps" if is_series else "n_samples"
    extra = {"odours": ODOURS} if name == "make_odour_sequences" else {}
    for value in (0, -1, 1.5, "many"):
        with pytest.raises(ValueError, match=f"'{size}' parameter of {name}"):
            getattr(datasets, name)(**{size: value}, **extra)


# --- streams with a target ---


@pytest.mark.parametrize(
    ("order", "coefficients", "squash"),
    [(10, (0.3, 0.05, 1.5, 0.1), False), (30, (0.2, 0.004, 1.5, 0.001), False),
     (20, (0.3, 0.05, 1.5, 0.1), True), (1, (0.3, 0.05, 1.5, 0.1), False)],
)  # fmt: skip
def test_narma_follows_its_recursion(order, coefficients, squash):
    options = {"order": order, "coefficients": coefficients, "squash": squash}
    X, y = make_narma(400, n_discard=0, random_state=3, **options)
    # the input before the first row is not returned, so the past is taken from the series
    a, b, c, d = coefficients
    for t in range(order, 400):
        value = a * y[t - 1] + b * y[t - 1] * y[t - order : t].sum()
        value += c * X[t - order + 1, 0] * X[t, 0] + d
        assert_allclose(y[t], np.tanh(value) if squash else value, rtol=1e-12)
    assert 0 <= X.min() < 0.01
    assert 0.49 < X.max() <= 0.5
    assert_array_equal(make_narma(300, n_discard=100, random_state=3, **options)[1], y[100:])


def test_narma_that_runs_away_says_so():
    with pytest.raises(ValueError, match="diverges; use squash=True"):
        make_narma(order=40)
    with pytest.raises(ValueError, match="coefficients must be 4"):
        make_narma(coefficients=(1, 2))


def test_the_past_is_told_and_was_drawn():
    X, y = make_delayed_recall(5000, delays=[0, 1, 7], random_state=0)
    for column, delay in enumerate([0, 1, 7]):
        assert_array_equal(y[delay:, column], X[: 5000 - delay, 0])
    assert kstest(X[:, 0], "uniform", args=(-1, 2)).pvalue > 0.001
    with pytest.raises(ValueError, match="delays"):
        make_delayed_recall(delays=[-1])


@pytest.mark.parametrize(("order", "delay"), [(1, 0), (2, 0), (3, 2), (5, 1)])
def test_parity(order, delay):
    X, y = make_temporal_parity(3000, order=order, delay=delay, random_state=0)
    bits = X[:, 0] > 0
    for t in range(order + delay, 3000):
        assert y[t] == bits[t - delay - order + 1 : t - delay + 1].sum() % 2
    assert 0.45 < y.mean() < 0.55


def test_the_channel():
    X, y = make_channel_equalization(2000, snr=None, random_state=0)
    d = np.r_[y[2:], np.nan, np.nan]  # the symbol of this row
    taps = {-2: 0.08, -1: -0.12, 0: 1.0, 1: 0.18, 2: -0.1, 3: 0.091, 4: -0.05, 5: 0.04, 6: 0.03,
            7: 0.01}  # fmt: skip
    for t in range(10, 1990):
        q = sum(weight * d[t - back] for back, weight in taps.items())
        assert_allclose(X[t, 0], q + 0.036 * q**2 - 0.011 * q**3)
    noisy = make_channel_equalization(200_000, snr=16, random_state=0)[0]
    clean = make_channel_equalization(200_000, snr=None, random_state=0)[0]
    assert_allclose(10 * np.log10(np.mean(clean**2) / np.mean((noisy - clean) ** 2)), 16, atol=0.1)


def test_sines():
    x = make_multi_sine(500, frequencies=[0.1, 0.7])[:, 0]
    t = np.arange(500)
    assert_allclose(x, np.sin(0.1 * t) + np.sin(0.7 * t))
    shifted = make_multi_sine(500, frequencies=[0.1], random_phases=True, random_state=0)[:, 0]
    assert_allclose(shifted[2:] + shifted[:-2], 2 * np.cos(0.1) * shifted[1:-1])


def test_exclusive_or_needs_both_cues():
    X, y = make_temporal_xor(2000, pulse=2, gap=4, tail=1, noise=0.0, random_state=0)
    first, second = X[:, 0, 0], X[:, 6, 0]
    assert X.shape == (2000, 9, 1)
    assert_array_equal(X[:, 2:6], 0)
    assert_array_equal(y, first != second)
    for cue in (first, second):
        assert abs(y[cue > 0].mean() - y[cue < 0].mean()) < 0.1


# --- spikes ---


def test_patterns_are_told_apart_by_their_times():
    options = {"n_classes": 3, "jitter": 1.0, "random_state": 0}
    X, y = make_spike_patterns(60, **options)
    assert np.bincount(y).tolist() == [20, 20, 20]
    dense = X.to_dense(5.0).reshape(60, -1)
    own = [dense[y == k].mean(axis=0) for k in range(3)]
    nearest = [np.argmin([np.linalg.norm(x - o) for o in own]) for x in dense]
    assert_array_equal(nearest, y)
    assert_array_equal(np.diff(X.starts)[y == 0], np.diff(X.starts)[y == 0][0])  # none is lost
    fewer, _ = make_spike_patterns(60, deletion=0.5, **options)
    assert 0.45 < len(fewer.times) / len(X.times) < 0.55
    more, _ = make_spike_patterns(60, deletion=1.0, noise_rate=10.0, **options)
    assert_allclose(len(more.times), 60 * 40 * 10 * 0.2, rtol=0.05)


def test_precise_spikes_are_apart():
    X, y = make_precise_spikes(random_state=0)
    assert (len(X), len(y), X.n_channels, y.n_channels) == (1, 1, 100, 1)
    assert np.diff(y.times).min() > 50
    assert_allclose(len(X.times), 500, rtol=0.2)


def test_curves_of_four_sines():
    X, y = make_pattern_generation(3, random_state=0)
    assert_array_equal(y[0], 0)
    assert_allclose(np.abs(y).max(axis=0), 1)
    power = np.abs(np.fft.rfft(y, axis=0))
    assert_array_equal(np.flatnonzero(power.max(axis=1) > 1e-9 * power.max()), [0, 1, 2, 3, 5])
    assert_allclose(len(X.times), 100 * 50, rtol=0.1)


# --- classes of known risk ---


def test_the_risk_of_two_gaussians():
    X, y, classes = make_gaussian_classes(
        200_000, separation=2.0, random_state=0, return_classes=True
    )
    risk, error = classes.bayes_risk()
    assert (round(risk, 5), error) == (0.15866, 0)
    assert_allclose((classes.predict(X) != y).mean(), norm.cdf(-1), atol=4 * 0.0008)
    averaged, error = super(type(classes), classes).bayes_risk(100_000, 1)
    assert abs(averaged - risk) < 4 * error


def test_the_risk_of_poisson_classes():
    """Counting errors and averaging posteriors must agree; the latter varies less."""
    X, y, classes = make_poisson_classes(20_000, n_channels=8, random_state=1, return_classes=True)
    errors = classes.predict(X) != y
    counted, se_counted = errors.mean(), errors.std() / np.sqrt(len(y))
    risk, se = classes.bayes_risk(20_000, random_state=2)
    assert 0.05 < risk < 0.45
    assert abs(counted - risk) < 3 * np.hypot(se, se_counted)
    assert se < se_counted
    assert_array_equal(classes.predict(X.counts()), classes.predict(X))


def test_counts_are_poisson_and_times_are_uniform():
    X, y, classes = make_poisson_classes(
        3000, rates=[[5.0, 40.0], [20.0, 10.0]], random_state=0, return_classes=True
    )
    counts = X.counts()
    for k in (0, 1):
        mean = classes.rates[k] * 0.2
        assert_allclose(counts[y == k].mean(axis=0), mean, rtol=0.1)
        dispersion = ((counts[y == k] - mean) ** 2 / mean).sum()
        assert 0.0005 < chi2.cdf(dispersion, 2 * (y == k).sum()) < 0.9995
    assert kstest(X.times, "uniform", args=(0, 200)).pvalue > 0.001
    for rates in ([1.0, 2.0], [[1.0, 0.0]], [[1.0, np.nan]]):
        with pytest.raises(ValueError, match="rates"):
            make_poisson_classes(rates=rates)


# --- points, streams, sequences ---


def test_yin_yang():
    X, y = make_yin_yang(6000, random_state=0)
    assert_allclose(X[:, :2] + X[:, 2:], 1)
    assert_allclose(np.bincount(y) / 6000, 1 / 3, atol=0.03)
    assert np.hypot(X[:, 0] - 0.5, X[:, 1] - 0.5).max() <= 0.5
    to_dot = np.minimum(
        np.hypot(X[:, 0] - 0.25, X[:, 1] - 0.5), np.hypot(X[:, 0] - 0.75, X[:, 1] - 0.5)
    )
    assert_array_equal(to_dot < 0.1, y == 2)
    # the disc on the left is yin, number 1, as in the authors' code
    left = np.hypot(X[:, 0] - 0.25, X[:, 1] - 0.5)
    assert set(y[(left > 0.1) & (left < 0.25)]) == {1}
    # a half turn takes each half into the other
    turned = datasets._yin_yang.yin_yang_class(1 - X[:, :2], 0.1, 0.5)
    assert_array_equal(turned, np.array([1, 0, 2])[y])
    with pytest.raises(ValueError, match="r_small"):
        make_yin_yang(r_small=0.3)


@pytest.mark.parametrize(
    ("drift", "n"), [("abrupt", 3), ("recurring", 4), ("gradual", 3), ("incremental", 3)]
)
def test_concepts_follow_one_another(drift, n):
    X, y, concept = make_drifting_stream(
        6000, drift=drift, n_concepts=n, width=400, random_state=0, return_concept=True
    )
    middle = [6000 * (2 * k + 1) // (2 * n) for k in range(n)]
    assert concept[middle].tolist() == ([0, 1, 0, 1] if drift == "recurring" else [0, 1, 2])
    between = (concept % 1 > 0).sum()
    assert (between > 700) == (drift == "incremental")
    assert (np.abs(np.diff(concept)) == 1).sum() == {"abrupt": 2, "recurring": 3}.get(
        drift, (np.abs(np.diff(concept)) == 1).sum()
    )
    for k in (0, 1):
        rows = (concept == k) & (y == 0)
        spread = X[rows] - X[rows].mean(axis=0)
        assert_allclose(spread.std(), 1, atol=0.05)
    moved = X[(concept == 0) & (y == 0)].mean(axis=0) - X[(concept == 1) & (y == 0)].mean(axis=0)
    assert np.linalg.norm(moved) > 1


def test_classes_come_in_tasks():
    _, y, task = make_class_incremental(1000, random_state=0)
    assert_array_equal(task, y // 2)
    assert_array_equal(task, np.sort(task))
    labels = np.array(list("abcab"))
    order, task = class_incremental_order(labels, 3, random_state=0)
    assert sorted(order) == [0, 1, 2, 3, 4]
    assert "".join(labels[order]) == "aabbc"
    with pytest.raises(ValueError, match="n_tasks=4 is more than the 3 classes"):
        class_incremental_order(labels, 4)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_neither_a_context_nor_an_odour_tells_the_class(n_classes):
    X, y = make_odour_sequences(ODOURS, n_classes=n_classes, steps_per_odour=2, random_state=0)
    assert X.shape == (3 * n_classes**2 * 4, 6, 7)
    assert X.max() <= 1
    assert_array_equal(X[:, ::2], X[:, 1::2])
    assert_array_equal(np.bincount(y), len(y) // n_classes)
    names = [
        [int(np.argmin(abs(ODOURS / ODOURS.max() - o).sum(axis=1))) for o in x[::2]] for x in X
    ]
    block = 3 * n_classes**2  # of one basis: places, then contexts, then replacements
    for basis in range(4):
        of_basis = slice(basis * block, (basis + 1) * block)
        parts = np.array(names[of_basis]).reshape(3, n_classes, n_classes, 3)
        labels = y[of_basis].reshape(3, n_classes, n_classes)
        assert_array_equal(np.sort(labels, axis=1), np.sort(labels, axis=2).swapaxes(1, 2))
        for place in range(3):
            assert (parts[place, 0, :, place] == parts[place, 1, :, place]).all()
            assert len(set(parts[place, 0, :, place])) == n_classes
    assert len(set(map(tuple, names))) == len(names)


def test_noise_of_odours_is_fresh_and_multiplies():
    X, y = make_odour_sequences(ODOURS, n_draws=200, noise=0.3, random_state=0)
    clean, labels = make_odour_sequences(ODOURS, random_state=0)
    assert_array_equal(y, np.tile(labels, 200))
    ratio = X.reshape(200, *clean.shape) / clean
    assert_allclose(ratio.mean(), 1, atol=0.01)
    assert_allclose(ratio.std(), 0.3, atol=0.01)
    assert not np.array_equal(ratio[0], ratio[1])
    for odours in (ODOURS[:4], -ODOURS):
        with pytest.raises(ValueError, match="odours"):
            make_odour_sequences(odours)
