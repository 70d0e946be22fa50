"""The rules of the house: what is packaged, documented, tested, imported and allowed."""

from __future__ import annotations

import ast
import configparser
import importlib.util
import inspect
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sklearn.base import BaseEstimator

import sparcelearn

ROOT = Path(__file__).parent.parent
TOP_PACKAGES = ("datasets", "readouts", "reservoir")
SOURCES = sorted(
    path.relative_to(ROOT)
    for folder in (*TOP_PACKAGES, "sparcelearn")
    for path in (ROOT / folder).rglob("*.py")  # does not follow the symlinks inside
)
SCRIPTS = sorted(
    path.relative_to(ROOT)
    for folder in ("benchmarks", "examples")
    for path in (ROOT / folder).rglob("*.py")
)
TESTS = sorted(path.relative_to(ROOT) for path in (ROOT / "tests").rglob("test_*.py"))
PACKAGES = sorted({str(path.parent) for path in SOURCES})


def import_name(folder: str) -> str:
    """Return the name under which a folder is installed."""
    parts = folder.split(os.sep)
    return ".".join(parts if parts[0] == "sparcelearn" else ["sparcelearn", *parts])


def run_python(program: str, folder: Path, seconds: float) -> str:
    """Run a program in a process of its own; return what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"}
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=environment,
        timeout=seconds,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


# --- packaging ---


def setup_cfg() -> configparser.ConfigParser:
    """Return setup.cfg, read."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", "utf-8")
    return parser


def test_every_folder_of_modules_is_packaged():
    packages = setup_cfg()["options"]["packages"].split()
    assert sorted(packages) == sorted(map(import_name, PACKAGES))


def test_every_package_has_an_init():
    for folder in PACKAGES:
        assert (ROOT / folder / "__init__.py").is_file(), folder


@pytest.mark.parametrize("package", TOP_PACKAGES)
def test_a_top_package_is_seen_under_its_import_name(package):
    link = ROOT / "sparcelearn" / package
    assert link.is_symlink()
    assert link.readlink() == Path("..", package)
    assert (ROOT / package / "py.typed").is_file()
    folders = dict(line.split(" = ") for line in package_dir())
    assert folders[f"sparcelearn.{package}"] == package


def package_dir() -> list[str]:
    """Return the lines of package_dir."""
    return setup_cfg()["options"]["package_dir"].strip().splitlines()


def test_the_changelog_begins_with_this_version():
    versions = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert versions[0] == sparcelearn.__version__


def test_the_licence_is_there_and_named():
    assert "Redistribution and use" in (ROOT / "LICENSE").read_text("utf-8")
    assert setup_cfg()["metadata"]["license"] == "BSD-3-Clause"


# --- what is public ---


def public_objects() -> Iterator[tuple[str, Any]]:
    """Yield everything in an ``__all__`` of a package, by its full name."""
    for folder in PACKAGES:
        module = importlib.import_module(import_name(folder))
        for name in getattr(module, "__all__", ()):
            yield f"{module.__name__}.{name}", getattr(module, name)


def documented() -> Iterator[Any]:
    """Yield public classes and functions, and the public methods that are ours."""
    for name, thing in public_objects():
        if not (inspect.isclass(thing) or inspect.isfunction(thing)):
            continue
        yield pytest.param(thing, id=name)
        for method in dir(thing) if inspect.isclass(thing) else ():
            function = inspect.getattr_static(thing, method)
            function = getattr(function, "__func__", function)  # of a class or static method
            is_ours = str(getattr(function, "__module__", "")).startswith("sparcelearn")
            if not method.startswith("_") and is_ours and inspect.isfunction(function):
                yield pytest.param(function, id=f"{name}.{method}")


def sections(docstring: str) -> dict[str, list[str]]:
    """Split a docstring in numpy's form into its sections, by their underlined headings."""
    lines = inspect.cleandoc(docstring).splitlines()
    found: dict[str, list[str]] = {"": []}
    heading = ""
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if line and set(below) == {"-"} and len(below) == len(line):
            heading = line
        found.setdefault(heading, []).append(line)
    return found


def documented_parameters(docstring: str) -> list[str]:
    """Return the names in the section Parameters; a line may name several."""
    lines = sections(docstring).get("Parameters", [])[2:]
    entries = [line for line in lines if line and not line.startswith(" ")]
    return [name.strip(" *") for entry in entries for name in entry.split(" : ")[0].split(",")]


