"""SuperSpike for one layer of output neurons, compiled.

Shapes: D channels, K output neurons. Two filters in a row make each double exponential;
a spike has its first effect in its own step.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
W, b      (D, K)   weights, one row per channel, and constant drives (K,)
q, p      (K,)     what neurons receive, filtered by the synapse, then by the membrane
r         (K,)     what is left of resets
U, S      (K,)     membrane potentials and spikes
x, eps    (D,)     traces of a channel, filtered as its input is in q and in p
lam       (D, K)   derivative of a neuron's filtered spikes with respect to W; before it
                   ``half``, which has passed one filter of two
e         (K,)     filtered difference of spikes and targets; before it ``half_e``
k_m, k_s  -        decays per step of membrane and synapse
k_d, k_r  -        decays per step of the filter that spikes are compared by
c, c_e    -        norms: a unit weight's potential peaks at 1, a spike's squares sum to 1
========= ======== ====================================================================
"""

import numpy as np

from sparcelearn._core.jit import jit

from .events import wake, weigh
from .surrogates import surrogate

# --- the text below this line goes into every generated module ---


@jit
def new_state(constants, D, K):
    """Return the arrays of neurons, of errors and of synapses."""
    neurons = np.zeros(K), np.zeros(K), np.zeros(K), np.zeros(K), np.zeros(K), np.zeros(K)
    errors = np.zeros(K), np.zeros(K)
    psi_b = np.zeros(K), np.zeros(K)
    synapses = np.zeros((D, K)), np.zeros((D, K))
    return neurons, np.zeros(K), errors, (np.zeros(D), np.zeros(D)), synapses, psi_b


@jit
def advance(constants, events, t, parameters, neurons, hold):
    """Move the output neurons by one step: fill U and S."""
    n_refractory, k_m, k_s, c, theta = constants[:5]
    W, b = parameters
    current, q, p, r, U, S = neurons
    weigh(events, t, W, current)
    for k in range(U.size):
        q[k] = k_s * q[k] + current[k]
        p[k] = k_m * p[k] + q[k]
        r[k] = k_m * r[k] - theta * S[k]
        U[k] = c * p[k] + r[k] + b[k]
        S[k] = 0.0
        if hold[k] > 0.0:
            hold[k] -= 1.0
        elif U[k] >= theta:
            S[k], hold[k] = 1.0, n_refractory


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
    g,
    moments,
    is_active,
    active,
    state,
):
    """Run a sample and add its gradient; return its loss and the number of active channels."""
    _, k_m, k_s, c, theta, k_d, k_r, c_e, shape, steepness = constants
    _, step_starts, channels, values = events
    g_W, g_b = g
    neurons, hold, (half_e, e), (x, eps), (half, lam), (half_b, lam_b) = state
    U, S = neurons[4], neurons[5]
    rest(neurons, hold)
    for v in (half_e, e, half_b, lam_b):
        v[:] = 0.0
    n, total = np.int64(0), 0.0  # for a literal, callees would be compiled twice
    for t in range(begin, end):
        n_before, n = n, wake(events, t, is_active, active, n)
        for j in active[n_before:n]:
            x[j] = eps[j] = 0.0
            half[j] = 0.0
            lam[j] = 0.0
        for j in active[:n]:
            x[j] *= k_s
        for i in range(step_starts[t], step_starts[t + 1]):
            x[channels[i]] += values[i]
        advance(constants, events, t, parameters, neurons, hold)
        psi = neurons[0]  # the current has been read
        for k in range(U.size):
            psi[k] = surrogate(shape, U[k] / theta - 1.0, steepness)
            half_e[k] = k_r * half_e[k] + S[k] - T[k, t - begin]
            e[k] = k_d * e[k] + c_e * half_e[k]
            total += e[k] * e[k]
            half_b[k] = k_r * half_b[k] + psi[k]
            lam_b[k] = k_d * lam_b[k] + c_e * half_b[k]
            g_b[k] += weight * e[k] * lam_b[k]
        for j in active[:n]:
            eps[j] = k_m * eps[j] + x[j]
            for k in range(U.size):
                half[j, k] = k_r * half[j, k] + psi[k] * c * eps[j]
                lam[j, k] = k_d * lam[j, k] + c_e * half[j, k]
                g_W[j, k] += weight * e[k] * lam[j, k]
    return total, n


@jit
def rest(neurons, hold):
    """Put the output neurons to rest."""
    for v in neurons:
        v[:] = 0.0
    hold[:] = 0.0


@jit
def respond(constants, events, begin, end, parameters, state, out):
    """Fill ``out``, of shape (K, S), with the spikes of each step."""
    neurons, hold = state[0], state[1]
    rest(neurons, hold)
    out[:] = 0.0
    for t in range(begin, end):
        advance(constants, events, t, parameters, neurons, hold)
        for k in range(out.shape[0]):
            out[k, t - begin] = neurons[5][k]
