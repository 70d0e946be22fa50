"""Ways through a graph of NIR: from what has a state to what has one, through weights."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from ._nir_graph import LINEAR, Graph, Weights

__all__ = ["Link", "Links"]

MAX_LINKS = 10_000
MAX_CHAIN = 16  # nodes of weights in a row


class Link(NamedTuple):
    """A way from one node to another, and the nodes of weights between them."""

    source: str
    target: str
    chain: tuple[str, ...] = ()


class Links:
    """All ways through a graph, and which of them have been made use of."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.all = _found(graph)
        self.used: set[Link] = set()
        self._told: set[tuple[tuple[str, ...], str]] = set()  # biases

    def into(self, target: str) -> list[Link]:
        return [link for link in self.all if link.target == target]

    def out_of(self, source: str) -> list[Link]:
        return [link for link in self.all if link.source == source]

    def is_plain(self, link: Link) -> bool:
        """Return whether numbers pass as they are."""
        return all(self.graph.kind(name) == "Flatten" for name in link.chain)

    def has_weights(self, link: Link) -> bool:
        return any(self.graph.kind(name) in ("Affine", "Linear") for name in link.chain)

    def weights(self, link: Link, n_from: int) -> tuple[sparse.csr_array, Weights]:
        """Return the weights (from, to) of a way, and what its biases add to the target.

        A bias is told once, though several may lead to the weights that have it.
        """
        graph, matrix, n_to = self.graph, None, None
        factor: Weights = np.ones(1)
        bias: Weights = np.zeros(1)
        for place, name in enumerate(link.chain):
            if graph.kind(name) == "Scale":
                scale = graph.numbers(name, "scale", n_to)
                if matrix is None:
                    factor = _product(name, factor, scale)
                else:
                    matrix, bias = sparse.csr_array(matrix * scale), bias * scale
            elif graph.kind(name) != "Flatten":
                if matrix is not None:
                    raise ValueError(
                        f"Node {name!r} makes sums of sums; multiply its weights with those before."
                    )
                weight, own = graph.weights(name)
                n_to = len(weight)
                factor = _product(name, factor, np.ones(weight.shape[1]))
                matrix = sparse.csr_array(weight.T * factor[:, np.newaxis])
                is_told = (link.chain[place:], link.target) in self._told
                self._told.add((link.chain[place:], link.target))
                bias = np.zeros(n_to) if is_told else np.array(own)
        if matrix is None:
            factor = _product(link.source, factor, np.ones(n_from))
            matrix = sparse.csr_array((factor, np.arange(n_from), np.arange(n_from + 1)))
            bias = np.zeros(n_from)
        if matrix.shape[0] != n_from or matrix.shape[1] != self.graph.size(link.target):
            raise ValueError(
                f"Weights of shape {matrix.shape} do not lead from the {n_from} of "
                f"{link.source!r} to the {self.graph.size(link.target)} of {link.target!r}."
            )
        self.used.add(link)
        return matrix, bias

    def check_all_used(self) -> None:
        """Raise ValueError if there is a way that means nothing to a reservoir."""
        for link in self.all:
            if link not in self.used:
                through = f" through {', '.join(link.chain)}" if link.chain else ""
                raise ValueError(
                    f"The way from {link.source!r} to {link.target!r}{through} is no part of a "
                    "reservoir."
                )


def _product(name: str, factor: Weights, other: Weights) -> Weights:
    if 1 not in (factor.size, other.size) and factor.size != other.size:
        raise ValueError(f"Node {name!r} has {other.size} numbers for {factor.size}.")
    return factor * other


def _found(graph: Graph) -> list[Link]:
    """Return all ways, from each node that is no weights to the next ones."""
    found, n_looked_at = [], 0
    for source in graph.nodes:
        if graph.kind(source) in LINEAR:
            continue
        open_ends = [Link(source, source)]
        while open_ends:
            _, name, chain = open_ends.pop()
            for target in graph.after(name):
                n_looked_at += 1
                is_linear = graph.kind(target) in LINEAR
                if n_looked_at > MAX_LINKS or len(chain) + is_linear > MAX_CHAIN:
                    raise ValueError(
                        f"The graph has more than {MAX_LINKS} ways, or more than {MAX_CHAIN} nodes "
                        f"of weights in a row, such as {target!r}."
                    )
                if is_linear:
                    open_ends.append(Link(source, target, (*chain, target)))
                else:
                    found.append(Link(source, target, chain))
    return found
