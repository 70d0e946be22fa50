"""Small networks with known wiring, run through the public estimators."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sparcelearn.reservoir import LIF, LeakyTanh, NeuronModel, SpikingReservoir
from sparcelearn.reservoir.equations import parse_model

SILENT = "ignore:(The reservoir is silent|[0-9]+% of the units did not spike):UserWarning"
SATURATED = "ignore:The reservoir is saturated:UserWarning"
DEAF = "ignore:.* of the units hardly answer to their input:UserWarning"
ROUNDED = "ignore:.* which is no whole number:UserWarning"

DELTA = NeuronModel(
    name="Delta",
    equations="dv/dt = (drive - v) / tau",
    threshold="v >= 1",
    reset="v -= jump",
    refractory="t_ref",
    excitatory="v",
    parameters={"tau": 15.0, "jump": 1.0, "t_ref": 0.0},
)

ADAPTIVE = NeuronModel(
    name="Adaptive",
    equations="""
        shape = v * (v - 0.5)   # quadratic: no integrator but Runge-Kutta's family applies
        dv/dt = (shape - w + s + drive) / tau (unless refractory)
        dw/dt = (a * v - w) / tau_w
        ds/dt = -s / tau_s
    """,
    threshold="v >= v_peak",
    reset="v = v_reset; w += b",
    refractory="t_ref",
    excitatory="s",
    parameters={
        "tau": 5.0,
        "a": 0.2,
        "tau_w": 60.0,
        "tau_s": 6.0,
        "v_peak": 1.5,
        "v_reset": 0.0,
        "b": 0.1,
        "t_ref": 1.0,
    },
)

# Linear in each variable by itself, but not affine: made for exponential Euler.
CONDUCTANCE = NeuronModel(
    name="Conductance",
    equations="""
        dv/dt = (-v - g * (v - 2) + drive) / tau
        dg/dt = (0.5 * v ** 2 - g) / tau_g
    """,
    threshold="v >= v_threshold",
    reset="v = 0",
    excitatory="g",
    parameters={"tau": 10.0, "tau_g": 7.0, "v_threshold": 1e6},
)

NOISY_RATE = NeuronModel(
    "dv/dt = (tanh(recurrent + drive) - v) / tau + 0.1 * xi + 0.1 * poisson(300)",
    parameters={"tau": 1.0},
    name="NoisyRate",
)

MODELS = [LIF, LeakyTanh, DELTA, ADAPTIVE, CONDUCTANCE]


def parse(equations, *, threshold=None, reset="", refractory=None, parameters=("tau",)):
    """Parse a model whose parameters are named."""
    return parse_model(equations, threshold, reset, refractory, tuple(parameters))


def model(equations="dv/dt = -v / tau", **changes):
    """Return a rate unit, with changes."""
    fields = {"parameters": {"tau": 10.0}, **changes}
    return NeuronModel(equations, **fields)


def spiking_model(**changes):
    """Return a leaky integrator that spikes, with changes."""
    fields = {"threshold": "v >= 1", "reset": "v = 0", "excitatory": "v", **changes}
    return model("dv/dt = (drive - v) / tau", **fields)


def assert_refused(estimator, call, message):
    """Check that a call raises, says why, and leaves the very objects it found."""
    before = dict(vars(estimator))
    with pytest.raises((ValueError, TypeError), match=message):
        call()
    assert vars(estimator).keys() == before.keys()
    assert all(vars(estimator)[key] is value for key, value in before.items())


def series(values):
    """Return one sample of one channel."""
    return np.asarray(values, dtype=float).reshape(1, -1, 1)


def history(
    neuron: NeuronModel,
    n_steps: int,
    *,
    dt: float,
    drive: Any = 0.0,
    wiring: Any = None,
    features: Any = "membrane",
    **parameters: Any,
) -> np.ndarray:
    """Return a network's features after every step of a constant drive.

    The result is (n_steps, n_features, n_units).
    """
    drive = np.atleast_1d(np.asarray(drive, dtype=float))
    n_units = len(drive)
    reservoir = SpikingReservoir(
        n_units=n_units,
        neuron=neuron,
        wiring=np.zeros((n_units, n_units)) if wiring is None else wiring,
        input_wiring=drive[np.newaxis],
        input_scaling=1.0,
        dt=dt,
        steps_per_input=n_steps,
        n_readouts=n_steps,
        features=features,
        feature_scaling=None,
        **{"delay": dt, "dtype": "float64", "random_state": 0, **parameters},
    )
    return reservoir.fit_transform([[1.0]]).reshape(n_steps, -1, n_units)


def fitted_arrays(estimator: Any) -> dict[str, Any]:
    """Return copies of everything an estimator holds but the network that runs."""
    return {k: _plain(v) for k, v in vars(estimator).items() if k != "_simulator"}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if hasattr(value, "indptr"):
        return [a.copy() for a in (value.indptr, value.indices, value.data)]
    return value.copy() if isinstance(value, np.ndarray) else value


def assert_same(left: Any, right: Any) -> None:
    """Compare nested results of :func:`fitted_arrays` bit by bit."""
    assert type(left) is type(right)
    if isinstance(left, dict):
        assert left.keys() == right.keys()
        for key in left:
            assert_same(left[key], right[key])
    elif isinstance(left, list):
        assert len(left) == len(right)
        for a, b in zip(left, right, strict=True):
            assert_same(a, b)
    elif isinstance(left, np.ndarray):
        assert left.dtype == right.dtype
        assert left.shape == right.shape
        is_object = left.dtype == object  # whose bytes are addresses
        assert left.tolist() == right.tolist() if is_object else left.tobytes() == right.tobytes()
    else:
        assert left is right or left == right
