"""From text to expressions: what parses, and what is refused and how."""

import ast
import math

import numpy as np
import pytest

from sparcelearn.reservoir import NeuronModel, SpikingReservoir
from sparcelearn.reservoir.equations._expressions import evaluate
from sparcelearn.reservoir.equations._grammar import read
from tests.reservoir.helpers import SATURATED, SILENT, parse


def texts(model):
    return {x: ast.unparse(tree) for x, tree in model.derivatives.items()}


@pytest.mark.parametrize(
    "equations",
    [
        "dv/dt = -v / tau + w\ndw/dt = -w",
        "dv/dt = -v / tau + w; dw/dt = -w",
        "dv/dt = -v / tau + w;\n  dw/dt = -w;",
        "\n\n   dv / dt=-v/tau+w\n\n\tdw/dt = -w\n",
        "# the membrane\ndv/dt = -v / tau + w  # leaks; decays\ndw/dt = -w",
        "dv/dt = (-v / tau\n   + w)  # over two lines\ndw/dt = -w",
        "dv/dt = (-v / tau # a comment inside\n   + w\n)\ndw/dt = -w",
        "leak = -v / tau\ndv/dt = leak + w\ndw/dt = -w",
    ],
)
def test_the_same_model_in_many_forms(equations):
    model = parse(equations)
    assert texts(model) == {"v": "-v / tau + w", "w": "-w"}


def test_the_first_variable_is_the_first_line():
    assert list(parse("db/dt = -b; da/dt = -a").derivatives) == ["b", "a"]


def test_shorthands_build_on_shorthands_above_them():
    model = parse("a = v + 1\nb = a * a\ndv/dt = -b / tau")
    assert texts(model) == {"v": "-((v + 1) * (v + 1)) / tau"}


def test_a_shorthand_is_known_above_its_line_in_thresholds_and_resets():
    model = parse(
        "dv/dt = leak\nleak = -v / tau\ndw/dt = -w\nlimit = 1 + w",
        threshold="v > limit",
        reset="w += 2 * leak",
    )
    assert texts(model)["v"] == "-v / tau"
    assert ast.unparse(model.threshold) == "v > 1 + w"
    assert ast.unparse(model.resets[0][1]) == "w + 2 * (-v / tau)"


def test_in_place_resets_expand():
    model = parse(
        "dv/dt = -v / tau; dw/dt = -w",
        threshold="v >= 1",
        reset="v = 0; w += tau\nw *= 2; v -= w; v /= 3",
    )
    assert [(x, ast.unparse(tree)) for x, tree in model.resets] == [
        ("v", "0"),
        ("w", "w + tau"),
        ("w", "w * 2"),
        ("v", "v - w"),
        ("v", "v / 3"),
    ]


def test_in_place_resets_take_the_whole_right_hand_side():
    model = parse("dv/dt = -v", threshold="v >= 1", reset="v *= 1 + tau")
    assert evaluate(model.resets[0][1], {"v": 3.0, "tau": 1.0}) == 6.0


@pytest.mark.filterwarnings(SATURATED)
def test_resets_apply_in_order():
    model = NeuronModel(
        "dv/dt = drive - v; dw/dt = 0 * v",
        threshold="v >= 0.5",
        reset="w = v; v = 0",
        excitatory="v",
    )
    reservoir = SpikingReservoir(
        n_units=1,
        neuron=model,
        wiring=np.zeros((1, 1)),
        input_wiring=np.ones((1, 1)),
        input_scaling=1.0,
        steps_per_input=1,
        features=("v", "w"),
        dtype="float64",
        backend="numpy",
    )
    v, w = reservoir.fit_transform([[0.9]])[0]
    assert v == 0
    assert w == pytest.approx(-0.9 * math.expm1(-1), rel=1e-12)


def test_both_sides_of_and_or_are_kept():
    model = parse("dv/dt = -v; dw/dt = -w", threshold="v >= 1 and w < 2 or v > 5")
    for v in (0.0, 1.0, 6.0):
        for w in (0.0, 3.0):
            expected = (v >= 1 and w < 2) or v > 5
            assert evaluate(model.threshold, {"v": v, "w": w}) == expected


