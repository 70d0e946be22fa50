"""Row by row while units are still calibrated, at 1, 2, 4, ... rows: as in one piece."""

import pickle

import numpy as np
import pytest

from sparcelearn import ReservoirRegressor
from sparcelearn.readouts import RLSRegressor
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir
from sparcelearn.reservoir._stepper import NotingStepper, RowStepper, Stepper

ROWS = np.random.RandomState(0).randn(45, 2)
TARGETS = ROWS[:, 0] + 0.1


def begun(kind=SpikingReservoir):
    reservoir = kind(20, carry_state=True, calibration_rows=40, random_state=0)
    return ReservoirRegressor(reservoir, RLSRegressor()).partial_fit(ROWS[:1], TARGETS[:1])


@pytest.mark.parametrize("kind", [SpikingReservoir, EchoStateReservoir])
def test_rows_are_as_in_one_piece(kind):
    model, whole = begun(kind), begun(kind).partial_fit(ROWS[1:], TARGETS[1:])
    for x, y in zip(ROWS[1:], TARGETS[1:], strict=True):
        model.step(x)
        model.learn(y)
    assert model.reservoir_._seen is None
    np.testing.assert_array_equal(model.reservoir_.bias_, whole.reservoir_.bias_)
    np.testing.assert_array_equal(model.predict(ROWS), whole.predict(ROWS))


def test_what_moves_each_row():
    model, kinds = begun(), []
    for x in ROWS[1:]:
        model._go_live() if "_live" not in vars(model) else None
        kinds.append(type(model._live.stepper))
        model.step(x)
    calibrates = [n + 1 for n, kind in enumerate(kinds, 1) if kind is RowStepper]
    assert calibrates == [2, 4, 8, 16, 32, 40]
    assert kinds[:39].count(NotingStepper) == 39 - 6
    assert set(kinds[39:]) == {Stepper}


def test_what_was_refused_or_looked_at_was_not_seen():
    model, other = begun(), begun()
    for x, y in zip(ROWS[1:], TARGETS[1:], strict=True):
        other.peek(ROWS[5])
        with pytest.raises(ValueError, match="y"):
            other.learn(ROWS[6], np.nan)
        with pytest.raises(ValueError, match="x"):
            other.step([np.inf, 0])
        model.learn(x, y)
        other.learn(x, y)
        assert other.n_steps_ == model.n_steps_
        np.testing.assert_array_equal(other.spike_counts_, model.spike_counts_)
    np.testing.assert_array_equal(model.predict(ROWS), other.predict(ROWS))


@pytest.mark.parametrize("n_rows", [5, 8, 9, 39, 40])
def test_a_copy_goes_on(n_rows):
    model = begun()
    for x, y in zip(ROWS[1:n_rows], TARGETS[1:n_rows], strict=True):
        model.learn(x, y)
    other = pickle.loads(pickle.dumps(model))
    for x, y in zip(ROWS[n_rows:], TARGETS[n_rows:], strict=True):
        model.learn(x, y)
        other.learn(x, y)
    np.testing.assert_array_equal(model.predict(ROWS), other.predict(ROWS))
