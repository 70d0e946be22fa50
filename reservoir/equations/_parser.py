"""Neuron models: from the text of a paper to checked expressions."""

from __future__ import annotations

import ast
import keyword
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ._algebra import substitute
from ._expressions import FUNCTIONS, POISSON, calls, names, variable
from ._grammar import check_size, read
from ._pulses import name_trains, split_pulses
from ._white_noise import NOISE, split_noise

INPUTS = ("drive", "recurrent")  # what reaches a unit from outside its own equations
# what generated code uses for itself
RESERVED = {
    *INPUTS,
    NOISE,
    POISSON,
    "dt",
    "unit",
    "state",
    "constants",
    "unit_constants",
    "fired",
    "noise",
}
RESERVED |= {"np", "jit", "max", "min", "range"}
RESERVED |= {"count", "mean", "membrane", "spikes", "trace"}  # names of features
_GENERATED = re.compile(r"(new_|slope\d|shared\d|c\d|normal\d|pulses\d).*|.*_(from|per_rate_of)_.*")
_IN_PLACE = {"+": ast.Add(), "-": ast.Sub(), "*": ast.Mult(), "/": ast.Div()}
_DERIVATIVE = re.compile(r"\s*d(\w+)\s*/\s*dt\s*=(?!=)(.*)", re.DOTALL)
_DEFINITION = re.compile(r"\s*(\w+)\s*=(?!=)(.*)", re.DOTALL)
_ASSIGNMENT = re.compile(r"\s*(\w+)\s*([-+*/]?)=(?!=)(.*)", re.DOTALL)


@dataclass(frozen=True)
class ParsedModel:
    """A neuron model as checked expressions.

    Parameters
    ----------
    lines : tuple of str
        What it says, a line each, written anew from expressions.
    derivatives : dict of str to ast.expr
        Right-hand side for each state variable, in the order of the text.
    shorthands : dict of str to ast.expr
        What the text gives names to; it is put in everywhere.
    trains : dict of str to ast.expr
        Rate (1/s) of each train of pulses that they read by name.
    threshold : ast.expr or None
        The condition of a spike; None for a rate unit.
    resets : tuple of (str, ast.expr)
        Assignments made at a spike, in order.
    refractory : ast.expr or None
        Refractory period (ms), an expression of parameters.
    previous : dict of str to str
        What ``threshold`` reads of the step before: ``{"v_previous": "v"}``.
    """

    lines: tuple[str, ...]
    derivatives: dict[str, ast.expr]
    shorthands: dict[str, ast.expr]
    trains: dict[str, ast.expr]
    threshold: ast.expr | None
    resets: tuple[tuple[str, ast.expr], ...]
    refractory: ast.expr | None
    previous: dict[str, str]

    @property
    def states(self) -> tuple[str, ...]:
        """Everything that a unit keeps from one step to the next."""
        return (*self.derivatives, *self.previous)


@lru_cache(maxsize=256)
def parse_model(
    equations: str,
    threshold: str | None,
    reset: str,
    refractory: str | None,
    parameters: tuple[str, ...],
) -> ParsedModel:
    """Parse and check the text of a neuron model.

    Parameters
    ----------
    equations : str
        One ``dx/dt = ...`` for each state variable, on lines of their own or
        separated by semicolons; ``name = ...`` defines a shorthand for the lines below it.
    threshold, reset, refractory : str or None
        As in :class:`~sparcelearn.reservoir.NeuronModel`.
    parameters : tuple of str
        The names that have values.

    Returns
    -------
    ParsedModel

    Raises
    ------
    ValueError
        If anything is missing, unknown, given twice or not allowed. The
        message has the line and the symbol, and what is known.
    """
    lines, named, shorthands = _parse_equations(equations)
    derivatives, trains = name_trains(named)
    states = set(derivatives)
    for name in parameters:
        if name in states or not _is_free(name):
            raise ValueError(f"{name!r} in parameters is taken, or is not a name.")
    for name, tree in derivatives.items():
        known = {*states, *parameters, *INPUTS, *trains, NOISE}
        check_known(tree, known, f"'d{name}/dt' in equations")
    for rate in trains.values():
        check_known(rate, set(parameters), f"'{POISSON}({ast.unparse(rate)})' in equations")
    drifts, _ = split_pulses(derivatives, trains)
    split_noise(drifts)  # what is not linear is found here, not in fit
    condition, previous = None, {}
    if threshold is not None:
        condition = read(threshold, "threshold", condition=True)
        read_before = {f"{x}_previous": x for x in states if f"{x}_previous" not in parameters}
        previous = {x: read_before[x] for x in sorted(names(condition) & set(read_before) - states)}
        check_known(condition, {*states, *parameters, *previous}, "threshold")
        lines.append(f"spike: {ast.unparse(condition)}")
    resets = tuple(_parse_reset(reset, states, parameters))
    if resets and condition is None:
        raise ValueError("reset is given but threshold is not.")
    lines += [f"reset: {x} = {ast.unparse(tree)}" for x, tree in resets]
    held = None
    if refractory is not None:
        if condition is None:
            raise ValueError("refractory is given but threshold is not.")
        held = read(refractory, "refractory")
        check_known(held, set(parameters), "refractory")
        lines.append(f"refractory: {ast.unparse(held)}")
    return ParsedModel(
        tuple(lines), derivatives, shorthands, trains, condition, resets, held, previous
    )