def parameters(thing: Any) -> list[str]:
    """Return the names in the signature, in the order in which a docstring tells them.

    The object itself is left out. Of the keyword-only fields of a dataclass, Python has those
    that are inherited first, and a docstring last.
    """
    found = inspect.signature(thing).parameters
    names = [name for name in found if name not in ("self", "cls")]
    if is_dataclass(thing):
        fields = [name for base in thing.__mro__ for name in vars(base).get("__annotations__", {})]
        is_keyword = {name: found[name].kind is inspect.Parameter.KEYWORD_ONLY for name in names}
        names = list(dict.fromkeys(name for name in [*fields, *names] if name in found))
        names.sort(key=is_keyword.get)
    return names


def test_every_public_name_exists_and_is_listed_once():
    names = [name for name, _ in public_objects()]
    assert len(names) == len(set(names)) > 10


@pytest.mark.parametrize("thing", list(documented()))
def test_docstrings_tell_the_parameters_there_are(thing):
    # A method that overrides a documented one inherits its docstring, in help() and in the docs.
    docstring = inspect.getdoc(thing) if inspect.isfunction(thing) else thing.__doc__
    assert docstring, "no docstring"
    assert docstring.strip().splitlines()[0].endswith((".", "?"))
    assert documented_parameters(docstring) == parameters(thing)


def public_estimators() -> dict[str, type]:
    """Return the public estimators by their name."""
    return {
        thing.__name__: thing
        for _, thing in public_objects()
        if inspect.isclass(thing) and issubclass(thing, BaseEstimator)
    }


@pytest.mark.parametrize(
    "estimator", list(public_estimators().values()), ids=list(public_estimators())
)
def test_an_estimator_shows_how_it_is_used(estimator):
    # That the example runs is the business of --doctest-modules.
    assert any(line.startswith(">>> ") for line in sections(estimator.__doc__)["Examples"])


def test_every_estimator_is_held_to_scikit_learns_contract():
    """It stands in a list at the top of a module that runs check_estimator, or our wrapper."""
    checked = set()
    for path in TESTS:
        if any(name.endswith(("check_estimator", "assert_checks_pass")) for name in called(path)):
            module = importlib.import_module(".".join(path.with_suffix("").parts))
            lists = [value for value in vars(module).values() if isinstance(value, list)]
            checked |= {x if inspect.isclass(x) else type(x) for values in lists for x in values}
    assert set(public_estimators().values()) <= checked


@pytest.mark.parametrize(
    "package", ["datasets", "displays", "measures", "readouts.hardware", "readouts.synapses"]
)
def test_what_is_public_is_called_in_a_test(package):
    """Or returned by what is. Lists of neurons, topologies and encoders hold all there are."""
    module = importlib.import_module(f"sparcelearn.{package}")
    known = {part for path in TESTS for name in called(path) for part in name.split(".")[:2]}
    for function in filter(inspect.isfunction, (getattr(module, x) for x in module.__all__)):
        known |= set(re.findall(r"\w+", " ".join(sections(function.__doc__).get("Returns", []))))
    assert set(module.__all__) <= known


# Parameters of one name that are something else in each estimator, and so are told in its words.
OTHER_IN_EACH = {
    "estimator": "what it is a model of differs",
    "learning_rate": "per sample, update or step, and of what differs",
    "loss": "a rule has its own losses",
    "readout": "what it must be able to do differs",
    "solver": "a rule has its own solvers",
    "start": "a value or a baseline",
    "threshold": "each code compares something else with it",
    "window": "of samples, steps or ms",
}
# Estimators in which a parameter that others share is something else.
OTHER_HERE = {
    ("dt", "FirstSpikeClassifier"): "it has no steps but those of its input",
    ("dt", "SpikingReservoir"): "a step of the integrator",
    ("error_threshold", "DecolleClassifier"): "of errors in each step",
    ("fit_intercept", "DecolleClassifier"): "a bias of units, which moves in every step",
    ("fit_intercept", "FirstSpikeClassifier"): "a spike",
    ("fit_intercept", "SuperSpikeRegressor"): "a constant drive",
    ("init_scale", "FirstSpikeClassifier"): "another distribution",
    ("init_scale", "SparceClassifier"): "another distribution, and of thresholds too",
    ("init_scale", "SparceRegressor"): "another distribution, and of thresholds too",
    ("max_iter", "RLSClassifier"): "all epochs are run",
    ("max_iter", "RLSRegressor"): "all epochs are run",
    ("max_iter", "SparceClassifierCV"): "of the search, not of the readout",
    ("max_iter", "SparceRegressorCV"): "of the search, not of the readout",
    ("n_jobs", "FieldForecaster"): "over blocks of sites, not of samples",
    ("n_jobs", "SparceClassifierCV"): "over levels, not over samples",
    ("n_jobs", "SparceRegressorCV"): "over levels, not over samples",
    ("n_replay", "PseudoReplayClassifier"): "samples are made up",
    ("n_steps", "DirectCurrentEncoder"): "rows are held, not encoded",
    ("reservoir", "PyNNReservoir"): "of spiking units, whose defaults are its own",
    ("alpha", "SparceClassifier"): "a share that weights lose, not in units of X",
    ("alpha", "SparceRegressor"): "a share that weights lose, not in units of X",
    ("sparsity", "SparseCode"): "thresholds do not move from there, and None is not allowed",
    ("calibration_samples", "SparseCode"): "no sizes are taken",
    ("surrogate", "DecolleClassifier"): "None is allowed",
    ("verbose", "EchoStateReservoir"): "it has no epochs",
    ("verbose", "SparceClassifierCV"): "scores of splits, not epochs",
    ("verbose", "SparceRegressorCV"): "scores of splits, not epochs",
    ("verbose", "SpikingReservoir"): "it has no epochs",
}


