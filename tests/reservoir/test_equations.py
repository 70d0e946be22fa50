"""From text to expressions: what parses, what is refused and how, and that nothing is evaluated."""

import ast
import copy
import math
import operator
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import RandomState
from scipy.linalg import expm
from sklearn.base import clone

import sparcelearn.reservoir
from sparcelearn.reservoir import LIF, Gamma, LeakyTanh, NeuronModel, Normal, SpikingReservoir
from sparcelearn.reservoir._codegen import kernel_source
from sparcelearn.reservoir.equations import build_program, parse_model
from sparcelearn.reservoir.equations._expressions import evaluate, linear_split, names, read
from tests.reservoir.helpers import ADAPTIVE, CONDUCTANCE, DELTA, SATURATED, SILENT

SOURCES = sorted(Path(sparcelearn.reservoir.__file__).resolve().parent.rglob("*.py"))


def parse(equations, *, threshold=None, reset="", refractory=None, parameters=("tau",)):
    return parse_model(equations, threshold, reset, refractory, tuple(parameters))


def texts(model):
    return {x: ast.unparse(tree) for x, tree in model.derivatives.items()}


# --- what parses ---


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


def test_a_shorthand_is_not_known_above_its_line():
    with pytest.raises(ValueError, match=r"'leak'.*dv/dt"):
        parse("dv/dt = leak\nleak = -v / tau")


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


# --- messages ---


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


# --- random expressions ---

NUMBERS = st.floats(-8, 8).map(lambda x: round(x, 3))
LEAVES = st.sampled_from(["x", "y", "z"]) | NUMBERS.map(lambda x: f"({x!r})")


def _compound(inner):
    binary = st.tuples(inner, st.sampled_from("+-*/"), inner).map(
        lambda t: f"({t[0]} {t[1]} {t[2]})"
    )
    unary = inner.map(lambda t: f"(-{t})")
    calls = st.tuples(st.sampled_from(["tanh", "sin", "cos", "abs"]), inner)
    pairs = st.tuples(st.sampled_from(["minimum", "maximum"]), inner, inner)
    return (
        binary
        | unary
        | calls.map(lambda t: f"{t[0]}({t[1]})")
        | pairs.map(lambda t: f"{t[0]}({t[1]}, {t[2]})")
        | st.tuples(inner, inner, inner).map(lambda t: f"where({t[0]} > {t[1]}, {t[2]}, {t[1]})")
    )


EXPRESSIONS = st.recursive(LEAVES, _compound, max_leaves=12)
POINTS = st.fixed_dictionaries({name: NUMBERS for name in "xyz"})


def python_value(text, values):
    """Compute what Python itself makes of the text: the oracle, on text made above only."""
    functions = {
        "tanh": math.tanh,
        "sin": math.sin,
        "cos": math.cos,
        "abs": abs,
        "minimum": min,
        "maximum": max,
        "where": lambda condition, yes, no: yes if condition else no,
    }
    return eval(text, {"__builtins__": {}}, {**functions, **values})


@settings(max_examples=300, deadline=None, derandomize=True)
@given(EXPRESSIONS, POINTS)
def test_evaluate_is_pythons_arithmetic(text, values):
    try:
        expected = python_value(text, values)
    except (ZeroDivisionError, OverflowError, ValueError):
        return
    got = evaluate(read(text, "text"), {k: np.float64(v) for k, v in values.items()})
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)


