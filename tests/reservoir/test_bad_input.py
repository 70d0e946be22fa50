"""What is refused: with a message that names it, and with nothing half-changed."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.exceptions import NotFittedError

from sparcelearn.reservoir import (
    LIF,
    EchoStateReservoir,
    Gamma,
    LeakyTanh,
    LogNormal,
    NeuronModel,
    Normal,
    SpikingReservoir,
    Uniform,
)
from tests.reservoir.helpers import ADAPTIVE, CONDUCTANCE

X = np.random.RandomState(0).rand(4, 5, 3)
NAN = float("nan")
INF = float("inf")


def model(equations="dv/dt = -v / tau", **changes):
    fields = {"parameters": {"tau": 10.0}, **changes}
    return NeuronModel(equations, **fields)


def spiking_model(**changes):
    fields = {"threshold": "v >= 1", "reset": "v = 0", "excitatory": "v", **changes}
    return model("dv/dt = (drive - v) / tau", **fields)


# --- models that are refused when they are made ---

EQUATIONS = [
    # (right-hand side of dv/dt, what the message says)
    ("-u / tau", r"Unknown symbol 'u' in 'dv/dt'.*tau, v"),
    ("__import__('os').system('true')", r"__import__"),
    ("__import__('os')", r"calls '__import__'"),
    ("open('x')", r"calls 'open'"),
    ("eval('1')", r"calls 'eval'"),
    ("np.exp(v)", r"calls 'np.exp'"),
    ("v.real", r"v\.real"),
    ("v.__class__", r"v\.__class__"),
    ("().__class__", r"__class__"),
    ("v[0]", r"v\[0\]"),
    ("(lambda: v)()", r"lambda"),
    ("lambda v: v", r"lambda"),
    ("[v for v in tau]", r"for v in"),
    ("[v]", r"\[v\]"),
    ("(v, v)", r"\(v, v\)"),
    ("{v: v}", r"\{v: v\}"),
    ("'v'", r"'v'"),
    ("b'v'", r"b'v'"),
    ("f'{v}'", r"f'\{v\}'"),
    ("None", r"None"),
    ("True", r"True"),
    ("...", r"\.\.\."),
    ("1j * v", r"1j"),
    ("v if v > 0 else tau", r"if v > 0"),
    ("(v := 2)", r"v := 2"),
    ("not v", r"not v"),
    ("~v", r"~v"),
    ("v // 2", r"v // 2"),
    ("v % 2", r"v % 2"),
    ("v @ v", r"v @ v"),
    ("v << 2", r"v << 2"),
    ("v & 1", r"v & 1"),
    ("v > 0", r"a number, not a comparison"),
    ("v > 0 and v < 1", r"a number, not a comparison"),
    ("where(0 < v < 1, 1, 0)", r"0 < v < 1"),
    ("where(v == 1, 1, 0)", r"v == 1"),
    ("where(v != 1, 1, 0)", r"v != 1"),
    ("where(v is 1, 1, 0)", r"v is 1|not an expression"),
    ("exp()", r"exp takes 1 argument"),
    ("exp(v, v)", r"exp takes 1 argument"),
    ("where(v > 0, v)", r"where takes 3 argument"),
    ("exp(x=v)", r"exp takes 1 argument"),
    ("exp(*v)", r"exp takes 1 argument"),
    ("exp(**v)", r"exp takes 1 argument"),
    ("exp", r"'exp'"),
    ("yield v", r"not an expression"),
    ("await v", r"await v|not an expression"),
    ("import os", r"not an expression"),
    ("v +", r"not an expression"),
    ("v v", r"not an expression"),
    ("v)", r"not an expression"),
    ("(v", r"not an expression"),
    ("", r"not an expression"),
    ("v\0", r"not an expression"),
    ("1e400", r"too large"),
    ("1e300", r"too large"),
    ("1" + "0" * 400, r"too large"),
    ("9" * 6000, r"too large|not an expression"),
    ("-" * 200 + "v", r"nests more than 100"),
    ("(" * 300 + "v" + ")" * 300, r"not an expression|nests more"),
    ("+".join(["v"] * 6000), r"characters; at most 10000"),
    ("+".join(["v"] * 200), r"nests more than 100"),
]


@pytest.mark.parametrize(("right", "message"), EQUATIONS, ids=[case[0][:30] for case in EQUATIONS])
def test_equations(right, message):
    with pytest.raises(ValueError, match=message):
        model(f"dv/dt = {right}")


MODELS = {
    "no equation": (lambda: model("a = 1"), "at least one line"),
    "not an equation": (lambda: model("v"), "must read 'dx/dt"),
    "a comparison for an equation": (lambda: model("dv/dt == 1"), "must read 'dx/dt"),
    "two derivatives": (lambda: model("dv/dt = 1; dv/dt = 2"), "'v' a second time"),
    "a shorthand for a state": (lambda: model("v = 1; dv/dt = 2"), "'v' a second time"),
    "a state that is a keyword": (lambda: model("dlambda/dt = 1"), "'lambda' cannot be used"),
    "a state that is a function": (lambda: model("dsin/dt = 1"), "'sin' cannot be used"),
    "a parameter that is a state": (lambda: model(parameters={"v": 1.0, "tau": 1.0}), "'v' in par"),
    "a parameter that is an input": (lambda: model(parameters={"drive": 1.0}), "'drive' in param"),
    "reset of a parameter": (lambda: spiking_model(reset="tau = 1"), "sets 'tau', which is not"),
    "reset of nothing known": (lambda: spiking_model(reset="w = 1"), r"sets 'w'.*\(v\)"),
    "reset that is no assignment": (lambda: spiking_model(reset="v == 1"), "must read 'v = ...'"),
    "reset to a comparison": (lambda: spiking_model(reset="v = v > 1"), "not a comparison"),
    "reset to an input": (lambda: spiking_model(reset="v = drive"), "'drive' in reset"),
    "reset by floor division": (lambda: spiking_model(reset="v //= 2"), "must read"),
    "reset without threshold": (lambda: model(reset="v = 0"), "reset is given but threshold"),
    "threshold no condition": (lambda: spiking_model(threshold="v"), "must be a comparison"),
    "threshold of the unknown": (lambda: spiking_model(threshold="u > 1"), "'u' in threshold"),
    "threshold on the drive": (lambda: spiking_model(threshold="drive > 1"), "'drive' in thresh"),
    "threshold chained": (lambda: spiking_model(threshold="0 < v < 1"), "0 < v < 1"),
    "threshold assigned": (lambda: spiking_model(threshold="v = 1"), "threshold is not an expr"),
    "refractory of a state": (lambda: spiking_model(refractory="v"), "'v' in refractory"),
    "refractory condition": (lambda: spiking_model(refractory="1 > 2"), "not a comparison"),
    "refractory without threshold": (lambda: model(refractory="1"), "refractory is given but"),
    "excitatory not a state": (lambda: spiking_model(excitatory="tau"), "excitatory='tau'"),
    "inhibitory not a state": (lambda: spiking_model(inhibitory="w"), "inhibitory='w'"),
    "inhibitory alone": (
        lambda: spiking_model(excitatory=None, inhibitory="v"),
        "inhibitory is given but",
    ),
    "initial of the unknown": (lambda: model(initial={"w": 1.0}), "initial names 'w'"),
    "a matrix": (lambda: LIF(tau_mem=np.ones((2, 2))), "tau_mem must be finite and at most 1-D"),
    "NaN": (lambda: LIF(tau_mem=NAN), "tau_mem must be finite"),
    "infinity": (lambda: LIF(tau_mem=[1.0, INF]), "tau_mem must be finite"),
    "None": (lambda: LIF(tau_mem=None), "tau_mem must be"),
    "a boolean": (lambda: LIF(tau_mem=True), "tau_mem must be a number"),
    "a string": (lambda: LIF(tau_mem="20"), "tau_mem must be a number"),
    "a complex number": (lambda: LIF(tau_mem=1j), "tau_mem must be a number"),
    "a ragged list": (lambda: LIF(tau_mem=[[1.0], [1.0, 2.0]]), "tau_mem must be a number"),
    "an object": (lambda: LIF(tau_mem=object()), "tau_mem must be a number"),
    "an unknown parameter": (lambda: LIF(tau=1.0), "LIF has no parameter 'tau'"),
    "equations no text": (lambda: NeuronModel(None), "equations must be a string, not NoneType"),
    "equations bytes": (lambda: NeuronModel(b"dv/dt = 1"), "equations must be a string"),
    "threshold no text": (lambda: model(threshold=1), "threshold must be a string, not int"),
    "reset None": (lambda: model(reset=None), "reset must be a string, not NoneType"),
    "parameters no mapping": (lambda: model(parameters=[1.0]), "parameters must be a mapping"),
    "units no mapping": (lambda: model(units="ms"), "units must be a mapping"),
    "uniform upside down": (lambda: Uniform(2.0, 1.0), "high"),
    "negative std": (lambda: Normal(0.0, -1.0), "std must be at least 0"),
    "gamma mean": (lambda: Gamma(0.0, 0.3), "mean and cv must be above 0"),
    "lognormal cv": (lambda: LogNormal(1.0, 0.0), "mean and cv must be above 0"),
    "a distribution of text": (lambda: Normal("0", 1.0), "mean must be a number"),
    "a distribution of NaN": (lambda: Uniform(NAN, 1.0), "low must be finite"),
    "a distribution of booleans": (lambda: Uniform(False, 1.0), "low must be a number"),
}


@pytest.mark.parametrize("case", MODELS)
def test_models(case):
    make, message = MODELS[case]
    with pytest.raises((ValueError, TypeError), match=message):
        make()


# --- reservoirs that are refused by fit ---

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
    "dt too long": ({"dt": 6.0, "delay": 6.0}, "dt=6.0 is longer than.*tau_exc=5.0"),
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
    "recurrent_scaling": ({"recurrent_scaling": -1.0}, "recurrent_scaling"),
    "recurrent_scaling type": ({"recurrent_scaling": None}, "recurrent_scaling"),
    "inhibition": ({"inhibition": -0.1}, "inhibition"),
    "inhibition type": ({"inhibition": [1.0]}, "inhibition"),
    "delay 0": ({"delay": 0.0}, "delay"),
    "delay type": ({"delay": "1 ms"}, "delay"),
    "plasticity type": ({"short_term_plasticity": 0.5}, "short_term_plasticity"),
    "delay NaN": ({"delay": NAN}, "delay"),
    "input_scaling": ({"input_scaling": -1.0}, "input_scaling"),
    "input_scaling word": ({"input_scaling": "automatic"}, "input_scaling"),
    "target_rate": ({"target_rate": 0.0}, "target_rate"),
    "target_rate type": ({"target_rate": None}, "target_rate"),
    "dt 0": ({"dt": 0.0}, "dt"),
    "dt negative": ({"dt": -1.0}, "dt"),
    "dt NaN": ({"dt": NAN}, "dt"),
    "dt type": ({"dt": "1"}, "dt"),
    "steps_per_input": ({"steps_per_input": 0}, "steps_per_input"),
    "steps_per_input type": ({"steps_per_input": 1.5}, "steps_per_input"),
    "method": ({"method": "rk45"}, "method"),
    "features": ({"features": "rate"}, "features='rate' holds 'rate'; known are v, i_exc"),
    "features among others": ({"features": ("trace", "rate")}, "holds 'rate'"),
    "features none": ({"features": ()}, "features must name at least one"),
    "features type": ({"features": ["trace"]}, "features"),
    "features of numbers": ({"features": (1,)}, "holds 1"),
    "tau_trace": ({"tau_trace": 0.0}, "tau_trace"),
    "tau_trace type": ({"tau_trace": "20"}, "tau_trace"),
}
ECHO = {
    "method": ({"method": "rk45"}, "method"),
    "leak_rate 0": ({"leak_rate": 0.0}, "leak_rate"),
    "leak_rate above 1": ({"leak_rate": 1.1}, "leak_rate"),
    "leak_rate type": ({"leak_rate": "0.3"}, "leak_rate"),
    "spectral_radius": ({"spectral_radius": -0.1}, "spectral_radius"),
    "spectral_radius type": ({"spectral_radius": None}, "spectral_radius"),
    "input_scaling": ({"input_scaling": -1.0}, "input_scaling"),
    "input_scaling type": ({"input_scaling": "auto"}, "input_scaling"),
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
    "input_connectivity": ({"input_connectivity": 0.0}, "input_connectivity"),
    "input_connectivity high": ({"input_connectivity": 2.0}, "input_connectivity"),
    "input_connectivity type": ({"input_connectivity": "all"}, "input_connectivity"),
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


def assert_refused(estimator, call, message):
    """Check that a call raises, says why, and leaves the very objects it found."""
    before = dict(vars(estimator))
    with pytest.raises((ValueError, TypeError), match=message):
        call()
    assert vars(estimator).keys() == before.keys()
    assert all(vars(estimator)[key] is value for key, value in before.items())


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


# --- X ---

OTHER = np.zeros((2, 5, 4))
DATA = {
    "NaN in rows": (np.where(np.eye(3), NAN, 0), "NaN"),
    "infinity in rows": (np.where(np.eye(3), INF, 0), "infinity"),
    "NaN in sequences": (np.where(X > 0.9, NAN, X), "NaN"),
    "infinity in a sample": ([X[0], np.where(X[1] > 0.5, INF, X[1])], "infinity"),
    "too large for the type": (np.full((2, 3), 1e300), "infinity|too large"),
    "no rows": (np.zeros((0, 3)), r"0 sample\(s\)"),
    "no samples": (np.zeros((0, 5, 3)), r"0 sample\(s\)"),
    "an empty list": ([], "0 sample|Reshape|array"),
    "no channels": (np.zeros((2, 0)), r"0 feature\(s\)"),
    "no time steps": (np.zeros((2, 0, 3)), "at least 1 time step; sample 0"),
    "a sample without time steps": ([X[0], X[1][:0]], "at least 1 time step; sample 1"),
    "samples of different width": ([X[0], OTHER[0]], r"n_channels, here 3; sample 1 has shape"),
    "a sample that is a row": ([X[0], X[0][0]], "sample 1 has shape"),
    "a sample that is a number": ([X[0], 3.0], "sample 1 has shape"),
    "a sample that is ragged": ([X[0], [[1.0], [1.0, 2.0]]], "sample 1 has rows of unequal length"),
    "a sample that is missing": ([X[0], None], "sample 1 has shape"),
    "four dimensions": (np.zeros((2, 2, 2, 3)), "dim 4|Found array"),
    "one dimension": (np.zeros(3), "Reshape your data"),
    "a number": (3.0, "Reshape your data|2D array"),
    "sparse": (sparse.csr_array(np.eye(3)), "[Ss]parse"),
    "text": (np.array([["a", "b", "c"]]), "convert string|could not convert|numeric"),
    "text in sequences": (np.full((2, 5, 3), "a"), "convert string|could not convert|numeric"),
    "complex": (np.ones((2, 3), dtype=complex), "Complex data not supported"),
    "complex in sequences": (np.ones((2, 5, 3), dtype=complex), "Complex data not supported"),
    "objects": (np.array([[object()] * 3]), "float|number"),
    "None": (None, "X|array|NoneType"),
    "a frame of text": (pd.DataFrame({"a": ["x"], "b": ["y"], "c": ["z"]}), "convert|numeric"),
    "ragged rows": ([[1.0, 2.0], [1.0]], "inhomogeneous"),
}


@pytest.mark.filterwarnings("ignore:overflow encountered in cast:RuntimeWarning")  # scikit-learn's
@pytest.mark.filterwarnings("ignore:X has feature names, but:UserWarning")
@pytest.mark.parametrize("case", DATA)
@pytest.mark.parametrize("method", ["fit", "transform", "partial_fit"])
@pytest.mark.parametrize("kind", [SpikingReservoir, EchoStateReservoir])
def test_data(kind, method, case):
    estimator = kind(n_units=10, carry_state=True, dtype="float32", random_state=0).fit(X)
    data, message = DATA[case]
    assert_refused(estimator, lambda: getattr(estimator, method)(data), message)


@pytest.mark.parametrize("data", [OTHER, OTHER[0], list(OTHER)], ids=["3-D", "2-D", "list"])
@pytest.mark.parametrize("method", ["transform", "partial_fit"])
@pytest.mark.parametrize("kind", [SpikingReservoir, EchoStateReservoir])
def test_another_number_of_channels_than_in_fit(kind, method, data):
    estimator = kind(n_units=10, random_state=0).fit(X)
    message = rf"X has 4 features, but {kind.__name__} is expecting 3 features"
    assert_refused(estimator, lambda: getattr(estimator, method)(data), message)


@pytest.mark.parametrize("kind", [SpikingReservoir, EchoStateReservoir])
def test_samples_shorter_than_the_readouts(kind):
    estimator = kind(n_units=10, n_readouts=5, random_state=0)
    estimator.set_params(**({"steps_per_input": 1} if kind is SpikingReservoir else {})).fit(X)
    assert_refused(estimator, lambda: estimator.transform(X[:, :4]), "n_readouts=5.* has 4")


@pytest.mark.parametrize("kind", [SpikingReservoir, EchoStateReservoir])
def test_transform_before_fit(kind):
    with pytest.raises(NotFittedError):
        kind().transform(X)


# --- found by trying to break things ---


def test_a_parameter_whose_name_is_a_number():
    with pytest.raises((ValueError, TypeError), match="parameters"):
        model(parameters={1: 2.0})


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            {"neuron": model("dv/dt = -v / (tau - 10)", threshold="v > 1", excitatory="v")},
            id="slope",
        ),
        pytest.param({"neuron": spiking_model(refractory="1 / (tau - 10)")}, id="refractory"),
    ],
)
def test_a_division_by_zero(changes):
    with pytest.raises(ValueError, match=r"not finite|tau - 10"):
        SpikingReservoir(n_units=2, **changes).fit([[1.0]])


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: spiking_model(threshold="v >= 1 or v"), id="a number as condition"),
        pytest.param(lambda: model("dv/dt = -(v > 1)"), id="a comparison as number"),
        pytest.param(lambda: LIF(tau_mem=["1", "2"]), id="numbers as text"),
        pytest.param(lambda: LIF(tau_mem=b"5"), id="a number as bytes"),
    ],
)
def test_models_that_should_be_refused(make):
    with pytest.raises((ValueError, TypeError)):
        make()


def test_sequences_without_channels():
    with pytest.raises(ValueError, match=r"0 feature\(s\)"):
        SpikingReservoir(n_units=2).fit(np.zeros((2, 5, 0)))


def test_a_root_of_a_negative_constant():
    neuron = spiking_model(reset="v = (0 - tau) ** 0.5")
    with pytest.raises(ValueError, match="not finite"):
        SpikingReservoir(n_units=2, neuron=neuron, input_scaling=100.0).fit([[1.0]])


def test_a_refractory_period_beyond_32_bits():
    with pytest.raises(ValueError, match="refractory"):
        SpikingReservoir(n_units=2, neuron=LIF(t_ref=1e12), input_scaling=100.0).fit([[1.0]])


def test_a_delay_of_years():
    with pytest.raises(ValueError, match="delay"):
        SpikingReservoir(n_units=2, delay=1e12).fit([[1.0]])


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
    estimator = SpikingReservoir(n_units=10, backend="numpy", random_state=0).fit(X)
    before = estimator.transform(X)
    after = estimator.set_params(**changes).transform(X)
    np.testing.assert_array_equal(after, before)