@cache
def wordings() -> dict[str, dict[str, list[str]]]:
    """Return, for each parameter of estimators, how it is told, and by which of them.

    Up to the first full stop, colon or semicolon: what follows adds what is special.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for estimator, thing in public_estimators().items():
        text = "\n".join(sections(thing.__doc__).get("Parameters", [])[2:])
        for entry in re.split(r"\n(?=\S)", text):
            head, _, body = entry.partition("\n")
            names, _, kind = head.partition(" : ")
            first = re.split(r"[.:;](?:\s|$)", " ".join(body.split()))[0]
            told = f"{kind.split(', default=')[0]}: {first}"
            for name in (name.strip(" *") for name in names.split(",")):
                if (name, estimator) not in OTHER_HERE:
                    found.setdefault(name, {}).setdefault(told, []).append(estimator)
    return found


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, told in wordings().items()
        if sum(map(len, told.values())) >= 3 and name not in OTHER_IN_EACH
    ],
)
def test_a_shared_parameter_is_told_in_the_same_words(name):
    told = wordings()[name]
    assert len(told) == 1, "\n".join(f"{text}: {', '.join(who)}" for text, who in told.items())


# --- what the code may do ---


@cache
def tree(path: Path) -> ast.Module:
    """Parse a file of the repository."""
    return ast.parse((ROOT / path).read_text("utf-8"), str(path))


def home(path: Path) -> str:
    """Return the import name of the folder within which imports are relative."""
    depth = 2 if path.parts[0] == "sparcelearn" else 1
    return import_name(os.path.join(*path.parts[:depth]))


@cache
def called(path: Path) -> set[str]:
    """Return the names that a file calls, dotted where they are attributes."""
    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    return {ast.unparse(function) for function in calls}


@cache
def imported(path: Path) -> set[str]:
    """Return what a file imports, as written: ``numpy``, ``.layout``."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


@pytest.mark.parametrize("path", [p for p in SOURCES if p.parent != Path("sparcelearn")], ids=str)
def test_imports_are_relative_within_a_folder_and_absolute_across(path):
    package = import_name(str(path.parent))
    for name in imported(path):
        is_own = f"{importlib.util.resolve_name(name, package)}.".startswith(f"{home(path)}.")
        assert name.startswith(".") == is_own, name


@pytest.mark.parametrize(
    "thing",
    [pytest.param(thing, id=name) for name, thing in public_objects() if inspect.isclass(thing)],
)
def test_a_class_stands_on_few_others(thing):
    own = [base for base in thing.__mro__ if base.__module__.startswith("sparcelearn")]
    assert len(own) <= 4, own


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_no_text_is_run_and_no_pickle_is_loaded(path):
    text_runners = {"eval", "exec", "compile", "__import__"}
    loaders = {f"{m}.{f}" for m in ("pickle", "marshal", "joblib") for f in ("load", "loads")}
    assert not called(path) & (text_runners | loaders)
    assert "pickle" not in imported(path)
    assert "allow_pickle=True" not in (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_only_the_jit_policy_compiles(path):
    # how kernels are compiled, called, kept on disk and freed, hold vectors and ask for memory
    policy = "jit compile_thread bound_call kernel_cache released_kernel vectors vector_types fetch"
    if path not in [Path(f"sparcelearn/_core/{name}.py") for name in policy.split()]:
        used = {ast.unparse(n) for n in ast.walk(tree(path)) if isinstance(n, ast.Attribute)}
        assert not {name for name in used if name.split(".")[0] in ("numba", "nb")}
        assert not {name for name in imported(path) if name.split(".")[0] == "numba"}


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path.parent.name == "kernels"], ids=str
)
def test_kernels_import_next_to_nothing(path):
    allowed = {"__future__", "typing", "numpy", "numpy.typing"}
    allowed |= {f"sparcelearn._core.{name}" for name in ("fetch", "jit", "vectors")}
    assert {name for name in imported(path) if not re.match(r"\.\w", name)} <= allowed


