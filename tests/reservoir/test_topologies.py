"""Topologies: what each promises of its graph, and what all promise of being parameters."""

import pickle

import numpy as np
import pytest
from numpy.random import RandomState
from scipy import sparse
from scipy.stats import chisquare
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from sparcelearn.reservoir import (
    Constant,
    CycleWithJumps,
    EchoStateReservoir,
    ErdosRenyi,
    FixedInDegree,
    FixedOutDegree,
    Gamma,
    Hierarchical,
    Lattice,
    LogNormal,
    Normal,
    Orthogonal,
    Permutation,
    Ring,
    SmallWorld,
    SpikingReservoir,
    Topology,
    wiring,
)
from tests.reservoir.helpers import SILENT

pytestmark = pytest.mark.filterwarnings(SILENT)

TOPOLOGIES = [
    FixedInDegree(7),
    FixedInDegree(0.2),
    FixedOutDegree(7),
    FixedOutDegree(0.2),
    ErdosRenyi(0.15),
    SmallWorld(6, rewiring=0.3),
    Ring(),
    CycleWithJumps(4, 1.0),
    Permutation(),
    Hierarchical(5),
    Lattice(),
]
every_topology = pytest.mark.parametrize("topology", TOPOLOGIES, ids=repr)


def test_every_public_topology_is_tested():
    public = {getattr(wiring, name) for name in wiring.__all__}
    kinds = {thing for thing in public if isinstance(thing, type) and issubclass(thing, Topology)}
    assert kinds - {Topology, Orthogonal} == set(map(type, TOPOLOGIES))


def draw(topology, n_units, n_excitatory=None, seed=0):
    return topology.sample(RandomState(seed), n_units, n_excitatory).toarray()


@every_topology
@pytest.mark.parametrize("n_units", [1, 2, 8, 60])
def test_pairs_are_connected_once_and_nothing_hears_itself(topology, n_units):
    if getattr(topology, "degree", 0) in range(n_units, 8) and n_units > 1:
        with pytest.raises(ValueError, match="degree"):
            draw(topology, n_units)
        return
    matrix = draw(topology, n_units, round(0.8 * n_units))
    assert matrix.shape == (n_units, n_units)
    assert set(np.unique(matrix)) <= {0.0, 1.0}  # weights are 1: a pair that came twice would be 2
    assert not np.diag(matrix).any()


@every_topology
def test_a_topology_is_a_value(topology):
    assert clone(topology) == pickle.loads(pickle.dumps(topology)) == topology
    assert hash(clone(topology)) == hash(topology)
    assert type(topology).__name__ in repr(topology)
    np.testing.assert_array_equal(draw(topology, 40), draw(topology, 40))
    if type(topology) not in (Ring, CycleWithJumps):
        assert np.any(draw(topology, 40) != draw(topology, 40, seed=1))
    assert topology(weights=Constant(2.0)).weights == Constant(2.0)
    with pytest.raises(ValueError, match="has no 'wheels'"):
        topology(wheels=4)


# --- each by itself ---


def test_in_degrees_are_exact_in_each_pool():
    matrix = draw(FixedInDegree(10), 50, 40)
    assert np.all(matrix[:40].sum(axis=0) == 8)
    assert np.all(matrix[40:].sum(axis=0) == 2)


def test_out_degrees_are_exact():
    assert np.all(draw(FixedOutDegree(10), 50, 40).sum(axis=1) == 10)
    assert np.all(draw(FixedOutDegree(0.5), 51).sum(axis=1) == 25)


def test_large_networks_come_in_pieces_that_fit_together(monkeypatch):
    monkeypatch.setattr("sparcelearn.reservoir.wiring._distinct.BLOCK", 100)
    monkeypatch.setattr("sparcelearn.reservoir.wiring._erdos_renyi.BLOCK", 100)
    monkeypatch.setattr("sparcelearn.reservoir.wiring._lattice.BLOCK", 100)
    assert np.all(draw(FixedInDegree(10), 60).sum(axis=0) == 10)
    assert np.all(draw(FixedOutDegree(10), 60).sum(axis=1) == 10)
    assert np.all(draw(SmallWorld(10), 60).sum(axis=1) == 10)
    assert np.all(draw(Hierarchical(10), 60).sum(axis=1) == 10)
    assert draw(ErdosRenyi(1.0), 60).sum() == 60 * 59
    column = Lattice(decay_length=1e9, probabilities=(1.0, 1.0, 1.0, 1.0))
    assert draw(column, 60).sum() == 60 * 59


