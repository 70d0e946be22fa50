"""Whether a step is short enough: units at work, once at this step and once at half of it.

Spikes lie on the grid, and each reset with them, so intervals that differ by half a step are as
good as equal. What is left is the error of the integrator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sparcelearn._core.arrays import read_only
from sparcelearn._core.warning import warn

from ._constant_drive import at_constant_drive, intervals, unchecked
from ._gap_junctions import uncoupled
from ._neuron_model import NeuronModel
from ._simulator import Simulator
from ._working_point import WORKING_DRIVES, drive_sign
from .equations import ParsedModel, build_program

__all__ = ["choose_steps"]

MAX_SUBSTEPS = 64
N_PROBES = 4  # units that are asked
TOLERANCE = 0.01  # of an interval
N_SPIKES = 20  # about as many as are looked at
TAIL = 10.0  # standard deviations of a calibrated input, within which a step must be stable
LONGEST = 2000.0  # ms
WEAKEST, MAX_DOUBLINGS, N_HALVINGS = 1e-3, 24, 6  # up to a drive of 17,000
SHORTEST = 500.0  # ms, so that slow units are seen to fire


def choose_steps(network: Any, *, is_given: bool) -> None:
    """Settle the method, and into how many parts a step must be divided; or warn.

    Parameters
    ----------
    network : SpikingNetwork
        A network whose units are drawn; its ``method_`` and ``substeps_`` are set.
    is_given : bool
        Whether the number of parts of a step was given.
    """
    program = network._program()
    network.method_ = program.method
    if program.method == "exact" or program.uniforms:
        return  # no step is too long for the one; of the other, no two runs are alike
    error, is_stable = _settle(network, is_given=is_given)
    if (error > 1 or not is_stable) and network.method == "auto" and program.method == "rk4":
        error = _other_method(network, error, is_stable, is_given=is_given)
    if error > 1:
        _warn(network.neuron_, network.dt, network._step, is_given=is_given)


def _settle(network: Any, *, is_given: bool) -> tuple[float, bool]:
    """Set the number of parts of a step; return the error, and whether strong drives are borne."""
    n_inputs = len(network.neuron_.parsed.inputs)
    asked = [_needed(network, k, is_given=is_given) for k in range(n_inputs)]
    network.substeps_ = max(n for _, n, _ in asked)
    return max(error for error, _, _ in asked), asked[0][2]


def _needed(network: Any, through: int, *, is_given: bool) -> tuple[float, int, bool]:
    """Return the same for drives through one input, with the number of parts.

    Through others than the first, which is that of the membrane, units need not spike at all.
    """
    make = lru_cache(partial(_probes, network, through))  # most steps are asked for twice
    step, tau = network._step, network._longest_tau
    if is_given:
        error, _ = interval_error(make, step, tau)
        is_mute = through and error == np.inf and substeps_needed(make, step, tau) > MAX_SUBSTEPS
        if error <= 1 and network.input_scaling == "auto":
            strong = TAIL * network._drive_spread
            error = np.inf if stable_substeps(make, step, 1, tau, strong)[0] > 1 else error
        return (0.0 if is_mute else error), network.substeps_, True
    n, is_stable = substeps_needed(make, network.dt, tau), True
    if through and n > MAX_SUBSTEPS:
        return 0.0, 1, True
    if network.input_scaling == "auto":
        n, is_stable = stable_substeps(make, network.dt, n, tau, TAIL * network._drive_spread)
    return (np.inf if n > MAX_SUBSTEPS else 0.0), min(n, MAX_SUBSTEPS), is_stable


def _other_method(network: Any, error: float, was_stable: bool, *, is_given: bool) -> float:
    """Take the method that stays stable, where it applies and is better; return the error."""
    model, values, n = network.neuron_.parsed, network.neuron_parameters_, network.substeps_
    stable = _stable_method(model, values, network._step)
    if stable is None:
        return error
    network.method_ = stable
    other, is_stable = _settle(network, is_given=is_given)
    is_as_good = error <= 1 and was_stable >= is_stable
    if is_as_good and (other > 1 or network.substeps_ >= n):
        network.method_, network.substeps_ = "rk4", n
        return error
    return other


def _probes(network: Any, through: int, dt: float) -> Simulator:
    """Return a few of the units, uncoupled, with steps of their own."""
    chosen = np.linspace(0, network.n_units - 1, min(N_PROBES, network.n_units)).astype(int)
    probes = copy(network)
    probes.n_units = len(chosen)
    probes.neuron_parameters_ = {
        k: x[chosen] if isinstance(x, np.ndarray) else x
        for k, x in network.neuron_parameters_.items()
    }
    n_columns = len(network.neuron_.parsed.inputs) * len(chosen)
    probes.rest_, probes.bias_ = network.rest_[:, chosen], np.zeros(n_columns)
    probes.input_weights_ = sparse.csr_array((network.input_weights_.shape[0], n_columns))
    if network.event_weights_ is not None:
        probes.event_weights_ = sparse.csr_array((network.event_weights_.shape[0], len(chosen)))
    probes.recurrent_weights_ = sparse.csr_array((len(chosen), len(chosen)))
    probes.channels_ = ()
    probes.plasticity_ = np.zeros((0, len(chosen)))
    probes.gap_weights_ = uncoupled(network, len(chosen))
    probes.features_, probes.feature_scaling = "membrane", None
    simulator: Simulator = probes._make_simulator(probes._program(dt), dt)
    return replace(simulator, measured_input=through)


def substeps_needed(make: Callable[[float], Simulator], dt: float, longest_tau: float) -> int:
    """Return into how many parts a step must be divided, at most ``2 * MAX_SUBSTEPS``.

    Parameters
    ----------
    make : callable
        Returns a few units that take steps of a given length (ms).
    dt : float
        The step (ms).
    longest_tau : float
        Longest time constant (ms).

    Returns
    -------
    int
        A power of two; ``2 * MAX_SUBSTEPS`` where as many as allowed are not enough.
    """
    n, least = 1, None
    while n <= MAX_SUBSTEPS:
        error, least = interval_error(make, dt / n, longest_tau, near=least)
        if error <= 1:
            break
        n *= 2
    return n


def stable_substeps(
    make: Callable[[float], Simulator], dt: float, n: int, longest_tau: float, factor: float
) -> tuple[int, bool]:
    """Return into how many parts, at least n, a step must be divided to bear strong drives.

    Parameters
    ----------
    make, dt, longest_tau
        As for :func:`substeps_needed`.
    n : int
        What accuracy needs.
    factor : float
        Size of a strong drive, in units of the least at which units spike.

    Returns
    -------
    tuple of (int, bool)
        The number, and whether states stay finite; where none is enough, n stays.
    """
    coarse, finest = _quiet(make(dt / n)), _quiet(make(dt / MAX_SUBSTEPS))
    span = min(10 * longest_tau, SHORTEST) + 20 * dt
    strong = factor * _least_drive(coarse, _settled(longest_tau, dt))
    if _overflows(finest, strong, span):
        return n, False
    while n < MAX_SUBSTEPS and _overflows(_quiet(make(dt / n)), strong, span):
        n *= 2
    return n, True


def interval_error(
    make: Callable[[float], Simulator],
    dt: float,
    longest_tau: float,
    *,
    near: NDArray[np.float64] | None = None,
) -> tuple[float, NDArray[np.float64]]:
    """Return by how much intervals differ at half the step, in units of what is allowed.

    Parameters
    ----------
    make, dt, longest_tau
        As for :func:`substeps_needed`.
    near : ndarray of shape (n_units,), default=None
        About the least drive of each unit, if it is known.

    Returns
    -------
    error : float
        Above 1 where the step is too long; infinite where units fire at one of the two only.
    least : ndarray of shape (n_units,)
        The least drive of each unit.
    """
    coarse, fine = (_quiet(make(step)) for step in (dt, dt / 2))
    settled = _settled(longest_tau, dt)
    least = _least_drive(fine, settled, near)
    slack = 0.5 * dt if coarse.program.resets else 0.0
    largest = 0.0
    for factor in WORKING_DRIVES:
        # long enough for some spikes: first a look at how fast they come
        span = settled
        expected = intervals(fine, factor * least, span)
        if np.all(np.isfinite(expected)):
            span = min(max(span, N_SPIKES * float(np.max(expected))), LONGEST + 200 * dt)
            expected = intervals(fine, factor * least, span)
        found = intervals(coarse, factor * least, span)
        is_silent = np.isnan(expected) & np.isnan(found)
        allowed = slack + TOLERANCE * expected
        with np.errstate(invalid="ignore"):  # infinite less infinite
            error = np.where(is_silent, 0.0, np.abs(found - expected) / allowed)
        largest = max(largest, float(np.max(np.where(np.isnan(error), np.inf, error))))
    return largest, least


def _settled(longest_tau: float, dt: float) -> float:
    """Return after what time (ms) units fire regularly."""
    return max(10 * min(longest_tau, LONGEST / 20) + 200 * dt, SHORTEST)


def _overflows(units: Simulator, drive: NDArray[np.float64], span: float) -> bool:
    """Return whether states overflow where drives jump up and down."""
    state = None
    for now in (drive, -drive, drive):
        driven, samples = at_constant_drive(units, now, round(span / units.dt))
        _, state, _ = unchecked(driven, samples, start=state)
    return state is not None and not np.isfinite(state.variables).all()


def _quiet(units: Simulator) -> Simulator:
    """Return the same units without noise: their random numbers are pulses that never come."""
    shape = (units.network.n_noises, units.n_units)
    network = units.network._replace(
        n_normals=0, pulse_means=read_only(np.zeros(shape)), silences=read_only(np.ones(shape))
    )
    return replace(units, network=network, backend="numba")


def _least_drive(
    units: Simulator, span: float, near: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return about the least constant drive at which each unit goes on spiking."""
    weakest = np.full(units.n_units, drive_sign(units) * WEAKEST)
    # the sign may be another than with a step that was much too long
    high = weakest if near is None or np.any(weakest * near <= 0) else near / 2
    for _ in range(MAX_DOUBLINGS):
        is_silent = np.isnan(intervals(units, high, span))  # what overflows is found
        if not is_silent.any():
            break
        high = np.where(is_silent, 2 * high, high)
    low = np.where(np.abs(high) > WEAKEST, high / 2, 0.0)
    for _ in range(N_HALVINGS):
        middle = (low + high) / 2
        is_silent = np.isnan(intervals(units, middle, span))
        low, high = np.where(is_silent, middle, low), np.where(is_silent, high, middle)
    return high


def _stable_method(model: ParsedModel, parameters: Mapping[str, Any], dt: float) -> str | None:
    """Return the method that stays stable where Runge-Kutta's do not, None if it does not apply.

    Parameters
    ----------
    model : ParsedModel
        The units.
    parameters : mapping of str to float or ndarray of shape (n_units,)
        Values of its parameters.
    dt : float
        Step (ms).

    Returns
    -------
    str or None
    """
    try:
        return build_program(model, parameters, dt, "exponential_euler").method
    except ValueError:
        return None


def _warn(neuron: NeuronModel, dt: float, step: float, *, is_given: bool) -> None:
    """Warn that a step is too long for the equations: ``dt``, or a given part of it."""
    ask = ", or substeps='auto'" if is_given else ""
    warn(
        f"A step of {step:g} ms is too long for {neuron.name}: with half of it units fire at other "
        f"times, at a constant drive. Lower dt={dt:g}{ask}."
    )
