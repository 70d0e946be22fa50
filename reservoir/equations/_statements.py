"""The lines of a model: what each defines, its unit, and its flags, as Brian2 writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from ._hints import check_no_superscript, hint_on, in_ascii, quoted
from ._units import Unit, read_unit

MAX_TEXT = 40_000  # characters of equations, or of what a spike resets
HELD = "unless refractory"
CONSTANT = "constant"
_FLAGS = {HELD, CONSTANT, "shared", "constant over dt"}
_REFUSED = {
    "linked": "a unit reads its own variables only; give what comes from others as input",
    "event-driven": "synapses have no equations; see short_term_plasticity",
    "clock-driven": "synapses have no equations; let a variable of the unit decay",
    "summed": "spikes are added to the variables named by excitatory, inhibitory or channels",
}
_TAIL = re.compile(r"\(([a-z][a-z -]*(?:,[a-z -]*)*)\)\s*$")
_DERIVATIVE = re.compile(r"\s*d(\w+)\s*/\s*dt\s*=(?!=)(.*)", re.DOTALL)
_DEFINITION = re.compile(r"\s*(\w+)\s*=(?!=)(.*)", re.DOTALL)
_DECLARATION = re.compile(r"\s*(\w+)\s*")


@dataclass(frozen=True)
class Line:
    """One line of equations.

    Parameters
    ----------
    where : str
        Which it is, for messages.
    kind : {"derivative", "definition", "declaration"}
        ``dx/dt = ...``, ``x = ...`` or ``x : unit``.
    name : str
        What it is about.
    right : str
        What stands on the right; empty in a declaration.
    unit : Unit or None
        What it is measured in, if the line says so.
    flags : frozenset of str
        Such as ``unless refractory``.
    """

    where: str
    kind: str
    name: str
    right: str
    unit: Unit | None
    flags: frozenset[str]


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


def statements(text: str, where: str = "reset") -> Iterator[tuple[int, str]]:
    """Yield statements with their line numbers; open brackets join lines.

    Parameters
    ----------
    text : str
        Lines, or statements separated by semicolons, with comments after ``#``.
    where : str, default="reset"
        What it is, for messages.

    Yields
    ------
    tuple of (int, str)

    Raises
    ------
    ValueError
        If the text is too long, has a bracket that is not closed or a superscript.
    """
    given = text[: MAX_TEXT + 1]
    for line_number, line in enumerate(given.splitlines(), start=1):
        check_no_superscript(line.split("#")[0], f"Line {line_number} of {where}")
    text = normal(given)  # a letter can stand for many, and a superscript becomes a digit
    if len(text) > MAX_TEXT:
        raise ValueError(f"{where} has more than the {MAX_TEXT} characters that are allowed.")
    pending, first = "", 1
    for line_number, line in enumerate(text.splitlines(), start=1):
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
        where = f"Line {first} of {where} ({quoted(pending)})"
        raise ValueError(f"{where} has a bracket that is never closed.")


def read_lines(text: str) -> Iterator[Line]:
    """Yield the lines of equations, taken apart.

    Parameters
    ----------
    text : str
        Equations.

    Yields
    ------
    Line

    Raises
    ------
    ValueError
        If a line is none, or has a unit or a flag that is not known.
    """
    for line_number, statement in statements(text, "equations"):
        where = f"Line {line_number} of equations ({quoted(statement)})"
        body, flags = _without_flags(statement, where)
        body, colon, unit = body.partition(":")
        measured = None
        if colon:
            measured = read_unit(unit)
            if measured is None:
                raise ValueError(f"{where}: {quoted(unit)} after the colon {not_a_unit(unit)}.")
        if match := _DERIVATIVE.fullmatch(body):
            kind, name, right = "derivative", match[1], match[2]
        elif match := _DEFINITION.fullmatch(body):
            kind, name, right = "definition", match[1], match[2]
        elif colon and (match := _DECLARATION.fullmatch(body)):
            kind, name, right = "declaration", match[1], ""
        else:
            forms = "'dx/dt = ...', 'name = ...' or 'name : unit'"
            raise ValueError(f"{where} must read {forms}{hint_on(statement)}.")
        if HELD in flags and kind != "derivative":
            raise ValueError(f"{where}: only 'dx/dt = ...' can be ({HELD}).")
        yield Line(where, kind, name, right, measured, flags)


def not_a_unit(text: str) -> str:
    """Return why a text is no unit, as the end of a message.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    str
    """
    plain = in_ascii(text)
    hint = f": write {plain}" if plain else ""
    return f"is not a unit such as volt, 1, Hz or siemens/meter**2{hint}"


def _without_flags(statement: str, where: str) -> tuple[str, frozenset[str]]:
    """Split the flags off a line, which stand in brackets at its end."""
    match = _TAIL.search(statement)
    flags = {flag.strip() for flag in match[1].split(",")} if match else set()
    for flag in sorted(flags - {*_FLAGS, *_REFUSED}):
        if ":" not in statement and " " not in flag:
            continue  # a word in brackets may be a factor
        if meant := get_close_matches(flag, {*_FLAGS, *_REFUSED}, 1):
            raise ValueError(f"{where} is ({flag}); is ({meant[0]}) meant?")
    is_said = ":" in statement or HELD in flags  # else '(constant)' could be a factor
    if match is None or not is_said or not flags & {*_FLAGS, *_REFUSED}:
        return statement, frozenset()
    for flag in sorted(flags):
        if flag in _REFUSED:
            raise ValueError(f"{where} is ({flag}), which is not known here: {_REFUSED[flag]}.")
        if flag not in _FLAGS:
            raise ValueError(f"{where} is ({flag}); known are {', '.join(sorted(_FLAGS))}.")
    return statement[: match.start()], frozenset(flags)