@pytest.mark.parametrize("probability", [0.0, 0.01, 0.4, 1.0])
def test_every_pair_is_as_likely_as_another(probability):
    counts = sum(draw(ErdosRenyi(probability), 12, seed=seed) for seed in range(400))
    others = counts[~np.eye(12, dtype=bool)]
    if probability in (0.0, 1.0):
        assert np.all(others == 400 * probability)
    else:
        spread = np.sqrt(len(others) * 400 * probability * (1 - probability))
        assert abs(others.sum() - len(others) * 400 * probability) < 4 * spread
        assert chisquare(others).pvalue > 1e-3


def test_a_lattice_connects_by_distance_and_kind():
    n, n_excitatory = 27, 14
    chances = np.array([0.9, 0.5, 0.7, 0.2]).reshape(2, 2)
    column = Lattice(1.5, tuple(chances.ravel().tolist()), shape=(27, 1, 1))
    kind = (np.arange(n) >= n_excitatory).astype(int)
    counts = np.zeros((2, 2))
    for seed in range(300):
        matrix = draw(column, n, n_excitatory, seed)
        for source, target in np.ndindex(2, 2):
            counts[source, target] += matrix[np.ix_(kind == source, kind == target)].sum()
    places = np.arange(n)
    near = np.exp(-(((places - places[:, np.newaxis]) / 1.5) ** 2))
    chance_of_pair = (near.sum() - n) / (n * (n - 1))  # units are put on sites at random
    sizes = np.array([n_excitatory, n - n_excitatory])
    pairs = np.outer(sizes, sizes) - np.diag(sizes)
    np.testing.assert_allclose(counts / 300, pairs * chances * chance_of_pair, rtol=0.06)


def test_a_full_lattice_has_the_synapses_that_its_pairs_sum_up_to():
    reach = sum(draw(Lattice(1.0, (1.0,) * 4, (3, 4, 2)), 24, seed=s) for s in range(200))
    assert reach.sum() / 200 == pytest.approx(expected_synapses((3, 4, 2), 1.0), rel=0.02)


def expected_synapses(shape, decay_length):
    """Sum the probability over all pairs of sites, one by one."""
    sites = list(np.ndindex(*shape))
    distances = [sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) for a in sites for b in sites]
    return sum(np.exp(-d / decay_length**2) for d in distances if d)


def test_a_lattice_that_is_too_small_says_so():
    with pytest.raises(ValueError, match="27 sites for 28 units"):
        draw(Lattice(shape=(3, 3, 3)), 28)


def test_small_worlds_lie_between_a_ring_and_chance():
    ring = draw(SmallWorld(4, rewiring=0.0), 20)
    distance = np.abs(np.arange(20) - np.arange(20)[:, np.newaxis])
    distance = np.minimum(distance, 20 - distance)
    np.testing.assert_array_equal(ring, (distance > 0) & (distance <= 2))
    far = [draw(SmallWorld(4, rewiring=p), 400)[200, :].nonzero()[0] for p in (0.0, 1.0)]
    assert np.abs(far[0] - 200).max() == 2
    stay = np.mean([draw(SmallWorld(4, 0.25), 400, seed=s)[200, 198:203].sum() for s in range(300)])
    assert stay == pytest.approx(4 * (0.75 + 0.25 * 4 / 400), rel=0.05)


@pytest.mark.parametrize("topology", [Ring(), Permutation()])
def test_permutations_are_orthogonal(topology):
    matrix = draw(topology, 30)
    np.testing.assert_array_equal(matrix @ matrix.T, np.eye(30))


def test_a_ring_is_one_cycle():
    matrix = sparse.csr_array(draw(Ring(), 17))
    assert sparse.csgraph.connected_components(matrix, connection="strong")[0] == 1


