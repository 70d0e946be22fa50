"""Who hears whom: exact degrees, uniform choice, Dale's law, strength, and frozen bits."""

import hashlib
from itertools import combinations

import numpy as np
import pytest
from numpy.random import RandomState
from scipy import sparse
from scipy.stats import chisquare

from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir
from sparcelearn.reservoir.input_wiring import Projection
from sparcelearn.reservoir.wiring import fixed_in_degree, scale_spectral_radius
from sparcelearn.reservoir.wiring._distinct import choose_distinct
from tests.reservoir.helpers import SILENT

pytestmark = pytest.mark.filterwarnings(SILENT)


@pytest.mark.parametrize(
    ("n_rows", "n_choices", "k"),
    [(100, 10, 3), (100, 10, 5), (100, 10, 6), (50, 7, 7), (20, 5, 0), (0, 5, 2), (30, 1, 1)],
)
def test_chosen_numbers_are_distinct_and_rising(n_rows, n_choices, k):
    chosen = choose_distinct(RandomState(0), n_rows, n_choices, k)
    assert chosen.shape == (n_rows, k)
    assert np.all(np.diff(chosen, axis=1) > 0)
    assert not chosen.size or (chosen.min() >= 0 and chosen.max() < n_choices)


@pytest.mark.parametrize(("n_choices", "k"), [(6, 2), (6, 3), (6, 4), (5, 1)])
def test_every_subset_is_equally_likely(n_choices, k):
    chosen = choose_distinct(RandomState(1), 20_000, n_choices, k)
    subsets = {subset: place for place, subset in enumerate(combinations(range(n_choices), k))}
    observed = np.bincount([subsets[tuple(row)] for row in chosen.tolist()], minlength=len(subsets))
    assert chisquare(observed).pvalue > 1e-3


@pytest.mark.parametrize("sources", [np.arange(20), np.arange(5), np.arange(12, 20)])
def test_in_degrees_are_exact_and_nothing_hears_itself(sources):
    pre, post = fixed_in_degree(RandomState(0), sources, np.arange(20), 4)
    assert np.bincount(post, minlength=20).tolist() == [4] * 20
    assert set(pre) <= set(sources.tolist())
    assert not np.any(pre == post)
    assert len(set(zip(pre.tolist(), post.tolist(), strict=True))) == len(pre)


def test_a_unit_may_hear_all_others():
    pre, post = fixed_in_degree(RandomState(0), np.arange(6), np.arange(6), 5)
    matrix = sparse.coo_array((np.ones(30), (pre, post)), shape=(6, 6)).toarray()
    np.testing.assert_array_equal(matrix, 1 - np.eye(6))


def test_own_place_is_left_out_without_bias():
    seen = np.zeros((5, 5))
    for seed in range(2000):
        pre, post = fixed_in_degree(RandomState(seed), np.arange(5), np.arange(5), 2)
        seen[pre, post] += 1
    assert np.all(np.diag(seen) == 0)
    assert chisquare(seen[~np.eye(5, dtype=bool)]).pvalue > 1e-3


@pytest.mark.parametrize("fraction", [0.0, 0.3, 0.8, 1.0])
def test_dales_law_holds_and_pools_have_their_size(fraction):
    n_units = 100
    reservoir = SpikingReservoir(
        n_units, loop_gain=1.0, excitatory_fraction=fraction, input_scaling=0.0, random_state=0
    ).fit([[0.0]])
    matrix = reservoir.recurrent_weights_.toarray()
    n_excitatory = round(fraction * n_units)
    assert np.all(matrix[:n_excitatory] >= 0)
    assert np.all(matrix[n_excitatory:] <= 0)
    assert np.all(np.diag(matrix) == 0)
    degrees = [round(0.1 * n_excitatory), round(0.1 * (n_units - n_excitatory))]
    for pool, degree in zip((matrix[:n_excitatory], matrix[n_excitatory:]), degrees, strict=True):
        assert np.all(np.count_nonzero(pool, axis=0) == degree)


def test_input_is_heard_from_a_fixed_number_of_channels():
    reservoir = SpikingReservoir(
        n_units=40, input_wiring=Projection(0.25), input_scaling=2.0, random_state=0
    ).fit(np.zeros((1, 20)))
    weights = reservoir.input_weights_.toarray()
    assert np.all(np.count_nonzero(weights, axis=0) == 5)
    assert np.all(np.abs(weights) <= 2)
    assert weights.min() < -1 < 1 < weights.max()


@pytest.mark.parametrize("n_units", [5, 60, 600])
@pytest.mark.parametrize("radius", [0.0, 0.9, 1.4])
def test_the_spectral_radius_is_as_asked(n_units, radius):
    reservoir = EchoStateReservoir(
        n_units=n_units,
        connectivity=0.5 if n_units == 5 else 0.1,
        spectral_radius=radius,
        random_state=0,
    ).fit([[0.0]])
    values = np.linalg.eigvals(reservoir.recurrent_weights_.toarray())
    assert np.abs(values).max() == pytest.approx(radius, rel=1e-8)


