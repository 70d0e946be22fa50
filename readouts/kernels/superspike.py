"""SuperSpike for one layer of output neurons, compiled.

Shapes: D channels, K output neurons. Two filters in a row make each double exponential;
a spike has its first effect in its own step.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sparcelearn._core.jit import jit

from .events import add_events, rest, wake, weighted_sum
from .layout import Array
from .surrogates import surrogate


class Neurons(NamedTuple):
    """Arrays of the output neurons, each of shape (K,).

    Parameters
    ----------
    current, q, p : ndarray
        What neurons receive, then filtered by the synapse, then by the membrane.
    r : ndarray
        What is left of resets.
    U, S, hold : ndarray
        Membrane potentials, spikes, and for how many steps more a neuron is refractory.
    """

    current: Array
    q: Array
    p: Array
    r: Array
    U: Array
    S: Array
    hold: Array


class Errors(NamedTuple):
    """What the output neurons learn from; arrays of shape (K,).

    Parameters
    ----------
    psi : ndarray
        Surrogate derivative of S with respect to U.
    half_e, e : ndarray
        Difference of spikes and targets after one filter, and after both.
    half_b, lam_b : ndarray
        Derivative of a neuron's spikes with respect to b after one filter, and after both.
    """

    psi: Array
    half_e: Array
    e: Array
    half_b: Array
    lam_b: Array


class State(NamedTuple):
    """Arrays to work in.

    Parameters
    ----------
    neurons : Neurons
    errors : Errors
    x, eps : ndarray of shape (D,)
        Traces of a channel, filtered as its input is in q and in p.
    half, lam : ndarray of shape (D, K)
        Derivative of a neuron's spikes with respect to W after one filter, and after both.
    """

    neurons: Neurons
    errors: Errors
    x: Array
    eps: Array
    half: Array
    lam: Array


class Constants(NamedTuple):
    """Numbers of the rule.

    Parameters
    ----------
    n_refractory : int
        Steps of refractoriness.
    k_m, k_s : float
        Decays per step of membrane and synapse.
    c, c_e : float
        Norms: the potential of a unit weight peaks at 1; the squares of a filtered spike sum
        to 1.
    theta : float
        Threshold.
    k_d, k_r : float
        Decays per step of the filters that spikes are compared by.
    shape : int
        Number of the surrogate.
    steepness : float
        Inverse width of the surrogate.
    """

    n_refractory: int
    k_m: float
    k_s: float
    c: float
    theta: float
    k_d: float
    k_r: float
    c_e: float
    shape: int
    steepness: float

    def new_state(self, D: int, K: int) -> State:
        """Return arrays to work in."""
        neurons = Neurons(*np.zeros((len(Neurons._fields), K)))
        errors = Errors(*np.zeros((len(Errors._fields), K)))
        return State(neurons, errors, np.zeros(D), np.zeros(D), np.zeros((D, K)), np.zeros((D, K)))


# --- the text below this line goes into every generated module ---


@jit
def advance(constants, events, t, W, b, neurons):
    """Move the output neurons by one step: fill U and S."""
    current, q, p, r, U = neurons.current, neurons.q, neurons.p, neurons.r, neurons.U
    S, hold, theta, k_m = neurons.S, neurons.hold, constants.theta, constants.k_m
    weighted_sum(events, t, W, current)
    for k in range(U.size):
        q[k] = constants.k_s * q[k] + current[k]
        p[k] = k_m * p[k] + q[k]
        r[k] = k_m * r[k] - theta * S[k]
        U[k] = constants.c * p[k] + r[k] + b[k]
        S[k] = 0.0
        if hold[k] > 0.0:
            hold[k] -= 1.0
        elif U[k] >= theta:
            S[k], hold[k] = 1.0, constants.n_refractory


@jit
def trace(constants, events, t, active, is_active, n, x, eps, half, lam):
    """Take in the events of step t; return how many channels are active."""
    n_awake = wake(events, t, active, is_active, n)
    for j in active[n:n_awake]:
        x[j] = eps[j] = 0.0
        half[j] = 0.0
        lam[j] = 0.0
    for j in active[:n_awake]:
        x[j] *= constants.k_s
    add_events(events, t, 1.0, x)
    return n_awake


@jit
def compare(constants, target, weight, U, S, errors, g_b):
    """Fill psi and e, and add the gradients of b."""
    psi, half_e, e = errors.psi, errors.half_e, errors.e
    half_b, lam_b = errors.half_b, errors.lam_b
    k_d, k_r, c_e = constants.k_d, constants.k_r, constants.c_e
    for k in range(U.size):
        psi[k] = surrogate(constants.shape, U[k] / constants.theta - 1.0, constants.steepness)
        half_e[k] = k_r * half_e[k] + S[k] - target[k]
        e[k] = k_d * e[k] + c_e * half_e[k]
        half_b[k] = k_r * half_b[k] + psi[k]
        lam_b[k] = k_d * lam_b[k] + c_e * half_b[k]
        g_b[k] += weight * e[k] * lam_b[k]


@jit
def collect(constants, active, weight, psi, e, x, eps, half, lam, g_W):
    """Carry the eligibility traces of the active channels one step, and add the gradients of W."""
    k_d, k_r, c, c_e = constants.k_d, constants.k_r, constants.c, constants.c_e
    for j in active:
        eps[j] = constants.k_m * eps[j] + x[j]
        for k in range(psi.size):
            half[j, k] = k_r * half[j, k] + psi[k] * c * eps[j]
            lam[j, k] = k_d * lam[j, k] + c_e * half[j, k]
            g_W[j, k] += weight * e[k] * lam[j, k]


@jit
def learn(constants, events, s, T, weight, eta, learner, channels, state):
    """Run a sample and add its gradient; return its loss and the number of active channels."""
    W, b = learner.parameters.W, learner.parameters.b
    g_W, g_b = learner.gradients.W, learner.gradients.b
    neurons, U, S = state.neurons, state.neurons.U, state.neurons.S
    errors, psi, e = state.errors, state.errors.psi, state.errors.e
    x, eps, half, lam = state.x, state.eps, state.half, state.lam
    active, is_active = channels.active, channels.is_active
    rest(neurons)
    rest(errors)
    begin, end = events.starts[s], events.starts[s + 1]
    n, total = np.int64(0), 0.0  # for a literal, callees would be compiled twice
    for t in range(begin, end):
        n = trace(constants, events, t, active, is_active, n, x, eps, half, lam)
        advance(constants, events, t, W, b, neurons)
        compare(constants, T[:, t - begin], weight, U, S, errors, g_b)
        for k in range(b.size):
            total += e[k] * e[k]
        collect(constants, active[:n], weight, psi, e, x, eps, half, lam, g_W)
    return total, n


@jit
def respond(constants, events, s, parameters, state, out):
    """Fill ``out``, of shape (K, S), with the spikes of each step."""
    neurons, S, W, b = state.neurons, state.neurons.S, parameters.W, parameters.b
    rest(neurons)
    out[:] = 0.0
    begin, end = events.starts[s], events.starts[s + 1]
    for t in range(begin, end):
        advance(constants, events, t, W, b, neurons)
        for k in range(out.shape[0]):
            out[k, t - begin] = S[k]
