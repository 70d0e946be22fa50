"""Export to the Neuromorphic Intermediate Representation (NIR)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from sklearn.utils.validation import check_is_fitted

from ._nir_nesting import flattened
from ._nir_units import SPIKES, import_nir
from ._nir_writer import layer_graph
from ._spiking import SpikingReservoir
from ._stacked import StackedReservoir

__all__ = ["to_nir"]


def to_nir(
    reservoir: SpikingReservoir | StackedReservoir,
    readout: Any = None,
    *,
    spike: str = "dirac",
    delays: bool = True,
) -> Any:
    r"""Write a fitted reservoir of LIF units, or a stack, and a linear readout as a graph of NIR.

    ==================== ===========================================================
    node                 what it is
    ==================== ===========================================================
    ``input``            numbers, or events, as the reservoir was fitted on
    ``input_weights``    Affine, to ``units``; of events, to the synapses
    ``units``            LIF, or IF
    ``delay``            Delay, from spikes to their arrival
    ``exc_weights``      Affine, weights of excitatory synapses; ``inh_weights`` likewise
    ``exc_synapses``     LI, the synaptic currents; ``inh_synapses`` likewise
    ``trace``            LI, filtered spikes, which the readout reads
    ``readout``          Affine
    ``output``           outputs of the readout; without one, spikes
    ==================== ===========================================================

    All resistances are 1, with what they scale put into weights, for not all tools read
    them; so is the scale of channels and of features. Times are in seconds. Metadata of the graph
    tell ``dt``, the integrator (``discretisation``), what a spike is (``spike``), how long a row
    of input is held (``steps_per_input``) and the precision (``dtype``). NIR says nothing of the
    state at the start: it is ``v_leak``. Spikes of ``DeltaLIF`` units, which are jumps of the
    potential, lead through ``recurrent_weights`` to ``units``. In a stack names begin with that of
    the reservoir, as in ``layer1.units``; each reads the spikes of the one before.

    Parameters
    ----------
    reservoir : SpikingReservoir or StackedReservoir
        A fitted one, of LIF units without a refractory period; or a chain of such.
    readout : estimator, default=None
        A fitted one with ``coef_`` and ``intercept_`` that reads ``features="trace"`` at one
        instant.
    spike : {"dirac", "step"}, default="dirac"
        What a spike is on an edge: a unit impulse in continuous time, as NIR defines it, or a 1
        that lasts a step, as Norse and snnTorch take it. Weights of spikes differ by ``dt``.
    delays : bool, default=True
        Whether to write the delay. Few tools read one; without it, spikes arrive a delay
        sooner, and the network is another.

    Returns
    -------
    nir.NIRGraph
        ``nir.write(path, graph)`` makes a file of it. Weights are dense.

    Raises
    ------
    ImportError
        If the package ``nir`` is missing: ``pip install sparce-learn[nir]``.
    ValueError
        If there is something that NIR cannot say: another neuron model, a refractory period,
        lags of the input, delays of single synapses, short-term plasticity, a constant drive of
        units that take events, features other than the trace, readouts of several instants or
        with thresholds, reservoirs side by side.

    See Also
    --------
    from_nir : The way back.

    References
    ----------
    Pedersen et al., "Neuromorphic intermediate representation: A unified instruction set for
    interoperable brain-inspired computing", Nature Communications 15, 8122, 2024.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.reservoir import LIF, SpikingReservoir, to_nir
    >>> X = np.random.RandomState(0).rand(10, 3)
    >>> reservoir = SpikingReservoir(n_units=20, neuron=LIF(t_ref=0.0), random_state=0).fit(X)
    >>> graph = to_nir(reservoir)
    >>> type(graph.nodes["units"]).__name__, graph.metadata["dt"]
    ('LIF', 0.001)
    """
    nir = import_nir()
    check_is_fitted(reservoir)
    if spike not in SPIKES:
        raise ValueError(f"spike must be 'dirac' or 'step', not {spike!r}.")
    layers = _layers(reservoir, readout)
    graphs = {
        name: layer_graph(
            nir, layer, readout if layer is layers[-1][1] else None, spike=spike, delays=delays
        )
        for name, layer in layers
    }
    if len(layers) == 1:
        nodes, edges = graphs[layers[0][0]].nodes, graphs[layers[0][0]].edges
    else:
        nodes, edges = flattened(nir, _joined(nir, graphs))
    first = layers[0][1]
    metadata = {
        "dt": first._step / 1000,
        "discretisation": first.method_,
        "spike": spike,
        "steps_per_input": int(first.steps_per_input_ * first.substeps_),
        "dtype": first.dtype,
    }
    return nir.NIRGraph(nodes=nodes, edges=edges, metadata=metadata)


def _layers(reservoir: Any, readout: Any) -> list[tuple[str, Any]]:
    """Return reservoirs, each heard by the next, by name."""
    if not isinstance(reservoir, StackedReservoir):
        return [("", reservoir)]
    layers = reservoir.reservoirs_
    if len(layers) > 1 and reservoir.connection != "chain":
        raise ValueError("NIR can say a stack in a chain, not connection='parallel'.")
    if len(layers) > 1 and reservoir.skip and readout is not None:
        raise ValueError("NIR can say a readout of the last reservoir: give skip=False.")
    told = {_discretisation(layer) for _, layer in layers}
    if len(told) > 1:
        raise ValueError(
            "NIR can say reservoirs of one dt, method and dtype, not of "
            f"{' and '.join(map(str, sorted(told, key=str)))}."
        )
    return layers


def _discretisation(layer: Any) -> tuple[Any, ...]:
    names = ("dt", "substeps_", "method_", "dtype")
    return tuple(getattr(layer, name, None) for name in names)


def _joined(nir: Any, graphs: dict[str, Any]) -> Any:
    """Return a graph of graphs, one after another."""
    names = list(graphs)
    if taken := {"input", "output"} & set(names):
        raise ValueError(f"A reservoir of a graph cannot be called {taken.pop()!r}.")
    begin, end = graphs[names[0]].nodes["input"], graphs[names[-1]].nodes["output"]
    steps = ["input", *names, "output"]
    return nir.NIRGraph(
        nodes={"input": begin, **graphs, "output": end},
        edges=list(pairwise(steps)),
    )