# Built to be linear in x, so that the split must succeed.
FREE = st.recursive(st.sampled_from(["y", "z"]) | NUMBERS.map(lambda x: f"({x!r})"), _compound)
LINEAR = st.recursive(
    st.just("x") | FREE,
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        | st.tuples(FREE, inner).map(lambda t: f"({t[0]} * {t[1]})")
        | st.tuples(inner, FREE).map(lambda t: f"({t[0]} * {t[1]})")
        | st.tuples(inner, NUMBERS.filter(bool)).map(lambda t: f"({t[0]} / ({t[1]!r}))")
        | inner.map(lambda t: f"(-{t})")
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(LINEAR, POINTS)
def test_a_linear_split_adds_up_to_the_expression(text, values):
    tree = read(text, "text")
    split = linear_split(tree, "x")
    assert split is not None
    slope, rest = split
    assert "x" not in names(slope) | names(rest)
    values = {k: np.float64(v) for k, v in values.items()}
    with np.errstate(all="ignore"):
        whole = evaluate(tree, values)
        parts = [evaluate(slope, values) * values["x"], evaluate(rest, values)]
    if np.isfinite(whole) and np.all(np.isfinite(parts)):
        scale = max(1.0, *np.abs(parts))
        assert abs(sum(parts) - whole) <= 1e-9 * scale


@pytest.mark.parametrize("text", ["x * x", "sin(x)", "1 / x", "x ** 2", "where(x > 0, x, 0)"])
def test_no_split_where_it_is_not_linear(text):
    assert linear_split(read(text, "text"), "x") is None


# --- integrators ---


@pytest.mark.parametrize("seed", range(10))
def test_exact_is_the_matrix_exponential(seed):
    rng = np.random.RandomState(seed)
    n = rng.randint(1, 5)
    A, b = rng.randn(n, n), rng.randn(n)
    states = [f"x{k}" for k in range(n)]
    lines = [
        f"dx{i}/dt = " + " + ".join(f"a{i}_{j} * x{j}" for j in range(n)) + f" + b{i} * drive"
        for i in range(n)
    ]
    values = {f"a{i}_{j}": A[i, j] for i in range(n) for j in range(n)}
    values |= {f"b{i}": b[i] for i in range(n)}
    dt = rng.uniform(0.01, 1)
    program = build_program(parse("\n".join(lines), parameters=values), values, dt, "auto")
    assert program.method == "exact"
    x, drive = rng.randn(n), rng.randn()
    now = {**program.constants, **dict(zip(states, x, strict=True)), "drive": drive}
    got = [evaluate(program.updates[state], now) for state in states]
    augmented = np.zeros((n + 1, n + 1))
    augmented[:n, :n], augmented[:n, n] = A * dt, b * drive * dt
    np.testing.assert_allclose(got, (expm(augmented) @ [*x, 1])[:n], rtol=1e-11, atol=1e-12)


def test_auto_takes_the_first_method_that_applies():
    def method(model, **values):
        return build_program(model.parsed, {**model.parameters, **values}, 0.1, "auto").method

    assert method(LIF) == "exact"
    assert method(CONDUCTANCE) == "exponential_euler"
    assert method(ADAPTIVE) == "rk4"


# --- generated source ---

MODELS = [LIF, LeakyTanh, DELTA, ADAPTIVE, CONDUCTANCE]


@pytest.mark.parametrize("model", MODELS, ids=repr)
@pytest.mark.parametrize("method", ["auto", "euler", "heun", "rk4"])
def test_generated_source_is_python_without_the_users_text(model, method):
    loud = NeuronModel(
        equations="# '''\"\"\" SHOUTING \\N{BULLET}\n" + model.equations + "\n# MORE SHOUTING",
        **{
            key: getattr(model, key)
            for key in ("threshold", "reset", "refractory", "excitatory", "parameters")
        },
        units=dict.fromkeys(model.parameters, "SHOUTING\nimport os"),
        name="SHOUTING'''\nimport os",
    )
    source = kernel_source(build_program(loud.parsed, loud.parameters, 0.1, method))
    module = ast.parse(source)
    assert "SHOUTING" not in source
    imports = [n for n in module.body if isinstance(n, (ast.Import, ast.ImportFrom))]
    assert [ast.unparse(n) for n in imports] == [
        "import numpy as np",
        "from sparcelearn._jit import jit",
    ]
    # nothing runs at import but function definitions, and numbers that are given names
    rest = [n for n in module.body if n not in imports]
    assert all(isinstance(n, (ast.FunctionDef, ast.Assign)) for n in rest)
    numbers = [ast.literal_eval(n.value) for n in rest if isinstance(n, ast.Assign)]
    assert all(isinstance(number, (int, float, tuple)) for number in numbers)


def test_equal_programs_give_equal_text_whatever_the_values():
    def source(**parameters):
        return kernel_source(
            build_program(LIF.parsed, {**LIF.parameters, **parameters}, 0.1, "auto")
        )

    assert source() == source(tau_mem=31.0, v_threshold=2.0)
    assert source() != source(tau_mem=np.array([10.0, 20.0]))


@pytest.mark.parametrize(
    "name",
    [
        "a\nimport os",
        "a; b",
        "lambda",
        "None",
        "1a",
        "",
        "a b",
        "a'''",
        "dt",
        "np",
        "jit",
        "unit",
        "state",
        "drive",
        "exp",
        "tanh",
        "v",
    ],
)
def test_hostile_parameter_names_are_refused(name):
    with pytest.raises(ValueError, match="in parameters is taken, or is not a name"):
        NeuronModel("dv/dt = -v", parameters={name: 1.0})


@pytest.mark.parametrize("name", ["__import__", "__class__", "__builtins__", "_", "größe", "é"])
def test_odd_but_proper_names_are_only_names(name):
    model = NeuronModel(
        f"d{name}/dt = (drive - {name}) / tau_{name}",
        threshold=f"{name} >= 1",
        reset=f"{name} = 0",
        excitatory=name,
        parameters={f"tau_{name}": 10.0},
    )
    program = build_program(model.parsed, model.parameters, 1.0, "rk4")
    compile(kernel_source(program), "generated", "exec")


@pytest.mark.parametrize("name", ["new_v", "slope1_v", "c0", "v_from_w", "v_per_rate_of_w"])
def test_names_of_generated_code_are_refused_for_variables(name):
    with pytest.raises(ValueError, match="cannot be used"):
        parse(f"d{name}/dt = -{name}")


@pytest.mark.parametrize("name", ["v_from_v", "v_per_rate_of_v", "slope1_v", "new_v", "c0"])
def test_names_of_generated_code_are_refused_for_parameters(name):
    with pytest.raises(ValueError, match=name):
        NeuronModel(f"dv/dt = ({name} - v) / tau", parameters={name: 3.0, "tau": 5.0})


def test_names_are_compared_as_python_compares_them():
    micro, mu = "\u00b5", "\u03bc"  # the same letter to Python's own parser
    assert NeuronModel(f"dv/dt = -{micro} * v", parameters={micro: 1.0}).parameters
    assert NeuronModel(f"dv/dt = -{mu} * v", parameters={micro: 1.0}).parameters


def test_a_keyword_in_disguise_is_refused():
    disguised = "\U0001d422\U0001d41f"  # mathematical bold "if"
    with pytest.raises(ValueError, match="cannot be used"):
        parse(f"d{disguised}/dt = -1")


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


# --- the policy, read off the sources ---


def _calls(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_source_evaluates_text(path):
    assert not {"eval", "exec", "compile", "__import__"} & set(_calls(path))


def test_numba_is_used_through_the_jit_policy_only():
    root = Path(sparcelearn.__file__).resolve().parent
    paths = [*SOURCES, *root.glob("*.py")]
    users = {
        path.name
        for path in paths
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Import) and any(a.name.startswith("numba") for a in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("numba"))
    }
    assert users == {"_jit.py"}
    assert len(SOURCES) > 15  # the walk found the wing


# --- the model object ---


def test_models_are_equal_and_hash_by_what_they_say():
    assert LIF() == LIF
    assert hash(LIF(tau_mem=20)) == hash(LIF)
    assert LIF(tau_mem=30.0) != LIF
    assert LIF != "LIF"
    assert LIF(tau_mem=[10.0, 20.0]) == LIF(tau_mem=np.array([10.0, 20.0]))
    assert hash(LIF(tau_mem=[10.0, 20.0])) == hash(LIF(tau_mem=np.array([10.0, 20.0])))
    assert LIF(tau_mem=Gamma(20.0, 0.3)) == LIF(tau_mem=Gamma(20.0, 0.3))
    assert len({LIF, LIF(), LIF(tau_mem=1.0)}) == 2


@pytest.mark.parametrize("model", [*MODELS, LIF(tau_mem=Gamma(20.0, 0.3)), LIF(tau_mem=[1.0, 2.0])])
def test_models_survive_pickle_copy_and_clone(model):
    assert pickle.loads(pickle.dumps(model)) == model
    assert copy.deepcopy(model) == model
    assert clone(model) == model


def test_calling_a_model_leaves_it_as_it_was():
    before = dict(LIF.parameters)
    assert LIF(tau_mem=30.0).parameters["tau_mem"] == 30.0
    assert dict(LIF.parameters) == before
    with pytest.raises(ValueError, match=r"no parameter 'tau_men'.*tau_mem"):
        LIF(tau_men=30.0)


def test_models_cannot_be_assigned_to():
    with pytest.raises(AttributeError):
        LIF.equations = "dv/dt = 0"
    with pytest.raises(ValueError, match="read-only"):
        LIF(tau_mem=[1.0, 2.0]).parameters["tau_mem"][0] = 3.0


def test_a_model_does_not_follow_the_callers_mappings():
    initial = {"v": 0.5}
    model = NeuronModel("dv/dt = -v", initial=initial)
    initial["v"] = 1.0
    assert model.initial["v"] == 0.5


def test_a_model_with_an_initial_list_hashes():
    hash(NeuronModel("dv/dt = -v", initial={"v": [0.5, 1.0]}))


def test_models_print_as_they_are_called_and_as_they_read():
    assert repr(LIF).startswith("LIF(tau_mem=20.0, tau_exc=5.0")
    assert repr(LIF(tau_mem=Gamma(20.0, 0.3))).startswith("LIF(tau_mem=Gamma(mean=20.0, cv=0.3)")
    text = str(LIF)
    for part in (
        "di_exc/dt = -i_exc / tau_exc",
        "threshold: v >= v_threshold",
        "tau_mem = 20.0 ms",
    ):
        assert part in text


def test_parameters_and_rest_are_drawn_per_unit():
    model = LIF(tau_mem=Normal(20.0, 1.0), v_rest=[0.1, 0.2, 0.3])
    values, rest = model.draw(RandomState(0), 3)
    np.testing.assert_array_equal(values["tau_mem"], RandomState(0).normal(20, 1, 3))
    np.testing.assert_array_equal(rest, [[0.1, 0.2, 0.3], [0] * 3, [0] * 3])


# --- conditions with constants, which the kernel must take as the numpy backend does ---


@pytest.mark.filterwarnings(SILENT)
@pytest.mark.filterwarnings(SATURATED)
@pytest.mark.parametrize(
    ("threshold", "backend"), [("v >= 1 and a > 0", "numba"), ("a > 0", "numpy")]
)
def test_conditions_on_parameters_run(threshold, backend):
    model = NeuronModel(
        "dv/dt = (drive - v) / tau",
        threshold=threshold,
        reset="v = 0",
        excitatory="v",
        parameters={"tau": 10.0, "a": 1.0},
    )
    SpikingReservoir(n_units=5, neuron=model, input_scaling=3.0, backend=backend).fit([[1.0]])


def test_operators_listed_are_operators_run():
    for symbol, function in {"+": operator.add, "-": operator.sub, "**": operator.pow}.items():
        assert evaluate(read(f"x {symbol} 2", "text"), {"x": 3.0}) == function(3.0, 2)
