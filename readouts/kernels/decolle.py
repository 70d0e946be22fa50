"""DECOLLE for one trained layer and its fixed readout, compiled.

Shapes: D channels, H units in the trained layer, K outputs.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
W, b      (D, H)   weights, one row per channel, and biases (H,)
Q, P      (D,)     traces of a channel: filtered by the synapse, then by the membrane
R         (H,)     refractoriness
U, S      (H,)     membrane potentials, whose threshold is 0, and spikes
G         (K, H)   fixed readout; empty if each unit is an output itself
Y, e      (K,)     outputs ``G S``, and their errors
d         (H,)     errors of U
a, b_s, g -        decays per step of P, of Q and of R
========= ======== ====================================================================
"""

import numpy as np

from sparcelearn._core.jit import jit

from .events import wake, weigh
from .losses import SGD, err
from .solvers import move_row
from .surrogates import surrogate

# --- the text below this line goes into every generated module ---

SMOOTH_L1 = 3
BELOW, ACTIVITY = -0.01, 0.1  # the regulariser pushes U below the one, its mean above the other


@jit
def new_state(constants, D, H):
    """Return the arrays of traces, of units and of outputs."""
    K = constants[-1].shape[0] if constants[-1].size else H
    traces = np.empty(D), np.empty(D)
    units = np.zeros(H), np.zeros(H), np.zeros(H), np.zeros(H), np.zeros(H)  # U R S d scratch
    filters = np.zeros(H), np.zeros(H), np.zeros(H)
    return traces, units, filters, (np.zeros(K), np.zeros(K))


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
def fire(is_linear, g, G, units, Y):
    """Fill S and Y from U, which is without refractoriness yet."""
    U, R, S = units[0], units[1], units[2]
    for i in range(U.size):
        if is_linear:
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
def send_back(constants, e, units):
    """Fill d with the errors of U; return whether there are any."""
    is_linear, shape, steepness, strength, G = (
        constants[2],
        constants[6],
        constants[7],
        constants[9],
        constants[10],
    )
    U, d = units[0], units[3]
    any_error, mean = False, U.mean()
    for i in range(U.size):
        d[i] = 0.0
        if G.size == 0:
            d[i] = e[i]
        else:
            for k in range(e.size):
                d[i] += G[k, i] * e[k]
        if not is_linear:
            d[i] *= surrogate(shape, U[i], steepness)
        if strength > 0.0:
            d[i] += strength / U.size * (int(U[i] > BELOW) - int(mean < ACTIVITY))
        any_error |= d[i] != 0.0
    return any_error


@jit
def trace(constants, events, t, is_active, active, n, traces):
    """Filter the events of step t; return how many channels are active."""
    a, b_s = constants[3], constants[4]
    _, step_starts, channels, values = events
    Q, P = traces
    for j in active[:n]:
        Q[j] *= b_s
    n_awake = wake(events, t, is_active, active, n)
    for j in active[n:n_awake]:
        Q[j] = P[j] = 0.0
    for i in range(step_starts[t], step_starts[t + 1]):
        Q[channels[i]] += (1.0 - b_s) * values[i]
    for j in active[:n_awake]:
        P[j] = a * P[j] + (1.0 - a) * Q[j]
    return n_awake


@jit
def learn(
    constants,
    events,
    begin,
    end,
    T,
    weight,
    learning,
    parameters,
    gradient,
    moments,
    is_active,
    active,
    state,
):
    """Run a sample, moving in every step; return its loss and the number of active channels."""
    loss, burn_in, is_linear, g = constants[0], constants[1], constants[2], constants[5]
    error_threshold, G = constants[8], constants[10]
    eta, solver, decay, learns_b = learning[:4]
    W, b = parameters
    n_errors = moments[2][0]
    D = W.shape[0]
    traces, units, _, (Y, e) = state
    P, U, d, scratch = traces[1], units[0], units[3], units[4]
    for values in units:
        values[:] = 0.0
    first = begin + min(burn_in, end - begin - 1)
    n, total = np.int64(0), 0.0  # for a literal, callees would be compiled twice
    for t in range(begin, end):
        n = trace(constants, events, t, is_active, active, n, traces)
        for k in range(U.size):
            U[k] = b[k]
        for j in active[:n]:
            for i in range(U.size):
                U[i] += P[j] * W[j, i]
        fire(is_linear, g, G, units, Y)
        if t < first:
            continue
        target = T[:, t - begin if T.shape[1] > 1 else 0]
        total += smooth_l1(Y, target, e) if loss == SMOOTH_L1 else err(loss, Y, target, e)
        for k in range(e.size):
            is_large = abs(e[k]) > error_threshold
            n_errors[D] += is_large
            e[k] *= weight if is_large else 0.0
        if not send_back(constants, e, units):
            continue
        if learns_b:
            for k in range(d.size):
                scratch[k] = d[k]
            move_row(solver, eta, decay, b, scratch, moments, D)
        for j in active[:n]:
            if solver == SGD:
                step = eta * P[j]
                for i in range(d.size):
                    W[j, i] -= step * d[i]
            else:
                for i in range(d.size):
                    scratch[i] = P[j] * d[i]
                move_row(solver, eta, decay, W[j], scratch, moments, j)
    return total / (end - first), n


@jit
def respond(constants, events, begin, end, parameters, state, out):
    """Fill the one column of ``out`` with the outputs' mean over steps.

    Weights that stay let units filter what they receive, which touches only events.
    """
    burn_in, is_linear, a, b_s, g = constants[1:6]
    G = constants[10]
    W, b = parameters
    _, units, (current, q, p), (Y, _) = state
    U = units[0]
    for values in units:
        values[:] = 0.0
    q[:] = 0.0
    p[:] = 0.0
    out[:] = 0.0
    first = begin + min(burn_in, end - begin - 1)
    for t in range(begin, end):
        weigh(events, t, W, current)
        for i in range(U.size):
            q[i] = b_s * q[i] + (1.0 - b_s) * current[i]
            p[i] = a * p[i] + (1.0 - a) * q[i]
            U[i] = p[i] + b[i]
        fire(is_linear, g, G, units, Y)
        if t >= first:
            for k in range(Y.size):
                out[k, 0] += Y[k] / (end - first)
