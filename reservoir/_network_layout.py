"""Networks laid out as the arrays that kernels are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sparcelearn._core.arrays import check_alike, read_only

from ._input_layout import index_type
from ._synapse_rows import by_source, by_target, delayed, in_words
from .equations import Program
from .kernels.layout import Network, State

__all__ = [
    "as_dict",
    "check_network",
    "check_state",
    "check_weights",
    "rate_network",
    "resting_state",
    "spiking_network",
]


def spiking_network(
    program: Program,
    inputs: Mapping[str, Any],
    bias: NDArray[Any],
    recurrent: sparse.coo_array,
    *,
    delay_steps: NDArray[np.int64],
    receivers: NDArray[np.int64],
    refractory_steps: NDArray[np.int64],
    plasticity: NDArray[np.float64],
    gaps: sparse.csr_array | None,
    steps_per_input: int,
    dtype: str,
) -> Network:
    """Lay a spiking network out for its kernel.

    ``inputs`` is as :func:`row_layout` or :func:`event_layout` returns it. ``delay_steps`` and
    ``receivers`` (rows of the state that synapses add to) have one number for each weight, or one
    for all; ``plasticity`` is as in :class:`Network`. ``gaps`` are conductances between units that
    touch, None where none do.
    """
    delays, rows, starts, targets, weights = by_source(recurrent, delay_steps, receivers)
    return _network(
        program,
        inputs,
        bias,
        delays=delays,
        receivers=rows,
        synapses=(starts, targets, weights),
        gaps=gaps,
        refractory_steps=refractory_steps,
        plasticity=plasticity,
        steps_per_input=steps_per_input,
        dtype=dtype,
    )


def rate_network(
    program: Program,
    inputs: Mapping[str, Any],
    bias: NDArray[Any],
    recurrent_weights: sparse.csr_array,
    *,
    delay_steps: NDArray[np.int64] | None = None,
    residual_weights: sparse.csr_array | None = None,
    dtype: str,
) -> Network:
    """Lay a rate network out for its kernel, one row for each target.

    ``delay_steps`` has one number for each stored weight, or one for all; None is a step for all.
    ``residual_weights`` are what of the last rates units keep; None: each its own.
    """
    delays: NDArray[Any] = np.zeros(0)
    if delay_steps is not None and np.any(delay_steps > 1):
        recurrent_weights = delayed(recurrent_weights, delay_steps)
        delays = np.unique(delay_steps)
    starts, sources, weights = by_target(recurrent_weights)
    kept = None if residual_weights is None else by_target(residual_weights)
    return _network(
        program,
        inputs,
        bias,
        delays=delays,
        receivers=np.zeros(0),
        synapses=(starts, sources, weights),
        kept=kept,
        refractory_steps=np.zeros(0),
        plasticity=np.zeros((0, len(bias))),
        steps_per_input=1,
        dtype=dtype,
    )


def _network(
    program: Program,
    inputs: Mapping[str, Any],
    bias: NDArray[Any],
    *,
    delays: NDArray[Any],
    receivers: NDArray[Any],
    synapses: tuple[NDArray[Any], ...],
    kept: tuple[NDArray[Any], ...] | None = None,
    gaps: sparse.csr_array | None = None,
    refractory_steps: NDArray[Any],
    plasticity: NDArray[np.float64],
    steps_per_input: int,
    dtype: str,
) -> Network:
    n_units = len(bias) // len(program.inputs)
    starts, targets, weights = synapses
    is_rate = program.threshold is None
    index = index_type(n_units * int(delays.max(initial=1)) if is_rate else n_units)
    nothing = np.zeros(0, dtype=np.int64)
    kept_starts, kept_sources, kept_weights = kept or (nothing, nothing, nothing)
    gap_starts, gap_sources, gap_weights = (nothing,) * 3 if gaps is None else by_target(gaps)
    targets = read_only(targets.astype(index))
    means = np.empty((len(program.pulses), n_units))
    for row, mean in zip(means, program.pulses.values(), strict=True):
        row[:] = mean
    shared = [c for c in program.constants.values() if isinstance(c, float)]
    per_unit = [c for c in program.constants.values() if not isinstance(c, float)]
    return Network(
        **inputs,
        bias=read_only(bias.astype(dtype)),
        delays=read_only(delays.astype(np.int64)),
        receivers=read_only(receivers.astype(np.int64)),
        starts=read_only(starts.astype(np.int64)),
        targets=targets,
        words=in_words(targets),
        weights=read_only(weights.astype(dtype)),
        kept_starts=read_only(kept_starts.astype(np.int64)),
        kept_words=in_words(read_only(kept_sources.astype(index))),
        kept_weights=read_only(kept_weights.astype(dtype)),
        gap_starts=read_only(gap_starts.astype(np.int64)),
        gap_sources=read_only(gap_sources.astype(index)),
        gap_weights=read_only(gap_weights.astype(dtype)),
        refractory_steps=read_only(refractory_steps.astype(np.int64)),
        plasticity=read_only(plasticity),
        constants=read_only(np.array(shared, dtype=dtype)),
        unit_constants=read_only(np.array(per_unit, dtype=dtype).reshape(-1, n_units)),
        n_noises=len(program.noises),
        n_normals=len(program.normals),
        pulse_means=read_only(means),
        silences=read_only(np.exp(-means)),
        steps_per_input=steps_per_input,
        negligible=np.dtype(dtype).type(1e8 * np.finfo(dtype).tiny),
    )


def check_weights(reservoir: Any, n_units: int) -> None:
    """Raise ValueError where a file holds weights or lags that do not go together.

    Parameters
    ----------
    reservoir : BaseReservoir
        As it was loaded.
    n_units : int
        Number of its units.
    """
    heard, lags = reservoir.input_weights_, reservoir.input_lags_
    rises = lags.ndim == 1 and lags.dtype.kind == "i" and np.all(np.diff(lags) > 0)
    inputs, channels = (getattr(reservoir, x, ()) for x in ("input_channels_", "channels_"))
    events = getattr(reservoir, "event_weights_", None)
    n_rows, n_named = len(lags) * reservoir.n_features_in_, max(1, len(inputs))
    n_heard = n_rows * (n_named if events is None else 1)
    if not rises or lags.min(initial=0) < 0 or heard.shape[0] != n_heard:
        raise ValueError(f"input_lags_ {lags} do not go with input_weights_ {heard.shape}")
    gaps = getattr(reservoir, "gap_weights_", None)
    named = (("event_weights_", events, n_named * n_rows), ("gap_weights_", gaps, n_units))
    for name, matrix, n_sources in named:
        if matrix is not None and matrix.shape != (n_sources, n_units):
            raise ValueError(f"{name} of shape {matrix.shape} does not go with {n_units} units")
    n_columns = len(reservoir._simulator.program.inputs) * n_units
    shapes = (
        heard.shape[1],
        reservoir.bias_.shape,
        reservoir.recurrent_weights_.shape,
        reservoir.rest_.shape[1:],
    )
    n_sources = max(1, len(channels)) * n_units
    if shapes != (n_columns, (n_columns,), (n_sources, n_units), (n_units,)):
        raise ValueError(f"weights and rest of shapes {shapes} do not go with {n_units} units")


def check_network(network: Network, n_units: int) -> None:
    """Raise ValueError where there is not a number for each unit, or a delay is no delay.

    Parameters
    ----------
    network : Network
        As it was laid out.
    n_units : int
        Number of its units.
    """
    for name, per_unit in (
        ("refractory_steps", len(network.refractory_steps) or n_units),  # rate units have none
        ("unit_constants", network.unit_constants.shape[1]),
        ("plasticity", network.plasticity.shape[1] if len(network.plasticity) else n_units),
    ):
        if per_unit != n_units:
            raise ValueError(f"{name} is of {per_unit} units, not of {n_units}")
    if network.delays.min(initial=1) < 1 or len(network.plasticity) not in (0, 3):
        raise ValueError("delays must be at least one step, and plasticity have three numbers")


def check_state(state: Mapping[str, NDArray[Any]], rest: State) -> None:
    """Raise ValueError where a carried state is not one that its network could be in.

    Parameters
    ----------
    state : mapping of str to ndarray
        What was carried, by the names of :class:`State`.
    rest : State
        The network at rest.
    """
    if set(state) != set(rest._fields):
        raise ValueError(f"state_ must hold {', '.join(rest._fields)}")
    for name, expected in rest._asdict().items():
        check_alike(f"state_[{name!r}]", state[name], expected)
    n_units = rest.variables.shape[1]
    for name, lowest, highest in (("spikes", 0, n_units - 1), ("n_spikes", 0, n_units)):
        if np.any(state[name] < lowest) or np.any(state[name] > highest):
            raise ValueError(f"state_[{name!r}] must be from {lowest} to {highest}")
    if state["step"][0] < 0:
        raise ValueError("state_['step'] must be at least 0")


def resting_state(variables: NDArray[Any], network: Network, *, n_traces: int, dtype: str) -> State:
    """Return the state of a network at rest, with no spike on its way."""
    n_units = variables.shape[1]
    longest = int(network.delays.max(initial=1))
    n_plastic = network.plasticity.shape[1] if len(network.plasticity) else 0
    resources = np.array([[0.0], [1.0], [-1.0]])  # a rested synapse, before the first step
    strengths = np.zeros((longest, n_plastic))
    if len(network.delays) and not len(network.refractory_steps):  # rate units, at rest before
        strengths = np.repeat(variables[:1], longest, axis=0)
    return State(
        variables=variables.astype(dtype),
        step=np.zeros(1, dtype=np.int64),
        held_until=np.zeros(n_units, dtype=np.int64),
        spikes=np.zeros((longest, n_units), dtype=index_type(n_units)),
        n_spikes=np.zeros(longest, dtype=np.int64),
        strengths=strengths.astype(dtype),
        resources=np.repeat(resources, n_plastic, axis=1),
        traces=np.zeros((n_traces, n_units), dtype=dtype),
        past=np.zeros((network.longest_lag, len(network.channel_means))),
    )


def as_dict(state: State) -> dict[str, NDArray[Any]]:
    """Return a copy of a state under the names of its fields."""
    return {name: np.array(value) for name, value in state._asdict().items()}
