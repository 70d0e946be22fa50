"""Neuron models that are refused, when they are made or when they are put to use."""

import numpy as np
import pytest

from sparcelearn.reservoir import (
    LIF,
    Gamma,
    LogNormal,
    NeuronModel,
    Normal,
    SpikingReservoir,
    Uniform,
)
from tests.reservoir.helpers import model, spiking_model

NAN = float("nan")
INF = float("inf")
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
    ("v // 2", r"x // y is written floor"),
    ("v % 2", r"v - y|x % y is written"),
    ("v @ v", r"v @ v"),
    ("v << 2", r"v << 2"),
    ("v & 1", r"v & 1"),
    ("v > 0", r"a number, not a comparison"),
    ("v > 0 and v < 1", r"a number, not a comparison"),
    ("v ^ 2", r"a power is written x \*\* y"),
    ("v * (v > 0)", r"'v > 0' where a number must be; int\(condition\) is 1 or 0"),
    ("int(v)", r"int takes a condition"),
    ("where(v, 1, 0)", r"holds 'v'.*use a comparison"),
    ("v + rand()", r"calls rand or randn: .* noise in equations is xi"),
    ("sin(t)", r"Unknown symbol 't' .*units know no time"),
    ("v / cm", r"Unknown symbol 'cm' .*in full, cmetre"),
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
    ("(v", r"never closed"),
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
    "reset to an input": (lambda: spiking_model(reset="v = drive"), "'drive' in line 1 of reset"),
    "reset by floor division": (lambda: spiking_model(reset="v //= 2"), "must read"),
    "reset without threshold": (lambda: model(reset="v = 0"), "reset is given but threshold"),
    "threshold no condition": (lambda: spiking_model(threshold="v"), "must be a comparison"),
    "threshold of the unknown": (lambda: spiking_model(threshold="u > 1"), "'u' in threshold"),
    "threshold on the drive": (lambda: spiking_model(threshold="drive > 1"), "'drive' in thresh"),
    "recurrent in spikes": (
        lambda: model("dv/dt = recurrent - v", threshold="v >= 1", excitatory="v"),
        "'recurrent', which is for rate units",
    ),
    "shorthands in a circle": (lambda: model("dv/dt = a; a = b; b = a"), "itself: a -> b -> a"),
    "an unknown unit": (lambda: model("dv/dt = -v / tau : bolt"), "'bolt' after the colon"),
    "an unknown flag": (lambda: model("dv/dt = -v / tau : 1 (constant, odd)"), r"\(odd\); known"),
    "a linked variable": (lambda: model("dv/dt = x : 1; x : 1 (linked)"), "reads its own"),
    "a declared name without a value": (
        lambda: model("dv/dt = x - v : 1; x : 1 (constant)"),
        "'x' has no value; give it one in parameters",
    ),
    "a held shorthand": (lambda: model("x = 1 (unless refractory); dv/dt = x"), "only 'dx/dt"),
    "units that cannot be added": (
        lambda: model("dv/dt = (v + 3*pA) / tau : volt"),
        "'v' is in mV and '3 \\* pA' in pA; they cannot be added",
    ),
    "a derivative in other units": (
        lambda: model("dv/dt = -v / (10*mV) : volt"),
        "is in 1, but must be in mV / ms",
    ),
    "a time constant in seconds": (lambda: model(units={"tau": "s"}), "in ms, mV, .*: convert it"),
    "a time constant in volts": (lambda: model(units={"tau": "mV"}), "a time constant is in ms"),
    "units of the unknown": (lambda: model(units={"nonsense": "mV"}), "units names 'nonsense'"),
    "a feature's name": (lambda: model(parameters={"mean": 1.0, "tau": 1.0}), "name of a feature"),
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
    "threshold no text": (lambda: model(threshold=1), "as in 'v >= 1', not int"),
    "a refractory flag": (lambda: spiking_model(refractory=True), "must be a string, not bool"),
    "an input by another name": (lambda: model("dv/dt = (I - v) / tau"), "input is called 'drive'"),
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


def test_a_root_of_a_negative_constant():
    neuron = spiking_model(reset="v = (0 - tau) ** 0.5")
    with pytest.raises(ValueError, match="not finite"):
        SpikingReservoir(n_units=2, neuron=neuron, input_scaling=100.0).fit([[1.0]])


def test_a_refractory_period_beyond_32_bits():
    with pytest.raises(ValueError, match="refractory"):
        SpikingReservoir(n_units=2, neuron=LIF(t_ref=1e12), input_scaling=100.0).fit([[1.0]])
