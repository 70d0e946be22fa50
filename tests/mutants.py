"""Mutation test: change rules and kernels one small thing at a time, and see if tests notice.

    python -m tests.mutants --count 300 --minutes 60 [--piece 1/4] [--report]

A mutant is one change of one operator, comparison, number, minimum or sign in a file of rules or
kernels. It is killed if a test fails, or if they take much too long. The mutants are drawn evenly
from the files of ``mutant_targets.py``; results go, one line each, to
``benchmarks/results/mutants.jsonl``, and a mutant that has one is not run again unless its file
changed, or the test that killed it is gone, or, if none did, its tests changed. So the run can be
stopped, cut in pieces and gone on with. ``--report`` counts, and lists the survivors with their
reasons.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.mutant_targets import REASONS, TARGETS

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "mutants.jsonl"
SEED, PATIENCE = 0, 900  # of the draw; seconds for the tests of one mutant

SWAPS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.And: ast.Or, ast.Or: ast.And,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
SIGNS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Lt: "<", ast.LtE: "<=",
    ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.And: "and", ast.Or: "or",
    ast.LShift: "<<", ast.RShift: ">>",
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "floor": "ceil", "ceil": "floor", "minimum": "maximum",
         "maximum": "minimum"}  # fmt: skip


class Mutant(NamedTuple):
    """One change: in which file, at which place of its text, of what into what."""

    file: str
    line: int
    column: int
    before: str
    after: str

    @property
    def name(self) -> str:
        """What it is called in the results."""
        return f"{self.file}:{self.line}:{self.column} {self.before} -> {self.after}"


def mutants_of(file: str) -> Iterator[Mutant]:
    """Yield all changes of a file, outside of docstrings, messages and signatures."""
    text = (ROOT / file).read_text("utf-8")
    lines = text.splitlines(keepends=True)
    for node in code_nodes(ast.parse(text)):
        yield from swaps(file, lines, node)


def code_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk through the code that computes: not annotations, defaults, decorators or errors."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Raise, ast.arguments, ast.JoinedStr, ast.Import, ast.ImportFrom)):
            continue
        yield node
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "bases", "type_params"):
                continue
            children = value if isinstance(value, list) else [value]
            todo += [child for child in children if isinstance(child, ast.AST)]


def swaps(file: str, lines: list[str], node: ast.AST) -> Iterator[Mutant]:
    """Yield the changes of one node."""
    if isinstance(node, (ast.BinOp, ast.BoolOp)):
        ends = (node.left, node.right) if isinstance(node, ast.BinOp) else node.values[:2]
        yield from between(file, lines, *ends, type(node.op))
    elif isinstance(node, ast.Compare):
        yield from between(file, lines, node.left, node.comparators[0], type(node.ops[0]))
    elif isinstance(node, ast.AugAssign):
        yield from between(file, lines, node.target, node.value, type(node.op), "=")
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        new = node.value + 1 if isinstance(node.value, int) else 0.5 * node.value or 1.0
        before = lines[node.lineno - 1].encode()[node.col_offset : node.end_col_offset].decode()
        yield Mutant(file, node.lineno, node.col_offset, before, repr(new))
    elif isinstance(node, ast.Call):
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        if name in NAMES:
            end = node.func.end_col_offset or 0
            line = node.func.end_lineno or node.lineno
            yield Mutant(file, line, end - len(name), name, NAMES[name])


def between(
    file: str, lines: list[str], left: ast.expr, right: ast.expr, kind: type, suffix: str = ""
) -> Iterator[Mutant]:
    """Yield the change of an operator that stands between two expressions on one line."""
    line, start = left.end_lineno or 0, left.end_col_offset or 0
    if kind not in SWAPS or line != right.lineno:
        return
    gap = lines[line - 1].encode()[start : right.col_offset].decode()
    sign = SIGNS[kind] + suffix
    place = gap.find(sign)
    if place >= 0 and gap.replace(sign, "", 1).strip(" ()") == "":
        yield Mutant(file, line, start + place, sign, SIGNS[SWAPS[kind]] + suffix)


def drawn(count: int) -> list[Mutant]:
    """Return mutants in an order that goes round the files, so that every piece has of all.

    Those that were run stay, as long as their file is what it was; the others are drawn.
    """
    results, queues = known(), {}
    for file in TARGETS:
        text = hash_of([file])
        run = {name for name, record in results.items() if record["file"] == text}
        queue = list(mutants_of(file))
        random.Random(f"{SEED} {file}").shuffle(queue)
        queues[file] = sorted(queue, key=lambda mutant: mutant.name not in run)[::-1]
    found: list[Mutant] = []
    while len(found) < count and any(queues.values()):
        found += [queue.pop() for queue in queues.values() if queue]
    return found[:count]


def hash_of(files: list[str]) -> str:
    """Return a short hash of what files hold."""
    return hashlib.sha256(b"".join((ROOT / file).read_bytes() for file in files)).hexdigest()[:12]


def state_of(mutant: Mutant) -> dict[str, str]:
    """Return hashes of the mutated file and of its tests."""
    tests = [f"tests/{name}" for name in TARGETS[mutant.file]]
    return {"file": hash_of([mutant.file]), "tests": hash_of(tests)}


def is_known(mutant: Mutant, record: dict[str, str] | None) -> bool:
    """Return whether a stored result still holds: a kill does while its test is there."""
    state = state_of(mutant)
    if record is None or record["file"] != state["file"]:
        return False
    if record["tests"] == state["tests"]:
        return True
    file, _, test = record["by"].partition(" ")[2].partition("::")
    name = test.partition("[")[0].partition(" ")[0]
    return (ROOT / file).is_file() and f"def {name}(" in (ROOT / file).read_text("utf-8")


def is_killed(mutant: Mutant, tree: Path) -> tuple[bool, str]:
    """Run the tests on a tree with the change; return whether they notice, and how."""
    path = tree / mutant.file
    lines = path.read_text("utf-8").splitlines(keepends=True)
    line = lines[mutant.line - 1].encode()
    before = mutant.before.encode()
    assert line[mutant.column : mutant.column + len(before)] == before, mutant
    changed = line[: mutant.column] + mutant.after.encode() + line[mutant.column + len(before) :]
    original = path.read_text("utf-8")
    path.write_text("".join([*lines[: mutant.line - 1], changed.decode(), *lines[mutant.line :]]))
    environment = {
        **os.environ, "PYTHONPATH": str(tree), "SCIPY_ARRAY_API": "1", "OMP_NUM_THREADS": "1",
        "SPARCELEARN_TEST_KERNELS": str(tree / "kernels"),
    }  # fmt: skip
    tests = [str(tree / "tests" / name) for name in TARGETS[mutant.file]]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(
            command, cwd=tree, env=environment, timeout=PATIENCE, capture_output=True, check=False
        )
    except subprocess.TimeoutExpired:
        return True, "time"
    finally:
        path.write_text(original)
    failed = [t for t in done.stdout.decode().splitlines() if t.startswith(("FAILED", "ERROR"))]
    return done.returncode != 0, failed[0][:120] if failed else f"exit {done.returncode}"


def copied(folder: Path) -> Path:
    """Return a copy of the tree, to change files in."""
    tree = folder / "tree"
    shutil.copytree(
        ROOT, tree, symlinks=True,
        ignore=shutil.ignore_patterns(".git", ".venv", "build", "__pycache__", "*.egg-info"),
    )  # fmt: skip
    compiled = os.environ.get("SPARCELEARN_TEST_KERNELS")
    if compiled and Path(compiled).is_dir():
        shutil.copytree(compiled, tree / "kernels")
    return tree


def known() -> dict[str, dict[str, str]]:
    """Return stored results by name of the mutant."""
    if not RESULTS.exists():
        return {}
    records = map(json.loads, RESULTS.read_text("utf-8").splitlines())
    return {record["mutant"]: record for record in records}


def report(mutants: list[Mutant]) -> float:
    """Print counts and survivors; return the share killed of those run."""
    results = known()
    done = [m for m in mutants if is_known(m, results.get(m.name))]
    survivors = [m for m in done if results[m.name]["killed"] == "no"]
    excused = [m for m in survivors if m.name in REASONS]
    share = 1 - len(survivors) / max(len(done), 1)
    print(f"{len(done)} of {len(mutants)} mutants run, {share:.1%} killed")
    for mutant in survivors:
        print(f"  {mutant.name}   {REASONS.get(mutant.name, 'no reason yet')}")
    print(f"{len(excused)} survivors with a reason")
    return share


def main() -> None:
    """Run what has not been run, then report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=320)
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--piece", default="1/1", help="part of the mutants, as in 2/4")
    parser.add_argument("--only", default="", help="files whose path contains this")
    parser.add_argument("--report", action="store_true", help="only count what is stored")
    options = parser.parse_args()
    mutants = drawn(options.count)
    part, n_parts = map(int, options.piece.split("/"))
    end = time.monotonic() + 60 * options.minutes
    if not options.report:
        with tempfile.TemporaryDirectory() as folder:
            tree = copied(Path(folder))
            for mutant in mutants[part - 1 :: n_parts]:
                if options.only not in mutant.file or is_known(mutant, known().get(mutant.name)):
                    continue
                if time.monotonic() > end:
                    break
                killed, how = is_killed(mutant, tree)
                record = {"mutant": mutant.name, "killed": "yes" if killed else "no", "by": how}
                with RESULTS.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(record | state_of(mutant)) + "\n")
                print(record["killed"], mutant.name, how, flush=True)
    report(mutants)


if __name__ == "__main__":
    main()
