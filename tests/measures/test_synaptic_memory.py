"""How long synapses remember: closed forms, theory against measurement, scaling."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sparcelearn.measures import memory_lifetime, memory_snr, memory_snr_theory
from sparcelearn.readouts.synapses import (
    BennaFusiSynapse,
    CascadeSynapse,
    FloatSynapse,
    HeterogeneousSynapse,
    QuantizedSynapse,
    SimpleSynapse,
    TransferSynapse,
    _cascade,
)


def slope(synapse, first, last):
    """Return the exponent of the signal over ages from first to last."""
    lags = np.unique(np.geomspace(first, last, 30).astype(int))
    return np.polyfit(np.log(lags), np.log(memory_snr_theory(synapse, 1, lags)), 1)[0]


def exponent(x, y):
    return np.polyfit(np.log(x), np.log(y), 1)[0]


# --- theory in closed form ---


@pytest.mark.parametrize(
    ("n", "best_of_root", "fast"), [(1e4, 0.360, 5), (1e6, 0.367, 8), (1e8, 0.367, 12)]
)
def test_simple_synapses_are_plastic_or_stable(n, best_of_root, fast):
    rates = np.e / np.sqrt(n) * np.geomspace(0.5, 2, 41)
    best = max(memory_lifetime(SimpleSynapse(q), n) for q in rates)
    assert_allclose(best / np.sqrt(n), best_of_root, atol=1.01e-3)
    assert memory_lifetime(SimpleSynapse(0.5), n) == fast == np.floor(np.log2(np.sqrt(n) / 2))


def test_simple_signal_is_a_power_of_its_rate():
    lags = [0, 1, 10, 100]
    expected = np.sqrt(400) * 0.1 * 0.9 ** np.array(lags)
    assert_allclose(memory_snr_theory(SimpleSynapse(0.1), 400, lags), expected, rtol=1e-12)


@pytest.mark.parametrize("n", [2, 4, 6, 8])
def test_a_cascades_states_are_equally_full(n):
    response = CascadeSynapse(n).response()
    uniform = np.full(2 * n, 1 / (2 * n))
    assert_allclose(response.transition @ uniform, uniform, atol=1e-13)
    assert_allclose(memory_snr_theory(CascadeSynapse(n), 1, [0]), 2 / n, atol=1e-12)


def test_a_cascade_of_one_is_the_plain_switch():
    lags = range(3)
    assert_allclose(
        memory_snr_theory(CascadeSynapse(1), 9, lags),
        memory_snr_theory(SimpleSynapse(1.0), 9, lags),
        atol=1e-12,
    )


@pytest.mark.parametrize(("n", "expected"), [(6, -0.66), (8, -0.67), (10, -0.71), (12, -0.75)])
def test_a_cascade_fades_by_a_power_before_its_end(n, expected):
    assert -0.85 < slope(CascadeSynapse(n), 10, 2**n / 4) < -0.6
    assert_allclose(slope(CascadeSynapse(n), 10, 2**n / 4), expected, atol=0.05)


def test_a_cascade_has_a_best_depth_that_beats_simple_synapses():
    lifetimes = [memory_lifetime(CascadeSynapse(n), 1e4) for n in (4, 6, 8, 10, 12)]
    assert_allclose(lifetimes, [19, 57, 90, 76, 60], atol=1)
    assert max(lifetimes) > 2 * 100 / np.e
    assert_allclose(memory_lifetime(CascadeSynapse(12), 1e6), 1078, atol=1)


def test_transfer_lives_nearly_in_proportion_to_its_stages():
    rates = np.geomspace(0.01, 0.6, 25)
    stages = [1, 2, 4, 8, 16, 32, 64]
    best = [max(memory_lifetime(TransferSynapse((q,) * m), 1e4) for q in rates) for m in stages]
    assert_allclose(best, [37, 62, 108, 192, 336, 593, 1057], rtol=0.04)
    assert 0.7 < exponent(stages, best) < 1.0


def test_populations_that_do_not_interact_gain_much_less():
    """The fastest at 1/2, the slowest tuned."""
    rates = np.geomspace(1e-4, 0.1, 40)

    def best(m, n=1e4):
        ladders = [HeterogeneousSynapse(tuple(np.geomspace(0.5, slow, m))) for slow in rates]
        return max(memory_lifetime(ladder, n * m) for ladder in ladders)

    assert_allclose([best(m) for m in (4, 16, 64)], [42, 82, 157], atol=1)


@pytest.mark.parametrize(
    ("m", "measured", "summed"),
    [
        (4, -0.460, 13.14),
        (6, -0.488, 18.26),
        (8, -0.495, 23.28),
        (10, -0.497, 28.28),
        (12, -0.498, 33.28),
    ],
)
def test_a_chain_fades_as_one_over_the_root(m, measured, summed):
    chain = BennaFusiSynapse(m)
    assert_allclose(slope(chain, 10, 0.1 * 4**m), measured, atol=0.005)
    if m >= 8:
        assert_allclose(slope(chain, 10, 0.1 * 4**m), -0.5, atol=0.02)
    assert_allclose(chain.response().variance, summed, atol=0.005)


def test_a_chains_noise_is_the_sum_of_all_it_holds():
    chain = BennaFusiSynapse(3)
    variance = chain.response().variance[0]
    signal = memory_snr_theory(chain, 1, np.arange(1500)) * np.sqrt(variance)
    assert_allclose(np.sum(signal**2), variance, rtol=1e-5)


def test_a_chains_lifetime_is_nearly_its_number_of_synapses():
    sizes = 10.0 ** np.arange(3, 10)
    lives = np.array(
        [[memory_lifetime(BennaFusiSynapse(m), n) for m in range(2, 15)] for n in sizes]
    )
    best = lives.argmax(axis=1) + 2
    assert list(best) == [3, 5, 6, 8, 9, 11, 13]
    assert 0.90 < exponent(sizes, lives.max(axis=1)) < 0.95
    assert_allclose((lives.max(axis=1) / sizes)[[0, -1]], [0.153, 0.050], atol=0.001)
    start = [
        memory_snr_theory(BennaFusiSynapse(int(m)), n, [0])[0] / np.sqrt(n)
        for m, n in zip(best, sizes, strict=True)
    ]
    assert_allclose([start[0], start[-1]], [0.31, 0.17], atol=0.005)
    few = [memory_lifetime(BennaFusiSynapse(m), 1e9) for m in range(2, 9)]
    assert min(b / a for a, b in pairwise(few)) > 3.2  # about 4 times for each variable


def test_a_chain_of_one_forgets_exponentially():
    lags = np.arange(20)
    snr = memory_snr_theory(BennaFusiSynapse(1), 4000, lags)
    assert_allclose(snr / snr[0], (1 - 0.25 / 2) ** lags, rtol=1e-12)
    reference = [29.0, 8.9, 0.0]  # of 4000 synapses after 1, 10 and 100 memories
    found = memory_snr_theory(BennaFusiSynapse(1), 4000, [0, 9, 99])
    assert_allclose(found, reference, rtol=0.06, atol=1e-3)


# --- measurement ---


@pytest.mark.parametrize(
    "synapse",
    [
        SimpleSynapse(0.1),
        SimpleSynapse(0.2, n_levels=5, bound=0.3),
        HeterogeneousSynapse((0.3, 0.03), bound=2.0),
        TransferSynapse((0.2, 0.1, 0.05)),
        CascadeSynapse(6),
        BennaFusiSynapse(3, alpha=0.5, ratio=3.0),
        QuantizedSynapse(6, bound=2.3),
        QuantizedSynapse(7, bound=2.0, rounding="nearest"),
    ],
    ids=lambda s: type(s).__name__,
)
def test_measured_memory_is_as_the_theory_says(synapse):
    lags = [0, 1, 3, 10]
    expected = memory_snr_theory(synapse, 20_000, lags)
    measured = memory_snr(synapse, 20_000, lags, random_state=1)
    # n_track=100 memories, each with a noise of 1: four standard errors.
    assert_allclose(measured, expected, atol=0.4, rtol=0.01)


def test_a_measured_signal_of_simple_synapses_is_within_a_tenth_of_theory():
    lags = [0, 10, 20]
    measured = memory_snr(SimpleSynapse(0.1), 20_000, lags, n_track=1000, random_state=0)
    assert_allclose(measured / memory_snr_theory(SimpleSynapse(0.1), 20_000, lags), 1.0, atol=0.1)


@pytest.mark.parametrize(
    ("n_levels", "reference", "fades"),
    [
        (None, (17.6, 7.6, 2.4, 1.4), -0.505),
        (40, (15.0, 6.4, 2.0, 1.06), -0.51),
        (20, None, -0.54),
    ],
)
def test_a_measured_chain_is_near_what_others_measured(n_levels, reference, fades):
    """4000 chains of five, after 1, 10, 100 and 300 memories; theory has 16.0, 6.8, 2.1, 1.2."""
    lags = np.array([0, 9, 29, 99, 299])
    chain = BennaFusiSynapse(5, n_levels=n_levels)
    measured = memory_snr(chain, 4000, lags, n_track=1000, random_state=0)
    assert_allclose(exponent(lags[1:] + 1, measured[1:]), fades, atol=0.03)
    if reference is not None:
        assert_allclose(measured[[0, 1, 3, 4]], reference, rtol=0.15)
    if n_levels is None:
        assert_allclose(measured, memory_snr_theory(chain, 4000, lags), atol=0.15)


def test_a_measured_chain_fades_as_one_over_the_root_with_levels_too():
    lags = np.array([1, 3, 10, 30, 100])
    float_chain = memory_snr(BennaFusiSynapse(5), 4000, lags, random_state=0)
    assert_allclose(exponent(lags[2:], float_chain[2:]), -0.5, atol=0.05)
    for n_levels in (40, 20):
        chain = BennaFusiSynapse(5, n_levels=n_levels)
        assert_allclose(memory_snr(chain, 4000, lags, random_state=0), float_chain, rtol=0.35)


def test_large_memories_are_measured_in_parts(monkeypatch):
    import sparcelearn.measures._memory as module

    monkeypatch.setattr(module, "BLOCK", 2**20)
    measured = memory_snr(SimpleSynapse(0.3), 30_000, [0, 2], random_state=0)
    assert_allclose(measured, memory_snr_theory(SimpleSynapse(0.3), 30_000, [0, 2]), atol=0.4)


def test_noise_is_that_of_patterns_never_stored():
    """The measure takes the mean over all patterns; here some are drawn."""
    rng = np.random.RandomState(0)
    synapse = SimpleSynapse(0.1)
    weights, hidden = synapse.start((1, 2000), rng)
    patterns = rng.choice([-1.0, 1.0], size=(400, 2000))
    synapse.store(np.ones((400, 1)), patterns, 1.0, weights, hidden, 0, 0)
    overlaps = rng.choice([-1.0, 1.0], size=(4000, 2000)) @ weights[0] / 2000
    assert_allclose(overlaps.std() * np.sqrt(2000), 1.0, atol=0.05)


def test_a_palimpsest_is_measured_though_it_has_no_theory():
    snr = memory_snr(FloatSynapse(bound=3.0), 10_000, [0, 100], random_state=0)
    assert snr[0] > 20
    assert snr[1] < 1
    with pytest.raises(NotImplementedError, match="FloatSynapse"):
        memory_snr_theory(FloatSynapse(), 10, [0])


def test_too_little_is_not_remembered_at_all():
    assert memory_lifetime(SimpleSynapse(0.1), 50) == -1


@pytest.mark.parametrize(
    ("options", "match"),
    [
        (dict(lags=[-1]), "lags"),
        (dict(lags=[]), "lags"),
        (dict(lags=3), "lags"),
        (dict(lags=[np.nan]), "lags"),
        (dict(n_synapses=0), "n_synapses"),
        (dict(n_track=0), "n_track"),
    ],
)
def test_bad_arguments_are_named(options, match):
    arguments = {"n_synapses": 10, "lags": [1], **options}
    with pytest.raises(ValueError, match=match):
        memory_snr(SimpleSynapse(), **arguments)


def test_simple_synapses_start_at_any_of_their_levels():
    weights, _ = SimpleSynapse(n_levels=4, bound=1.5).start((30, 30), np.random.RandomState(0))
    levels, counts = np.unique(weights, return_counts=True)
    assert_allclose(levels, [-1.5, -0.5, 0.5, 1.5])
    assert counts.min() > 0.8 * weights.size / 4


def test_a_cascade_moves_by_draws_below_the_chance():
    seed, depth = np.uint64(3), np.zeros((1, 1, 1))
    draw = _cascade.uniform(seed, 0)
    for chance, moves in ((draw, False), (np.nextafter(draw, 1), True)):
        chances = np.full(4, chance)  # of a reversal at each depth, then of a greater depth
        assert _cascade.apply(1.0, 1.0, depth, 0, 0, chances, seed) == 1.0
        assert depth[0, 0, 0] == moves
        assert _cascade.apply(1.0, -1.0, depth, 0, 0, chances, seed) == (-1.0 if moves else 1.0)
