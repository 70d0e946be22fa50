"""Import from the Neuromorphic Intermediate Representation (NIR)."""

from __future__ import annotations

import os
import warnings
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LinearRegression

from sparcelearn._core.spike_trains import SpikeTrains

from ._nir_file import read
from ._nir_graph import Graph, Settings
from ._spiking import SpikingReservoir
from ._to_nir import import_nir
from .neurons import LIF

__all__ = ["from_nir"]

Weights = NDArray[np.floating]


def from_nir(
    source: Any,
    *,
    dt: float | None = None,
    spike: str | None = None,
    max_bytes: int = 2**30,
) -> tuple[SpikingReservoir, LinearRegression | None]:
    r"""Read a network of LIF units, and a linear readout of filtered spikes, from NIR.

    Understood is what :func:`to_nir` writes, whatever wrote it: an Input that reaches a layer
    of LIF units through weights, or through weights and LI synapses if it is events; recurrent
    weights with LI synapses, of one time constant for positive and one for negative weights,
    perhaps behind a Delay; and an Output of spikes, or of an LI trace and weights. A CubaLIF
    stands for an LI and a LIF. The state at the start is ``v_leak``. Where the graph takes events,
    so does the reservoir.

    Parameters
    ----------
    source : str, path-like or nir.NIRGraph
        A file, or a graph. Of a file, the sizes and kinds of all that is in it are checked
        before any of it is read.
    dt : float, default=None
        Step (ms). None takes it from the metadata.
    spike : {"dirac", "step"}, default=None
        What a spike is on an edge, as in :func:`to_nir`. None takes it from the metadata,
        and without any, ``"dirac"``.
    max_bytes : int, default=2**30
        Most memory that what is made of the file may take: 32 bytes for each weight, 8 for each
        other number. Reading takes at most a few times as much.

    Returns
    -------
    reservoir : SpikingReservoir
        Fitted; ``features`` is ``"trace"``, or ``"spikes"`` if the graph puts out spikes.
    readout : LinearRegression or None
        Fitted; ``readout.predict(reservoir.transform(X))`` is the output.

    Raises
    ------
    ImportError
        If the package ``nir`` is missing: ``pip install sparce-learn[nir]``.
    ValueError
        If the file is damaged or too large, ``dt`` is not known, numbers are not finite or not
        real, delays are negative, or the graph is another.

    See Also
    --------
    to_nir : The other way.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.reservoir import LIF, SpikingReservoir, from_nir, to_nir
    >>> X = np.random.RandomState(0).rand(10, 3)
    >>> reservoir = SpikingReservoir(n_units=20, neuron=LIF(t_ref=0.0), random_state=0).fit(X)
    >>> again, readout = from_nir(to_nir(reservoir))
    >>> reservoir.set_params(features="spikes").fit(X).transform(X) == again.transform(X)
    True
    """
    nir = import_nir()
    if isinstance(source, (str, os.PathLike)):
        source = read(source, max_bytes)
    if not isinstance(source, nir.NIRGraph):
        raise TypeError(f"source must be a path or a nir.NIRGraph, not {type(source).__name__}.")
    graph = Graph(nir, source)
    settings = Settings.of(source.metadata, dt, spike)
    step, area = settings.dt, 1.0 if settings.spike == "dirac" else settings.dt / 1000
    layout = _Layout.of(graph, area)
    _check_room(layout, settings, max_bytes)
    reservoir = SpikingReservoir(
        len(layout.start),
        neuron=replace(LIF(**layout.constants), initial={"v": _scalar(layout.start)}),
        wiring=layout.wiring,
        input_wiring=layout.input_wiring,
        input_scaling=1.0,
        delay=_scalar(np.maximum(layout.delay, step)),
        dt=step,
        steps_per_input=settings.steps_per_input,
        method=settings.method,
        features="spikes" if layout.readout is None else "trace",
        feature_scaling=None,
        n_readouts=1,
        padding=0,
        tau_trace=20.0 if layout.tau_trace is None else layout.tau_trace,
        dtype=settings.dtype,
    )
    with warnings.catch_warnings():  # there is no input to judge it by
        warnings.simplefilter("ignore", UserWarning)
        quiet = SpikeTrains([], [], [0, 0], layout.input_wiring.shape[0], step)
        reservoir.fit(quiet if layout.takes_events else quiet.to_dense(step)[0])
    reservoir._takes_sequences = None  # a graph takes both, rows and sequences
    if layout.readout is None:
        return reservoir, None
    readout = LinearRegression()
    coef, intercept = layout.readout
    is_one = len(coef) == 1  # the usual form of one output is a vector of predictions
    readout.coef_, readout.intercept_ = (coef[0], intercept[0]) if is_one else (coef, intercept)
    readout.n_features_in_ = reservoir.n_units
    return reservoir, readout