# Arguments of kernels that are arrays, or that are four alike, whose places mean what they say.
INDEXED = {"firsts", "n", "n_errors", "q", "t", "values"}


def read_by_place(path: Path) -> Iterator[str]:
    """Yield what a file of kernels reads of packed tuples by place, not by name."""
    for function in (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)):
        if not any(
            name in ("jit", "inlined") for name in map(ast.unparse, function.decorator_list)
        ):
            continue
        arguments = {argument.arg for argument in function.args.args} - INDEXED
        for node in ast.walk(function):
            if isinstance(node, ast.Subscript):
                bounds = [getattr(node.slice, end, None) for end in ("lower", "upper")]
                is_place = any(is_number(part) for part in (node.slice, *bounds))
                if is_place and ast.unparse(node.value).split("[")[0] in arguments:
                    yield ast.unparse(node)
            if isinstance(node, ast.Starred):
                yield ast.unparse(node)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
                is_shape = isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
                if not (is_shape or isinstance(node.value, (ast.Tuple, ast.Call))):
                    yield ast.unparse(node)


def is_number(node: ast.AST | None) -> bool:
    """Return whether a node is a number as written, perhaps with a sign."""
    node = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(node, ast.Constant) and node.value is not None


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path.parent.name == "kernels"], ids=str
)
def test_kernels_read_tuples_by_name(path):
    assert not list(read_by_place(path))


# A public reservoir is mostly its docstring; these benchmarks are lists of rivals, or of models.
LONG = {
    Path("reservoir/_echo_state.py"),
    Path("reservoir/_spiking.py"),
    Path("benchmarks/brian2_models.py"),
    Path("benchmarks/peers/with_hand_models.py"),
    Path("benchmarks/rules/side_by_side.py"),
    Path("benchmarks/rules/spiking_speed.py"),
}


@pytest.mark.parametrize("path", [*SOURCES, *SCRIPTS], ids=str)
def test_files_are_short_and_finished(path):
    lines = (ROOT / path).read_text("utf-8").splitlines()
    assert len(lines) <= (400 if path in LONG else 300)
    assert not [line for line in lines if re.search(r"\b(TODO|FIXME|XXX)\b", line)]


# --- what a user sees first ---


def test_import_brings_no_plots_and_no_data_frames(tmp_path):
    """Beyond scikit-learn, that is: it looks for pandas itself."""
    program = f"""
import sys
import numba, sklearn.utils
before = set(sys.modules)
import sparcelearn
{"; ".join(f"import sparcelearn.{package}" for package in (*TOP_PACKAGES, "displays"))}
print(*(set(sys.modules) - before))
"""
    names = {name.split(".")[0] for name in run_python(program, tmp_path, 60).split()}
    assert not names & {"matplotlib", "pandas", "polars", "dask", "pooch"}
    assert "sparcelearn" in names


def test_public_packages_are_attributes_that_are_imported_when_used(tmp_path):
    parts = [import_name(folder).split(".") for folder in PACKAGES]
    public = [names[1] for names in parts if len(names) == 2 and not names[1].startswith("_")]
    program = f"""
import sparcelearn, sys
print(*(name for name in {public} if name in dir(sparcelearn)))
print("sparcelearn.displays" in sys.modules, "sparcelearn.datasets" in sys.modules)
print(*(getattr(sparcelearn, name).__name__ for name in {public}))
print(hasattr(sparcelearn, "nothing"))
"""
    listed, before, after, other = run_python(program, tmp_path, 60).splitlines()
    assert listed.split() == public
    assert before == "False False"
    assert after.split() == [f"sparcelearn.{name}" for name in public]
    assert other == "False"


BLOCK = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"\d+\.?\d*")


def test_the_code_in_the_readme_runs_and_prints_what_is_shown_below_it(tmp_path):
    """All blocks, top to bottom, as one program, in an empty folder."""
    text = (ROOT / "README.md").read_text("utf-8")
    blocks = BLOCK.findall(text)
    assert len(blocks) == text.count("```python")
    printed = run_python("\n".join(code for code, _ in blocks), tmp_path, 300)
    shown = "".join(output for _, output in blocks)
    assert NUMBER.sub("0", printed) == NUMBER.sub("0", shown)
    pairs = zip(NUMBER.findall(printed), NUMBER.findall(shown), strict=True)
    assert all(math.isclose(float(a), float(b), rel_tol=0.03) for a, b in pairs), printed
