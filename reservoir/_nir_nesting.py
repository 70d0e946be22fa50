"""Graphs of NIR within graphs, laid flat."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["flattened"]

MAX_NODES = 10_000
MAX_EDGES = 100_000
MAX_NESTING = 6

Edge = tuple[str, str]


def flattened(nir: Any, graph: Any) -> tuple[dict[str, Any], list[Edge]]:
    """Return the nodes of a graph, those of nested graphs among them, and the edges.

    A node ``lif`` of a nested graph ``layer`` is called ``layer.lif``. Inputs and outputs of
    nested graphs are gone: who led to one leads to what comes after it.

    Parameters
    ----------
    nir : module
        The package.
    graph : nir.NIRGraph
        Any.

    Returns
    -------
    nodes : dict of str to nir.NIRNode
    edges : list of (str, str)

    Raises
    ------
    ValueError
        If graphs are nested too deep or without end, have more nodes than there may be, an edge
        joins what is no node, or a nested graph has not one input and one output.
    """
    flat = _Flat(nir)
    flat.add(graph, "", 0)
    return flat.nodes, _without(flat.passed, flat.edges)


class _Flat:
    """Nodes and edges as they are found."""

    def __init__(self, nir: Any) -> None:
        self.nir = nir
        self.nodes: dict[str, Any] = {}
        self.edges: list[Edge] = []
        self.passed: list[str] = []  # inputs and outputs of nested graphs

    def add(self, graph: Any, prefix: str, depth: int) -> None:
        if depth > MAX_NESTING:
            raise ValueError(f"The graph has graphs nested more than {MAX_NESTING} deep.")
        begins, ends = {}, {}  # of nested graphs
        for name, node in graph.nodes.items():
            if len(self.nodes) + len(self.passed) >= MAX_NODES or prefix + name in self.nodes:
                raise ValueError(
                    f"The graph has more than {MAX_NODES} nodes, or two called {prefix + name!r}."
                )
            if isinstance(node, self.nir.NIRGraph):
                begins[name] = self._door(node, prefix + name, "Input")
                ends[name] = self._door(node, prefix + name, "Output")
                self.add(node, f"{prefix}{name}.", depth + 1)
            elif prefix and type(node).__name__ in ("Input", "Output"):
                self.passed.append(prefix + name)
            else:
                self.nodes[prefix + name] = node
        for edge in graph.edges:
            for name in edge:
                if name not in graph.nodes:
                    raise ValueError(f"An edge joins {name!r}, which is no node of the graph.")
            source, target = edge
            end, begin = ends.get(source, prefix + source), begins.get(target, prefix + target)
            self.edges.append((end, begin))
            if len(self.edges) > MAX_EDGES:
                raise ValueError(f"The graph has more than {MAX_EDGES} edges.")

    def _door(self, graph: Any, name: str, kind: str) -> str:
        """Return the name of the only input or output of a nested graph."""
        found = [k for k, node in graph.nodes.items() if type(node).__name__ == kind]
        if len(found) != 1:
            raise ValueError(f"The nested graph {name!r} must have one {kind}, not {len(found)}.")
        return f"{name}.{found[0]}"


def _without(passed: Iterable[str], edges: list[Edge]) -> list[Edge]:
    """Join those before and after each of some nodes, which then have no edges."""
    before: dict[str, dict[str, None]] = {}
    after: dict[str, dict[str, None]] = {}

    def join(source: str, target: str) -> None:
        if target in after.setdefault(source, {}):
            raise ValueError(f"Several edges lead from {source!r} to {target!r}.")
        after[source][target] = before.setdefault(target, {})[source] = None

    for edge in edges:
        join(*edge)
    n_joined = 0
    for name in passed:
        sources, targets = before.pop(name, {}), after.pop(name, {})
        if name in sources:
            raise ValueError(f"Node {name!r} leads to itself.")
        for source in sources:
            del after[source][name]
        for target in targets:
            del before[target][name]
        n_joined += len(sources) * len(targets)
        if n_joined > MAX_EDGES:
            raise ValueError(f"The graph has more than {MAX_EDGES} edges.")
        for source in sources:
            for target in targets:
                join(source, target)
    return [(source, target) for source, targets in after.items() for target in targets]
