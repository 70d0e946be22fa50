"""Generated modules hold a kernel and all that it calls, each once, callees first."""

import ast
import builtins
import importlib
import re
import shutil
import symtable
import sys
from pathlib import Path

import pytest

from sparcelearn._core import kernel_text
from sparcelearn._core.kernel_folder import written
from sparcelearn._core.kernel_modules import load_module, new_module
from sparcelearn._core.kernel_text import MARK, TEXTS, assemble, name_of, with_header
from sparcelearn.readouts import synapses
from sparcelearn.reservoir import LIF, LeakyTanh
from sparcelearn.reservoir._codegen import kernel_source
from sparcelearn.reservoir.equations import build_program

READOUTS = "sparcelearn.readouts.kernels"
SPIKING = "sparcelearn.reservoir.kernels.spiking_loop"
SYNAPSES = [getattr(synapses, name) for name in synapses.__all__ if name != "Synapse"]


def local_loop(synapse, rule="delta"):
    given = {".error_interface": f".{rule}", ".synapse_interface": synapse.__module__}
    return assemble(f"{READOUTS}.local_loop", given)


def generated_modules():
    """Yield every kernel that is put together from files, as its users ask for it."""
    for name in ("samplewise", "minibatch", "first_spike", "surrogates", "replay"):
        yield pytest.param(assemble(f"{READOUTS}.{name}"), id=name)
    wide = assemble(f"{READOUTS}.samplewise", {".active": ".active_wide"})
    yield pytest.param(wide, id="samplewise-wide")
    for rule in ("eprop", "decolle", "superspike"):
        text = assemble(f"{READOUTS}.samples", {".rule_interface": f".{rule}"})
        yield pytest.param(text, id=rule)
    for synapse in SYNAPSES:
        for rule in ("delta", "node_perturbation"):
            yield pytest.param(local_loop(synapse, rule), id=f"{synapse.__name__}-{rule}")
    for model in (LIF, LeakyTanh):
        program = build_program(model.parsed, model.parameters, 0.1, "auto")
        yield pytest.param(kernel_source(program), id=model.name)


@pytest.mark.parametrize("text", list(generated_modules()))
def test_a_module_defines_all_that_it_calls_once(text):
    module = symtable.symtable(text, "generated", "exec")
    known = {symbol.get_name() for symbol in module.get_symbols() if symbol.is_assigned()}
    known |= {symbol.get_name() for symbol in module.get_symbols() if symbol.is_imported()}
    known |= {table.get_name() for table in module.get_children()}
    for function in module.get_children():
        assert set(function.get_globals()) <= known | set(vars(builtins)), function.get_name()
    names = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert len(names) == len(set(names)) > 0


@pytest.mark.parametrize("package", ["readouts", "reservoir"])
def test_a_module_depends_on_the_order_of_the_fields_that_it_reads(package):
    """Numba reads them by place, and finds what it compiled by the module's text."""
    root = "samplewise" if package == "readouts" else "rate_loop"
    given = {} if package == "readouts" else {".model_interface": MARK + "\n"}
    text = assemble(f"sparcelearn.{package}.kernels.{root}", given)
    layout = importlib.import_module(f"sparcelearn.{package}.kernels.layout")
    words = " ".join(text.replace("#", "").split())
    for name, thing in vars(layout).items():
        if hasattr(thing, "_fields"):
            assert f"{name}: {', '.join(thing._fields)}" in words
    constants = assemble(f"{READOUTS}.samples", {".rule_interface": ".eprop"})
    assert "# Neurons: current, v, a, z, hold, psi, f\n" in constants


@pytest.mark.parametrize("text", list(generated_modules()))
def test_a_name_means_one_thing_in_a_module(text):
    values = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign):
            (target,) = node.targets
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=True)
            for name, value in pairs:
                assert values.setdefault(name.id, ast.unparse(value)) == ast.unparse(value)


@pytest.mark.parametrize("text", list(generated_modules()))
def test_every_module_has_the_same_header_and_says_where_its_parts_are_from(text):
    assert text.startswith("# Written by sparcelearn. Safe to delete: it is written again when ")
    imports = [n for n in ast.parse(text).body if isinstance(n, (ast.Import, ast.ImportFrom))]
    first, second, *others = [ast.unparse(n) for n in imports]
    assert first == "import numpy as np"
    assert second == "from sparcelearn._core.jit import inlined, jit"
    others = [line for line in others if not line.startswith("from sparcelearn_kernel_")]
    assert len(others) == ("active_wide" in text)  # the only part that holds vectors
    assert all(line.startswith("from sparcelearn._core.vectors import ") for line in others)
    assert re.search(r"^# --- (sparcelearn[\w.]+|written for this module) ---$", text, re.MULTILINE)


