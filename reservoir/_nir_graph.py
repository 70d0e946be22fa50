"""Graphs of NIR: their nodes and edges, and what their metadata say, checked."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._nir_nesting import flattened
from ._nir_units import SPIKES
from .equations import METHODS

__all__ = ["Graph", "Settings"]

MAX_STEPS_PER_INPUT = 10**6
UNITS = ("LIF", "IF")
LINEAR = ("Affine", "Linear", "Scale", "Flatten")  # what changes numbers at once
KNOWN = (*UNITS, *LINEAR, "CubaLIF", "LI", "Delay", "Input", "Output")
Weights = NDArray[np.floating]


class Settings(NamedTuple):
    """What a graph's metadata say; times in ms."""

    dt: float
    spike: str
    steps_per_input: int
    method: str
    dtype: str

    @classmethod
    def of(cls, metadata: Any, dt: float | None, spike: str | None, method: str | None) -> Settings:
        """Read metadata; what is given stands for theirs.

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
        if method is not None and method not in METHODS:
            raise ValueError(f"method must be one of {', '.join(METHODS)}, not {method!r}.")
        n_steps = _number(metadata, "steps_per_input", 1.0)
        if not (1 <= n_steps <= MAX_STEPS_PER_INPUT and n_steps % 1 == 0):
            raise ValueError(
                f"steps_per_input in the metadata must be a whole number from 1 to "
                f"{MAX_STEPS_PER_INPUT}, not {n_steps:g}."
            )
        told, dtype = (_text(metadata.get(key)) for key in ("discretisation", "dtype"))
        return cls(
            step,
            spike,
            int(n_steps),
            method or (told if told in METHODS else "auto"),
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
    """Nodes by name, and who is joined to whom; nested graphs and CubaLIF nodes taken apart."""

    def __init__(self, nir: Any, graph: Any) -> None:
        self.nodes, edges = flattened(nir, graph)
        for name, node in self.nodes.items():
            _check_kind(name, node)
            _check_numbers(name, node)
        currents = {}  # of CubaLIF nodes
        for name, node in list(self.nodes.items()):
            if isinstance(node, nir.CubaLIF):
                current = f"{name}.synapse"
                if current in self.nodes:
                    raise ValueError(f"Nodes {name!r} and {current!r} cannot be told apart.")
                currents[name] = current
                zero = np.zeros_like(node.tau_syn)
                self.nodes[current] = nir.LI(tau=node.tau_syn, r=node.w_in + zero, v_leak=zero)
                self.nodes[name] = nir.LIF(
                    tau=node.tau_mem,
                    r=node.r,
                    v_leak=node.v_leak,
                    v_threshold=node.v_threshold,
                    v_reset=node.v_reset,
                )
        self._after: dict[str, list[str]] = {name: [] for name in self.nodes}
        for source, target in edges:
            self._after[source].append(currents.get(target, target))
        for name, current in currents.items():
            self._after[current].append(name)

    def named(self, *kinds: str) -> list[str]:
        """Return the names of all nodes of some kinds."""
        return [name for name in self.nodes if self.kind(name) in kinds]

    def one(self, kind: str) -> str:
        """Return the name of the only node of a kind."""
        names = self.named(kind)
        if len(names) != 1:
            raise ValueError(f"The graph must have one {kind} node, not {len(names)}.")
        return names[0]

    def after(self, name: str) -> list[str]:
        return self._after[name]

    def kind(self, name: str) -> str:
        return type(self.nodes[name]).__name__

    def size(self, name: str) -> int:
        """Return how many numbers leave a node that is no weights."""
        node = self.nodes[name]
        if self.kind(name) in ("Input", "Output"):
            return int(np.prod(np.asarray(node.input_type["input"], dtype=np.int64)))
        values = (x for x in vars(node).values() if isinstance(x, (np.ndarray, np.generic)))
        return max(map(np.size, values), default=0)

    def numbers(self, name: str, field: str, n: int | None = None) -> Weights:
        """Return a field of a node, one number for each of ``n``, or of its units."""
        values = np.ravel(np.asarray(getattr(self.nodes[name], field), dtype=np.float64))
        n = self.size(name) if n is None else n
        if values.size not in (1, n):
            raise ValueError(f"Node {name!r} has {values.size} numbers as {field} for {n}.")
        return np.broadcast_to(values, n)

    def weights(self, name: str) -> tuple[Weights, Weights]:
        """Return the weights (to, from) and biases of an Affine or Linear node."""
        weight = np.asarray(self.nodes[name].weight, dtype=np.float64)
        if weight.ndim != 2:
            raise ValueError(
                f"Node {name!r} must be weights of two dimensions, not of shape {weight.shape}."
            )
        bias = np.ravel(np.asarray(getattr(self.nodes[name], "bias", 0.0), dtype=np.float64))
        if bias.size not in (1, len(weight)):
            raise ValueError(f"Node {name!r} has {bias.size} biases for {len(weight)} sums.")
        return weight, np.broadcast_to(bias, len(weight))


def _check_kind(name: str, node: Any) -> None:
    """Refuse nodes that a reservoir has no part for."""
    kind = type(node).__name__
    if kind not in KNOWN:
        raise ValueError(
            f"Node {name!r} is a {kind}, which is no part of a reservoir; parts are "
            f"{', '.join(KNOWN)}, and graphs of these."
        )
    shape = node.output_type["output"] if kind == "Flatten" else None
    if shape is not None and np.sum(np.asarray(shape) > 1) > 1:
        raise ValueError(
            f"Node {name!r} must make a vector of all numbers; its output has the shape "
            f"{tuple(np.asarray(shape).tolist())}."
        )


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
