"""DECOLLE for one trained layer and its fixed readout, compiled.

Shapes: D channels, H units in the trained layer, K outputs. ``W`` is (D, H), one row per
channel, ``b`` (H,).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sparcelearn._core.jit import jit

from .events import add_events, first_counted, rest, wake, weighted_sum
from .layout import Array
from .losses import SGD, err
from .solvers import descend_rows, scale, scale_rows
from .surrogates import surrogate


class Units(NamedTuple):
    """Arrays of the trained layer, each of shape (H,).

    Parameters
    ----------
    U, R, S : ndarray
        Membrane potentials, whose threshold is 0, refractoriness, and spikes.
    d : ndarray
        Errors of U.
    """

    U: Array
    R: Array
    S: Array
    d: Array


class State(NamedTuple):
    """Arrays to work in.

    Parameters
    ----------
    units : Units
    current, q, p : ndarray of shape (H,)
        What units receive, then filtered by the synapse, then by the membrane: weights that
        stay let the units filter, instead of the channels.
    Q, P : ndarray of shape (D,)
        Traces of a channel: filtered by the synapse, then by the membrane.
    Y, e : ndarray of shape (K,)
        Outputs ``G S``, and their errors.
    n_errors : ndarray of shape (1,), dtype int64
        How many errors were above the threshold.
    """

    units: Units
    current: Array
    q: Array
    p: Array
    Q: Array
    P: Array
    Y: Array
    e: Array
    n_errors: Array


class Constants(NamedTuple):
    """Numbers of the rule.

    Parameters
    ----------
    loss, shape : int
        Numbers of the loss and the surrogate.
    burn_in : int
        Steps at the start of a sample that do not count.
    is_linear : bool
        Whether units do not spike: ``S = U``.
    a, b_s, g : float
        Decays per step of P, of Q and of R.
    steepness : float
        Inverse width of the surrogate.
    error_threshold : float
        Errors up to this size are set to 0.
    strength : float
        Strength of the regularisation.
    G : ndarray of shape (K, H) or (0, 0)
        Fixed readout; empty if each unit is an output itself.
    """

    loss: int
    burn_in: int
    is_linear: bool
    a: float
    b_s: float
    g: float
    shape: int
    steepness: float
    error_threshold: float
    strength: float
    G: Array

    def new_state(self, D: int, H: int) -> State:
        """Return arrays to work in."""
        units = Units(*np.zeros((len(Units._fields), H)))
        current, q, p = np.zeros((3, H))
        Q, P = np.zeros((2, D))
        Y, e = np.zeros((2, len(self.G) or H))
        return State(units, current, q, p, Q, P, Y, e, np.zeros(1, np.int64))


# --- the text below this line goes into every generated module ---

SMOOTH_L1 = 3
BELOW, ACTIVITY = -0.01, 0.1  # the regulariser pushes U below the one, its mean above the other


@jit
def smooth_l1(y, t, e):
    """Fill ``e`` with the derivative of the smooth L1 loss, a mean over outputs; return it."""
    total = 0.0
    for k in range(y.size):
        d = y[k] - t[k]
        total += 0.5 * d * d if abs(d) < 1.0 else abs(d) - 0.5
        e[k] = max(-1.0, min(1.0, d)) / y.size
    return total / y.size


@jit
def fire(constants, units, Y):
    """Fill S and Y from U, which does not include refractoriness yet."""
    U, R, S, g, G = units.U, units.R, units.S, constants.g, constants.G
    for i in range(U.size):
        if constants.is_linear:
            S[i] = U[i]
        else:
            R[i] = g * R[i] - (1.0 - g) * S[i]
            U[i] += R[i]
            S[i] = 1.0 if U[i] > 0.0 else 0.0
    if G.size == 0:
        for k in range(Y.size):
            Y[k] = S[k]
        return
    for k in range(Y.size):
        Y[k] = 0.0
        for i in range(U.size):
            Y[k] += G[k, i] * S[i]


@jit
def send_back(constants, e, weight, units):
    """Fill d with the errors of U; return whether there are any. ``e`` is weighted already."""
    U, d, G, strength = units.U, units.d, constants.G, constants.strength * weight
    any_error, mean = False, U.mean()
    for i in range(U.size):
        d[i] = 0.0
        if G.size == 0:
            d[i] = e[i]
        else:
            for k in range(e.size):
                d[i] += G[k, i] * e[k]
        if not constants.is_linear:
            d[i] *= surrogate(constants.shape, U[i], constants.steepness)
        if strength > 0.0:
            d[i] += strength / U.size * (int(U[i] > BELOW) - int(mean < ACTIVITY))
        any_error |= d[i] != 0.0
    return any_error


@jit
def trace(constants, events, t, active, is_active, n, Q, P):
    """Filter the events of step t; return how many channels are active."""
    a, b_s = constants.a, constants.b_s
    for j in active[:n]:
        Q[j] *= b_s
    n_awake = wake(events, t, active, is_active, n)
    for j in active[n:n_awake]:
        Q[j] = P[j] = 0.0
    add_events(events, t, 1.0 - b_s, Q)
    for j in active[:n_awake]:
        P[j] = a * P[j] + (1.0 - a) * Q[j]
    return n_awake


@jit
def raise_errors(constants, target, weight, Y, e, n_errors):
    """Fill e with weighted errors, 0 where small, and count the others; return the loss."""
    loss = constants.loss
    value = smooth_l1(Y, target, e) if loss == SMOOTH_L1 else err(loss, Y, target, e)
    for k in range(e.size):
        is_large = abs(e[k]) > constants.error_threshold
        n_errors[0] += is_large
        e[k] *= weight if is_large else 0.0
    return value


@jit
def move_intercepts(solver, eta, decay, b, d, v):
    """Move b by the errors of this step."""
    if solver == SGD:
        for i in range(b.size):
            b[i] -= eta * d[i]
    else:
        scale(eta, decay, b, d, v[len(v) - 1])


@jit
def learn(constants, events, s, T, weight, eta, learner, channels, state):
    """Run a sample, moving in every step; return its loss and the number of active channels."""
    W, b, v = learner.parameters.W, learner.parameters.b, learner.moments.squares
    units, U, d = state.units, state.units.U, state.units.d
    Q, P, Y, e, n_errors = state.Q, state.P, state.Y, state.e, state.n_errors
    active, is_active = channels.active, channels.is_active
    rest(units)
    begin, end = events.starts[s], events.starts[s + 1]
    first = first_counted(begin, end, constants.burn_in)
    n, total = np.int64(0), 0.0  # for a literal, callees would be compiled twice
    for t in range(begin, end):
        n = trace(constants, events, t, active, is_active, n, Q, P)
        for i in range(U.size):
            U[i] = b[i]
        for j in active[:n]:
            for i in range(U.size):
                U[i] += P[j] * W[j, i]
        fire(constants, units, Y)
        if t < first:
            continue
        target = T[:, t - begin if T.shape[1] > 1 else 0]
        total += raise_errors(constants, target, weight, Y, e, n_errors)
        if not send_back(constants, e, weight, units):
            continue
        if learner.solver == SGD:
            descend_rows(eta, W, active[:n], P, d)
        else:
            scale_rows(eta, learner.decay, W, active[:n], P, d, v)
        if learner.learns_b:
            move_intercepts(learner.solver, eta, learner.decay, b, d, v)
    return total / (end - first), n


@jit
def respond(constants, events, s, parameters, state, out):
    """Fill ``out`` with the outputs in each step or, if it has one column, with their mean."""
    units, Y, a, b_s = state.units, state.Y, constants.a, constants.b_s
    U, current, q, p = units.U, state.current, state.q, state.p
    W, b = parameters.W, parameters.b
    rest(units)
    q[:] = 0.0
    p[:] = 0.0
    out[:] = 0.0
    begin, end = events.starts[s], events.starts[s + 1]
    first = first_counted(begin, end, constants.burn_in)
    for t in range(begin, end):
        weighted_sum(events, t, W, current)
        for i in range(U.size):
            q[i] = b_s * q[i] + (1.0 - b_s) * current[i]
            p[i] = a * p[i] + (1.0 - a) * q[i]
            U[i] = p[i] + b[i]
        fire(constants, units, Y)
        for k in range(Y.size):
            if out.shape[1] > 1:
                out[k, t - begin] = Y[k]
            elif t >= first:
                out[k, 0] += Y[k] / (end - first)
