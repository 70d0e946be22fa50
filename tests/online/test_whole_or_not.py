"""A label that is refused, an interrupt, another thread: nothing half-done stays."""

import copy
import threading

import numpy as np
import pytest
from sklearn.linear_model import SGDRegressor

from sparcelearn import ReservoirClassifier, ReservoirRegressor
from sparcelearn.readouts import (
    DeltaClassifier,
    DeltaRegressor,
    NodePerturbationRegressor,
    ReplayRegressor,
    RLSRegressor,
    SparceRegressor,
    StreamingRidgeRegressor,
)
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir, StackedReservoir
from tests.reservoir.helpers import assert_same, fitted_arrays

X = np.random.RandomState(0).randn(80, 2)
Y = X[:, 0] * 2
READOUTS = {
    "RLS": RLSRegressor(),
    "delta": DeltaRegressor(),
    "SpaRCe": SparceRegressor(batch_size=1),
    "SpaRCe, percentiles known": SparceRegressor(batch_size=1, calibration_samples=10),
    "SpaRCe, mini-batches": SparceRegressor(calibration_samples=10),
    "noise": NodePerturbationRegressor(random_state=0),
    "ridge": StreamingRidgeRegressor(),
    "replay": ReplayRegressor(DeltaRegressor(), random_state=0),
    "scikit-learn": SGDRegressor(random_state=0),
}


def learned(model):
    """Return copies of all that a model holds but how many calls it refused."""
    parts = {"readout": model.readout_, "reservoir": model.reservoir_, "model": model}
    if hasattr(model.readout_, "readout_"):
        parts["inner"] = model.readout_.readout_
    found = {name: fitted_arrays(part) for name, part in parts.items()}
    for name in ("n_rejected_", "_live", "readout_", "reservoir_"):
        found["model"].pop(name, None)
    found["readout"].pop("readout_", None)
    return found


def stream(readout, dtype="float64"):
    reservoir = EchoStateReservoir(12, carry_state=True, random_state=0, dtype=dtype)
    return ReservoirRegressor(reservoir, readout).partial_fit(X, Y)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", READOUTS)
def test_a_wild_label_is_learned_or_leaves_nothing(name, dtype):
    model = stream(copy.deepcopy(READOUTS[name]), dtype)
    model.step(X[0])
    for wild in (1e20, 1e160, 1e308, np.inf, np.nan, "a"):
        before, counters = learned(model), model.counters
        with np.errstate(all="ignore"):
            try:
                model.learn(wild)
            except (ValueError, TypeError):
                assert_same(learned(model), before)
                rejected = {"rejected_inputs": counters["rejected_inputs"] + 1}
                assert model.counters == counters | rejected
            else:
                assert name in ("RLS", "delta", "noise", "ridge", "replay", "scikit-learn") or (
                    wild == 1e20
                )
                model.step(X[0])
    model.learn(1.0)


@pytest.mark.parametrize("kind", ["calibrated", "being calibrated", "stack"])
def test_learn_of_a_row_and_a_wrong_label_takes_the_step_back(kind):
    reservoir = EchoStateReservoir(12, carry_state=True, random_state=0)
    if kind == "stack":
        reservoir = StackedReservoir([("a", reservoir), ("b", reservoir)])
    if kind == "being calibrated":
        reservoir.set_params(input_scaling="auto")
    model = ReservoirClassifier(reservoir, DeltaClassifier(), max_pending=2)
    model.partial_fit(X[:5], Y[:5] > 0, classes=[False, True])
    model.step(X[5])
    expected = copy.deepcopy(model)
    for label in ("unknown", None, 7):
        with pytest.raises((ValueError, TypeError)):
            model.learn(X[6], label)
    for one in (model, expected):
        one.learn(Y[5] > 0)
        one.learn(X[6], Y[6] > 0)
    assert model.counters == expected.counters | {"rejected_inputs": 3}
    np.testing.assert_array_equal(model.readout_.coef_, expected.readout_.coef_)
    np.testing.assert_array_equal(model.predict(X[7:20]), expected.predict(X[7:20]))


@pytest.mark.parametrize("kind", ["calibrated", "being calibrated", "stack"])
def test_peek_predicts_the_row_that_comes_next_and_moves_nothing(kind):
    reservoir = EchoStateReservoir(12, carry_state=True, random_state=0)
    if kind == "stack":
        reservoir = StackedReservoir([("a", reservoir), ("b", reservoir)])
    if kind == "being calibrated":
        reservoir.set_params(input_scaling="auto")
    model = ReservoirRegressor(reservoir, DeltaRegressor(), max_pending=2)
    model.partial_fit(X[:5], Y[:5])
    for row in range(5, 12):
        expected = copy.deepcopy(model)
        foreseen = model.predict(X[row : row + 1])[0]
        assert model.peek(X[row]) == foreseen
        assert model.peek(X[row + 1]) != foreseen
        for one in (model, expected):
            assert one.step(X[row]) == foreseen
            if row > 5:
                one.learn(Y[row - 1], ticket=row)  # of the row before, which waited
        assert model.counters == expected.counters
        np.testing.assert_array_equal(model.readout_.coef_, expected.readout_.coef_)
    with pytest.raises(ValueError, match="x "):
        model.peek([np.nan] * X.shape[1])
    assert model.counters == expected.counters | {"rejected_inputs": 1}


class Interrupting(DeltaRegressor):
    """Learns, and is interrupted before it returns."""

    def partial_fit(self, X, y, sample_weight=None):
        super().partial_fit(X, y, sample_weight)
        raise KeyboardInterrupt


@pytest.mark.parametrize("readout", [Interrupting(), SGDRegressor(random_state=0)])
def test_an_interrupt_between_learning_and_time_leaves_both(readout, monkeypatch):
    model = stream(DeltaRegressor())
    if isinstance(readout, Interrupting):
        model.readout_.__class__ = Interrupting
    else:
        model.readout_ = readout.partial_fit(model.reservoir_.transform(X), Y)
        monkeypatch.setattr(
            "sparcelearn._online.base.OnlineBase._count",
            lambda *_: (_ for _ in ()).throw(KeyboardInterrupt),
        )
    before = learned(model)
    with pytest.raises(KeyboardInterrupt):
        model.partial_fit(X, Y)
    assert_same(learned(model), before)


def test_threads_on_one_model_wait_for_one_another():
    model = ReservoirRegressor(
        EchoStateReservoir(12, carry_state=True, random_state=0), SparceRegressor(batch_size=1)
    ).partial_fit(X[:10], Y[:10])
    errors = []

    def work(seed):
        try:
            for k in range(40):
                if seed == 0 and k % 10 == 0:
                    model.partial_fit(X[:3], Y[:3])
                elif seed == 1 and k % 20 == 0:
                    model.reset_state()
                else:
                    model.learn(X[k], Y[k])
        except BaseException as error:  # a test must see it
            errors.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    steps = 10 + 4 * 3 + 36 + 38 + 40 + 40
    assert model.counters["steps"] == steps == model.counters["updates"]
    assert np.isfinite(model.readout_.coef_).all()


def test_threads_learn_with_one_readout_and_fit_one_reservoir():
    readout, reservoir = DeltaRegressor(), SpikingReservoir(5, random_state=0, backend="numpy")
    reservoir.set_params(input_scaling=3.0)
    readout.partial_fit(X, Y)

    def work():
        for _ in range(5):
            readout.partial_fit(X, Y)
        reservoir.fit(X[:5])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert readout.t_ == 21 * len(X)
