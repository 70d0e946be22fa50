"""What is written of a model: nothing of the user's text, under no name that could do harm."""

import ast
import re
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sparcelearn.reservoir import LIF, HodgkinHuxley, NeuronModel, SpikingReservoir
from sparcelearn.reservoir._codegen import kernel_source
from sparcelearn.reservoir.equations import build_program
from tests.reservoir.helpers import MODELS, SATURATED, SILENT, parse


@pytest.mark.parametrize("model", MODELS, ids=repr)
@pytest.mark.parametrize("method", ["auto", "euler", "heun", "rk4"])
def test_generated_source_is_python_without_the_users_text(model, method):
    loud = NeuronModel(
        equations="# '''\"\"\" SHOUTING \\N{BULLET}\n" + model.equations + "\n# MORE SHOUTING",
        **{
            key: getattr(model, key)
            for key in ("threshold", "reset", "refractory", "excitatory", "parameters")
        },
        units={
            key: f"{'ms' if key.startswith('tau') else 'second'}  # SHOUTING"
            for key in model.parameters
        },
        name="SHOUTING'''\nimport os",
    )
    source = kernel_source(build_program(loud.parsed, loud.parameters, 0.1, method))
    module = ast.parse(source)
    assert "SHOUTING" not in source
    imports = [n for n in module.body if isinstance(n, (ast.Import, ast.ImportFrom))]
    first, second, *others = [ast.unparse(n) for n in imports]
    assert first == "import numpy as np"
    assert second == "from sparcelearn._core.jit import inlined, jit"
    name = r"[a-zA-Z_]+"  # of functions and constants of kernels, which no model can change
    shared = rf"from sparcelearn_kernel_[0-9a-f]{{20}} import {name}(, {name})*"
    assert all(re.fullmatch(shared, line) for line in others)
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


@pytest.mark.parametrize("name", ["new_v", "slope1_v", "gauss0", "v_from_w", "v_per_rate_of_w"])
def test_names_of_generated_code_are_refused_for_variables(name):
    with pytest.raises(ValueError, match="cannot be used"):
        parse(f"d{name}/dt = -{name}")


@pytest.mark.parametrize("name", ["v_from_v", "v_per_rate_of_v", "slope1_v", "new_v", "xi_1"])
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


# --- names ---


@pytest.mark.parametrize("model", MODELS, ids=repr)
@pytest.mark.parametrize("method", ["auto", "euler", "heun", "rk4"])
def test_generated_source_keeps_the_names_of_the_equations(model, method):
    source = kernel_source(build_program(model.parsed, model.parameters, 0.1, method))
    header, code = source.split("import numpy as np", 1)
    for name in model.parameters:
        assert re.search(rf"\b{name}\b", header), name
    own = code[code.index("def advance") :].partition("# --- sparcelearn.reservoir.kernels")[0]
    assert not re.search(r"\bc\d+\b", own)  # no constant without a telling name
    assert not re.search(r"\b(\w+) = \1\n", own)
    assert max(map(len, own.splitlines())) <= 100


def test_a_constant_has_its_meaning_beside_it():
    program = build_program(LIF.parsed, LIF.parameters, 0.1, "exact")
    lines = [line.strip() for line in kernel_source(program).splitlines()]
    assert "v_from_drive = constants[1]  # v_per_rate_of_v * (r_mem / tau_mem)" in lines
    assert "fired[unit] = v[unit] >= v_threshold" in lines
    assert "v_threshold = constants[8]" in lines


def test_a_meaning_that_is_long_stands_above():
    factor = " + ".join(f"exp(-1 / tau_{k})" for k in "abcdefgh")
    taus = {f"tau_{k}": 5.0 for k in "abcdefgh"}
    model = NeuronModel(f"dv/dt = -v * ({factor}) * v", parameters=taus)
    source = kernel_source(build_program(model.parsed, model.parameters, 0.1, "euler"))
    assert re.search(r"    # exp\(-1 / tau_a\).*\n(    # .*\n)+    c\d = constants\[\d\]\n", source)


AWKWARD = NeuronModel(  # names that generated code would like to use
    """
    per_real = tanh(v + 1) / 3
    dv/dt = (real_ * drive - v) / real + half_step * per_real * tanh(per_real) + v_offset
    dreal_step/dt = (per_tau - real_step) / tau
    dnumber_4/dt = 4 * tau_2 - number_4 * tanh(per_real) / (tau * 3)
    """,
    threshold="v >= number_1 * 4",
    reset="v = -number_1",
    refractory="t_ref",
    excitatory="v",
    parameters={
        "real": 12.0,
        "real_": 3.0,
        "half_step": 0.1,
        "v_offset": 0.01,
        "per_tau": 0.5,
        "tau": 7.0,
        "tau_2": 2.0,
        "number_1": 0.3,
        "t_ref": 2.0,
        "from_dt_and_tau": 1.0,
    },
)


@pytest.mark.filterwarnings(SILENT)
@pytest.mark.filterwarnings(SATURATED)
@pytest.mark.parametrize("method", ["exponential_euler", "rk4"])
def test_names_that_generated_code_would_use_itself_are_still_the_models(method):
    model = AWKWARD
    if method == "exponential_euler":  # every variable must be linear in itself
        text = AWKWARD.equations.replace("tanh(v + 1)", "tanh(number_4 + 1)")
        text = text.replace("number_4 * tanh(per_real)", "number_4 * tanh(v)")
        model = replace(AWKWARD, equations=text)
    X = np.random.RandomState(0).rand(3, 20, 2)
    features = [
        SpikingReservoir(
            20,
            neuron=model,
            method=method,
            input_scaling=2.0,
            features=("trace", "membrane"),
            backend=backend,
            random_state=0,
        ).fit_transform(X)
        for backend in ("numba", "numpy")
    ]
    assert_array_equal(*features)


def test_shorthands_name_what_is_computed_once():
    method = "exponential_euler"
    program = build_program(HodgkinHuxley.parsed, HodgkinHuxley.parameters, 0.1, method)
    gates = {f"{rate}_{gate}" for rate in ("alpha", "beta") for gate in "mhn"}
    assert {name for name, _ in program.stages} == gates


def test_a_shorthand_cannot_hide_a_parameter():
    with pytest.raises(ValueError, match="'rate' in parameters is taken"):
        NeuronModel("rate = tanh(v) / 3\ndv/dt = rate - v", parameters={"rate": 2.0})