def test_synapses_stay_in_their_module_as_often_as_asked():
    topology = Hierarchical(4, n_levels=2, branching=3, locality=0.6)
    n = 900  # modules of 300 and 100
    network = sparse.coo_array(draw(topology, n))
    # Which units form modules is drawn first, with the same generator.
    site = np.argsort(RandomState(0).permutation(n))
    source, target = site[network.row], site[network.col]
    in_smallest = np.mean(source // 100 == target // 100)
    in_larger = np.mean(source // 300 == target // 300)
    # a synapse that may go further still comes back by chance
    larger = 0.6 + 0.4 * (0.6 * 1 / 3 + 0.4 * 1 / 9)
    assert in_smallest == pytest.approx(larger, abs=0.02)
    assert in_larger == pytest.approx(0.6 + 0.4 * (0.6 + 0.4 / 3), abs=0.02)


# --- weights, signs and scale on any of them ---


@pytest.mark.parametrize("weights", [Normal(1.0, 0.3), LogNormal(1.0, 0.5), Gamma(1.0, 0.5)])
def test_weights_follow_their_distribution(weights):
    drawn = FixedOutDegree(20, weights=weights).sample(RandomState(0), 500).data
    assert drawn.mean() == pytest.approx(1.0, abs=0.02)
    assert drawn.std() == pytest.approx(getattr(weights, "cv", 0.3), rel=0.05)


@every_topology
def test_dales_law_and_balance_hold_on_any_topology(topology):
    reservoir = SpikingReservoir(
        n_units=60,
        wiring=topology,
        excitatory_fraction=0.75,
        loop_gain=1.0,
        inhibition=2.0,
        input_scaling=0.0,
        steps_per_input=1,
        random_state=0,
    ).fit([[0.0]])
    matrix = reservoir.recurrent_weights_.toarray()
    assert np.all(matrix[:45] >= 0)
    assert np.all(matrix[45:] <= 0)
    assert matrix[45:].sum() == pytest.approx(-2.0 * matrix[:45].sum())
    # of these units, whose tau_syn is tau_mem, the gain of the loop is the spectral radius
    assert np.abs(np.linalg.eigvals(matrix)).max() == pytest.approx(1.0, rel=0.02)


@every_topology
def test_the_spectral_radius_holds_on_any_topology(topology):
    reservoir = EchoStateReservoir(n_units=60, wiring=topology, random_state=0).fit([[0.0]])
    values = np.linalg.eigvals(reservoir.recurrent_weights_.toarray())
    assert np.abs(values).max() == pytest.approx(0.9, rel=1e-6)


def test_a_search_reaches_a_topology_and_its_numbers():
    X = RandomState(0).rand(12, 5, 2)
    pipeline = make_pipeline(EchoStateReservoir(n_units=20, wiring=SmallWorld(4)), Ridge())
    step = "echostatereservoir__wiring"
    grid = [{f"{step}__degree": [2, 6]}, {step: [Ring(), ErdosRenyi(0.3)]}]
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise").fit(X, X[:, -1, 0])
    assert len(search.cv_results_["params"]) == 4
    reservoir = EchoStateReservoir(wiring=SmallWorld(4)).set_params(wiring__rewiring=0.5)
    assert reservoir.wiring == SmallWorld(4, rewiring=0.5)
    assert reservoir.get_params()["wiring__rewiring"] == 0.5


BAD = {
    "degree type": (lambda: FixedInDegree("7"), TypeError, "degree"),
    "degree negative": (lambda: FixedOutDegree(-1), ValueError, "degree"),
    "degree fraction": (lambda: FixedInDegree(1.5), ValueError, "degree"),
    "probability": (lambda: ErdosRenyi(-0.1), ValueError, "probability"),
    "probability NaN": (lambda: ErdosRenyi(float("nan")), ValueError, "probability"),
    "rewiring": (lambda: SmallWorld(4, 2.0), ValueError, "rewiring"),
    "odd degree type": (lambda: SmallWorld(4.0), TypeError, "degree"),
    "weights": (lambda: Ring(weights=1.0), TypeError, "weights"),
    "locality": (lambda: Hierarchical(locality=1.0), ValueError, "locality"),
    "branching": (lambda: Hierarchical(branching=1), ValueError, "branching"),
    "decay_length": (lambda: Lattice(0.0), ValueError, "decay_length"),
    "decay_length type": (lambda: Lattice("far"), TypeError, "decay_length"),
    "probabilities": (lambda: Lattice(probabilities=(0.1,)), TypeError, "probabilities"),
    "shape": (lambda: Lattice(shape=(3, 0)), ValueError, "shape"),
    "shape type": (lambda: Lattice(shape=3), TypeError, "shape"),
}


@pytest.mark.parametrize(("make", "error", "message"), BAD.values(), ids=BAD)
def test_bad_numbers_are_named(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_cycle_with_jumps_is_a_ring_and_jumps_in_both_directions():
    matrix = draw(CycleWithJumps(3, 0.25), 9)
    jumps = matrix - draw(Ring(), 9)
    np.testing.assert_array_equal(jumps, jumps.T)
    assert np.argwhere(jumps).tolist() == [[0, 3], [0, 6], [3, 0], [3, 6], [6, 0], [6, 3]]
    assert set(jumps[jumps != 0]) == {0.25}
    assert np.count_nonzero(draw(CycleWithJumps(3), 10) - draw(Ring(), 10)) == 6  # does not close
    with pytest.raises(ValueError, match="jump"):
        CycleWithJumps(1)
