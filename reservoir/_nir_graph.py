"""Graphs of NIR: their nodes and edges, and what their metadata say, checked."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._to_nir import SPIKES
from .equations import METHODS

__all__ = ["Graph", "Settings"]

MAX_STEPS_PER_INPUT = 10**6
Weights = NDArray[np.floating]


class Settings(NamedTuple):
    """What a graph's metadata say; times in ms."""

    dt: float
    spike: str
    steps_per_input: int
    method: str
    dtype: str

    @classmethod
    def of(cls, metadata: Any, dt: float | None, spike: str | None) -> Settings:
        """Read metadata; ``dt`` and ``spike`` stand for theirs where they are given.

        Raises
        ------
        ValueError
            If ``dt`` is not known, or something has no meaning.
        """
        metadata = dict(metadata or {})
        step = 1000 * _number(metadata, "dt", 0.0) if dt is None else float(dt)
        if not 0 < step < np.inf:
            raise ValueError("dt must be given (ms): the graph has no usable one in its metadata.")
        spike = _text(metadata.get("spike", "dirac")) if spike is None else spike
        if spike not in SPIKES:
            raise ValueError(f"spike must be 'dirac' or 'step', not {spike!r}.")
        n_steps = _number(metadata, "steps_per_input", 1.0)
        if not (1 <= n_steps <= MAX_STEPS_PER_INPUT and n_steps % 1 == 0):
            raise ValueError(
                f"steps_per_input in the metadata must be a whole number from 1 to "
                f"{MAX_STEPS_PER_INPUT}, not {n_steps:g}."
            )
        method, dtype = (_text(metadata.get(key)) for key in ("discretisation", "dtype"))
        return cls(
            step,
            spike,
            int(n_steps),
            method if method in METHODS else "auto",
            dtype if dtype in ("float32", "float64") else "float32",
        )


def _number(metadata: dict[str, Any], key: str, default: float) -> float:
    """Return a number of the metadata."""
    value = np.asarray(metadata.get(key, default))
    if value.size != 1 or value.dtype.kind not in "iuf":
        raise ValueError(f"{key} in the metadata must be a number, not {_text(value)[:40]}.")
    return float(value.reshape(()))


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


class Graph:
    """Nodes by name, and who is joined to whom; CubaLIF nodes taken apart."""

    def __init__(self, nir: Any, graph: Any) -> None:
        self.nir, self.nodes, self.edges = nir, dict(graph.nodes), list(graph.edges)
        for name in (name for edge in self.edges for name in edge):
            if name not in self.nodes:
                raise ValueError(f"An edge joins {name!r}, which is no node of the graph.")
        for name, node in self.nodes.items():
            _check_numbers(name, node)
        for name, node in graph.nodes.items():
            if isinstance(node, nir.CubaLIF):
                synapse = f"{name}.synapse"
                self.edges = [(a, synapse if b == name else b) for a, b in self.edges]
                self.edges.append((synapse, name))
                zero = np.zeros_like(node.tau_syn)
                self.nodes[synapse] = nir.LI(tau=node.tau_syn, r=node.w_in + zero, v_leak=zero)
                self.nodes[name] = nir.LIF(
                    tau=node.tau_mem,
                    r=node.r,
                    v_leak=node.v_leak,
                    v_threshold=node.v_threshold,
                    v_reset=node.v_reset,
                )

    def one(self, kind: str) -> str:
        """Return the name of the only node of a kind."""
        names = [k for k, node in self.nodes.items() if type(node).__name__ == kind]
        if len(names) != 1:
            raise ValueError(f"The graph must have one {kind} node, not {len(names)}.")
        return names[0]

    def after(self, name: str) -> list[str]:
        return [b for a, b in self.edges if a == name]

    def kind(self, name: str) -> str:
        return type(self.nodes[name]).__name__

    def weights(self, name: str) -> tuple[Weights, Weights]:
        """Return the weights (to, from) and biases of an Affine or Linear node."""
        node = self.nodes[name]
        if self.kind(name) not in ("Affine", "Linear") or np.ndim(node.weight) != 2:
            raise ValueError(f"Node {name!r} must be weights of two dimensions, not {node}.")
        weight = np.asarray(node.weight, dtype=np.float64)
        bias = np.asarray(getattr(node, "bias", 0.0), dtype=np.float64)
        return weight, np.broadcast_to(bias, len(weight))


def _check_numbers(name: str, node: Any) -> None:
    """Refuse arrays of anything but finite real numbers."""
    for field, value in vars(node).items():
        if isinstance(value, (np.ndarray, np.generic, complex)):
            array = np.asarray(value)
            if array.dtype.kind not in "iufb" or not np.all(np.isfinite(array)):
                raise ValueError(
                    f"{field} of node {name!r} must hold finite real numbers, not {array.dtype} "
                    f"such as {array.flat[0] if array.size else array!r}."
                )
