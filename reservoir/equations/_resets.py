"""What happens at a spike: assignments in order, and what stays put afterwards."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping

from ._expressions import names, variable
from ._grammar import read
from ._hints import hint_on, quoted, shortened
from ._statements import statements
from ._symbols import is_free, is_input, why_not_free

_IN_PLACE = {"+": ast.Add(), "-": ast.Sub(), "*": ast.Mult(), "/": ast.Div(), "**": ast.Pow()}
_ASSIGNMENT = re.compile(r"\s*(\w+)\s*(\*\*|[-+*/])?=(?!=)(.*)", re.DOTALL)

Assignment = tuple[str, ast.expr]


def read_reset(
    text: str, states: Collection[str], shorthands: Collection[str] = ()
) -> Iterator[tuple[str, str, ast.expr]]:
    """Yield the assignments of a reset: where each stands, the variable, and its new value.

    Parameters
    ----------
    text : str
        Statements such as ``v = v_reset; w += b``.
    states : collection of str
        Variables that can be set.
    shorthands : collection of str, default=()
        Names that equations give to expressions.

    Yields
    ------
    tuple of (str, str, ast.expr)

    Raises
    ------
    ValueError
        If a statement is none, or sets something else.
    """
    for line_number, statement in statements(text):
        match = _ASSIGNMENT.fullmatch(statement)
        where = f"line {line_number} of reset ({quoted(statement)})"
        if match is None:
            hint = hint_on(statement)
            raise ValueError(f"{where}: reset must read 'v = ...' or 'v += ...'{hint}.")
        name, operation, right = match.groups()
        if name not in states:
            known = ", ".join(sorted(states))
            raise ValueError(
                f"{where}: reset sets {quoted(name)}, which is not a state variable ({known})"
                f"{_why_not_set(name, shorthands)}."
            )
        tree = read(right, where)
        yield where, name, _in_place(name, operation, tree) if operation else tree


def _why_not_set(name: str, shorthands: Collection[str]) -> str:
    if name in shorthands:
        return ": it is a shorthand, which follows from its equation"
    if is_input(name):
        return ": it is an input, which comes from outside"
    if not is_free(name):
        return f": {why_not_free(name)}"
    return (
        f"; '{shortened(name)} : 1' among the equations makes it one, without a value in parameters"
    )


def _in_place(name: str, operation: str, tree: ast.expr) -> ast.expr:
    return ast.BinOp(variable(name), _IN_PLACE[operation], tree)


def last_assignments(resets: Collection[Assignment]) -> dict[str, ast.expr]:
    """Return the last value that each variable is given: earlier ones are overwritten.

    Parameters
    ----------
    resets : collection of (str, ast.expr)
        Assignments in order.

    Returns
    -------
    dict of str to ast.expr
    """
    return dict(resets)


def saved_rows(
    held: Collection[str],
    resets: Collection[Assignment],
    parameters: Collection[str],
    taken: Collection[str],
) -> dict[str, str]:
    """Say where the value is kept at which a held variable stays after a spike.

    A variable that is set to an expression of parameters alone needs no place.

    Parameters
    ----------
    held : collection of str
        Variables that stand still during the refractory period.
    resets : collection of (str, ast.expr)
        Assignments in order.
    parameters : collection of str
        Names of parameters.
    taken : collection of str
        Names that are not free.

    Returns
    -------
    dict of str to str
        The variable, by the name of its place.
    """
    last = last_assignments(resets)
    places = {}
    for x in held:
        if x not in last or not names(last[x]) <= set(parameters):
            place = f"{x}_held"
            while place in taken:
                place += "_"
            places[place] = x
    return places


def name_draws(tree: ast.expr, drawn: Mapping[str, dict[ast.Call, str]]) -> ast.expr:
    """Replace every ``rand()`` and ``randn()`` by the name of a number drawn for it.

    A call that stands in several places, as the middle of ``0.4 < rand() < 0.6`` or in a
    shorthand that is read more than once, is one number.

    Parameters
    ----------
    tree : ast.expr
        A threshold, or what a reset assigns.
    drawn : dict of str to dict of ast.Call to str
        The names so far, by function and call; new ones are added.

    Returns
    -------
    ast.expr
    """
    prefix = {"rand": "uniform", "randn": "gauss"}

    class Name(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.expr:
            function = ast.unparse(node.func)
            node.args = [self.visit(argument) for argument in node.args]
            if function not in prefix:
                return node
            named = drawn[function]
            return variable(named.setdefault(node, f"{prefix[function]}{len(named)}"))

    return Name().visit(tree)


def assigned(text: str) -> set[str]:
    """Return the names that a reset sets."""
    matches = (_ASSIGNMENT.fullmatch(statement) for _, statement in statements(text))
    return {match[1] for match in matches if match}


def clamped(
    held: Collection[str], resets: Collection[Assignment], saved: Mapping[str, str]
) -> dict[str, ast.expr]:
    """Return where each held variable stays during the refractory period.

    Parameters
    ----------
    held : collection of str
        Variables that stand still.
    resets : collection of (str, ast.expr)
        Assignments in order.
    saved : mapping of str to str
        As :func:`saved_rows` returns it.

    Returns
    -------
    dict of str to ast.expr
    """
    places = {x: place for place, x in saved.items()}
    last = last_assignments(resets)
    return {x: variable(places[x]) if x in places else last[x] for x in held}