class _Layout(NamedTuple):
    """What a graph says of a reservoir; times in ms."""

    constants: dict[str, Any]
    start: Weights
    wiring: sparse.csr_array
    input_wiring: sparse.csr_array
    takes_events: bool
    delay: Weights
    tau_trace: float | None
    readout: tuple[Weights, Weights] | None

    @classmethod
    def of(cls, graph: Graph, area: float) -> _Layout:
        """Follow the edges from the input, and from the units; ``area`` is that of a spike."""
        units, entry, output = graph.one("LIF"), graph.one("Input"), graph.one("Output")
        node = graph.nodes[units]
        n = np.atleast_1d(node.tau).size
        paths = _Paths(graph, units, n, area)
        found = paths.read(entry)
        if found is None:
            raise ValueError("No weights lead from the input to the units.")
        input_wiring, bias = found
        takes_events = not any(units in graph.after(name) for name in graph.after(entry))
        source, delay = units, np.zeros(n)
        names = [name for name in graph.after(units) if graph.kind(name) == "Delay"]
        if names:
            source = names[0]
            delay = 1000 * np.broadcast_to(np.asarray(graph.nodes[source].delay, dtype=float), n)
            if np.any(delay < 0):
                raise ValueError(
                    f"Node {source!r} has negative delays, down to {delay.min():g} ms."
                )
        wiring, shift = paths.read(source) or (sparse.csr_array((n, n)), np.zeros(n))
        start = np.broadcast_to(np.asarray(node.v_leak, dtype=np.float64), n)
        values = {
            "tau_mem": 1000 * node.tau,
            **{k: v for k, v in paths.taus.items() if v is not None},
            "v_rest": start + bias + shift,
            "v_reset": node.v_reset,
            "v_threshold": node.v_threshold,
        }
        constants = {k: _scalar(np.broadcast_to(v, n)) for k, v in values.items()}
        tau, readout = _readout(graph, units, output, area)
        constants |= {"t_ref": 0.0, "r_mem": 1.0}
        return cls(constants, start, wiring, input_wiring, takes_events, delay, tau, readout)


class _Paths:
    """Paths of weights into the units, and the time constants met on them."""

    def __init__(self, graph: Graph, units: str, n_units: int, area: float) -> None:
        self.graph, self.units, self.area = graph, units, area
        self.r = np.broadcast_to(np.asarray(graph.nodes[units].r, dtype=np.float64), n_units)
        self.taus: dict[str, Any] = {"tau_exc": None, "tau_inh": None}

    def read(self, source: str) -> tuple[sparse.csr_array, Weights] | None:
        """Return the sum of all weights from a node to the units (from, to), and the biases."""
        matrices, shift, kinds = [], np.zeros(len(self.r)), set()
        for name in self.graph.after(source):
            targets = self.graph.after(name)
            is_direct = self.units in targets
            synapses = [t for t in targets if self.units in self.graph.after(t)]
            if not (is_direct or synapses):
                continue  # to the output, where it is read
            weight, bias = self.graph.weights(name)
            weights = weight.T * self.r
            if is_direct:
                shift = shift + bias * self.r
                matrices.append(sparse.csr_array(weights))
            for synapse in synapses:
                matrices.append(sparse.csr_array(self._through(synapse, weights, bias)))
            kinds |= {"directly"} if is_direct else set()
            kinds |= {"through LI synapses"} if synapses else set()
        if len(kinds) > 1 or ("directly" in kinds and self.graph.kind(source) != "Input"):
            raise ValueError(
                f"Weights lead from {source!r} to the units {' and '.join(sorted(kinds))}; "
                "recurrent ones must lead through LI synapses, those of the input by one way."
            )
        if not matrices:
            return None
        total = matrices[0]
        for matrix in matrices[1:]:
            total = total + matrix
        if total.nnz < sum(matrix.nnz for matrix in matrices):
            raise ValueError(f"Several paths lead from {source!r} to the same unit.")
        return total, shift

    def _through(self, synapse: str, weights: Weights, bias: Weights) -> Weights:
        """Return what a spike adds to a synaptic current, and note its time constant."""
        node = self.graph.nodes[synapse]
        if self.graph.kind(synapse) != "LI" or np.any(bias) or np.any(node.v_leak):
            raise ValueError(f"Node {synapse!r} must be an LI without leak and bias.")
        for kind, present in (
            ("tau_exc", np.any(weights > 0)),
            ("tau_inh", np.any(weights < 0)),
        ):
            known = self.taus[kind]
            if present and known is not None and not np.array_equal(known, 1000 * node.tau):
                sign = "positive" if kind == "tau_exc" else "negative"
                raise ValueError(f"Synapses of {sign} weights must have one time constant.")
            if present:
                self.taus[kind] = 1000 * node.tau
        return weights * (node.r / node.tau * self.area)


def _check_room(layout: _Layout, settings: Settings, max_bytes: int) -> None:
    """Refuse numbers in a graph that ask for more memory than the graph itself may take."""
    n_units = len(layout.start)
    longest = float(np.max(layout.delay, initial=0.0)) / settings.dt + 1
    for what, n_bytes in (
        (f"a delay of {longest - 1:.0f} steps", 4 * longest * n_units),
        (f"steps_per_input={settings.steps_per_input}", 16 * settings.steps_per_input),
    ):
        if not n_bytes <= max_bytes:
            raise ValueError(f"The graph asks for {what}, which takes more than {max_bytes=}.")


def _readout(
    graph: Graph, units: str, output: str, area: float
) -> tuple[float | None, tuple[Weights, Weights] | None]:
    """Return the time constant of the trace, and weights and intercepts; None for spikes."""
    if output in graph.after(units):
        return None, None
    for trace in graph.after(units):
        for weights in graph.after(trace) if graph.kind(trace) == "LI" else ():
            if output in graph.after(weights):
                node = graph.nodes[trace]
                coef, intercept = graph.weights(weights)
                tau = _scalar(1000 * np.atleast_1d(node.tau))
                if not isinstance(tau, float) or np.any(node.v_leak):
                    raise ValueError(f"Node {trace!r} must have one time constant and no leak.")
                return tau, (coef * (node.r / node.tau * area), np.array(intercept))
    raise ValueError("The output must be spikes, or weights of an LI of spikes.")


def _scalar(values: Any) -> Any:
    """Return one number where all are the same."""
    values = np.asarray(values, dtype=np.float64)
    return float(values.flat[0]) if np.all(values == values.flat[0]) else np.array(values)
