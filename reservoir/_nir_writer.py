"""A fitted reservoir as nodes and edges of NIR."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._nir_units import same_model
from ._spiking import SpikingReservoir

__all__ = ["layer_graph"]

Weights = NDArray[np.floating]


def layer_graph(
    nir: Any, reservoir: SpikingReservoir, readout: Any, *, spike: str, delays: bool
) -> Any:
    """Return the graph of one reservoir and perhaps a readout.

    Parameters
    ----------
    nir : module
        The package.
    reservoir : SpikingReservoir
        A fitted one.
    readout : estimator or None
        A fitted one, linear.
    spike : {"dirac", "step"}
        What a spike is on an edge.
    delays : bool
        Whether to write the delay.

    Returns
    -------
    nir.NIRGraph

    Raises
    ------
    ValueError
        If there is something that NIR cannot say.
    """
    _check_units(reservoir)
    writer = _Writer(nir, reservoir, spike)
    writer.add_units()
    events = reservoir.form_ == "events"
    if not events:
        writer.add_numbers()
    source = "units"
    if delays and reservoir.recurrent_weights_.nnz:
        writer.nodes["delay"] = nir.Delay(delay=_delays(reservoir))
        writer.edges.append(("units", "delay"))
        source = "delay"
    paths = {"": (source, reservoir.recurrent_weights_)}
    if events:
        paths["input_"] = ("input", reservoir.input_weights_)
    if writer.is_delta:
        writer.add_jumps(paths)
    elif events and np.any(writer.drive != 0):
        raise ValueError(
            "NIR cannot say a constant drive of units that take events: give input_scaling as a "
            "number, bias_scaling=0, and let units start at v_rest."
        )
    else:
        writer.add_synapses("exc", paths, sign=1)
        writer.add_synapses("inh", paths, sign=-1)
    writer.add_output(readout)
    return nir.NIRGraph(nodes=writer.nodes, edges=writer.edges)


class _Writer:
    """Nodes and edges of a graph as they come."""

    def __init__(self, nir: Any, reservoir: SpikingReservoir, spike: str) -> None:
        self.nir, self.reservoir = nir, reservoir
        self.values = {
            name: np.broadcast_to(value, reservoir.n_units)
            for name, value in reservoir.neuron_parameters_.items()
        }
        self.is_leaky = "tau_mem" in self.values
        self.is_delta = reservoir.neuron_.excitatory == "v"
        self.start = np.array(reservoir.rest_[0])
        # what a current of 1 is in NIR, which counts time in seconds
        self.gain = self.values["r_mem"] if self.is_leaky else np.full(reservoir.n_units, 1000.0)
        # what drives the units besides the input, seen from where they start
        constant = self.values["v_rest"] - self.start if self.is_leaky else self.values["drift"]
        unit = 1.0 if self.is_leaky else 1000.0
        self.drive = constant * unit + self.gain * reservoir.bias_
        self.per_area = 1.0 if spike == "dirac" else 1000 / reservoir._step
        self.nodes: dict[str, Any] = {}
        self.edges: list[tuple[str, str]] = []

    def add_units(self) -> None:
        """Add the input and the units."""
        n_channels = self.reservoir.n_features_in_
        self.nodes["input"] = self.nir.Input(input_type={"input": np.array([n_channels])})
        levels = {
            "r": np.ones_like(self.start),
            "v_threshold": np.array(self.values["v_threshold"]),
            "v_reset": np.array(self.values["v_reset"]),
        }
        if self.is_leaky:
            tau = self.values["tau_mem"] / 1000
            self.nodes["units"] = self.nir.LIF(tau=tau, v_leak=self.start, **levels)
        else:
            self.nodes["units"] = self.nir.IF(**levels)

    def add_numbers(self) -> None:
        """Let numbers drive the units."""
        means, scales = self.reservoir.channel_means_, self.reservoir.channel_scales_
        heard = self.reservoir.input_weights_.toarray() * scales[:, np.newaxis]
        weights, shift = heard * self.gain, -(means @ heard) * self.gain
        self.add_weights("input", "input_weights", weights, "units", self.drive + shift)

    def add_weights(
        self, source: str, name: str, weights: Any, target: str, bias: Any = 0.0
    ) -> None:
        """Add weights from row to column; NIR has them from column to row."""
        shift = np.array(np.broadcast_to(bias, weights.shape[1]), dtype=np.float64)
        self.nodes[name] = self.nir.Affine(weight=np.ascontiguousarray(weights.T), bias=shift)
        self.edges += [(source, name), (name, target)]

    def add_jumps(self, paths: dict[str, tuple[str, Any]]) -> None:
        """Add weights whose spikes are jumps of the potential."""
        tau = self.values["tau_mem"] / 1000 if self.is_leaky else 1.0
        for prefix, (source, matrix) in paths.items():
            name = f"{prefix or 'recurrent_'}weights"
            bias = self.drive if source == "input" else 0.0
            if matrix.nnz or np.any(bias):
                weights = matrix.toarray() * (tau * self.per_area)
                self.add_weights(source, name, weights, "units", bias)

    def add_synapses(self, kind: str, paths: dict[str, tuple[str, Any]], sign: int) -> None:
        """Add the current of one kind of synapse, and all weights of its sign."""
        tau = self.values[f"tau_{kind}"] / 1000
        scale = self.gain * tau * self.per_area  # a spike of 1 adds its weight
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

    def _add_filter(self, name: str, tau: Weights) -> None:
        self.nodes[name] = self.nir.LI(tau=tau, r=np.ones_like(tau), v_leak=np.zeros_like(tau))


def _check_units(reservoir: SpikingReservoir) -> None:
    model = same_model(reservoir.neuron_) if isinstance(reservoir, SpikingReservoir) else None
    if model is None:
        raise ValueError(
            "NIR can say reservoirs of LIF units only (LIF, DeltaLIF, and what from_nir makes of "
            f"IF nodes), not {getattr(reservoir, 'neuron', None)!r}."
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
    if reservoir.gap_weights_ is not None:
        raise ValueError("NIR cannot say gap_junctions.")
    if reservoir.channels_ or reservoir.input_channels_:
        raise ValueError("NIR cannot say wiring by channels; let weights go by their sign.")
    is_leaky = "tau_mem" in model.parameters
    if np.any(reservoir.rest_[1:] if is_leaky else reservoir.rest_):
        raise ValueError(
            "NIR cannot say where currents start, nor units without a leak, here not at 0."
        )


def _delays(reservoir: SpikingReservoir) -> Weights:
    """Return the delay of each source as it is simulated (s)."""
    weights = reservoir.recurrent_weights_
    steps = np.broadcast_to(reservoir.delay_steps_, weights.nnz)
    sources = np.repeat(np.arange(reservoir.n_units), np.diff(weights.indptr))
    of_sources = np.ones(reservoir.n_units, dtype=np.int64)
    np.maximum.at(of_sources, sources, steps)
    if np.any(of_sources[sources] != steps):
        raise ValueError("NIR cannot say delays that differ among the synapses of a unit.")
    return of_sources * reservoir._step / 1000


def _linear(reservoir: SpikingReservoir, readout: Any) -> tuple[Weights, Weights]:
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
