"""What to write instead of what is not understood, and how text is quoted in messages."""

from __future__ import annotations

import re

from ._units import read_unit

_LONGEST = 120  # characters of a text that a message quotes

# names that say something elsewhere
SYMBOLS = {
    "t": "units know no time; give what changes in time as input, through 'drive'",
    "i": "give each unit a value of its own as an array in parameters",
    "N": "give it a value in parameters",
    "inf": "it is known as a bound of clip only",
    "lastspike": "let a variable that reset sets count the time",
    "not_refractory": "mark what stands still as (unless refractory)",
    "timestep": "refractory periods are counted in steps anyway",
    "rand": "rand() and randn() are for threshold and reset; noise in equations is xi",
}
FUNCTIONS = {
    "max": "maximum(x, y)",
    "min": "minimum(x, y)",
    "ln": "log(x)",
    "log2": "log(x) / log(2)",
    "pow": "x ** y",
    "round": "floor(x + 0.5)",
    "asin": "arcsin(x)",
    "acos": "arccos(x)",
    "atan": "arctan(x)",
    "heaviside": "int(x > 0)",
    "relu": "maximum(x, 0)",
}
_SIGNS = {
    **{"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{MULTIPLICATION SIGN}": "*"},
    **{"\N{MIDDLE DOT}": "*", "\N{DOT OPERATOR}": "*", "\N{DIVISION SIGN}": "/"},
    **{"≤": "<=", "≥": ">=", "≠": "!=", "=>": ">=", "=<": "<="},
    **{"&&": "and", "||": "or", "!": "not"},
}
_SIGN = re.compile(rf"{'|'.join(map(re.escape, list(_SIGNS)[:-1]))}|!(?!=)")
_SUPERSCRIPT = re.compile("[²³¹⁰ⁱ⁴-ⁿ]")
_NUMBER = r"(?<![\w.])((?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][-+]?\d++)?+)"
_ONE_BY_ONE = "each value is given by a statement of its own, 'v = 0; w = 0'"
# What a text holds that is no expression, and what to write; the first that is found counts. No
# pattern takes more than one try at each place, so that long texts take no time.
_FORMS = [
    (re.compile(r"\w['\u2032\u2019]"), "a derivative is written dv/dt"),
    (re.compile(r"[\w)]\s++[^\W\d]\w*+\s*+[-+*/]?=(?!=)"), "statements are separated by ';'"),
    (
        re.compile(_NUMBER + r"\s*+(?!(?:and|or|if|is|in|not|xor|when)\b)([^\W\d]\w*)"),
        r"write \1*\2",
    ),
    (re.compile(r"\+\+|--"), "write v += 1"),
    (re.compile(r"^[^=(,]*,[^=]*="), _ONE_BY_ONE),
]
_EQUALS = re.compile(r"(?<![=<>!])=(?!=)")


def hint_on(text: str, *, condition: bool | None = None) -> str:
    """Return what to write instead of a text that does not parse, as the end of a message.

    Parameters
    ----------
    text : str
        The text.
    condition : bool, default=None
        Whether it should be a comparison rather than a number; None if it should be a statement.

    Returns
    -------
    str
        Empty where there is nothing to say.
    """
    if _SUPERSCRIPT.search(text):
        return ": a power is written v**2"
    if text.count("(") != text.count(")"):
        kind = "never closed" if text.count("(") > text.count(")") else "closed but never opened"
        return f": a bracket is {kind}"
    if sign := _SIGN.search(text):
        return f": {sign[0]!r} is written {_SIGNS[sign[0]]!r}"
    for form, hint in _FORMS:
        if match := form.search(text):
            return f": {match.expand(hint)}"
    if condition is not None and _EQUALS.search(text):
        return ": a comparison is written ==" if condition else f": {_ONE_BY_ONE}"
    return ""


def check_no_superscript(text: str, where: str) -> None:
    """Check that a text holds no power that would be read as a part of a name.

    Parameters
    ----------
    text : str
        The text as it was given.
    where : str
        What it is, for messages.

    Raises
    ------
    ValueError
        If it does.
    """
    if _SUPERSCRIPT.search(text):
        raise ValueError(f"{where} ({quoted(text)}) holds a superscript{hint_on(text)}.")


def in_ascii(text: str) -> str | None:
    """Return how a unit with Greek letters is written here, None if it is no unit.

    Parameters
    ----------
    text : str
        Such as ``µV`` or ``MΩ``.

    Returns
    -------
    str or None
    """
    plain = text.strip().translate({0xB5: "u", 0x3BC: "u", 0x3A9: "Ohm", 0x2126: "Ohm"})
    return plain if plain != text.strip() and read_unit(plain) else None


def shortened(text: str) -> str:
    """Return a text of a length that fits into a message.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The text, or its beginning and its end.
    """
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 40]} ... {text[-35:]}"


def quoted(text: str) -> str:
    """Return a text in quotation marks, shortened.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
    """
    return repr(shortened(text.strip()))
