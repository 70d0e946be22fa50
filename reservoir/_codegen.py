"""From a program to the text of its kernel module.

The module holds a few short functions for the model, then the time loop, word
for word as it stands in :mod:`sparcelearn.reservoir.kernels`; what else the loop calls is
imported from modules that all models share. Numba inlines the one into the other, and finds the
result in its disk cache in every later process, which it cannot do for functions that are passed
as arguments.
Parameter values are no part of the text: a search over them compiles once.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Collection, Iterator

from sparcelearn._core.kernel_text import MARK, assemble
from sparcelearn._core.vectors import has_wide_vectors

from ._kernel_expressions import WRITTEN, ToKernel, WithLiterals
from .equations import Program
from .equations._algebra import substitute
from .equations._expressions import call, calls, names, variable

KERNELS = "sparcelearn.reservoir.kernels"
_FORMS: dict[str, dict[str, str]] = {
    "rows": {},
    "counts": {".arrivals_none": ".arrivals_counts"},
    "events": {".arrivals_none": ".arrivals_events", ".input_rows": ".input_events"},
}
WIDTH = 100
_NO_BREAK = "\u00a0"  # a space that is no place to break a line


def kernel_source(
    program: Program, form: str = "rows", synapses: str = "static", gaps: str = "none"
) -> str:
    """Write the module that simulates a network of these units.

    Parameters
    ----------
    program : Program
        The model, integrated and folded.
    form : {"rows", "counts", "events"}, default="rows"
        What the input consists of: rows, rows some of whose numbers count events, or events.
    synapses : {"static", "plastic"}, default="static"
        What becomes of a spike on its way.
    gaps : {"none", "conduct"}, default="none"
        Whether there are gap junctions.

    Returns
    -------
    str
        Python source with jitted functions ``simulate`` and ``attempt``; equal programs, up
        to the values of constants, give equal text.
    """
    writer = _Writer(program)
    functions = [writer.advance()]
    given = dict(_FORMS[form])
    if form != "events" and has_wide_vectors():
        given[".input_sums"] = ".input_sums_wide"
    if program.noises:
        given[".noise_none"] = ".noise_random"
    if program.threshold is not None:
        functions += [writer.clamp(), writer.detect(), writer.reset(), writer.reset_all()]
        given[".synapses_static"] = f".synapses_{synapses}"
        given[".gaps_none"] = f".gaps_{gaps}"
    given[".model_interface"] = "\n\n".join([_imports(program) + MARK, *functions])
    if program.threshold is None:
        given[".spiking_loop"] = ".rate_loop"
    return assemble(f"{KERNELS}.one_row", given, description=_description(program))


def _imports(program: Program) -> str:
    """Import the functions that are not the library's, if a program calls one."""
    trees = [*program.updates.values(), *(tree for _, tree in (*program.stages, *program.resets))]
    trees += [*program.clamps.values(), *([program.threshold] if program.threshold else [])]
    called = [name for name in WRITTEN if any(calls(tree, name) for tree in trees)]
    return f"from .functions import {', '.join(called)}\n" if called else ""


def _description(program: Program) -> str:
    # Only unparsed trees are printed: the user's own text could hold a line break.
    lines = [line for text in program.equations for line in _wrapped(text, "    ", "        ")]
    return "\n".join([f"Units of one kind, integrated by method {program.method!r}:", "", *lines])


def _wrapped(text: str, first: str, later: str) -> list[str]:
    """Break text between words or terms of sums, its first line and those that follow indented."""
    text = re.sub(r" ([*/]+) ", rf"{_NO_BREAK}\1{_NO_BREAK}", text)
    text = re.sub(r" ([-+]) ", rf" \1{_NO_BREAK}", text)
    lines = textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_NO_BREAK, " ") for line in lines]


