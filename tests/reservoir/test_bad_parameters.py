"""Parameters that fit refuses: with a message that names them, and with nothing half-changed."""

import numpy as np
import pytest
from scipy import sparse

from sparcelearn.reservoir import (
    LIF,
    EchoStateReservoir,
    LeakyTanh,
    NeuronModel,
    Normal,
    SpikingReservoir,
)
from tests.reservoir.helpers import ADAPTIVE, CONDUCTANCE, assert_refused, spiking_model

X = np.random.RandomState(0).rand(4, 5, 3)
NAN = float("nan")
INF = float("inf")
SPIKING = {
    # constants of the neuron, once there are units
    "array too long": ({"neuron": LIF(tau_mem=np.ones(7))}, "tau_mem has 7 values for 10 units"),
    "initial too long": (
        {"neuron": spiking_model(initial={"v": [1.0, 2.0]})},
        "v has 2 values for 10 units",
    ),
    "initial no parameter": ({"neuron": spiking_model(initial={"v": "w"})}, r"initial\['v'\]='w'"),
    "time constant 0": ({"neuron": LIF(tau_mem=0.0)}, "tau_mem is a time constant"),
    "time constant negative": ({"neuron": LIF(tau_exc=-1.0)}, "tau_exc is a time constant"),
    "time constants drawn": ({"neuron": LIF(tau_mem=Normal(0.0, 1.0))}, "tau_mem is a time const"),
    "refractory negative": ({"neuron": LIF(t_ref=-1.0)}, "refractory='t_ref' must be from 0"),
    "one refractory negative": ({"neuron": LIF(t_ref=[1.0] * 9 + [-1.0])}, "must be from 0 to"),
    "dt too long": ({"neuron": LIF, "dt": 6.0, "delay": 6.0}, "dt=6.0 is longer than.*tau_exc=5.0"),
    "delay too short": ({"delay": 0.4}, "delay=0.4 must be from 1 to"),
    "exact of nonlinear": ({"neuron": CONDUCTANCE, "method": "exact"}, "method='exact' does not"),
    "exponential of nonlinear": (
        {"neuron": ADAPTIVE, "method": "exponential_euler"},
        "method='exponential_euler' does not",
    ),
    "not finite": ({"neuron": spiking_model(reset="v = 1 / (tau - 10)")}, "not finite"),
    "rate neuron": ({"neuron": LeakyTanh}, "no threshold; use EchoStateReservoir"),
    "no excitatory": ({"neuron": spiking_model(excitatory=None)}, "excitatory"),
    # parameters of the constructor
    "excitatory_fraction": ({"excitatory_fraction": 1.5}, "excitatory_fraction"),
    "excitatory_fraction type": ({"excitatory_fraction": "0.8"}, "excitatory_fraction"),
    "loop_gain": ({"loop_gain": -1.0}, "loop_gain"),
    "loop_gain type": ({"loop_gain": "auto"}, "loop_gain"),
    "inhibition": ({"inhibition": -0.1}, "inhibition"),
    "inhibition type": ({"inhibition": [1.0]}, "inhibition"),
    "delay 0": ({"delay": 0.0}, "delay"),
    "delay type": ({"delay": "1 ms"}, "delay"),
    "gap junctions type": ({"gap_junctions": 0.5}, "gap_junctions"),
    "plasticity type": ({"short_term_plasticity": 0.5}, "short_term_plasticity"),
    "delay NaN": ({"delay": NAN}, "delay"),
    "input_scaling": ({"input_scaling": -1.0}, "input_scaling"),
    "input_scaling word": ({"input_scaling": "automatic"}, "input_scaling"),
    "padding": ({"padding": -1}, "padding"),
    "padding type": ({"padding": 0.5}, "padding"),
    "feature_scaling": ({"feature_scaling": "sqrt"}, "feature_scaling"),
    "feature_scaling type": ({"feature_scaling": True}, "feature_scaling"),
    "dt 0": ({"dt": 0.0}, "dt"),
    "dt negative": ({"dt": -1.0}, "dt"),
    "dt NaN": ({"dt": NAN}, "dt"),
    "substeps 0": ({"substeps": 0}, "substeps"),
    "substeps text": ({"substeps": "many"}, "substeps"),
    "dt type": ({"dt": "1"}, "dt"),
    "steps_per_input": ({"steps_per_input": 0}, "steps_per_input"),
    "steps_per_input type": ({"steps_per_input": 1.5}, "steps_per_input"),
    "method": ({"method": "rk45"}, "method"),
    "features": ({"features": "rate"}, "features='rate' holds 'rate'; known are v, i, membrane"),
    "features among others": ({"features": ("trace", "rate")}, "holds 'rate'"),
    "features none": ({"features": ()}, "features must name at least one"),
    "features type": ({"features": ["trace"]}, "features"),
    "features of numbers": ({"features": (1,)}, "holds 1"),
    "tau_trace": ({"tau_trace": 0.0}, "tau_trace"),
    "tau_trace type": ({"tau_trace": "20"}, "tau_trace"),
}
ECHO = {
    "features": ({"features": "trace"}, "features"),
    "features type": ({"features": ["state"]}, "features"),
    "method": ({"method": "rk45"}, "method"),
    "leak_rate 0": ({"leak_rate": 0.0}, "leak_rate"),
    "leak_rate above 1": ({"leak_rate": 1.1}, "leak_rate"),
    "leak_rate type": ({"leak_rate": "0.3"}, "leak_rate"),
    "spectral_radius": ({"spectral_radius": -0.1}, "spectral_radius"),
    "spectral_radius type": ({"spectral_radius": "much"}, "spectral_radius"),
    "input_scaling": ({"input_scaling": -1.0}, "input_scaling"),
    "input_scaling type": ({"input_scaling": "automatic"}, "input_scaling"),
    "delay": ({"delay": 0.0}, "delay"),
    "delay shape": ({"delay": np.ones(9)}, "delay"),
    "residual wiring shape": (
        {"residual_wiring": np.zeros((10, 9))},
        r"residual_wiring has shape \(10, 9\)",
    ),
    "spiking neuron": ({"neuron": LIF}, "has a threshold; use SpikingReservoir"),
    "time constant": ({"neuron": LeakyTanh(tau=-1.0)}, "tau is a time constant"),
}
BOTH = {
    "n_units 0": ({"n_units": 0}, "n_units"),
    "n_units float": ({"n_units": 10.0}, "n_units"),
    "n_units text": ({"n_units": "10"}, "n_units"),
    "neuron text": ({"neuron": "LIF"}, "neuron"),
    "neuron class": ({"neuron": NeuronModel}, "neuron"),
    "connectivity": ({"connectivity": 1.1}, "connectivity"),
    "connectivity negative": ({"connectivity": -0.1}, "connectivity"),
    "connectivity type": ({"connectivity": None}, "connectivity"),
    "wiring shape": ({"wiring": np.zeros((10, 9))}, r"wiring has shape \(10, 9\)"),
    "wiring 1-D": ({"wiring": np.zeros(10)}, r"wiring has shape \(10,\)"),
    "wiring NaN": ({"wiring": np.full((10, 10), NAN)}, "wiring contains NaN"),
    "wiring sparse infinity": (
        {"wiring": sparse.csr_array(np.diag([INF] * 10))},
        "wiring contains NaN or inf",
    ),
    "wiring type": ({"wiring": [[0.0]]}, "wiring"),
    "wiring text": ({"wiring": "ring"}, "wiring"),
    "input_wiring shape": ({"input_wiring": np.zeros((2, 10))}, r"input_wiring has shape \(2, 10"),
    "input_wiring NaN": ({"input_wiring": np.full((3, 10), NAN)}, "input_wiring contains NaN"),
    "input_wiring type": ({"input_wiring": 1.0}, "input_wiring"),
    "drive_spread": ({"drive_spread": 0.0}, "drive_spread"),
    "drive_spread type": ({"drive_spread": "1"}, "drive_spread"),
    "excitability": ({"excitability": (0.9, 0.1)}, "excitability"),
    "excitability type": ({"excitability": 0.5}, "excitability"),
    "calibration_rows": ({"calibration_rows": 0}, "calibration_rows"),
    "calibration_rows type": ({"calibration_rows": 2.5}, "calibration_rows"),
    "bias_scaling": ({"bias_scaling": -1.0}, "bias_scaling"),
    "bias_scaling type": ({"bias_scaling": "1"}, "bias_scaling"),
    "n_readouts 0": ({"n_readouts": 0}, "n_readouts"),
    "n_readouts float": ({"n_readouts": 2.0}, "n_readouts"),
    "n_readouts too many": ({"n_readouts": 1000}, "n_readouts=1000 needs as many"),
    "carry_state": ({"carry_state": 2}, "carry_state"),
    "carry_state text": ({"carry_state": "yes"}, "carry_state"),
    "dtype": ({"dtype": "float16"}, "dtype"),
    "dtype type": ({"dtype": np.float32}, "dtype"),
    "backend": ({"backend": "jax"}, "backend"),
    "n_jobs": ({"n_jobs": 1.5}, "n_jobs"),
    "verbose": ({"verbose": -1}, "verbose"),
    "verbose type": ({"verbose": "yes"}, "verbose"),
    "memory": ({"memory": 3}, "memory"),
    "random_state": ({"random_state": "seed"}, "random_state"),
    "random_state negative": ({"random_state": -1}, "random_state"),
}
PARAMETERS = [
    *((SpikingReservoir, *case) for case in {**SPIKING, **BOTH}.values()),
    *((EchoStateReservoir, *case) for case in {**ECHO, **BOTH}.values()),
]


