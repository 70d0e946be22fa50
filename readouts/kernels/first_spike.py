"""Learning of output neurons that are read by the time of their first spike. Times are in tau_s.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
t, j      (D,)     times of a sample's inputs in rising order, and their channels
W, b      (D, K)   weights, one row per channel, and those of the spike at ``t_b`` (K,)
T         (K,)     first spike times of the outputs, inf where there is none
c         -        the right output
========= ======== ====================================================================
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sparcelearn._core.jit import jit

from .crossing import Neuron, Potential, fire, kernel
from .layout import Array
from .solvers import move


class State(NamedTuple):
    """Arrays to work in; all but the lists of channels are of shape (K,).

    Parameters
    ----------
    potential : Potential
    T, late : ndarray
        First spike times; the same, but no later than the sample's end: what the loss is
        taken of.
    e : ndarray
        Derivative of the loss with respect to T.
    share : ndarray
        Share of the samples of a mini-batch in which an output is silent.
    bumps : ndarray
        By how much the weights of a silent output rose last.
    touched : ndarray of shape (D,), dtype int64
        Channels with an input in the mini-batch; the first few entries are in use.
    is_touched : ndarray of shape (D,), dtype bool
        Whether a channel is among them.
    """

    potential: Potential
    T: Array
    late: Array
    e: Array
    share: Array
    bumps: Array
    touched: Array
    is_touched: Array


class Constants(NamedTuple):
    """Numbers of the rule.

    Parameters
    ----------
    neuron : Neuron
    loss : int
        Number of the loss.
    xi, a_r, b_r : float
        Temperature of the loss TTFS, and weight and scale of its demand for early spikes.
    target, margin : float
        When the right output should spike, and how much later the others.
    is_exact : bool
        Whether derivatives have the factor ``1 / V'(T)``.
    limit : float
        Largest norm of a gradient.
    bump : float
        First rise of the weights of a silent output.
    tolerance : float
        Share of samples in which an output may be silent.
    """

    neuron: Neuron
    loss: int
    xi: float
    a_r: float
    b_r: float
    target: float
    margin: float
    is_exact: bool
    limit: float
    bump: float
    tolerance: float

    def new_state(self, D: int, bumps: Array) -> State:
        """Return arrays to work in, ``bumps`` among them."""
        K = bumps.size
        T, late, e, share = np.empty((4, K))
        touched, is_touched = np.empty(D, np.int64), np.zeros(D, np.bool_)
        return State(Potential.of(K), T, late, e, share, bumps, touched, is_touched)


# --- the text below this line goes into every generated module ---

TTFS, MSE, SHIFT_MSE = 0, 1, 2


@jit
def time_err(constants, T, c, e):
    """Fill e; return the loss. T is finite."""
    loss, margin = constants.loss, constants.margin
    xi, a_r, b_r = constants.xi, constants.a_r, constants.b_r
    K = T.size
    total = 0.0
    if loss == TTFS:
        for k in range(K):
            e[k] = np.exp((T.min() - T[k]) / xi)
            total += e[k]
        x = min(T[c] / b_r, 10.0)
        for k in range(K):
            e[k] = ((k == c) - e[k] / total) / xi
        e[c] += a_r / b_r * np.exp(x)
        return np.log(total) + (T[c] - T.min()) / xi + a_r * (np.exp(x) - 1.0)
    if loss == MSE:
        for k in range(K):
            e[k] = T[k] - constants.target - (0.0 if k == c else margin)
            total += 0.5 * e[k] * e[k]
        return total
    e[c] = 0.0
    for k in range(K):
        if k != c:
            e[k] = -max(0.0, margin - (T[k] - T[c]))
            e[c] -= e[k]
            total += 0.5 * e[k] * e[k]
    return total


@jit
def collect(constants, t, j, T, slope, e, gradients, k):
    """Add ``e dT/dW`` of output k to the gradients of its weights."""
    ratio, t_b = constants.neuron.ratio, constants.neuron.t_b
    g_W, g_b = gradients.W, gradients.b
    factor = -e / max(slope, 1e-9) if constants.is_exact else -e
    i = 0
    while i < t.size and t[i] < T:
        g_W[j[i], k] += factor * kernel(ratio, T - t[i])
        i += 1
    if t_b < T:
        g_b[k] += factor * kernel(ratio, T - t_b)


@jit
def touch(t, j, n, touched, is_touched):
    """List the channels that have an input, if they are not listed; return how many are."""
    for i in range(t.size):
        if t[i] == np.inf:
            break
        if not is_touched[j[i]]:
            is_touched[j[i]] = True
            touched[n] = j[i]
            n += 1
    return n


@jit
def clip(limit, touched, gradients):
    """Shorten the gradient to a norm of ``limit`` at most."""
    g_W, g_b = gradients.W, gradients.b
    norm = np.sum(g_b * g_b)
    for j in touched:
        for k in range(g_b.size):
            norm += g_W[j, k] * g_W[j, k]
    norm = np.sqrt(norm)
    if norm > limit:
        for j in touched:
            for k in range(g_b.size):
                g_W[j, k] *= limit / norm
        for k in range(g_b.size):
            g_b[k] *= limit / norm


@jit
def rouse(constants, learns_b, touched, parameters, share, bumps):
    """Raise the weights of outputs silent in too large a share of samples, ever faster."""
    W, b = parameters.W, parameters.b
    for k in range(b.size):
        if share[k] <= constants.tolerance:
            bumps[k] = 0.0
            continue
        doubled = min(2.0 * bumps[k], constants.neuron.theta)
        bumps[k] = doubled if bumps[k] > 0.0 else constants.bump
        for j in touched:
            W[j, k] += bumps[k]
        if learns_b:
            b[k] += bumps[k]


@jit
def learn(constants, t, j, c, weight, n, t_end, gradients, state):
    """Add a sample's share of the gradient, 1 / n, from T and slopes; return loss and if it counts.

    ``t_end`` is when the sample ends.
    """
    T, late, e = state.T, state.late, state.e
    slope, share = state.potential.slope, state.share
    for k in range(T.size):
        late[k] = min(T[k], t_end)
    loss = time_err(constants, late, c, e)
    if weight == 0.0 or t[0] == np.inf:  # nothing to learn from
        return loss, False
    for k in range(T.size):
        if T[k] >= t_end:
            share[k] += 1.0
        else:
            collect(constants, t, j, T[k], slope[k], e[k] * weight / n, gradients, k)
    return loss, True


@jit
def train(inputs, targets, rows, weights, etas, constants, learner, state):
    """Learn from the samples in ``rows``; return the sum of weight times loss.

    Parameters
    ----------
    inputs : TimedInputs
        Its arrays are read-only.
    targets : array of int64
        Class of each sample.
    rows : array of int64
    weights : array of shape (n_samples,)
    etas : array of shape (n_updates,)
        Learning rate of each mini-batch.
    constants : Constants
    learner : SpikingLearner
    state : State
    """
    parameters, gradients, times = learner.parameters, learner.gradients, inputs.times
    touched, is_touched, T = state.touched, state.is_touched, state.T
    channels, size, neuron = inputs.channels, learner.batch_size, constants.neuron
    potential = state.potential
    total = 0.0
    for number in range(etas.size):
        batch = rows[number * size : (number + 1) * size]
        n_touched, n_counted = 0, 0
        state.share[:] = 0.0
        for s in batch:
            t, j, c, weight = times[s], channels[s], targets[s], weights[s]
            t_end = fire(neuron, t, j, parameters.W, parameters.b, potential, T)
            loss, counts = learn(constants, t, j, c, weight, batch.size, t_end, gradients, state)
            total += weight * loss
            if counts:
                n_counted += 1
                n_touched = touch(t, j, n_touched, touched, is_touched)
        update(constants, learner, etas[number], n_counted, touched[:n_touched], state)
    return total


@jit
def update(constants, learner, eta, n_counted, touched, state):
    """Move by the gradient of a mini-batch, if a sample of it counted."""
    if n_counted == 0:
        return
    state.share[:] /= n_counted
    clip(constants.limit, touched, learner.gradients)
    move(learner, eta, 1.0, touched)
    rouse(constants, learner.learns_b, touched, learner.parameters, state.share, state.bumps)
    for j in touched:
        state.is_touched[j] = False
