"""Synapse models: naive twins, random numbers, bounds, associative memory."""

import copy
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.utils.estimator_checks import check_estimator

from sparcelearn.readouts import HopfieldMemory, synapses
from sparcelearn.readouts.synapses import (
    BennaFusiSynapse,
    CascadeSynapse,
    FloatSynapse,
    HeterogeneousSynapse,
    QuantizedSynapse,
    SimpleSynapse,
    Synapse,
    TransferSynapse,
)

MEMORIES = [HopfieldMemory()]
M64 = 2**64 - 1


def scramble(z):
    """SplitMix64's output function, in Python's integers."""
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & M64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & M64
    return z ^ (z >> 31)


def derive(seed, number):
    return scramble((seed + (number + 1) * 0x9E3779B97F4A7C15) & M64)


def uniform(seed, number):
    return (derive(seed, number) >> 11) * 2.0**-53


def write(synapse, writes, shape=(3, 4), seed=7):
    """Store the outer products; return start, weights and hidden variables after each."""
    rng = np.random.RandomState(0)
    weights, hidden = synapse.start(shape, rng)
    history = [(weights.copy(), hidden.copy())]
    for clock, (rows, columns) in enumerate(writes):
        synapse.store(rows[None], columns[None], 1.0, weights, hidden, seed, clock)
        history.append((weights.copy(), hidden.copy()))
    return history


def naive(synapse, w, u, dw, draw):
    """Return what becomes of one synapse, written as in the papers."""
    if isinstance(synapse, SimpleSynapse):
        values = np.linspace(-synapse.bound, synapse.bound, synapse.n_levels)
        level = int(np.abs(values - w).argmin())
        if draw(0) < synapse.rate * abs(dw):
            level = int(np.clip(level + np.sign(dw), 0, synapse.n_levels - 1))
        return values[level], u
    if isinstance(synapse, HeterogeneousSynapse):
        takes = draw(0) < u[0] * abs(dw)
        return (np.sign(dw) * synapse.bound if takes else w), u
    if isinstance(synapse, TransferSynapse):
        old = u.copy()
        for k in range(1, len(u)):
            if draw(k) < synapse.rates[k]:
                u[k] = old[k - 1]
        if draw(0) < synapse.rates[0] * abs(dw):
            u[0] = np.sign(dw)
        return synapse.bound * u.mean(), u
    if isinstance(synapse, CascadeSynapse):
        n, x, i = synapse.n_levels, synapse.ratio, int(u[0]) + 1
        if dw * w > 0:
            if i < n and draw(0) < abs(dw) * x**i / (1 - x):
                u[0] = i
            return w, u
        q = x ** (i - 1) if i < n or n == 1 else x ** (n - 1) / (1 - x)
        return (-w, np.zeros(1)) if draw(0) < abs(dw) * q else (w, u)
    if isinstance(synapse, BennaFusiSynapse):
        m, a, r = synapse.n_variables, synapse.alpha, synapse.ratio
        v = np.array([w, *u, 0.0])
        new = v.copy()
        for k in range(1, m + 1):
            new[k - 1] -= a * r ** (1 - 2 * k) * (v[k - 1] - v[k])
            if k > 1:
                new[k - 1] += a * r ** (2 - 2 * k) * (v[k - 2] - v[k - 1])
        new[0] += dw
        if synapse.levels:
            for k, n_levels in enumerate(synapse.levels):
                values = (np.arange(n_levels) - (n_levels - 1) / 2) * synapse.level_spacing
                place = np.clip((new[k] - values[0]) / synapse.level_spacing, 0, n_levels - 1)
                new[k] = values[min(int(place + draw(k)), n_levels - 1)]
        return new[0], new[1:m]
    if isinstance(synapse, QuantizedSynapse):
        values = np.linspace(-synapse.bound, synapse.bound, synapse.n_levels)
        place = np.clip((w + dw + synapse.bound) / (values[1] - values[0]), 0, len(values) - 1)
        chance = draw(0) if synapse.rounding == "stochastic" else 0.5
        return values[min(int(place + chance), len(values) - 1)], u
    assert isinstance(synapse, FloatSynapse), f"{type(synapse).__name__} has no naive twin"
    return float(np.clip(w + dw, -synapse.bound, synapse.bound)), u


# All that are public: one that has no settings here is tested with its defaults.
SETTINGS = {
    "FloatSynapse": [{}, {"bound": 0.7}],
    "SimpleSynapse": [{"rate": 0.4}, {"rate": 0.9, "n_levels": 7, "bound": 0.3}],
    "HeterogeneousSynapse": [{"rates": (0.9, 0.2), "bound": 0.5}],
    "TransferSynapse": [{"rates": (0.8, 0.5, 0.3), "bound": 2.0}],
    "CascadeSynapse": [
        {"n_levels": 4, "bound": 0.5},
        {"n_levels": 3, "ratio": 0.3},
        {"n_levels": 1},
    ],
    "BennaFusiSynapse": [
        {"n_variables": 5},
        {"n_variables": 1},
        {"n_variables": 3, "alpha": 0.8, "ratio": 1.5, "n_levels": 8},
        {"n_variables": 2, "n_levels": (5, 4), "level_spacing": 0.5},
    ],
    "QuantizedSynapse": [
        {"n_levels": 9, "bound": 1.0},
        {"n_levels": 4, "bound": 2.0, "rounding": "nearest"},
    ],
}
MODELS = [
    getattr(synapses, name)(**settings)
    for name in synapses.__all__
    if name != "Synapse"  # their base
    for settings in SETTINGS.get(name, [{}])
]


