"""A stream: only partial_fit moves time, and how it is cut up changes nothing."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.base import clone

from sparcelearn.reservoir import LIF, EchoStateReservoir, SpikingReservoir
from tests.reservoir.helpers import SATURATED, assert_same, fitted_arrays

N_ROWS = 60


def spiking(**parameters):
    defaults = {"n_units": 30, "delay": 3.0, "steps_per_input": 4, "features": ("trace", "count")}
    return SpikingReservoir(**{**defaults, "carry_state": True, "random_state": 0, **parameters})


def echo(**parameters):
    return EchoStateReservoir(
        **{"n_units": 30, "carry_state": True, "random_state": 0, **parameters}
    )


@pytest.fixture(params=[spiking, echo], ids=["spiking", "echo"])
def make(request):
    return request.param


@pytest.fixture(scope="module")
def rows():
    return np.random.RandomState(0).rand(N_ROWS, 3)


def state_in_use(reservoir):
    """Return the state but for what lies beyond the spikes in use, which means nothing."""
    state = copy.deepcopy(reservoir.state_)
    for spikes, n_spikes in zip(state["spikes"], state["n_spikes"], strict=True):
        spikes[n_spikes:] = 0
    return state


def random_pieces(seed):
    rng = np.random.RandomState(seed)
    if seed == 0:
        return [1] * N_ROWS
    cuts = np.sort(rng.choice(np.arange(1, N_ROWS), rng.randint(1, 20), replace=False))
    return np.diff([0, *cuts, N_ROWS]).tolist()


@pytest.mark.parametrize("seed", range(50))
def test_pieces_of_any_size_give_the_same_stream(make, rows, seed):
    whole = make().fit(rows)
    expected = whole.transform(rows)
    whole.partial_fit(rows)
    pieces = make().fit(rows)
    features, first = [], 0
    for size in random_pieces(seed):
        piece = rows[first : first + size]
        features.append(pieces.transform(piece))
        pieces.partial_fit(piece)
        first += size
    assert first == N_ROWS
    np.testing.assert_array_equal(np.concatenate(features), expected)
    assert_same(state_in_use(pieces), state_in_use(whole))


def test_the_stream_is_alive(make, rows):
    # equal features prove nothing where there is nothing in them
    features = make().fit(rows).transform(rows)
    assert features.any(axis=0).sum() >= features.shape[1] / 2


def test_the_past_matters(make, rows):
    moved, at_rest = make().fit(rows).partial_fit(rows), make().fit(rows)
    assert not np.array_equal(moved.transform(rows[:5]), at_rest.transform(rows[:5]))


def test_transform_never_moves_time(make, rows):
    reservoir = make().fit(rows).partial_fit(rows[:20])
    before = fitted_arrays(reservoir)
    first = reservoir.transform(rows[20:])
    np.testing.assert_array_equal(reservoir.transform(rows[20:]), first)
    assert_same(fitted_arrays(reservoir), before)


@pytest.mark.parametrize("back", ["fit", "reset_state"])
def test_fit_and_reset_state_return_to_rest(make, rows, back):
    reservoir = make().fit(rows)
    rest = fitted_arrays(reservoir)
    reservoir.partial_fit(rows)
    with pytest.raises(AssertionError):
        assert_same(fitted_arrays(reservoir), rest)
    if back == "fit":
        reservoir.fit(rows)
    else:
        assert reservoir.reset_state() is reservoir
    assert_same(fitted_arrays(reservoir), rest)


def test_the_first_partial_fit_draws_the_network_and_moves(make, rows):
    # with nothing to calibrate, which test_calibration.py is about
    raw = {"input_scaling": 1.0}
    if make is spiking:
        raw |= {"neuron": LIF, "input_scaling": 30.0, "feature_scaling": None, "loop_gain": 0.8}
    begun = make(**raw).partial_fit(rows)
    expected = make(**raw).fit(rows).partial_fit(rows)
    assert_same(fitted_arrays(begun), fitted_arrays(expected))


def test_sequences_of_a_stream_follow_one_another(make, rows):
    # three pieces of 20 rows are one stream of 60: features at the end of each piece
    pieces = rows.reshape(3, 20, 3)
    by_piece = make(features="trace") if make is spiking else make()
    by_row = clone(by_piece).fit(rows)
    features = by_piece.fit(rows).transform(pieces)
    if make is echo:
        np.testing.assert_array_equal(features, by_row.transform(rows)[19::20])
    else:
        np.testing.assert_allclose(features, by_row.transform(rows)[19::20], rtol=1e-5)
    by_piece.partial_fit(pieces)
    by_row.partial_fit(rows)
    np.testing.assert_array_equal(by_piece.state_["variables"], by_row.state_["variables"])


def test_without_carry_state_partial_fit_moves_nothing(make, rows):
    reservoir = make(carry_state=False).fit(rows)
    before = fitted_arrays(reservoir)
    reservoir.partial_fit(rows)
    assert_same(fitted_arrays(reservoir), before)


@pytest.mark.parametrize(
    "copied",
    [lambda r: pickle.loads(pickle.dumps(r)), copy.deepcopy],
    ids=["pickle", "deepcopy"],
)
@pytest.mark.parametrize("cut", [1, 17])
@pytest.mark.parametrize(
    ("make", "dtype"),
    [
        (spiking, "float32"),
        (spiking, "float64"),
        (echo, "float32"),
        (echo, "float64"),
    ],
)
def test_a_copy_goes_on_where_the_original_was(make, dtype, rows, copied, cut):
    original = make(dtype=dtype).fit(rows).partial_fit(rows[:cut])
    twin = copied(original)
    np.testing.assert_array_equal(twin.transform(rows[cut:]), original.transform(rows[cut:]))
    original.partial_fit(rows[cut:])
    twin.partial_fit(rows[cut:])
    assert_same(fitted_arrays(twin), fitted_arrays(original))


def test_a_copy_is_independent(make, rows):
    original = make().fit(rows).partial_fit(rows[:20])
    before = fitted_arrays(original)
    copy.deepcopy(original).partial_fit(rows[20:])
    assert_same(fitted_arrays(original), before)


def test_transform_changes_nothing_after_unpickling(make, rows):
    twin = pickle.loads(pickle.dumps(make().fit(rows)))
    keys = set(vars(twin))
    twin.transform(rows)
    assert set(vars(twin)) == keys


def test_a_clone_has_no_state(make, rows):
    assert not hasattr(clone(make().fit(rows)), "state_")


def test_a_failed_piece_moves_nothing(make, rows):
    reservoir = make().fit(rows).partial_fit(rows[:20])
    objects = dict(vars(reservoir))
    broken = rows[20:].copy()
    broken[5, 1] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        reservoir.partial_fit(broken)
    assert vars(reservoir).keys() == objects.keys()
    assert all(vars(reservoir)[key] is value for key, value in objects.items())


@pytest.mark.filterwarnings(SATURATED)
def test_spikes_on_their_way_cross_the_border_of_a_piece():
    # unit 0 spikes in the last step of the first row; its spike arrives three steps later
    reservoir = SpikingReservoir(
        n_units=2,
        neuron=LIF(t_ref=1000.0),
        wiring=np.array([[0.0, 0.25], [0.0, 0.0]]),
        input_wiring=np.array([[1e6, 0.0]]),
        input_scaling=1.0,
        steps_per_input=1,
        delay=3.0,
        features=("i_exc",),
        feature_scaling=None,
        carry_state=True,
    )
    rows = np.array([[1.0], [0.0], [0.0], [0.0], [0.0]])
    reservoir.fit(rows)
    arrivals = []
    for row in rows:
        arrivals.append(reservoir.transform([row])[0, 1])
        reservoir.partial_fit([row])
    assert np.flatnonzero(arrivals)[0] == 3
    assert arrivals[3] == 0.25
