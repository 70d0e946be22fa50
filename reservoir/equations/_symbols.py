"""What names stand for: which may be given, which are known anyway, and which are not."""

from __future__ import annotations

import ast
import keyword
import math
import re
from collections.abc import Collection, Iterable

from ._algebra import combine, unshared
from ._expressions import DRAWS, POISSON, calls, names, number
from ._grammar import FUNCTION_NAMES
from ._units import unit_called

INPUTS = ("drive", "recurrent")  # what reaches a unit from outside its own equations
_NAMED_INPUT = re.compile(r"drive_\w+")  # unless it is the name of something else
_OF_FEATURES = {"count", "mean", "membrane", "spikes", "trace", "first_spike"}
# what generated code uses for itself
RESERVED = {
    *INPUTS,
    *_OF_FEATURES,
    *("dt", "unit", "state", "constants", "unit_constants", "fired", "noise"),
    *("np", "jit", "max", "min", "range"),
}
_GENERATED = re.compile(
    r"(new_|slope\d|shared\d|normal\d|pulses\d|gauss\d|uniform\d|noise_).*"
    r"|.*_(from|per_rate_of)_.*|xi(_\w+)?"
)
_SHORT_LENGTH = re.compile(r"[fpnumck]m[23]?")
_CONSTANTS = {"pi": math.pi, "e": math.e}
_HINTS = {
    "t": "units know no time; give what changes in time as input, through 'drive'",
    "i": "give each unit a value of its own as an array in parameters",
    "N": "give it a value in parameters",
    "inf": "it is known as a bound of clip only",
    "lastspike": "let a variable that reset sets count the time",
    "not_refractory": "mark what stands still as (unless refractory)",
    "timestep": "refractory periods are counted in steps anyway",
    "rand": "rand() and randn() are for threshold and reset; noise in equations is xi",
}


def inputs_in(trees: Iterable[ast.expr], known: Collection[str]) -> tuple[str, ...]:
    """Return the inputs that equations read: ``drive`` first, others in the order of the text.

    Parameters
    ----------
    trees : iterable of ast.expr
        Right-hand sides.
    known : collection of str
        Names that stand for something else, though they may begin with ``drive_``.

    Returns
    -------
    tuple of str
        At least one; equations that read none have ``drive``.
    """
    found: dict[str, None] = {}
    for tree in trees:
        read = {x for x in names(tree) - set(known) if x == "drive" or _NAMED_INPUT.fullmatch(x)}
        # text can be much longer than a tree, whose parts may be shared
        ordered = re.findall(r"\w+", ast.unparse(tree)) if len(read) > 1 else read
        found |= dict.fromkeys(x for x in ordered if x in read)
    return tuple(sorted(found or ("drive",), key=lambda name: name != "drive"))


def is_free(name: str) -> bool:
    """Whether a name can be given to a variable, a shorthand or a parameter.

    Parameters
    ----------
    name : str
        The name.

    Returns
    -------
    bool
    """
    is_name = name.isidentifier() and not keyword.iskeyword(name)
    taken = {*RESERVED, *FUNCTION_NAMES}
    return is_name and not _GENERATED.fullmatch(name) and name not in taken


def why_not_free(name: str) -> str:
    """Return why a name cannot be used, as the end of a message."""
    if name in _OF_FEATURES:
        return "it is the name of a feature"
    if name in FUNCTION_NAMES:
        return "it is the name of a function"
    if name in (*INPUTS, "dt") or name.partition("_")[0] == "xi":
        return "it has a meaning of its own"
    return "it is no name, or is kept for generated code"


def check_known(tree: ast.expr, known: Collection[str], where: str) -> None:
    """Check that an expression reads nothing but what is known.

    Parameters
    ----------
    tree : ast.expr
        The expression.
    known : collection of str
        The names it may read; ``pi``, ``e`` and units are known everywhere.
    where : str
        What it is part of, for messages.

    Raises
    ------
    ValueError
        Naming the first symbol that is unknown, and those that are known.
    """
    unknown = [x for x in sorted(names(tree) - set(known)) if _meaning(x) is None]
    if unknown:
        hint = f": {_HINTS[unknown[0]]}" if unknown[0] in _HINTS else ""
        if _SHORT_LENGTH.fullmatch(unknown[0]):
            hint = f": as a unit it is written in full, {unknown[0].replace('m', 'metre')}"
        if not hint and "drive" in known:
            hint = (
                ": the input is called 'drive', or of several each 'drive_<name>'; anything else "
                "needs a value in parameters"
            )
        raise ValueError(
            f"Unknown symbol {unknown[0]!r} in {where}{hint}; known are "
            f"{', '.join(sorted(known))} and the functions {', '.join(sorted(FUNCTION_NAMES))}."
        )
    if calls(tree, POISSON):
        raise ValueError(f"{where} holds {POISSON!r}, which stands for itself in equations only.")
    if any(calls(tree, draw) for draw in DRAWS):
        raise ValueError(f"{where} calls rand or randn: {_HINTS['rand']}.")


def _meaning(name: str) -> float | None:
    """Return the number that a name stands for everywhere, None if for none."""
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    # cm may well be a capacitance that was given no value: a length is written in full
    unit = None if _SHORT_LENGTH.fullmatch(name) else unit_called(name)
    return None if unit is None else unit.factor


def with_numbers(tree: ast.expr, known: Collection[str]) -> ast.expr:
    """Return an expression with numbers in place of ``pi``, ``e`` and units.

    Parameters
    ----------
    tree : ast.expr
        The expression.
    known : collection of str
        Names that stand for something else.

    Returns
    -------
    ast.expr
    """

    class Replace(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.Call:
            node.args = [self.visit(argument) for argument in node.args]
            return node

        def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
            left, right = self.visit(node.left), self.visit(node.right)
            if left is node.left and right is node.right:
                return node
            return combine(node.op, left, right)  # 10 * ms is 10, not 10 * 1.0

        def visit_Name(self, node: ast.Name) -> ast.expr:
            value = None if node.id in known else _meaning(node.id)
            return node if value is None else number(value)

    unknown = names(tree) - set(known)
    return Replace().visit(unshared(tree)) if unknown else tree
