"""Export to the Neuromorphic Intermediate Representation (NIR)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from ._spiking import SpikingReservoir
from .neurons import LIF

__all__ = ["to_nir"]

SAME = ("equations", "threshold", "reset", "excitatory", "inhibitory")  # what makes a unit a LIF
SPIKES = ("dirac", "step")


def to_nir(
    reservoir: SpikingReservoir,
    readout: Any = None,
    *,
    spike: str = "dirac",
    delays: bool = True,
) -> Any:
    r"""Write a fitted reservoir of LIF units, and a linear readout, as a graph of NIR.

    ==================== ===========================================================
    node                 what it is
    ==================== ===========================================================
    ``input``            numbers, or events, as the reservoir was fitted on
    ``input_weights``    Affine, to ``units``; of events, to the synapses
    ``units``            LIF
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
    state at the start: it is ``v_leak``.

    Parameters
    ----------
    reservoir : SpikingReservoir
        A fitted one, of LIF units without a refractory period.
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
        with thresholds.

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
    _check_units(reservoir)
    writer = _Writer(nir, reservoir, spike)
    writer.add_units()
    events = reservoir.form_ == "events"
    if not events:
        writer.add_drive()
    elif np.any(writer.drive != 0):
        raise ValueError(
            "NIR cannot say a constant drive of units that take events: give input_scaling as a "
            "number, bias_scaling=0, and let units start at v_rest."
        )
    source = "units"
    if delays and reservoir.recurrent_weights_.nnz:
        writer.nodes["delay"] = nir.Delay(delay=_delays(reservoir))
        writer.edges.append(("units", "delay"))
        source = "delay"
    paths = {"": (source, reservoir.recurrent_weights_)}
    if events:
        paths["input_"] = ("input", reservoir.input_weights_)
    writer.add_synapses("exc", paths, sign=1)
    writer.add_synapses("inh", paths, sign=-1)
    writer.add_output(readout)
    metadata = {
        "dt": reservoir.dt / 1000,
        "discretisation": reservoir.method_,
        "spike": spike,
        "steps_per_input": int(reservoir.steps_per_input_),
        "dtype": reservoir.dtype,
    }
    return nir.NIRGraph(nodes=writer.nodes, edges=writer.edges, metadata=metadata)


class _Writer:
    """Nodes and edges of a graph as they come."""

    def __init__(self, nir: Any, reservoir: SpikingReservoir, spike: str) -> None:
        self.nir, self.reservoir = nir, reservoir
        self.values = {
            name: np.broadcast_to(value, reservoir.n_units)
            for name, value in reservoir.neuron_parameters_.items()
        }
        self.start = np.array(reservoir.rest_[0])
        # what drives the units besides the input, seen from where they start
        self.drive = self.values["v_rest"] - self.start + self.values["r_mem"] * reservoir.bias_
        self.per_area = 1.0 if spike == "dirac" else 1000 / reservoir.dt
        self.nodes: dict[str, Any] = {}
        self.edges: list[tuple[str, str]] = []

    def add_units(self) -> None:
        """Add the input and the units."""
        n_channels = self.reservoir.n_features_in_
        self.nodes["input"] = self.nir.Input(input_type={"input": np.array([n_channels])})
        self.nodes["units"] = self.nir.LIF(
            tau=self.values["tau_mem"] / 1000,
            r=np.ones_like(self.start),
            v_leak=self.start,
            v_threshold=np.array(self.values["v_threshold"]),
            v_reset=np.array(self.values["v_reset"]),
        )

    def add_drive(self) -> None:
        """Let numbers drive the units."""
        means, scales = self.reservoir.channel_means_, self.reservoir.channel_scales_
        heard = self.reservoir.input_weights_.toarray() * scales[:, np.newaxis]
        weights, shift = heard * self.values["r_mem"], -(means @ heard) * self.values["r_mem"]
        self.add_weights("input", "input_weights", weights, "units", self.drive + shift)

    def add_weights(
        self, source: str, name: str, weights: Any, target: str, bias: Any = 0.0
    ) -> None:
        """Add weights from row to column; NIR has them from column to row."""
        shift = np.array(np.broadcast_to(bias, weights.shape[1]), dtype=np.float64)
        self.nodes[name] = self.nir.Affine(weight=np.ascontiguousarray(weights.T), bias=shift)
        self.edges += [(source, name), (name, target)]

    def add_synapses(self, kind: str, paths: dict[str, tuple[str, Any]], sign: int) -> None:
        """Add the current of one kind of synapse, and all weights of its sign."""
        tau = self.values[f"tau_{kind}"] / 1000
        scale = self.values["r_mem"] * tau * self.per_area  # a spike of 1 adds its weight
        name = f"{kind}_synapses"
        for prefix, (source, matrix) in paths.items():
            dense = matrix.toarray()
            weights = np.where(sign * dense > 0, dense, 0.0) * scale
            if weights.any():
                self.add_weights(source, f"{kind}_{prefix}weights", weights, name)
                self._add_filter(name, tau)
        if name in self.nodes:
            self.edges.append((name, "units"))

    def add_output(self, readout: Any) -> None:
        """Add the output: spikes, or what a readout makes of their trace."""
        n_outputs = self.reservoir.n_units
        if readout is None:
            self.edges.append(("units", "output"))
        else:
            coef, intercept = _linear(self.reservoir, readout)
            tau = np.full(n_outputs, self.reservoir._reading().taus[0] / 1000)
            self._add_filter("trace", tau)
            self.edges.append(("units", "trace"))
            self.add_weights(
                "trace", "readout", (coef * tau * self.per_area).T, "output", intercept
            )
            n_outputs = len(coef)
        self.nodes["output"] = self.nir.Output(output_type={"output": np.array([n_outputs])})

    def _add_filter(self, name: str, tau: NDArray[np.floating]) -> None:
        self.nodes[name] = self.nir.LI(tau=tau, r=np.ones_like(tau), v_leak=np.zeros_like(tau))


