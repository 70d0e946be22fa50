"""Layers of units in a graph of NIR, as reservoirs need them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from ._neuron_model import NeuronModel
from ._nir_graph import UNITS, Graph, Weights
from ._nir_links import Link, Links
from ._nir_units import model_of

__all__ = ["Layer", "layers_of", "scalar"]


class Layer(NamedTuple):
    """What a graph says of a layer of units; times in ms."""

    name: str
    neuron: NeuronModel
    wiring: sparse.csr_array
    input_wiring: sparse.csr_array
    takes_events: bool
    delay: Weights

    @property
    def n_units(self) -> int:
        return self.wiring.shape[0]


def layers_of(graph: Graph, links: Links, area: float) -> list[Layer]:
    """Follow the ways from the input, from layer to layer; ``area`` is that of a spike.

    Raises
    ------
    ValueError
        If layers do not follow one another, or a way into one of them means nothing to a reservoir.
    """
    units, before = graph.named(*UNITS), graph.one("Input")
    readers = {name: _Reader(graph, links, name, area) for name in units}
    found: list[Layer] = []
    while len(found) < len(units):
        left = [name for name in units if name not in {layer.name for layer in found}]
        following = [name for name in left if before in readers[name].sources]
        if not following:
            raise ValueError(
                f"No weights lead from {before!r} to {left[0]!r}."
                if found
                else "No weights lead from the input to the units."
            )
        if len(following) > 1:
            raise ValueError(
                f"Node {before!r} is heard by {following[0]!r} and {following[1]!r}; layers must "
                "follow one another."
            )
        reader = readers[following[0]]
        if others := sorted(reader.sources - {before, reader.units}):
            raise ValueError(
                f"Node {reader.units!r} hears {before!r} and {others[0]!r}; layers must follow one "
                "another."
            )
        found.append(reader.layer(before))
        before = reader.units
    return found


class _Way(NamedTuple):
    """How spikes or numbers come to units."""

    source: str  # input or units
    link: Link  # from there, or from the delay, to the units or to the synapses
    synapse: Link | None  # from there to the units
    delay: Link | None


class _Reader:
    """Reads all ways into a layer of units."""

    def __init__(self, graph: Graph, links: Links, units: str, area: float) -> None:
        self.graph, self.links, self.units, self.area = graph, links, units, area
        self.n = graph.size(units)
        self.is_leaky = graph.kind(units) == "LIF"
        self.ways = list(self._find())
        self.sources = {way.source for way in self.ways}
        self.taus: dict[str, Any] = {"tau_exc": None, "tau_inh": None}
        self.shift = np.zeros(self.n)  # constant current
        self.pending: list[tuple[Weights, Weights]] = []  # currents at the start, by time constant

    def _find(self) -> Iterator[_Way]:
        for link in self.links.into(self.units):
            is_synapse = self.graph.kind(link.source) == "LI"
            for arriving in self.links.into(link.source) if is_synapse else [link]:
                is_late = self.graph.kind(arriving.source) == "Delay"
                for first in self.links.into(arriving.source) if is_late else [arriving]:
                    synapse, delay = link if is_synapse else None, first if is_late else None
                    yield _Way(first.source, arriving, synapse, delay)

    def layer(self, before: str) -> Layer:
        """Return the layer; ``before`` is the input, or the layer before."""
        is_first = self.graph.kind(before) == "Input"
        takes_events = not is_first or any(w.synapse for w in self.ways if w.source == before)
        carriers = [way for way in self.ways if takes_events or way.source != before]
        is_delta = self._is_delta(carriers)
        input_wiring = self._sum(before, takes_events)
        wiring = self._sum(self.units, True)
        delay = self._delay()
        start = self._numbers("v_leak") if self.is_leaky else np.zeros(self.n)
        values = {
            **{k: v for k, v in self.taus.items() if v is not None},
            "v_rest" if self.is_leaky else "drift": start + self.shift,
            "v_reset": self._numbers("v_reset"),
            "v_threshold": self._numbers("v_threshold"),
        }
        if self.is_leaky:
            values |= {"tau_mem": 1000 * self._numbers("tau"), "t_ref": 0.0, "r_mem": 1.0}
        model = model_of(is_leaky=self.is_leaky, is_delta=is_delta)
        neuron = replace(
            model(**{name: scalar(x) for name, x in values.items()}),
            initial={name: scalar(x) for name, x in {"v": start, **self._currents()}.items()},
        )
        return Layer(self.units, neuron, wiring, input_wiring, takes_events, delay)

    def _numbers(self, field: str) -> Weights:
        return self.graph.numbers(self.units, field)

    @property
    def gain(self) -> Weights:
        """What a current of 1 is in the equations, per ms where there is no leak."""
        return self._numbers("r") / (1 if self.is_leaky else 1000)

    def _is_delta(self, carriers: list[_Way]) -> bool:
        """Return whether spikes are jumps of the potential."""
        kinds = {way.synapse is None for way in carriers}
        if len(kinds) > 1:
            sources = " and ".join(repr(name) for name in sorted({w.source for w in carriers}))
            raise ValueError(
                f"Spikes lead from {sources} to {self.units!r} directly and through LI synapses; "
                "it must be one of them."
            )
        return kinds == {True}

    def _sum(self, source: str, takes_events: bool) -> sparse.csr_array:
        """Return the sum of all weights from a node to the units (from, to)."""
        n_from = self.graph.size(source)
        total, n_weights = sparse.csr_array((n_from, self.n)), 0
        for way in self.ways:
            if way.source != source:
                continue
            weights, bias = self.links.weights(way.link, n_from)
            if way.delay is not None:
                self._check_late(way)
            if way.synapse is not None:
                weights = self._through(way.synapse, weights, bias)
            else:
                self.shift = self.shift + bias * self.gain
                weights = sparse.csr_array(weights * (self._jump if takes_events else self.gain))
            weights.eliminate_zeros()  # which the sum has not either
            total = sparse.csr_array(total + weights)
            n_weights += weights.nnz
        if total.nnz < n_weights:
            raise ValueError(f"Several paths lead from {source!r} to the same unit.")
        return total

    @property
    def _jump(self) -> Weights:
        """By how much the potential jumps at an impulse of a current."""
        tau = self._numbers("tau") if self.is_leaky else 1.0
        return self._numbers("r") / tau * self.area

    def _through(self, out: Link, weights: sparse.csr_array, bias: Weights) -> sparse.csr_array:
        """Return what a spike adds to a synaptic current, and note its time constant.

        A constant current ``c`` that rises from 0 is ``c``, and a current that falls from ``-c``.
        """
        name = out.source
        if self.links.has_weights(out):
            raise ValueError(f"No weights may lead from the LI {name!r} to {self.units!r}.")
        tau, r, leak = (self.graph.numbers(name, x) for x in ("tau", "r", "v_leak"))
        passed = self.links.weights(out, self.graph.size(name))[0].diagonal() * self.gain
        weights = sparse.csr_array(weights * (r / tau * self.area * passed))
        for kind, present in (
            ("tau_exc", np.any(weights.data > 0)),
            ("tau_inh", np.any(weights.data < 0)),
        ):
            known = self.taus[kind]
            if present and known is not None and not np.array_equal(known, 1000 * tau):
                sign = "positive" if kind == "tau_exc" else "negative"
                raise ValueError(f"Synapses of {sign} weights must have one time constant.")
            if present:
                self.taus[kind] = 1000 * tau
        self.shift = self.shift + (leak + r * bias) * passed
        if np.any(r * bias * passed):
            self.pending.append((1000 * tau, -r * bias * passed))
        return weights

    def _currents(self) -> dict[str, Weights]:
        """Return the synaptic currents at the start that are not 0."""
        found: dict[str, Weights] = {}
        for tau, current in self.pending:
            for kind, variable, sign in (("tau_exc", "i_exc", 1), ("tau_inh", "i_inh", -1)):
                if self.taus[kind] is not None and np.array_equal(self.taus[kind], tau):
                    found[variable] = found.get(variable, 0.0) + sign * current
                    break
            else:
                raise ValueError(
                    f"A constant current reaches {self.units!r} through synapses that no spike "
                    "passes."
                )
        return found

    def _check_late(self, way: _Way) -> None:
        """Refuse a delay between layers, or behind weights."""
        assert way.delay is not None
        if way.source != self.units or not self.links.is_plain(way.delay):
            raise ValueError(
                f"Node {way.delay.target!r} must delay spikes of {self.units!r} on their way to "
                "themselves, before any weights."
            )
        self.links.used.add(way.delay)

    def _delay(self) -> Weights:
        """Return the delay of spikes of each unit (ms)."""
        own = [way for way in self.ways if way.source == self.units]
        names = {way.delay.target if way.delay else None for way in own}
        if len(names) > 1:
            raise ValueError(f"Spikes of {self.units!r} must all be delayed by one node, or none.")
        name = names.pop() if names else None
        delay = np.zeros(self.n) if name is None else 1000 * self.graph.numbers(name, "delay")
        if np.any(delay < 0):
            raise ValueError(f"Node {name!r} has negative delays, down to {delay.min():g} ms.")
        return delay


def scalar(values: Any) -> Any:
    """Return one number where all are the same."""
    values = np.asarray(values, dtype=np.float64)
    return float(values.flat[0]) if np.all(values == values.flat[0]) else np.array(values)
