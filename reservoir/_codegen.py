"""From a program to the text of its kernel module.

The module holds three short functions for the model, then the time loop, word
for word as it stands in :mod:`sparcelearn.reservoir.kernels`. Numba inlines the
one into the other, and finds the result in its disk cache in every later
process, which it cannot do for functions that are passed as arguments.
Parameter values are no part of the text: a search over them compiles once.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from sparcelearn._core.kernel_modules import MARK, assemble

from .equations import Program
from .equations._expressions import calls, names, substitute, variable

KERNELS = "sparcelearn.reservoir.kernels"
# what numba vectorises as its own, or stands in a kernel file
_BUILTIN = {"maximum": "max", "minimum": "min", "abs": "abs", "expm1": "expm1", "tanh": "tanh"}
_DESCRIPTION = """\
One neuron model, integrated by method {method!r}:
{model}
with the constants
{constants}
"""


def kernel_source(program: Program, form: str = "rows", synapses: str = "static") -> str:
    """Write the module that simulates a network of these units.

    Parameters
    ----------
    program : Program
        The model, integrated and folded.
    form : {"rows", "events"}, default="rows"
        What the input consists of.
    synapses : {"static", "plastic"}, default="static"
        What becomes of a spike on its way.

    Returns
    -------
    str
        Python source with a jitted function ``simulate``; equal programs, up to
        the values of constants, give equal text.
    """
    writer = _Writer(program)
    functions = [writer.advance()]
    given = {".input_rows": f".input_{form}"}
    if program.noises:
        given[".noise_none"] = ".noise_random"
    if program.threshold is not None:
        functions += [writer.clamp(), writer.detect(), writer.reset()]
        given[".synapses_static"] = f".synapses_{synapses}"
    given[".model_interface"] = "\n\n".join([_imports(program) + MARK, *functions])
    loop = "rate_loop" if program.threshold is None else "spiking_loop"
    return assemble(f"{KERNELS}.{loop}", given, description=_description(program))


def _imports(program: Program) -> str:
    """Import the functions that are not the library's, if a program calls one."""
    trees = [*program.updates.values(), *(tree for _, tree in (*program.stages, *program.resets))]
    trees += [*program.clamps.values(), *([program.threshold] if program.threshold else [])]
    called = [f for f in ("expm1", "tanh") if any(calls(tree, f) for tree in trees)]
    return f"from .functions import {', '.join(called)}\n" if called else ""


def _description(program: Program) -> str:
    # Only unparsed trees are printed: the user's own text could hold a line break.
    model = [f"    {x} <- {ast.unparse(tree)}" for x, tree in program.updates.items()]
    constants = [f"    {name} = {meaning}" for name, meaning in program.meanings.items()]
    return _DESCRIPTION.format(
        method=program.method, model="\n".join(model), constants="\n".join(constants)
    )


class _Writer:
    """Writes the functions of one model."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.is_per_unit = {k: not isinstance(v, float) for k, v in program.constants.items()}

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
            lines += [f"        {x} = {self._code(tree)}" for x, tree in program.stages]
            lines += [f"        new_{x} = {self._code(program.updates[x])}" for x in group]
            lines += [f"        {x}[unit] = new_{x}" for x in group]
        trees = [*(tree for _, tree in program.stages), *program.updates.values()]
        return self._function(signature, lines, trees, program.states)

    def clamp(self) -> str:
        """Write what holds a refractory unit."""
        signature = "clamp(unit, state, constants, unit_constants)"
        return self._assignments(signature, list(self.program.clamps.items()))

    def detect(self) -> str:
        """Write the threshold test."""
        condition = self.program.threshold
        assert condition is not None
        lines = [
            "    for unit in range(fired.size):",
            f"        fired[unit] = {self._code(condition)}",
        ]
        signature = "detect(state, fired, constants, unit_constants)"
        return self._function(signature, lines, [condition])

    def reset(self) -> str:
        """Write the reset of one unit."""
        signature = "reset(unit, state, constants, unit_constants)"
        return self._assignments(signature, list(self.program.resets))

    def _assignments(self, signature: str, assignments: list[tuple[str, ast.expr]]) -> str:
        lines = [f"    {x}[unit] = {self._code(tree)}" for x, tree in assignments] or ["    pass"]
        trees = [tree for _, tree in assignments]
        return self._function(signature, lines, trees, [x for x, _ in assignments])

    def _function(
        self,
        signature: str,
        lines: list[str],
        trees: list[ast.expr],
        written: Collection[str] = (),
    ) -> str:
        """Put a function together: the names it uses, then its lines."""
        used = set(written).union(*(names(tree) for tree in trees))
        states = self.program.states
        bindings = [f"    {x} = state[{row}]" for row, x in enumerate(states) if x in used]
        bindings += [
            f"    {x} = noise[{k}]" for k, x in enumerate(self.program.noises) if x in used
        ]
        for table, per_unit in (("constants", False), ("unit_constants", True)):
            stored = [name for name, is_array in self.is_per_unit.items() if is_array == per_unit]
            bindings += [f"    {c} = {table}[{k}]" for k, c in enumerate(stored) if c in used]
        return "\n".join(["@jit", f"def {signature}:", *bindings, *lines, ""])

    def _loops(self) -> Iterator[list[str]]:
        """Group variables into loops: a small loop is one that the compiler vectorises.

        A variable may be overwritten once nothing that is still to be updated
        reads its old value; variables that read each other share a loop.
        """
        remaining = list(self.program.states)
        if self.program.stages:
            yield remaining
            return
        reads = {x: names(tree) for x, tree in self.program.updates.items()}
        while remaining:
            free = [x for x in remaining if not any(x in reads[y] for y in remaining if y != x)]
            group = free[:1] or remaining
            yield group
            remaining = [x for x in remaining if x not in group]

    def _code(self, tree: ast.expr) -> str:
        arrays = [*self.program.states, *self.program.noises, "drive", "recurrent"]
        arrays += [name for name, per_unit in self.is_per_unit.items() if per_unit]
        items = {x: ast.Subscript(variable(x), variable("unit"), ast.Load()) for x in arrays}
        return ast.unparse(_ToKernel().visit(substitute(tree, items)))


class _ToKernel(ast.NodeTransformer):
    """Rewrites functions and logic as numba compiles them best."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if name == "where":
            condition, yes, no = node.args
            return ast.IfExp(condition, yes, no)
        node.func.id = _BUILTIN.get(name, f"np.{name}")
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        self.generic_visit(node)
        op = ast.BitAnd() if isinstance(node.op, ast.And) else ast.BitOr()
        joined = node.values[0]
        for value in node.values[1:]:  # evaluated without a branch
            joined = ast.BinOp(joined, op, value)
        return joined