class _Writer:
    """Writes the functions of one model."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.is_per_unit = {k: not isinstance(v, float) for k, v in program.constants.items()}
        arrays = [*program.states, *program.noises, "drive", *program.inputs, "recurrent"]
        arrays += [name for name, per_unit in self.is_per_unit.items() if per_unit]
        self.items = {x: ast.Subscript(variable(x), variable("unit"), ast.Load()) for x in arrays}
        names_used = {*arrays, *program.constants, *(name for name, _ in program.stages)}
        self.real = "real"  # what gives a number the precision of the state
        while self.real in names_used:
            self.real += "_"

    def advance(self) -> str:
        """Write the update of the state."""
        program = self.program
        if program.threshold is None:
            signature = "advance_rate(state, drive, recurrent, noise, constants, unit_constants)"
        else:
            signature = "advance_spiking(state, drive, noise, constants, unit_constants)"
        lines = []
        for group in self._loops():
            lines.append(f"    for unit in range({program.states[0]}.size):")
            for x, tree in program.stages:
                lines += self._assignment(x, tree, 8)
            if len(group) == 1:
                lines += self._assignment(f"{group[0]}[unit]", program.updates[group[0]], 8)
                continue
            for x in group:
                lines += self._assignment(f"new_{x}", program.updates[x], 8)
            lines += [f"        {x}[unit] = new_{x}" for x in group]
        trees = [*(tree for _, tree in program.stages), *program.updates.values()]
        what = "Move every unit's state by one step."
        return self._function(signature, what, lines, trees, program.states)

    def clamp(self) -> str:
        """Write what holds a refractory unit."""
        signature = "clamp(unit, state, constants, unit_constants)"
        what = "Put what a refractory unit holds back to where the reset left it."
        return self._assignments(signature, what, list(self.program.clamps.items()))

    def detect(self) -> str:
        """Write the threshold test."""
        condition = self.program.threshold
        assert condition is not None
        lines = ["    for unit in range(fired.size):"]
        lines += self._assignment("fired[unit]", condition, 8)
        signature = "detect(state, noise, fired, constants, unit_constants)"
        return self._function(signature, "Say which units spike.", lines, [condition])

    def reset(self) -> str:
        """Write the reset of one unit."""
        signature = "reset(unit, state, noise, constants, unit_constants)"
        return self._assignments(signature, "Reset a unit that spikes.", list(self.program.resets))

    def reset_all(self) -> str:
        """Write the reset of all units that spike, without a branch, so that it vectorises."""
        fired = ast.Subscript(variable("fired"), variable("unit"), ast.Load())
        resets: list[tuple[str, ast.expr]] = [
            (x, call("where", fired, tree, variable(x))) for x, tree in self.program.resets
        ]
        signature = "reset_all(fired, state, noise, constants, unit_constants)"
        loop = ["    for unit in range(fired.size):"]
        return self._assignments(signature, "Reset all units that spike.", resets, loop)

    def _assignments(
        self,
        signature: str,
        what: str,
        assignments: list[tuple[str, ast.expr]],
        loop: Collection[str] = (),
    ) -> str:
        indent = 8 if loop else 4
        lines = [s for x, tree in assignments for s in self._assignment(f"{x}[unit]", tree, indent)]
        trees = [tree for _, tree in assignments]
        lines = [*loop, *lines] if lines else []
        return self._function(signature, what, lines, trees, [x for x, _ in assignments])

    def _function(
        self,
        signature: str,
        what: str,
        lines: list[str],
        trees: list[ast.expr],
        written: Collection[str] = (),
    ) -> str:
        """Put a function together: the names it uses, then its lines."""
        trees = [self._with_literals(tree) for tree in trees]
        used = set(written).union(*(names(tree) for tree in trees))
        bound = []
        if any(calls(tree, self.real) for tree in trees):
            bound.append(f"    {self.real} = state.dtype.type")
        for table, variables in (("state", self.program.states), ("noise", self.program.noises)):
            bound += [f"    {x} = {table}[{k}]" for k, x in enumerate(variables) if x in used]
        bound += [self._column(k, x) for k, x in enumerate(self.program.inputs) if x in used]
        for table, per_unit in (("constants", False), ("unit_constants", True)):
            stored = [name for name, is_array in self.is_per_unit.items() if is_array == per_unit]
            for k, name in enumerate(stored):
                bound += self._bound(name, f"{table}[{k}]") if name in used else []
        bound = list(filter(None, bound))
        return "\n".join(["@jit", f"def {signature}:", f'    """{what}"""', *bound, *lines, ""])

    @staticmethod
    def _column(k: int, name: str) -> str:
        """Write where an input of several stands: what drives a unit, input by input."""
        if name == "drive":  # the first, and under this name already
            return ""
        begin = {0: "", 1: "[state.shape[1] :]"}.get(k, f"[{k} * state.shape[1] :]")
        return f"    {name} = drive{begin}"

    def _bound(self, name: str, place: str) -> list[str]:
        """Write a constant and, beside it or above, what it means if its name does not say so."""
        line, meaning = f"    {name} = {place}", self.program.meanings[name]
        if meaning == name:
            return [line]
        if len(line) + len(meaning) + 4 <= WIDTH:
            return [f"{line}  # {meaning}"]
        return [*_wrapped(meaning, "    # ", "    # "), line]

    def _loops(self) -> Iterator[list[str]]:
        """Group variables into loops: a small loop is one that the compiler vectorises.

        A variable may be overwritten once nothing that is still to be updated
        reads its old value; variables that read each other share a loop.
        """
        updates = self.program.updates
        remaining = [x for x in self.program.states if ast.unparse(updates[x]) != x]
        if self.program.stages:
            yield remaining
            return
        reads = {x: names(tree) for x, tree in updates.items()}
        while remaining:
            free = [x for x in remaining if not any(x in reads[y] for y in remaining if y != x)]
            group = free[:1] or remaining
            yield group
            remaining = [x for x in remaining if x not in group]

    def _assignment(self, target: str, tree: ast.expr, indent: int) -> list[str]:
        """Write what a name becomes, on several lines if it is long."""
        space = " " * indent
        expression = substitute(self._with_literals(tree), self.items)
        code = ast.unparse(ToKernel(self.real).visit(expression))
        if len(line := f"{space}{target} = {code}") <= WIDTH:
            return [line]
        within = space + "    "
        return [f"{space}{target} = (", *_wrapped(code, within, within), f"{space})"]

    def _with_literals(self, tree: ast.expr) -> ast.expr:
        """Write numbers of the equations where they stand, in the precision of the state."""
        if names(tree).isdisjoint(self.program.literals):
            return tree
        writer = WithLiterals(self.real, self.program.literals)
        return writer.visit(substitute(tree, {}))