def import_nir() -> Any:
    """Return the package ``nir``, or say how to get it."""
    try:
        import nir
    except ImportError as error:
        raise ImportError("NIR needs an extra: pip install 'sparce-learn[nir]'.") from error
    return nir


def _check_units(reservoir: SpikingReservoir) -> None:
    if not isinstance(reservoir, SpikingReservoir) or any(
        "".join((getattr(reservoir.neuron_, part) or "").split())
        != "".join((getattr(LIF, part) or "").split())
        for part in SAME
    ):
        raise ValueError(
            f"NIR can say reservoirs of LIF units only, not {getattr(reservoir, 'neuron', None)!r}."
        )
    if np.any(reservoir.input_lags_ != 0):
        raise ValueError("NIR cannot say lags of the input, here in input_wiring.")
    steps = reservoir._simulator.network.refractory_steps.max()
    if steps > 0:
        raise ValueError(
            f"NIR cannot say a refractory period, here of {steps} steps; use neuron=LIF(t_ref=0.0)."
        )
    if reservoir.short_term_plasticity is not None:
        raise ValueError("NIR cannot say short_term_plasticity.")
    if reservoir.channels_ or reservoir.input_channels_:
        raise ValueError("NIR cannot say wiring by channels; let weights go by their sign.")


def _delays(reservoir: SpikingReservoir) -> NDArray[np.floating]:
    """Return the delay of each source as it is simulated (s)."""
    weights = reservoir.recurrent_weights_
    steps = np.broadcast_to(reservoir.delay_steps_, weights.nnz)
    sources = np.repeat(np.arange(reservoir.n_units), np.diff(weights.indptr))
    of_sources = np.ones(reservoir.n_units, dtype=np.int64)
    np.maximum.at(of_sources, sources, steps)
    if np.any(of_sources[sources] != steps):
        raise ValueError("NIR cannot say delays that differ among the synapses of a unit.")
    return of_sources * reservoir._step / 1000


def _linear(
    reservoir: SpikingReservoir, readout: Any
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return weights (n_outputs, n_units) and intercepts of a readout of the trace."""
    reading = reservoir._reading()
    if reservoir.features_ not in ("trace", ("trace",)) or len(reading.taus) != 1:
        raise ValueError(
            "NIR can say a readout of features='trace' with one tau_trace, not of "
            f"features={reservoir.features_!r}."
        )
    if reservoir.n_readouts_ != 1:
        raise ValueError(
            f"NIR can say a readout at n_readouts=1, not at {reservoir.n_readouts_} instants."
        )
    if not (hasattr(readout, "coef_") and hasattr(readout, "intercept_")):
        raise ValueError(f"readout must be fitted and linear, not {readout!r}.")
    if np.any(getattr(readout, "thresholds_", 0.0)):
        raise ValueError(
            "NIR cannot say thresholds on features; use a readout without, sparsity=None."
        )
    coef = np.atleast_2d(np.asarray(readout.coef_, dtype=np.float64))
    if coef.shape[1] != reservoir.n_units:
        raise ValueError(
            f"readout has {coef.shape[1]} weights to an output for {reservoir.n_units} units."
        )
    intercept = np.broadcast_to(np.asarray(readout.intercept_, dtype=np.float64), len(coef))
    if reading.scales is not None and reading.offsets is not None:
        coef = coef * reading.scales[0]
        intercept = intercept - coef @ reading.offsets[0]
    return coef, intercept