@pytest.mark.parametrize("synapse", MODELS, ids=repr)
def test_compiled_synapses_are_the_naive_ones(synapse):
    rng = np.random.default_rng(1)
    writes = [(rng.normal(size=3), rng.normal(size=4)) for _ in range(40)]
    writes[5][0][1] = writes[6][1][2] = 0.0  # silent inputs and outputs
    history = write(synapse, writes)
    for clock, (rows, columns) in enumerate(writes):
        w, u = copy.deepcopy(history[clock])
        key = derive(7, clock)
        for i, k in np.ndindex(3, 4):
            seed = derive(key, i * 4 + k)
            if rows[i] * columns[k] == 0 and not isinstance(
                synapse, BennaFusiSynapse | TransferSynapse
            ):
                continue
            w[i, k], u[i, k] = naive(
                synapse, w[i, k], u[i, k], rows[i] * columns[k], lambda n, s=seed: uniform(s, n)
            )
        assert_allclose(history[clock + 1][0], w, atol=1e-12)
        assert_allclose(history[clock + 1][1], u, atol=1e-12)


def test_random_numbers_are_uniform_and_independent():
    """Draws of a simple synapse with rate 1 under writes of size p move it with chance p."""
    synapse = SimpleSynapse(1.0, n_levels=2)
    moved = []
    for seed in range(3):
        weights, hidden = -np.ones((200, 200)), np.zeros((200, 200, 0))
        synapse.store(np.full((1, 200), 0.3), np.ones((1, 200)), 1.0, weights, hidden, seed, 0)
        moved.append(weights > 0)
        assert_allclose(np.mean(weights > 0), 0.3, atol=4 * np.sqrt(0.21 / 40_000))
        for a, b in [(moved[-1][1:], moved[-1][:-1]), (moved[-1][:, 1:], moved[-1][:, :-1])]:
            assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.03
    assert abs(np.corrcoef(moved[0].ravel(), moved[1].ravel())[0, 1]) < 0.03


def test_stochastic_rounding_keeps_small_changes_that_the_nearest_loses():
    """100 changes of a twentieth of a level: mean n p, variance n p (1 - p), in levels."""
    n = 20_000
    results = {}
    for rounding in ("stochastic", "nearest"):
        synapse = QuantizedSynapse(2**8 - 1, bound=127.0, rounding=rounding)  # levels of 1
        weights, hidden = np.zeros((1, n)), np.zeros((1, n, 0))
        synapse.store(np.full((100, 1), 1 / 20), np.ones((100, n)), 1.0, weights, hidden, 0, 0)
        results[rounding] = weights
    assert_allclose(results["stochastic"].mean(), 5.0, rtol=0.02)
    assert_allclose(results["stochastic"].var(), 4.75, rtol=0.1)
    assert_array_equal(results["nearest"], 0.0)


def test_levels_of_a_chain_may_be_given_or_fall_to_two():
    assert BennaFusiSynapse(4, n_levels=20).levels == (20, 14, 8, 2)
    assert BennaFusiSynapse(2, n_levels=[9, 5]).levels == (9, 5)


@pytest.mark.parametrize("synapse", MODELS, ids=repr)
def test_models_are_values(synapse):
    assert pickle.loads(pickle.dumps(synapse)) == copy.deepcopy(synapse) == synapse
    assert hash(synapse) == hash(copy.deepcopy(synapse))
    with pytest.raises(AttributeError):
        synapse.bound = 3.0


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: FloatSynapse(0.0), "bound of FloatSynapse"),
        (lambda: FloatSynapse("wide"), "bound of FloatSynapse"),
        (lambda: SimpleSynapse(1.5), "rate of SimpleSynapse"),
        (lambda: SimpleSynapse(n_levels=1), "n_levels of SimpleSynapse"),
        (lambda: SimpleSynapse(n_levels=2.5), "n_levels of SimpleSynapse"),
        (lambda: HeterogeneousSynapse(()), "rates of HeterogeneousSynapse"),
        (lambda: TransferSynapse((0.5, 0.0)), "rates of TransferSynapse"),
        (lambda: CascadeSynapse(0), "n_levels of CascadeSynapse"),
        (lambda: CascadeSynapse(ratio=0.6), "ratio of CascadeSynapse"),
        (lambda: BennaFusiSynapse(0), "n_variables"),
        (lambda: BennaFusiSynapse(alpha=np.nan), "alpha of BennaFusiSynapse"),
        (lambda: BennaFusiSynapse(3, n_levels=(3, 3)), "n_levels of BennaFusiSynapse"),
        (lambda: BennaFusiSynapse(3, n_levels=1), "n_levels of BennaFusiSynapse"),
        (lambda: QuantizedSynapse(rounding="up"), "rounding of QuantizedSynapse"),
        (lambda: QuantizedSynapse(bound=np.inf), "bound of QuantizedSynapse"),
    ],
)
def test_bad_parameters_are_named(make, match):
    with pytest.raises(ValueError, match=match):
        make()


