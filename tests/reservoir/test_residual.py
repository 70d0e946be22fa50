"""Rate networks by hand: a second recurrent matrix, delays, and connectomes that are given."""

import numpy as np
import pytest
from numpy.random import RandomState
from scipy import sparse
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

from sparcelearn import ReservoirRegressor, load, save
from sparcelearn.reservoir import (
    EchoStateReservoir,
    Orthogonal,
    Permutation,
    Ring,
    SpikingReservoir,
    Uniform,
    scale_spectral_radius,
)

X = RandomState(0).rand(70, 2)


def radius(matrix):
    return np.abs(np.linalg.eigvals(matrix.toarray())).max()


def by_hand(made, rows):
    """Return the states of a fitted reservoir, by loops over its arrays."""
    W, W_in = made.recurrent_weights_.tocoo(), made.input_weights_.toarray()
    steps = np.broadcast_to(made.delay_steps_, W.data.shape)
    kept = made.residual_weights_
    held = np.eye(made.n_units) if kept is None else kept.toarray()
    a, states = made.leak_rate, [np.zeros(made.n_units)] * (int(steps.max()) + 1)
    for x in rows:
        recurrent = np.zeros(made.n_units)
        for i, j, w, d in zip(W.row, W.col, W.data, steps, strict=True):
            recurrent[j] += states[-d][i] * w
        new = (1 - a) * states[-1] @ held + a * np.tanh(made.bias_ + x @ W_in + recurrent)
        states.append(new)
    return np.array(states[-len(rows) :])


CASES = {
    "plain": {},
    "ring": {"residual_wiring": Ring()},
    "orthogonal": {"residual_wiring": Orthogonal()},
    "scaled": {"residual_wiring": 0.5 * np.roll(np.eye(12), 1, axis=1)},
    "delay": {"delay": 3.0},
    "of sources": {"delay": np.arange(1.0, 13.0)},
    "both": {"delay": Uniform(1, 400), "residual_wiring": Permutation()},
}


@pytest.mark.parametrize("backend", ["numba", "numpy"])
@pytest.mark.parametrize("case", CASES)
def test_the_equation_holds(case, backend):
    made = EchoStateReservoir(
        12,
        carry_state=True,
        input_scaling=1.0,
        bias_scaling=0.2,
        backend=backend,
        random_state=0,
        **CASES[case],
    ).fit(X)
    np.testing.assert_allclose(made.transform(X), by_hand(made, X), atol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_streams_in_pieces_sequences_and_files_are_the_same(case, tmp_path):
    rows = RandomState(1).rand(600, 2)
    made = EchoStateReservoir(12, carry_state=True, random_state=0, **CASES[case]).fit(rows)
    whole, parts = made.transform(rows), []
    for piece in np.split(rows, [1, 7, 300, 599]):
        parts.append(made.transform(piece))
        made.partial_fit(piece)
        save(tmp_path / "made", made)
        made = load(tmp_path / "made")
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    sequences = rows.reshape(60, 10, 2)  # enough to run in lanes
    many = EchoStateReservoir(12, random_state=0, **CASES[case]).fit(sequences)
    one_by_one = np.concatenate([many.transform(x[np.newaxis]) for x in sequences])
    np.testing.assert_array_equal(many.transform(sequences), one_by_one)


def test_an_orthogonal_matrix_is_one_and_random():
    one, other = (Orthogonal().sample(RandomState(k), 30).toarray() for k in range(2))
    np.testing.assert_allclose(one @ one.T, np.eye(30), atol=1e-12)
    assert np.abs(one - other).max() > 0.1
    with pytest.raises(ValueError, match="weights must be None"):
        Orthogonal(weights=Uniform(0, 1))


def test_es2n_remembers_longer_than_leaky_units():
    rows = RandomState(0).uniform(-1, 1, (1500, 1))

    def remembered(**parameters):
        made = EchoStateReservoir(
            40, leak_rate=0.1, input_scaling=0.1, carry_state=True, random_state=0, **parameters
        )
        states = made.fit_transform(rows)[100:]
        lags = np.hstack([rows[100 - k : 1500 - k] for k in range(1, 31)])
        fit = Ridge(1e-9).fit(states[:900], lags[:900])
        found = fit.predict(states[900:])
        return sum(np.corrcoef(a, b)[0, 1] ** 2 for a, b in zip(found.T, lags[900:].T, strict=True))

    assert remembered(residual_wiring=Ring()) > 25 > remembered()


@pytest.mark.parametrize("given", [np.asarray, sparse.csr_array])
def test_a_given_matrix_is_scaled_to_the_radius(given):
    matrix = RandomState(0).rand(20, 20)
    assert radius(scale_spectral_radius(given(matrix), 0.7)) == pytest.approx(0.7)
    for wanted in (0.5, 0.9, 1.5):
        made = EchoStateReservoir(20, wiring=given(matrix), spectral_radius=wanted).fit(X)
        assert radius(made.recurrent_weights_) == pytest.approx(wanted)
    as_it_is = EchoStateReservoir(20, wiring=given(matrix), spectral_radius=None).fit(X)
    np.testing.assert_array_equal(as_it_is.recurrent_weights_.toarray(), matrix)
    with pytest.raises(ValueError, match="must be"):
        scale_spectral_radius(matrix[:10], 0.5)


def test_a_given_matrix_of_a_spiking_network_is_scaled_where_a_gain_is_asked_for():
    matrix = RandomState(0).normal(size=(20, 20))
    radii = []
    for loop_gain in (None, 0.4, 0.8):
        made = SpikingReservoir(20, wiring=matrix, loop_gain=loop_gain, random_state=0).fit(X)
        radii.append(radius(made.recurrent_weights_))
    assert radii[0] == pytest.approx(np.abs(np.linalg.eigvals(matrix)).max())
    assert radii[2] == pytest.approx(2 * radii[1])


def test_a_connectome_with_chosen_input_and_readout_units():
    matrix = RandomState(0).rand(30, 30)
    heard, read = np.zeros((2, 30)), np.arange(10, 20)
    heard[:, :10] = RandomState(1).normal(size=(2, 10))
    connectome = EchoStateReservoir(
        30, wiring=matrix, spectral_radius=0.9, input_wiring=heard, carry_state=True
    )
    front = make_pipeline(connectome, ColumnTransformer([("read", "passthrough", read)]))
    model = ReservoirRegressor(front, Ridge()).fit(X[:-1], X[1:])
    assert model.readout_.coef_.shape == (2, 10)
    assert model.generate(5).shape == (5, 2)
    assert not model.reservoir_[0].input_weights_.toarray()[:, 10:].any()