@pytest.mark.parametrize(
    ("equations", "message"),
    [
        ("dv/dt = -v / tau\ndw/dt = nonsense - w", "'nonsense'.*'dw/dt'.*tau"),
        ("dv/dt = -v / tau\n\nwrong line", "Line 3 .*'wrong line'"),
        ("dv/dt = -v\ndv/dt = -2 * v", "Line 2 .*'v' a second time"),
        ("a = 1\na = 2\ndv/dt = -v", "Line 2 .*'a' a second time"),
        ("dv/dt = -v +", "Line 1 .*not an expression"),
        ("# one\n# two\ndv/dt = (v\n + \n", "Line 3 "),
        ("dv/dt = -v\ndw/dt = open('x')", "Line 2 .*'open'"),
        ("dv/dt = sin(v, v)", "sin takes 1 argument"),
        ("dv/dt = -v; dw/dt = w.real", "w.real"),
        ("drive = 3; dv/dt = -v", "'drive' cannot be used"),
        ("ddt/dt = 1", "'dt' cannot be used"),
        ("dexp/dt = 1", "'exp' cannot be used"),
        ("", "at least one line"),
        ("a = 1", "at least one line"),
    ],
)
def test_messages_name_the_line_and_the_symbol(equations, message):
    with pytest.raises(ValueError, match=message):
        parse(equations)


def test_integer_powers_are_computed_in_floating_point():
    assert isinstance(evaluate(read("7 ** 3", "text"), {}), float)


def test_a_long_chain_of_shorthands_is_refused():
    chain = ["a0 = v", *(f"a{k} = a{k - 1} + 1" for k in range(1, 1500))]
    with pytest.raises(ValueError, match="nests more"):
        parse("\n".join([*chain, "dv/dt = a1499"]))


def test_shorthands_do_not_grow_without_bound():
    doubling = ["a0 = v", *(f"a{k} = a{k - 1} + a{k - 1}" for k in range(1, 13))]
    with pytest.raises(ValueError, match=r"characters|operations"):
        parse("\n".join([*doubling, "dv/dt = a12"]))


@pytest.mark.parametrize(
    ("threshold", "rate", "backend"),
    [
        ("0.4 < rand() < 0.6", 0.2, "numba"),
        ("0.4 < rand() < 0.6", 0.2, "numpy"),
        ("not 0.4 < rand() < 0.6", 0.8, "numpy"),
        ("where(0.4 < rand() < 0.6, 1, 0) > 0", 0.2, "numpy"),
        ("int(0.4 < rand() < 0.6) == 1", 0.2, "numpy"),
        ("luck < 0.6 and luck > 0.4", 0.2, "numpy"),
        ("rand() < 0.6 and rand() > 0.4", 0.36, "numpy"),  # these are two
    ],
)
@pytest.mark.filterwarnings(SILENT, SATURATED)
def test_a_number_that_is_drawn_once_is_one_number(threshold, rate, backend):
    model = NeuronModel("luck = rand(); dv/dt = drive - v", threshold=threshold, excitatory="v")
    reservoir = SpikingReservoir(
        n_units=100,
        neuron=model,
        wiring=np.zeros((100, 100)),
        steps_per_input=1,
        features="count",
        feature_scaling=None,
        random_state=0,
        backend=backend,
    )
    counts = reservoir.fit_transform(np.zeros((1, 100, 1)))
    n_draws = 100 * 100
    assert abs(counts.sum() / n_draws - rate) < 4 * math.sqrt(rate * (1 - rate) / n_draws)


def test_a_number_that_is_drawn_in_a_reset_is_one_number():
    model = parse(
        "dv/dt = -v; dw/dt = -w",
        threshold="v > 1",
        reset="v = int(0.1 < rand() < 0.2) + rand(); w = where(-1 < randn() < 1, 1, 2)",
    )
    assert [ast.unparse(tree) for _, tree in model.resets] == [
        "where(0.1 < uniform0 and uniform0 < 0.2, 1, 0) + uniform1",
        "where(-1 < gauss0 and gauss0 < 1, 1, 2)",
    ]
    assert (model.uniforms, model.normals) == (("uniform0", "uniform1"), ("gauss0",))


@pytest.mark.parametrize("name", ["mA", "mS", "mM", "nS", "pF", "ms", "volt"])
@pytest.mark.parametrize("unit", ["", " : 1"])
def test_what_a_model_defines_is_no_unit(name, unit):
    gate = parse(
        f"dv/dt = (1 - {name} * v) / tau{unit}; d{name}/dt = (sigmoid(v) - {name}) / tau{unit}",
        threshold=f"v + {name} >= 1",
        reset=f"v = {name}",
    )
    assert list(gate.derivatives) == ["v", name]
    given = parse(
        f"dv/dt = (1 - v + {name}) / tau{unit}",
        threshold=f"v >= {name}",
        reset=f"v = {name}",
        refractory=name,
        parameters=("tau", name),
    )
    assert ast.unparse(given.threshold) == f"v >= {name}"
