"""e-prop for one layer of output neurons, compiled.

Shapes: D channels, K output neurons.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sparcelearn._core.jit import jit

from .events import add_events, first_counted, rest, wake, weighted_sum
from .layout import Array
from .losses import err
from .surrogates import surrogate


class Neurons(NamedTuple):
    """Arrays of the output neurons, each of shape (K,).

    Parameters
    ----------
    current : ndarray
        Weighted sum of the events of this step.
    v, a : ndarray
        Membrane potential and adaptation: the threshold is ``theta + beta a``.
    z, hold : ndarray
        Spikes of this step, and for how many steps more a neuron is refractory.
    psi : ndarray
        Surrogate derivative of z with respect to v.
    f : ndarray
        What the neurons send out, filtered; outputs are ``y = f + b``.
    """

    current: Array
    v: Array
    a: Array
    z: Array
    hold: Array
    psi: Array
    f: Array


class State(NamedTuple):
    """Arrays to work in.

    Parameters
    ----------
    neurons : Neurons
    y, e : ndarray of shape (K,)
        Outputs and their errors.
    x : ndarray of shape (D,)
        Trace of a channel, filtered as its input is in v (in f, for leaky integrators).
    eps_a : ndarray of shape (D, K) or, without adaptation, (0, K)
        Derivative of a with respect to W.
    ebar : ndarray of shape (D, K) or, for leaky integrators, (0, K)
        Derivative of f with respect to W: the eligibility trace, filtered.
    """

    neurons: Neurons
    y: Array
    e: Array
    x: Array
    eps_a: Array
    ebar: Array


class Constants(NamedTuple):
    """Numbers of the rule.

    Parameters
    ----------
    is_spiking : bool
        Whether outputs are spiking neurons, not leaky integrators.
    loss, shape : int
        Numbers of the loss and the surrogate.
    burn_in, n_refractory : int
        Steps at the start that do not count, and steps of refractoriness.
    alpha, rho, kappa : float
        Decays per step of v, a and f.
    beta, theta : float
        Strength of adaptation, and threshold.
    gain : float
        What multiplies the surrogate.
    """

    is_spiking: bool
    loss: int
    burn_in: int
    n_refractory: int
    shape: int
    alpha: float
    kappa: float
    rho: float
    beta: float
    theta: float
    gain: float

    def new_state(self, D: int, K: int) -> State:
        """Return arrays to work in."""
        neurons = Neurons(*np.zeros((len(Neurons._fields), K)))
        eps_a = np.zeros((D if self.beta > 0.0 else 0, K))
        ebar = np.zeros((D if self.is_spiking else 0, K))
        return State(neurons, np.zeros(K), np.zeros(K), np.zeros(D), eps_a, ebar)


# --- the text below this line goes into every generated module ---


@jit
def advance(constants, events, t, W, neurons):
    """Move the output neurons by one step."""
    current, v, a, z, f = neurons.current, neurons.v, neurons.a, neurons.z, neurons.f
    hold, psi, theta, kappa = neurons.hold, neurons.psi, constants.theta, constants.kappa
    weighted_sum(events, t, W, current)
    for k in range(f.size):
        if not constants.is_spiking:
            f[k] = kappa * f[k] + current[k]
            continue
        v[k] = constants.alpha * v[k] + current[k] - theta * z[k]
        a[k] = constants.rho * a[k] + z[k]
        z[k] = psi[k] = 0.0
        if hold[k] > 0:
            hold[k] -= 1
        else:
            u = (v[k] - constants.beta * a[k]) / theta - 1.0
            psi[k] = constants.gain * surrogate(constants.shape, u, 1.0)
            if u >= 0.0:
                z[k], hold[k] = 1.0, constants.n_refractory
        f[k] = kappa * f[k] + z[k]


@jit
def trace(constants, events, t, active, is_active, n, x, eps_a, ebar, psi):
    """Take in the events of step t, before the neurons do; return how many are active."""
    rho, beta = constants.rho, constants.beta
    decay = constants.alpha if constants.is_spiking else constants.kappa
    for j in active[:n]:
        if beta > 0.0:
            for k in range(psi.size):
                eps_a[j, k] = psi[k] * x[j] + (rho - beta * psi[k]) * eps_a[j, k]
        x[j] *= decay
    n_awake = wake(events, t, active, is_active, n)
    for j in active[n:n_awake]:
        x[j] = 0.0
        if constants.is_spiking:
            ebar[j] = 0.0
        if beta > 0.0:
            eps_a[j] = 0.0
    add_events(events, t, 1.0, x)
    return n_awake


@jit
def carry(constants, active, x, eps_a, ebar, psi):
    """Carry the eligibility traces of the active channels into the step's spikes."""
    beta, kappa = constants.beta, constants.kappa
    for j in active:
        row = ebar[j]
        for k in range(psi.size):
            eps = x[j] - beta * eps_a[j, k] if beta > 0.0 else x[j]
            row[k] = kappa * row[k] + psi[k] * eps


@jit
def learn(constants, events, s, T, weight, eta, learner, channels, state):
    """Run a sample and add its gradient; return its loss and the number of active channels."""
    W, b = learner.parameters.W, learner.parameters.b
    g_W, g_b = learner.gradients.W, learner.gradients.b
    neurons, y, e, x = state.neurons, state.y, state.e, state.x
    eps_a, ebar, psi, f = state.eps_a, state.ebar, neurons.psi, neurons.f
    active, is_active = channels.active, channels.is_active
    rest(neurons)
    begin, end = events.starts[s], events.starts[s + 1]
    first = first_counted(begin, end, constants.burn_in)
    n, total = np.int64(0), 0.0  # for a literal, callees would be compiled twice
    for t in range(begin, end):
        n = trace(constants, events, t, active, is_active, n, x, eps_a, ebar, psi)
        advance(constants, events, t, W, neurons)
        if constants.is_spiking:
            carry(constants, active[:n], x, eps_a, ebar, psi)
        if t < first:
            continue
        for k in range(y.size):
            y[k] = f[k] + b[k]
        total += err(constants.loss, y, T[:, t - begin if T.shape[1] > 1 else 0], e)
        for k in range(y.size):
            e[k] *= weight / (end - first)
            g_b[k] += e[k]
        for j in active[:n]:
            for k in range(y.size):
                g_W[j, k] += e[k] * (ebar[j, k] if constants.is_spiking else x[j])
    return total / (end - first), n


@jit
def respond(constants, events, s, parameters, state, out):
    """Fill ``out`` with the outputs in each step or, if it has one column, with their mean."""
    neurons, f, W, b = state.neurons, state.neurons.f, parameters.W, parameters.b
    rest(neurons)
    out[:] = 0.0
    begin, end = events.starts[s], events.starts[s + 1]
    first = first_counted(begin, end, constants.burn_in)
    for t in range(begin, end):
        advance(constants, events, t, W, neurons)
        for k in range(f.size):
            if out.shape[1] > 1:
                out[k, t - begin] = f[k] + b[k]
            elif t >= first:
                out[k, 0] += (f[k] + b[k]) / (end - first)
