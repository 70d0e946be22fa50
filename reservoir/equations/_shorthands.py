"""Names that equations give to expressions: written out wherever they are read."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from ._algebra import substitute
from ._expressions import names
from ._grammar import Size, check_size
from ._hints import shortened

MAX_OPERATIONS = 50_000  # of all lines, with shorthands written out


class Shorthands:
    """Writes shorthands out, wherever they stand above or below the lines that read them.

    Parameters
    ----------
    definitions : mapping of str to ast.expr
        What each name stands for.
    where : mapping of str to str
        The line of each, for messages.

    Raises
    ------
    ValueError
        If one is defined by itself, or becomes too large.
    """

    def __init__(self, definitions: Mapping[str, ast.expr], where: Mapping[str, str]) -> None:
        self.written_out: dict[str, ast.expr] = {}
        self._sizes: dict[str, Size] = {}
        self._n_operations = 0
        reads = {name: names(tree) & set(definitions) for name, tree in definitions.items()}
        try:
            order = list(TopologicalSorter(reads).static_order())
        except CycleError as error:
            circle = " -> ".join(reversed(error.args[1]))
            raise ValueError(
                f"{where[error.args[1][0]]} is defined by itself: {shortened(circle)}."
            ) from None
        for name in order:
            self.written_out[name] = self.expand(definitions[name], where[name])
            self._sizes[name] = self._last

    def expand(self, tree: ast.expr, where: str) -> ast.expr:
        """Return an expression with every shorthand written out.

        Parameters
        ----------
        tree : ast.expr
            The expression.
        where : str
            What it is part of, for messages.

        Raises
        ------
        ValueError
            If it becomes too large.
        """
        self._last = check_size(tree, where, self._sizes)  # before it takes time and memory
        self._n_operations += self._last.n_operations
        if self._n_operations > MAX_OPERATIONS:
            raise ValueError(
                f"{where} brings equations to more than {MAX_OPERATIONS} operations with all "
                "shorthands written out."
            )
        return substitute(tree, self.written_out)
