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
from ._hints import SYMBOLS, in_ascii, quoted
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


def is_input(name: str) -> bool:
    """Whether a name is that of an input, unless a model gives it to something else.

    Parameters
    ----------
    name : str
        The name.

    Returns
    -------
    bool
    """
    return name in INPUTS or bool(_NAMED_INPUT.fullmatch(name))


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


def check_known(tree: ast.expr, known: Collection[str], where: str, *, draws: bool = False) -> None:
    """Check that an expression reads nothing but what is known.

    Parameters
    ----------
    tree : ast.expr
        The expression.
    known : collection of str
        The names it may read; ``pi``, ``e`` and units are known everywhere.
    where : str
        What it is part of, for messages.
    draws : bool, default=False
        Whether numbers may be drawn there, for messages: they have names by now.

    Raises
    ------
    ValueError
        Naming the first symbol that is unknown, and those that are known.
    """
    unknown = [x for x in sorted(names(tree) - set(known)) if _meaning(x) is None]
    if unknown:
        written = [x for x in sorted(known) if not _GENERATED.fullmatch(x)]
        elsewhere = set() if "drive" in known else {POISSON}
        elsewhere |= set() if draws else set(DRAWS)
        raise ValueError(
            f"Unknown symbol {quoted(unknown[0])} in {where}: "
            f"{_hint_on(unknown[0], known)}; known are {', '.join(written)} and the "
            f"functions {', '.join(sorted(FUNCTION_NAMES - elsewhere))}."
        )
    if calls(tree, POISSON):
        raise ValueError(f"{where} holds {POISSON!r}, which stands for itself in equations only.")
    if any(calls(tree, draw) for draw in DRAWS):
        raise ValueError(f"{where} calls rand or randn: {SYMBOLS['rand']}.")


def _hint_on(name: str, known: Collection[str]) -> str:
    """Return what may have been meant by a name that is not known."""
    if name in SYMBOLS:
        return SYMBOLS[name]
    if _SHORT_LENGTH.fullmatch(name):
        return f"as a unit it is written in full, {name.replace('m', 'metre')}"
    if plain := in_ascii(name):
        return f"as a unit it is written {plain}"
    if name in FUNCTION_NAMES:
        return "it is the name of a function"
    if "dt" not in known:
        return "only parameters can be read there"
    if "drive" not in known:
        is_drive = is_input(name) or name.partition("_")[0] == "xi"
        hint = "inputs and noise such as drive and xi cannot be read there"
        return hint if is_drive else "give it a value in parameters"
    return (
        "the input is called 'drive', or of several each 'drive_<name>'; anything else needs a "
        "value in parameters"
    )


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
