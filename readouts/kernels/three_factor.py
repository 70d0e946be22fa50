"""Learning from one reward at the end of a sample, compiled.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
W, b      -        as in ``layout.Parameters``
v         (K,)     membrane potentials, without b
d         (K,)     spikes of a step less their probability
n         (K,)     spikes of a sample
x         (D,)     traces of channels
E         (D, K)   eligibility of weights
E_b       (K,)     eligibility of intercepts
========= ======== ====================================================================
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sparcelearn._core.jit import jit

from .counter_random import derive, uniform
from .events import add_events, rest, wake, weighted_sum
from .layout import Array


class Outputs(NamedTuple):
    """Arrays of the output neurons, each of shape (K,); see above."""

    v: Array
    d: Array
    n: Array
    E_b: Array


class State(NamedTuple):
    """Arrays to work in; see above.

    Parameters
    ----------
    outputs : Outputs
    x, E : ndarray
    expected : ndarray of shape (1,)
        The reward expected.
    n_answered : ndarray of shape (1,), dtype int64
        Samples that were answered.
    """

    outputs: Outputs
    x: Array
    E: Array
    expected: Array
    n_answered: Array


class Constants(NamedTuple):
    """Numbers of the rule.

    Parameters
    ----------
    alpha, fade : float
        Decays per step of v and x, and of eligibility.
    wait : float
        What is left of eligibility when the reward comes.
    theta, width : float
        Potential at which a spike has a probability of one half, and how soft that is.
    share : float
        What a reward adds to the one expected.
    seed : int
        What spikes are drawn from.
    expected : float
        The reward expected at first.
    n_answered : int
        Samples that were answered before.
    """

    alpha: float
    fade: float
    wait: float
    theta: float
    width: float
    share: float
    seed: int
    expected: float
    n_answered: int

    def new_state(self, D: int, K: int) -> State:
        """Return arrays to work in."""
        outputs = Outputs(*np.zeros((len(Outputs._fields), K)))
        expected, n_answered = np.array([self.expected]), np.array([self.n_answered])
        return State(outputs, np.zeros(D), np.zeros((D, K)), expected, n_answered)


# --- the text below this line goes into every generated module ---


@jit
def chance(constants, potential):
    """Return the probability of a spike."""
    u = (potential - constants.theta) / constants.width
    z = np.exp(-abs(u))  # never overflows
    return (1.0 if u >= 0.0 else z) / (1.0 + z)


@jit
def take_in(constants, events, t, channels, n_active, x, E):
    """Move traces of channels by a step; return how many channels are active."""
    active = channels.active
    for j in active[:n_active]:
        x[j] *= constants.alpha
    n_awake = wake(events, t, active, channels.is_active, n_active)
    for j in active[n_active:n_awake]:
        x[j] = 0.0
        E[j] = 0.0
    add_events(events, t, 1.0, x)
    return n_awake


@jit
def answer(n, key):
    """Return the output with the most spikes; of several, each is as likely."""
    best, most = 0, -1.0
    for k in range(n.size):
        score = n[k] + uniform(key, k)
        if score > most:
            best, most = k, score
    return best


@jit
def episode(constants, events, s, parameters, channels, state, key):
    """Run a sample, with spikes at random; return the answer and how many are active."""
    W, b, outputs = parameters.W, parameters.b, state.outputs
    v, d, n, E_b = outputs.v, outputs.d, outputs.n, outputs.E_b
    x, E, fade = state.x, state.E, constants.fade
    rest(outputs)
    n_active = np.int64(0)  # for a literal, callees would be compiled twice
    begin, end = events.starts[s], events.starts[s + 1]
    for t in range(begin, end):
        n_active = take_in(constants, events, t, channels, n_active, x, E)
        weighted_sum(events, t, W, d)
        draws = derive(key, t - begin)
        for k in range(v.size):
            v[k] = constants.alpha * v[k] + d[k]
            p = chance(constants, v[k] + b[k])
            spike = 1.0 if uniform(draws, k) < p else 0.0
            n[k] += spike
            d[k] = spike - p
            E_b[k] = fade * E_b[k] + d[k]
        for j in channels.active[:n_active]:
            row = E[j]
            for k in range(v.size):
                row[k] = fade * row[k] + x[j] * d[k]
    return answer(n, derive(key, end - begin)), n_active


@jit
def learn(constants, events, s, T, weight, eta, learner, channels, state):
    """Run a sample and, when its reward is there, add the gradient; return 1 less the reward."""
    expected, n_answered, E, E_b = state.expected, state.n_answered, state.E, state.outputs.E_b
    g_W, g_b = learner.gradients.W, learner.gradients.b
    key = derive(constants.seed, n_answered[0])
    found, n_active = episode(constants, events, s, learner.parameters, channels, state, key)
    reward = 1.0 if T[found, 0] > 0.0 else 0.0
    surprise = (reward - expected[0]) * constants.wait * weight
    expected[0] += constants.share * (reward - expected[0])
    n_answered[0] += 1
    for k in range(g_b.size):
        g_b[k] -= surprise * E_b[k]
    for j in channels.active[:n_active]:
        for k in range(g_b.size):
            g_W[j, k] -= surprise * E[j, k]
    return 1.0 - reward, n_active


@jit
def respond(constants, events, s, parameters, state, out):
    """Fill ``out`` with the mean probability of a spike in a step."""
    W, b, v, d = parameters.W, parameters.b, state.outputs.v, state.outputs.d
    rest(state.outputs)
    out[:] = 0.0
    begin, end = events.starts[s], events.starts[s + 1]
    for t in range(begin, end):
        weighted_sum(events, t, W, d)
        for k in range(v.size):
            v[k] = constants.alpha * v[k] + d[k]
            out[k, 0] += chance(constants, v[k] + b[k]) / (end - begin)
