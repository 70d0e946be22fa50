"""e-prop for one layer of output neurons, compiled.

Shapes: D channels, K output neurons.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
W, b      (D, K)   weights, one row per channel, and intercepts (K,)
v, a      (K,)     membrane potential, adaptation
z, hold   (K,)     spikes of this step, steps that refractoriness has left
psi       (K,)     surrogate derivative of z with respect to v
f         (K,)     what leaves the neurons, filtered; outputs are ``y = f + b``
x         (D,)     trace of a channel, filtered as its input is in v (in f, for LI)
eps_a     (D, K)   derivative of a with respect to W
ebar      (D, K)   derivative of f with respect to W: the eligibility trace, filtered
alpha     -        decay of v per step; rho that of a; kappa that of f
beta      -        strength of adaptation: the threshold is ``theta + beta a``
========= ======== ====================================================================
"""

import numpy as np

from sparcelearn._core.jit import jit

from .events import wake, weigh
from .losses import err
from .surrogates import surrogate

# --- the text below this line goes into every generated module ---


@jit
def new_state(constants, D, K):
    """Return the arrays of neurons and of synapses; leaky integrators have no eligibility."""
    is_spiking, beta = constants[0], constants[8]
    neurons = (
        np.zeros(K),  # current
        np.zeros(K),  # v
        np.zeros(K),  # a
        np.zeros(K),  # z
        np.zeros(K),  # hold
        np.zeros(K),  # psi
        np.zeros(K),  # f
    )
    eps_a = np.zeros((D if beta > 0.0 else 0, K))
    ebar = np.zeros((D if is_spiking else 0, K))
    return neurons, np.empty(K), np.empty(K), np.zeros(D), eps_a, ebar


@jit
def advance(constants, events, t, W, neurons):
    """Move the output neurons by one step."""
    is_spiking, _, _, n_refractory, shape, alpha, kappa, rho, beta, theta, gain = constants
    current, v, a, z, hold, psi, f = neurons
    weigh(events, t, W, current)
    for k in range(f.size):
        if not is_spiking:
            f[k] = kappa * f[k] + current[k]
            continue
        v[k] = alpha * v[k] + current[k] - theta * z[k]
        a[k] = rho * a[k] + z[k]
        z[k] = psi[k] = 0.0
        if hold[k] > 0:
            hold[k] -= 1
        else:
            u = (v[k] - beta * a[k]) / theta - 1.0
            psi[k] = gain * surrogate(shape, u, 1.0)
            if u >= 0.0:
                z[k], hold[k] = 1.0, n_refractory
        f[k] = kappa * f[k] + z[k]


@jit
def trace(constants, events, t, is_active, active, n, neurons, x, eps_a, ebar):
    """Take in the events of step t, ahead of the neurons; return how many are active."""
    is_spiking, alpha, kappa, rho, beta = (
        constants[0],
        constants[5],
        constants[6],
        constants[7],
        constants[8],
    )
    _, step_starts, channels, values = events
    psi = neurons[5]
    decay = alpha if is_spiking else kappa
    for j in active[:n]:
        if beta > 0.0:
            for k in range(psi.size):
                eps_a[j, k] = psi[k] * x[j] + (rho - beta * psi[k]) * eps_a[j, k]
        x[j] *= decay
    n_awake = wake(events, t, is_active, active, n)
    for j in active[n:n_awake]:
        x[j] = 0.0
        if is_spiking:
            ebar[j] = 0.0
        if beta > 0.0:
            eps_a[j] = 0.0
    for i in range(step_starts[t], step_starts[t + 1]):
        x[channels[i]] += values[i]
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
    g,
    moments,
    is_active,
    active,
    state,
):
    """Run a sample and add its gradient; return its loss and the number of active channels."""
    is_spiking, loss, burn_in = constants[:3]
    kappa, beta = constants[6], constants[8]
    W, b = parameters
    g_W, g_b = g
    neurons, y, e, x, eps_a, ebar = state
    psi, f = neurons[5], neurons[6]
    for values in neurons:
        values[:] = 0.0
    first = begin + min(burn_in, end - begin - 1)
    n, total = np.int64(0), 0.0  # for a literal, callees would be compiled twice
    for t in range(begin, end):
        n = trace(constants, events, t, is_active, active, n, neurons, x, eps_a, ebar)
        advance(constants, events, t, W, neurons)
        if is_spiking:
            for j in active[:n]:
                row = ebar[j]
                for k in range(psi.size):
                    eps = x[j] - beta * eps_a[j, k] if beta > 0.0 else x[j]
                    row[k] = kappa * row[k] + psi[k] * eps
        if t < first:
            continue
        for k in range(y.size):
            y[k] = f[k] + b[k]
        total += err(loss, y, T[:, t - begin if T.shape[1] > 1 else 0], e)
        for k in range(y.size):
            e[k] *= weight / (end - first)
            g_b[k] += e[k]
        for j in active[:n]:
            for k in range(y.size):
                g_W[j, k] += e[k] * (ebar[j, k] if is_spiking else x[j])
    return total / (end - first), n


@jit
def respond(constants, events, begin, end, parameters, state, out):
    """Fill ``out`` with the outputs in each step or, if it has one column, with their mean."""
    burn_in = constants[2]
    W, b = parameters
    neurons = state[0]
    f = neurons[6]
    for values in neurons:
        values[:] = 0.0
    out[:] = 0.0
    first = begin + min(burn_in, end - begin - 1)
    for t in range(begin, end):
        advance(constants, events, t, W, neurons)
        for k in range(f.size):
            if out.shape[1] > 1:
                out[k, t - begin] = f[k] + b[k]
            elif t >= first:
                out[k, 0] += (f[k] + b[k]) / (end - first)