def test_the_base_has_no_theory():
    with pytest.raises(NotImplementedError):
        Synapse().response()


# --- associative memory ---


@pytest.mark.parametrize("memory", MEMORIES)
def test_hopfield_memory_passes_every_check(memory):
    records = check_estimator(memory, on_fail=None, on_skip=None)
    assert len(records) == 41
    assert {record["status"] for record in records} <= {"passed", "skipped"}
    assert sum(record["status"] == "passed" for record in records) >= 40


def recall(synapse, seed=0):
    """Return the overlaps of 150 patterns of 500 units with what 5% damaged cues recall."""
    rng = np.random.default_rng(seed)
    patterns = rng.choice([-1.0, 1.0], size=(150, 500))
    cues = np.where(rng.random(patterns.shape) < 0.05, -patterns, patterns)
    memory = HopfieldMemory(synapse, random_state=0).partial_fit(patterns[:70])
    memory.partial_fit(patterns[70:])
    return np.mean(memory.predict(cues) * patterns, axis=1)


def test_too_many_patterns_black_out_plain_weights():
    overlaps = recall(None)
    assert np.sum(overlaps > 0.95) == 0
    assert_allclose(overlaps.mean(), 0.36, atol=0.03)


def test_bounded_weights_remember_the_last_patterns():
    overlaps = recall(FloatSynapse(bound=0.4))
    assert 15 <= np.sum(overlaps > 0.95) <= 30
    assert np.all(np.flatnonzero(overlaps > 0.95) > 100)
    assert np.abs(overlaps[:50]).mean() < 0.2


@pytest.mark.parametrize(
    ("synapse", "share"),
    [
        (SimpleSynapse(0.5), 0.5),
        (SimpleSynapse(0.2), 0.2),
        (HeterogeneousSynapse((0.6, 0.2)), 0.4),
        (CascadeSynapse(4), None),
        (TransferSynapse((0.7,)), 0.7),
    ],
)
def test_a_pattern_is_written_as_whole_as_the_synapse_takes_it(synapse, share):
    """The overlap of weights with the last pattern is the synapse's own rate, not less."""
    pattern = np.random.default_rng(0).choice([-1.0, 1.0], size=(1, 200))
    memory = HopfieldMemory(synapse, random_state=0).partial_fit(pattern)
    found = np.mean(memory.weights_ * np.outer(pattern, pattern)) / np.abs(memory.weights_).mean()
    least = 0.2 if share is None else share - 0.02
    assert least < found < (0.9 if share is None else share + 0.02)


def test_hopfield_weights_are_sums_of_outer_products():
    patterns = np.random.default_rng(0).choice([-1.0, 1.0], size=(7, 30))
    memory = HopfieldMemory().fit(patterns)
    assert_allclose(memory.weights_, patterns.T @ patterns / np.sqrt(30), atol=1e-12)
    assert memory.t_ == 7
    parts = HopfieldMemory().partial_fit(patterns[:3]).partial_fit(patterns[3:])
    assert_array_equal(parts.weights_, memory.weights_)
    assert_array_equal(
        memory.fit(patterns[:2]).weights_, HopfieldMemory().fit(patterns[:2]).weights_
    )


def test_synapses_of_a_memory_cannot_be_exchanged():
    memory = HopfieldMemory(CascadeSynapse(8), random_state=0).fit(np.eye(5))
    with pytest.raises(ValueError, match="call fit"):
        memory.set_params(synapse=CascadeSynapse(2)).partial_fit(np.eye(5))
    assert memory.fit(np.eye(5)).synapse_state_.max() < 2


def test_chains_store_patterns_whatever_the_chunks():
    patterns = np.random.default_rng(0).choice([-1.0, 1.0], size=(6, 40))
    synapse = BennaFusiSynapse(3, n_levels=20)
    options = {"synapse": synapse, "learning_rate": 1.0, "random_state": 0}
    whole = HopfieldMemory(**options).fit(patterns)
    parts = HopfieldMemory(**options).partial_fit(patterns[:2]).partial_fit(patterns[2:])
    assert_array_equal(parts.weights_, whole.weights_)
    assert_array_equal(parts.synapse_state_, whole.synapse_state_)
    assert_array_equal(whole.predict(patterns[-1:]), patterns[-1:])


def test_stages_of_transfer_start_at_their_shares_of_the_bound():
    weights, stages = TransferSynapse((0.5, 0.2, 0.05), bound=3.0).start(
        (4, 50), np.random.RandomState(0)
    )
    assert_allclose(np.unique(weights), [-3, -1, 1, 3])
    assert_allclose(weights, stages.sum(axis=2))


def test_transfer_has_three_stages_each_ten_times_slower_unless_told():
    assert TransferSynapse().rates == (0.5, 0.05, 0.005)