@pytest.mark.parametrize(("kind", "parameters", "message"), PARAMETERS)
@pytest.mark.parametrize("fitted", [False, True], ids=["new", "fitted"])
def test_parameters(kind, parameters, message, fitted):
    estimator = kind(n_units=10, random_state=0)
    if fitted:
        estimator.fit(X)
    estimator.set_params(**parameters)
    assert_refused(estimator, lambda: estimator.fit(X), message)


def test_every_parameter_has_a_case_of_wrong_value():
    for kind in (SpikingReservoir, EchoStateReservoir):
        tried = {name for other, changes, _ in PARAMETERS if other is kind for name in changes}
        own = {name for name in kind().get_params(deep=False)}
        assert own <= tried


def test_a_delay_of_years():
    with pytest.raises(ValueError, match="delay"):
        SpikingReservoir(n_units=2, delay=1e12).fit([[1.0]])


@pytest.mark.parametrize("n_units", [1, 5])
def test_a_unit_that_hears_no_spikes_says_what_to_write(n_units):
    unit = {"equations": "dv/dt = (drive - v) / tau", "threshold": "v >= 1", "reset": "v = 0"}
    unit["parameters"] = {"tau": 10.0}
    alone = {"wiring": np.zeros((n_units, n_units)), "loop_gain": 0}
    with pytest.raises(ValueError, match="as in excitatory='v'"):
        SpikingReservoir(n_units, neuron=NeuronModel(**unit), **alone).fit(X)
    SpikingReservoir(n_units, neuron=NeuronModel(**unit, excitatory="v"), **alone).fit(X)


def test_no_threads():
    with pytest.raises(ValueError, match="n_jobs"):
        SpikingReservoir(n_units=2, n_jobs=0, random_state=0).fit(X)


def test_features_that_are_lists():
    with pytest.raises((ValueError, TypeError), match="features"):
        SpikingReservoir(n_units=2, features=(["trace"],)).fit([[1.0]])


@pytest.mark.parametrize(
    "changes", [{"steps_per_input": 1}, {"neuron": ADAPTIVE, "features": "s"}], ids=str
)
def test_parameters_set_after_fit_do_not_reach_a_network_that_was_drawn_before(changes):
    # in numpy, where what is out of bounds raises; the kernel silently reads what lies there
    estimator = SpikingReservoir(10, neuron=LIF, backend="numpy", random_state=0).fit(X)
    before = estimator.transform(X)
    after = estimator.set_params(**changes).transform(X)
    np.testing.assert_array_equal(after, before)