def _parse_equations(text: str) -> tuple[list[str], dict[str, ast.expr], dict[str, ast.expr]]:
    """Return what each line says, the derivatives, and the shorthands."""
    lines = []
    derivatives: dict[str, ast.expr] = {}
    definitions: dict[str, ast.expr] = {}
    for line_number, line in _lines(text):
        where = f"Line {line_number} of equations ({line.strip()!r})"
        if match := _DERIVATIVE.fullmatch(line):
            name, target = match[1], derivatives
        elif match := _DEFINITION.fullmatch(line):
            name, target = match[1], definitions
        else:
            raise ValueError(f"{where} must read 'dx/dt = ...' or 'name = ...'.")
        if name in derivatives or name in definitions:
            raise ValueError(f"{where} gives {name!r} a second time.")
        if not _is_free(name):
            raise ValueError(f"{where}: {name!r} cannot be used as the name of a variable.")
        right = read(match[2], where)
        lines.append(f"{f'd{name}/dt' if target is derivatives else name} = {ast.unparse(right)}")
        target[name] = substitute(right, definitions)
        check_size(target[name], where)
    if not derivatives:
        raise ValueError("equations must hold at least one line 'dx/dt = ...'.")
    return lines, derivatives, definitions


def normal(text: str) -> str:
    """Return text with names as Python reads them: letters that mean the same are the same.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
    """
    return unicodedata.normalize("NFKC", text)


def _is_free(name: str) -> bool:
    is_name = name.isidentifier() and not keyword.iskeyword(name)
    return is_name and not _GENERATED.fullmatch(name) and name not in {*RESERVED, *FUNCTIONS}


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield statements with their line numbers; open brackets join lines."""
    pending, first = "", 1
    for line_number, line in enumerate(normal(text).splitlines(), start=1):
        code = line.split("#")[0]
        first = first if pending else line_number
        pending = f"{pending} {code.strip()}" if pending else code
        if pending.count("(") > pending.count(")"):
            continue
        for statement in pending.split(";"):
            if statement.strip():
                yield first, statement
        pending = ""
    if pending.strip():
        yield first, pending


def _parse_reset(
    text: str, states: Collection[str], parameters: Collection[str]
) -> Iterator[tuple[str, ast.expr]]:
    for _, statement in _lines(text):
        match = _ASSIGNMENT.fullmatch(statement)
        if match is None:
            raise ValueError(f"reset must read 'v = ...' or 'v += ...', not {statement.strip()!r}.")
        name, operation, right = match.groups()
        if name not in states:
            known = ", ".join(sorted(states))
            raise ValueError(f"reset sets {name!r}, which is not a state variable ({known}).")
        tree = read(right, f"reset ({statement.strip()!r})")
        check_known(tree, {*states, *parameters}, "reset")
        if operation:
            tree = ast.BinOp(variable(name), _IN_PLACE[operation], tree)
        yield name, tree


def check_known(tree: ast.expr, known: Collection[str], where: str) -> None:
    """Check that an expression reads nothing but what is known.

    Parameters
    ----------
    tree : ast.expr
        The expression.
    known : collection of str
        The names it may read.
    where : str
        What it is part of, for messages.

    Raises
    ------
    ValueError
        Naming the first symbol that is unknown, and those that are known.
    """
    unknown = sorted(names(tree) - set(known))
    if unknown:
        raise ValueError(
            f"Unknown symbol {unknown[0]!r} in {where}; known are {', '.join(sorted(known))} "
            f"and the functions {', '.join(FUNCTIONS)}."
        )
    if calls(tree, POISSON):
        raise ValueError(f"{where} holds {POISSON!r}, which stands for itself in equations only.")