def test_callees_come_first():
    titles = re.findall(r"^# --- (?:sparcelearn\.\w+\.)?(.+) ---$", local_loop(SYNAPSES[0]), re.M)
    places = {title.rpartition(".")[2]: place for place, title in enumerate(titles)}
    assert places["counter_random"] < places["levels"] < places["_benna_fusi"] < places["write"]
    assert places["losses"] < places["delta"] < places["local_loop"]
    assert places["write"] < places["local_loop"] == len(titles) - 1


WRITTEN = (
    f"from .functions import tanh\n{MARK}\ndef advance_spiking(x):\n    return tanh(x) + {{}}\n"
)


def test_text_can_be_given_with_imports_of_its_own():
    given = {".model_interface": WRITTEN.format(0)}
    text = assemble(SPIKING, given, description="What for.\nAnd how.")
    assert text.index(" import tanh") < text.index("def advance_spiking")
    assert text.index("def advance_spiking") < text.index("def simulate")
    assert "from .functions" not in text
    assert "\n#\n# What for.\n# And how.\n\nimport numpy as np\n" in text


def imported(text):
    return set(re.findall(r"^from (sparcelearn_kernel_\w+) import", text, re.MULTILINE))


def test_what_does_not_depend_on_text_that_is_given_is_shared():
    one, other = (assemble(SPIKING, {".model_interface": WRITTEN.format(k)}) for k in (0, 1))
    assert imported(one) == imported(other)
    for text in (one, other):
        defined = {n.name for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)}
        assert {"advance_spiking", "simulate"} <= defined
        assert defined.isdisjoint({"tanh", "deliver", "fill_drives", "collect_runs", "copy"})
    noisy = {".model_interface": WRITTEN.format(0), ".noise_none": ".noise_random"}
    apart = imported(assemble(SPIKING, noisy)) ^ imported(one)
    assert len(apart) in (2, 3)  # the noise, and what it calls


def test_a_module_that_others_import_is_named_by_its_text():
    text = assemble(SPIKING, {".model_interface": WRITTEN.format(0)})
    todo, seen = imported(text), set()
    while todo:
        name = todo.pop()
        assert name == name_of(TEXTS[name])
        seen.add(name)
        todo |= imported(TEXTS[name]) - seen
    assert len(seen) > 5


def test_a_shared_module_of_another_process_is_read_from_the_folder_if_it_is_sound(monkeypatch):
    text = with_header("", "VALUE = 5\n")
    name, caller = name_of(text), f"from {name_of(text)} import VALUE\nTWICE = 2 * VALUE\n"
    path = written(name, text)
    try:
        assert new_module(caller).TWICE == 10
        del sys.modules[name]
        path.write_text(text.replace("5", "6"), "utf-8")
        with pytest.raises(ImportError, match="is not at hand"):
            new_module(caller.replace("TWICE", "DOUBLE"))
    finally:
        path.unlink()
        sys.modules.pop(name, None)


def test_another_kernel_can_be_given():
    plain, noisy = assemble(SPIKING), assemble(SPIKING, {".noise_none": ".noise_random"})
    assert "def logarithm" in noisy
    assert "def logarithm" not in plain
    assert plain == assemble(SPIKING, {".noise_none": ".noise_none"})


def test_switches_set_constants():
    given = {".synapse_interface": synapses.FloatSynapse.__module__}
    off = assemble(f"{READOUTS}.write", given, switches={"BOUNDED": False})
    assert load_module(off).BOUNDED is False
    assert off.replace("BOUNDED = False", "BOUNDED = True") == assemble(f"{READOUTS}.write", given)


def test_what_is_given_for_nothing_is_refused():
    with pytest.raises(ValueError, match=r"do not import sparcelearn.reservoir.kernels.noise_nun"):
        assemble(SPIKING, {".noise_nun": ".noise_random"})
    with pytest.raises(ValueError, match="FLUSHES is set 0 times"):
        assemble(SPIKING, switches={"FLUSHES": 1})


def test_the_header_changes_with_what_says_how_kernels_are_compiled(tmp_path, monkeypatch):
    """Or machine code of an older version would be found under the same name."""
    digest = kernel_text.digest_of(kernel_text.HOW)
    assert f"\n# How it is compiled: {digest}\n" in kernel_text.with_header()
    for name in kernel_text.HOW:
        shutil.copy(Path(kernel_text.__file__).with_name(f"{name}.py"), tmp_path)
    monkeypatch.setattr(kernel_text, "files", lambda package: tmp_path)
    found = set()
    for name in kernel_text.HOW:
        found.add(kernel_text.digest_of.__wrapped__(kernel_text.HOW))
        with (tmp_path / f"{name}.py").open("a") as file:
            file.write("\n")
    assert digest in found and len(found) == len(kernel_text.HOW)