def test_a_matrix_without_cycles_is_not_scaled():
    chain = sparse.csr_array(np.diag([1.0, 2.0, 3.0], k=1))
    np.testing.assert_array_equal(scale_spectral_radius(chain, 0.9).toarray(), chain.toarray())
    for value, expected in ((1e-12, 1e-12), (2e-12, 0.9)):
        assert scale_spectral_radius(np.array([[value]]), 0.9)[0, 0] == pytest.approx(expected)


@pytest.mark.parametrize("kind", [SpikingReservoir, EchoStateReservoir])
@pytest.mark.parametrize(
    "form", [np.asarray, sparse.csr_array, sparse.coo_matrix, sparse.csc_array]
)
def test_given_matrices_are_used_as_they_are(kind, form):
    rng = RandomState(0)
    wiring = rng.randn(8, 8) * (rng.rand(8, 8) < 0.4)
    input_wiring = rng.randn(3, 8)
    given = form(wiring), form(input_wiring)
    reservoir = kind(
        n_units=8, wiring=given[0], input_wiring=given[1], input_scaling=2.0, random_state=0
    )
    if kind is EchoStateReservoir:
        reservoir.set_params(spectral_radius=None)
    reservoir.fit(np.zeros((2, 3)))
    np.testing.assert_array_equal(reservoir.recurrent_weights_.toarray(), wiring)
    np.testing.assert_array_equal(reservoir.input_weights_.toarray(), 2 * input_wiring)
    assert reservoir.wiring is given[0]


# sha256 of sources, targets and weights: a seed means the same network in every version
GOLDEN = {
    SpikingReservoir: [
        "74a5f913baee3fc4",
        "60ff1798cb327b8e",
        "ea904dbe7af1859a",
        "41aa4f23d666eec9",
        "7d31623024f94248",
    ],
    EchoStateReservoir: [
        "5eda049ea86c10db",
        "765a81a37ba2128e",
        "5f575886123d3e96",
        "1cffdda081b45807",
        "9421198142d875fc",
    ],
}


def digest(kind, seed):
    reservoir = kind(n_units=50, input_scaling=1.0, bias_scaling=1.0, random_state=seed)
    if kind is SpikingReservoir:
        reservoir.set_params(loop_gain=0.8)
    reservoir.fit(np.zeros((1, 4)))
    recurrent, inputs = reservoir.recurrent_weights_, reservoir.input_weights_
    arrays = [recurrent.indptr, recurrent.indices, inputs.indptr, inputs.indices]
    text = b"".join(a.astype("<i8").tobytes() for a in arrays)
    exact = [inputs.data, reservoir.bias_]
    text += b"".join(a.astype("<f8").tobytes() for a in exact)
    # recurrent weights are scaled by computed numbers, whose last bits may differ
    return hashlib.sha256(text + np.round(recurrent.data, 10).astype("<f8").tobytes()).hexdigest()[
        :16
    ]


@pytest.mark.parametrize("kind", GOLDEN)
def test_a_seed_gives_the_same_network_for_ever(kind):
    assert [digest(kind, seed) for seed in range(5)] == GOLDEN[kind]


@pytest.mark.parametrize("n_units", [20, 600])  # of more than 500, one eigenvalue is sought
def test_wiring_without_a_cycle_cannot_be_scaled_and_is_left_alone(n_units):
    chain = sparse.diags_array(np.ones(n_units - 1), offsets=1, format="csr")
    for matrix in (chain, sparse.csr_array((n_units, n_units))):
        scaled = scale_spectral_radius(matrix, 0.9)
        assert abs(scaled - matrix).sum() == 0
    made = EchoStateReservoir(n_units, connectivity=0.0, random_state=0).fit(np.ones((1, 5, 2)))
    assert made.recurrent_weights_.nnz == 0


@pytest.mark.parametrize("matrix", [3.0, [1.0, 2.0], np.ones((2, 3)), np.ones((2, 2, 2))])
def test_what_is_not_square_is_refused(matrix):
    with pytest.raises(ValueError, match="matrix has shape"):
        scale_spectral_radius(matrix, 0.9)


def test_the_shape_that_is_missing_is_that_of_the_rows():
    with pytest.raises(ValueError, match=r"matrix has shape \(2, 3\); it must be \(2, 2\)"):
        scale_spectral_radius(np.ones((2, 3)), 0.9)


def test_a_list_of_rows_is_a_matrix():
    assert scale_spectral_radius([[2.0]], 0.5).toarray().tolist() == [[0.5]]
