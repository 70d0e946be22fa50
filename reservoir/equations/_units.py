"""Units of measurement: what each is in the units in which all numbers here are.

Those go together, so that no equation needs a factor: ms, mV, pA, nS, pF, GOhm, fC, um, mM, K.
A frequency is in 1/ms.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

Powers = tuple[float, ...]  # of time, voltage, current, length, amount, temperature
NONE: Powers = (0.0,) * 6
TIME: Powers = (1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
_SHOWN = ("ms", "mV", "pA", "um", "amol", "K")
_KNOWN_AS: dict[Powers, str] = {
    (0, -1, 1, 0, 0, 0): "nS",
    (1, -1, 1, 0, 0, 0): "pF",
    (0, 1, -1, 0, 0, 0): "GOhm",
    (1, 0, 1, 0, 0, 0): "fC",
    (0, 0, 0, -3, 1, 0): "mM",
}


@dataclass(frozen=True)
class Unit:
    """A unit of measurement.

    Parameters
    ----------
    factor : float
        What it is in the units used here.
    powers : tuple of float
        Of time, voltage, current, length, amount and temperature.
    """

    factor: float
    powers: Powers


# how one of each is written: in full, short, and what it is
_UNITS: dict[str, tuple[tuple[str, ...], str, Unit]] = {
    "second": (("second",), "s", Unit(1e3, TIME)),
    "hertz": (("hertz",), "Hz", Unit(1e-3, (-1, 0, 0, 0, 0, 0))),
    "volt": (("volt",), "V", Unit(1e3, (0, 1, 0, 0, 0, 0))),
    "amp": (("amp", "ampere"), "A", Unit(1e12, (0, 0, 1, 0, 0, 0))),
    "siemens": (("siemens",), "S", Unit(1e9, (0, -1, 1, 0, 0, 0))),
    "ohm": (("ohm", "Ohm"), "", Unit(1e-9, (0, 1, -1, 0, 0, 0))),
    "farad": (("farad",), "F", Unit(1e12, (1, -1, 1, 0, 0, 0))),
    "coulomb": (("coulomb",), "C", Unit(1e15, (1, 0, 1, 0, 0, 0))),
    "joule": (("joule",), "J", Unit(1e18, (1, 1, 1, 0, 0, 0))),
    "metre": (("metre", "meter"), "m", Unit(1e6, (0, 0, 0, 1, 0, 0))),
    "mole": (("mole",), "mol", Unit(1e18, (0, 0, 0, 0, 1, 0))),
    "molar": (("molar",), "M", Unit(1e3, (0, 0, 0, -3, 1, 0))),
    "kelvin": (("kelvin",), "K", Unit(1.0, (0, 0, 0, 0, 0, 1))),
}
_PREFIXES = {
    **{"": 1.0, "f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "c": 1e-2},
    **{"k": 1e3, "M": 1e6, "G": 1e9},
}
_LONG = {word: unit for words, _, unit in _UNITS.values() for word in words}
_SHORT = {short: unit for _, short, unit in _UNITS.values() if short}
_NAME = re.compile(rf"([{''.join(_PREFIXES)}]?)({'|'.join([*_LONG, *_SHORT])})([23]?)")


def unit_called(name: str, *, is_declared: bool = False) -> Unit | None:
    """Return what a name in an expression is as a unit, None if it is none.

    Parameters
    ----------
    name : str
        Such as ``mV``, ``msecond`` or ``um2``.
    is_declared : bool, default=False
        Whether it stands where only a unit can: there ``V`` is one, too. In an expression
        a single letter is none.

    Returns
    -------
    Unit or None
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    prefix, root, power = match.groups()
    unit = _LONG.get(root) or _SHORT[root]
    if power and unit is not _LONG["metre"]:
        return None
    if not prefix and root in _SHORT and root != "Hz" and not is_declared:
        return None
    exponent = int(power or 1)
    factor = (_PREFIXES[prefix] * unit.factor) ** exponent
    rounded = float(f"{factor:.12g}")  # 1e-3 * 1e3 is to be 1
    return Unit(rounded, tuple(exponent * p for p in unit.powers))


def read_unit(text: str) -> Unit | None:
    """Return what a text such as ``siemens / meter**2`` says, None if that is no unit.

    Parameters
    ----------
    text : str
        The unit; ``1`` is that of a plain number.

    Returns
    -------
    Unit or None
    """
    try:
        return _composed(ast.parse(text.strip().replace("^", "**"), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None


def _composed(tree: Any) -> Unit | None:
    match tree:
        case ast.Constant(value=1):
            return Unit(1.0, NONE)
        case ast.Name(id=name):
            return unit_called(name, is_declared=True)
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as op, right=right):
            one, other = _composed(left), _composed(right)
            if one is None or other is None:
                return None
            sign = 1 if isinstance(op, ast.Mult) else -1
            powers = tuple(a + sign * b for a, b in zip(one.powers, other.powers, strict=True))
            return Unit(one.factor * other.factor**sign, powers)
        case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
            unit, power = _composed(base), ast.literal_eval(exponent)
            if unit is None or not isinstance(power, (int, float)) or not abs(power) < 10:
                return None
            return Unit(unit.factor**power, tuple(power * p for p in unit.powers))
    return None


def shown(powers: Powers) -> str:
    """Return how a unit is written in messages, such as ``mV / ms``.

    Parameters
    ----------
    powers : tuple of float
        As in :class:`Unit`.

    Returns
    -------
    str
    """
    if powers == NONE:
        return "1"
    known = _KNOWN_AS.get(powers)
    if known:
        return known
    above: list[str] = []
    below: list[str] = []
    for name, power in zip(_SHOWN, powers, strict=True):
        text = name if abs(power) == 1 else f"{name}**{abs(power):g}"
        if power:
            (above if power > 0 else below).append(text)
    return " / ".join([" * ".join(above) or "1", *below])
