"""Import from the Neuromorphic Intermediate Representation (NIR)."""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np
from sklearn.linear_model import LinearRegression

from sparcelearn._core.spike_trains import SpikeTrains

from ._nir_file import read
from ._nir_graph import Graph, Settings, Weights
from ._nir_layers import Layer, layers_of, scalar
from ._nir_links import Links
from ._nir_units import import_nir
from ._spiking import SpikingReservoir
from ._stacked import StackedReservoir

__all__ = ["from_nir"]

UNIT_BYTES = 1024  # of a unit, while its equations are integrated


def from_nir(
    source: Any,
    *,
    dt: float | None = None,
    spike: str | None = None,
    method: str | None = None,
    max_bytes: int = 2**30,
) -> tuple[SpikingReservoir | StackedReservoir, LinearRegression | None]:
    r"""Read a network of LIF or IF units, and a linear readout of filtered spikes, from NIR.

    Understood is what :func:`to_nir` writes, whatever wrote it: an Input that reaches a layer
    of units through weights, or through weights and LI synapses if it is events; recurrent
    weights, perhaps behind a Delay; and an Output of spikes, or of an LI trace and weights. Spikes
    come to a layer through LI synapses, of one time constant for positive and one for negative
    weights, or else directly, as jumps of the potential. Layers that follow one another become a
    :class:`StackedReservoir`.

    A CubaLIF stands for an LI and a LIF. Nested graphs are laid flat. Scale is multiplied into
    weights, Flatten passes numbers on as they are. A bias is a constant current. The state at the
    start is ``v_leak``; of IF units, 0. Where the graph takes events, so does the reservoir. All
    else is refused by name.

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
    method : str, default=None
        How equations are integrated, as in :class:`SpikingReservoir`. None takes it from the
        metadata, and without any, ``"auto"``. What snnTorch writes means ``dt=0.1``,
        ``spike="step"``, ``method="euler"``.
    max_bytes : int, default=2**30
        Most memory that what is made of the file may take: 32 bytes for each weight, 8 for each
        other number; 1024 for each unit. Reading takes at most a few times as much.

    Returns
    -------
    reservoir : SpikingReservoir or StackedReservoir
        Fitted; ``features`` is ``"trace"``, or ``"spikes"`` if the graph puts out spikes. Of
        layers, those of the last.
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
    settings = Settings.of(source.metadata, dt, spike, method)
    area = 1.0 if settings.spike == "dirac" else settings.dt / 1000
    links = Links(graph)
    layers = layers_of(graph, links, area)
    tau_trace, weights = _output(graph, links, layers[-1].name, area)
    links.check_all_used()
    _check_room(layers, settings, max_bytes)
    reservoirs = [_reservoir(layer, settings) for layer in layers]
    if weights is not None:
        reservoirs[-1].set_params(features="trace", tau_trace=tau_trace)
    reservoir = _fitted(reservoirs, layers[0], settings.dt)
    if weights is None:
        return reservoir, None
    readout = LinearRegression()
    coef, intercept = weights
    is_one = len(coef) == 1  # the usual form of one output is a vector of predictions
    readout.coef_, readout.intercept_ = (coef[0], intercept[0]) if is_one else (coef, intercept)
    readout.n_features_in_ = layers[-1].n_units
    return reservoir, readout


def _reservoir(layer: Layer, settings: Settings) -> SpikingReservoir:
    """Return a layer as a reservoir."""
    return SpikingReservoir(
        layer.n_units,
        neuron=layer.neuron,
        wiring=layer.wiring,
        input_wiring=layer.input_wiring,
        input_scaling=1.0,
        delay=scalar(np.maximum(layer.delay, settings.dt)),
        dt=settings.dt,
        steps_per_input=settings.steps_per_input,
        substeps=1,
        method=settings.method,
        features="spikes",
        feature_scaling=None,
        n_readouts=1,
        padding=0,
        dtype=settings.dtype,
    )


def _fitted(
    reservoirs: list[SpikingReservoir], first: Layer, dt: float
) -> SpikingReservoir | StackedReservoir:
    """Return reservoirs that are drawn, one as it is, several in a chain."""
    whole: Any = reservoirs[0]
    if len(reservoirs) > 1:
        for reservoir in reservoirs[:-1]:  # what is read of them is not told
            reservoir.set_params(features="trace", tau_trace=20.0)
        named = [(f"layer{k}", reservoir) for k, reservoir in enumerate(reservoirs, 1)]
        whole = StackedReservoir(named, skip=False)
    quiet = SpikeTrains([], [], [0, 0], first.input_wiring.shape[0], dt)
    with warnings.catch_warnings():  # there is no input to judge it by
        warnings.simplefilter("ignore", UserWarning)
        whole.fit(quiet if first.takes_events else quiet.to_dense(dt)[0])
    entry = whole if len(reservoirs) == 1 else whole.reservoirs_[0][1]
    entry._takes_sequences = None  # a graph takes both, rows and sequences
    return whole


def _check_room(layers: list[Layer], settings: Settings, max_bytes: int) -> None:
    """Refuse numbers in a graph that ask for more memory than the graph itself may take."""
    n_units = sum(layer.n_units for layer in layers)
    steps = [float(np.max(layer.delay, initial=0.0)) / settings.dt for layer in layers]
    sizes = zip(steps, layers, strict=True)
    for what, n_bytes in (
        (f"{n_units} units", UNIT_BYTES * n_units),
        (f"a delay of {max(steps):.0f} steps", sum(4 * (n + 1) * x.n_units for n, x in sizes)),
        (f"steps_per_input={settings.steps_per_input}", 16 * settings.steps_per_input),
    ):
        if not n_bytes <= max_bytes:
            raise ValueError(f"The graph asks for {what}, which takes more than {max_bytes=}.")


def _output(
    graph: Graph, links: Links, units: str, area: float
) -> tuple[float | None, tuple[Weights, Weights] | None]:
    """Return the time constant of the trace, and weights and intercepts; None for spikes."""
    refusal = ValueError("The output must be spikes, or weights of an LI of spikes.")
    into = links.into(graph.one("Output"))
    if len(into) != 1:
        raise refusal
    last = into[0]
    if last.source == units and links.is_plain(last):
        links.used.add(last)
        return None, None
    before = links.into(last.source) if graph.kind(last.source) == "LI" else []
    is_trace = len(before) == 1 and before[0].source == units and links.is_plain(before[0])
    if not (is_trace and links.has_weights(last)):
        raise refusal
    trace, n = last.source, graph.size(units)
    links.used.add(before[0])
    coef, intercept = links.weights(last, n)
    taus, r = graph.numbers(trace, "tau", n), graph.numbers(trace, "r", n)
    tau = scalar(1000 * taus)
    if not isinstance(tau, float) or np.any(graph.numbers(trace, "v_leak", n)):
        raise ValueError(f"Node {trace!r} must have one time constant and no leak.")
    return tau, (coef.toarray().T * (r / taus * area), intercept)
