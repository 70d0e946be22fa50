"""What is not as it must be is refused by name, and changes nothing."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.preprocessing import StandardScaler

from sparcelearn import ReservoirClassifier, ReservoirRegressor
from sparcelearn.readouts import SparceRegressor
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir
from tests.online.streams import (
    CLASSES,
    LABELS,
    ROWS,
    VALUES,
    classifier,
    digest,
    feed,
    regressor,
    reservoir,
)

NAN = ROWS.copy()
NAN[3, 1] = np.nan


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"reservoir": StandardScaler()}, "reservoir"),
        ({"reservoir": "spiking"}, "reservoir"),
        ({"readout": "sparce"}, "readout"),
        ({"readout": SparceRegressor}, "readout"),
        ({"washout": -1}, "washout"),
        ({"washout": 1.5}, "washout"),
        ({"max_pending": 0}, "max_pending"),
        ({"random_state": "seed"}, "random_state"),
        ({"washout": 200}, "washout=200 leaves none of the 200 samples"),
        ({"reservoir__carry_state": False, "washout": 3}, "washout=3 needs a reservoir with"),
        ({"readout__batch_size": 0}, "batch_size"),
        ({"reservoir__n_units": 0}, "n_units"),
    ],
)
def test_parameters(parameters, named):
    model = regressor().set_params(**parameters)
    before = dict(vars(model))
    with pytest.raises((ValueError, TypeError), match=named):
        model.fit(ROWS, VALUES)
    assert vars(model) == before


@pytest.mark.parametrize(
    ("X", "y", "named"),
    [
        (NAN, VALUES, "NaN"),
        (ROWS, np.where(VALUES > 0, np.inf, VALUES), "infinity"),
        (ROWS[:, :1], VALUES, "1 features"),
        (ROWS[:0], VALUES[:0], "0 sample"),
        (ROWS, VALUES[:-1], "inconsistent numbers of samples"),
        (ROWS, None, "y"),
        (ROWS[:, 0], VALUES, "Reshape your data"),
        (ROWS, np.full(200, "up"), "y must hold real numbers"),
        (ROWS.reshape(20, 10, 2), VALUES, "inconsistent numbers of samples"),
    ],
)
def test_a_bad_piece_changes_nothing(X, y, named):
    model = feed(regressor(), slice(0, 50))
    model.step(ROWS[50])
    before, objects = digest(model), dict(vars(model))
    with pytest.raises((ValueError, TypeError), match=named):
        model.partial_fit(X, y)
    assert digest(model) == before
    assert vars(model).keys() == objects.keys()
    assert all(vars(model)[name] is value for name, value in objects.items())
    unfitted = regressor()
    if "1 features" not in named:
        with pytest.raises((ValueError, TypeError), match=named):
            unfitted.partial_fit(X, y)
        assert set(vars(unfitted)) == set(vars(regressor()))


@pytest.mark.parametrize(
    ("y", "classes", "named"),
    [
        (LABELS, None, "classes must be passed"),
        (LABELS, CLASSES[:2], "not among classes"),
        (VALUES, CLASSES, "Unknown label type"),
    ],
)
def test_a_first_piece_of_labels(y, classes, named):
    model = classifier()
    with pytest.raises(ValueError, match=named):
        model.partial_fit(ROWS, y, classes=classes)
    assert set(vars(model)) == set(vars(classifier()))


def test_classes_stay_what_they_were():
    model = feed(classifier(), slice(0, 50))
    with pytest.raises(ValueError, match="differ from those of the first call"):
        model.partial_fit(ROWS, LABELS, classes=["a", "b"])
    model.partial_fit(ROWS[50:60], LABELS[50:60], classes=CLASSES[::-1])


@pytest.mark.parametrize(
    "x",
    [
        np.nan, [0.0, np.inf], [0.0], [0.0, 1.0, 2.0], [[0.0, 1.0]], [], "0, 1", ["a", "b"], None,
        [None, 1.0], {"a": 1.0}, [1j, 0], [0.0, [1.0]], np.array([0, 1], dtype="datetime64[s]"),
        object(), [0.0, -np.inf], [np.nan, np.nan],
    ],
    ids=lambda x: f"{type(x).__name__} {x!r:.20}" if type(x) is not object else "object",
)  # fmt: skip
def test_a_bad_row_is_counted_and_moves_nothing(x):
    model = feed(regressor(), slice(0, 50))
    before = digest(model)
    with pytest.raises((ValueError, TypeError), match=r"\bx\b|sequence|inhomogeneous"):
        model.step(x)
    assert model.counters["rejected_inputs"] == 1
    model.n_rejected_ = 0
    assert digest(model) == before


@pytest.mark.parametrize("x", [[1e300, 0.0], [0.0, -3.5e38]], ids=repr)
def test_a_number_beyond_single_precision_is_infinite(x):
    model = feed(regressor(), slice(0, 50))
    before = digest(model)
    with pytest.raises(ValueError, match="NaN or infinity"):
        model.step(x)
    assert model.counters["rejected_inputs"] == 1
    model.n_rejected_ = 0
    assert digest(model) == before


@pytest.mark.parametrize("x", [1e300, np.array(-1e300)], ids=repr)
def test_so_it_is_in_a_single_channel_and_before_the_calibration_is_done(x):
    network = SpikingReservoir(20, carry_state=True, random_state=0)
    model = ReservoirRegressor(network, regressor().readout)
    model.partial_fit(ROWS[:50, :1], VALUES[:50])
    with pytest.raises(ValueError, match="NaN or infinity"):
        model.step(x)
    assert model.counters["rejected_inputs"] == 1
    model.step(1e30)  # a large one that fits is no fault


def test_a_network_in_double_precision_takes_it():
    network = reservoir("echo", dtype="float64")
    model = feed(ReservoirRegressor(network, regressor().readout), slice(0, 50))
    assert np.isfinite(model.step([1e300, 0.0]))


@pytest.mark.parametrize("dtype", ["f4", ">f8", "i4", "u1", "?"])
def test_rows_of_any_real_type(dtype):
    row = np.array([1, 0], dtype=dtype)
    one, two = (feed(regressor(), slice(0, 50)) for _ in range(2))
    assert one.step(row) == two.step([1.0, 0.0])
    assert digest(one) == digest(two)


@pytest.mark.parametrize("y", [np.nan, [1.0, 2.0], "up", None, np.inf, 1j, []], ids=repr)
def test_a_bad_value_can_be_corrected(y):
    model = feed(regressor(), slice(0, 50))
    model.step(ROWS[50])
    before = digest(model.readout_)
    with pytest.raises((ValueError, TypeError), match=r"\by\b"):
        model.learn(y)
    assert model.counters["rejected_inputs"] == 1
    assert digest(model.readout_) == before
    model.learn(VALUES[50])  # its prediction still waits
    assert digest(model.readout_) == digest(feed(regressor(), slice(0, 51)).readout_)


@pytest.mark.parametrize("y", ["sideways", None, 3, ["up"]])
def test_a_bad_label_can_be_corrected(y):
    model = feed(classifier(), slice(0, 50))
    model.step(ROWS[50])
    with pytest.raises(ValueError, match="not among the classes"):
        model.learn(y)
    model.learn(LABELS[50])
    assert digest(model.readout_) == digest(feed(classifier(), slice(0, 51)).readout_)


def test_divergence_says_what_to_turn():
    readout = SparceRegressor(None, solver="sgd", learning_rate=1e3, batch_size=1)
    network = EchoStateReservoir(20, carry_state=True, random_state=0)
    model = ReservoirRegressor(network, readout).partial_fit(ROWS[:1], VALUES[:1])
    with (
        np.errstate(all="ignore"),
        pytest.raises(ValueError, match=r"learning diverged.*learning_rate"),
    ):
        for row, value in zip(ROWS, VALUES, strict=True):
            model.learn(row, value)


def test_a_stream_without_a_beginning_says_how_to_begin():
    with pytest.raises(NotFittedError, match=r"partial_fit\(X, y, classes=\.\.\.\)"):
        ReservoirClassifier().step(ROWS[0])
    with pytest.raises(NotFittedError, match=r"partial_fit\(X, y\)"):
        ReservoirRegressor().learn(ROWS[0], 1.0)


@pytest.mark.parametrize("kind", [ReservoirClassifier, ReservoirRegressor])
@pytest.mark.parametrize("call", ["step", "learn", "predict", "reset_state", "counters"])
def test_nothing_works_before_a_first_piece(kind, call):
    with pytest.raises(NotFittedError):
        method = getattr(kind(), call)
        method() if call == "reset_state" else method(ROWS[0] if call == "step" else ROWS)
