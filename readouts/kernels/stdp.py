"""Spike-timing-dependent plasticity under winner-take-all, compiled.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
W         (D, K)   weights from 0 to 1, one row per channel
theta     (K,)     what a unit's threshold has risen by
v, hold   (K,)     membrane potentials, and steps for which a unit stays silent
seen      (D,)     step of a channel's last event, -1 before the first
x         (D,)     trace of a channel then
n         (K,)     spikes of a unit in a sample
========= ======== ====================================================================
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sparcelearn._core.jit import jit

from .layout import Array


class Rule(NamedTuple):
    """Numbers of the rule.

    Parameters
    ----------
    leak, fade : float
        Decays per step of membrane potentials and of traces.
    threshold, rise : float
        Threshold of a fresh unit, and what a spike adds to it.
    recover : float
        Decay per step of what was added.
    silence, inhibition : int
        Steps for which a unit that spiked, and all others, stay silent.
    rate, target : float
        Step size, and the trace at which a weight stays as it is.
    total : float
        Sum of a unit's weights, after each sample.
    keep : float
        What a sample leaves of the responses before it.
    """

    leak: float
    fade: float
    threshold: float
    rise: float
    recover: float
    silence: int
    inhibition: int
    rate: float
    target: float
    total: float
    keep: float


class Layer(NamedTuple):
    """What learns.

    Parameters
    ----------
    W : ndarray of shape (D, K)
        Weights.
    theta : ndarray of shape (K,)
        Rises of thresholds.
    R : ndarray of shape (C, K)
        Spikes in samples of each class, the latest counting most.
    counts : ndarray of shape (C,)
        Samples of each class, likewise.
    """

    W: Array
    theta: Array
    R: Array
    counts: Array


class State(NamedTuple):
    """Arrays to work in; see above."""

    v: Array
    hold: Array
    seen: Array
    x: Array
    n: Array

    @classmethod
    def of(cls, D: int, K: int) -> State:
        """Return room for D channels and K units."""
        hold, n = np.zeros((2, K), np.int64)
        return cls(np.zeros(K), hold, np.zeros(D, np.int64), np.zeros(D), n)


# --- the text below this line goes into every generated module ---


@jit
def winner(rule, theta, v, hold):
    """Return the unit that is furthest above its threshold, -1 if none is."""
    best, k_best = 0.0, -1
    for k in range(v.size):
        above = v[k] - rule.threshold - theta[k]
        if hold[k] == 0 and above > best:
            best, k_best = above, k
    return k_best


@jit
def learn_spike(rule, W, k, t, seen, x):
    """Move the weights of a unit that spikes at step t: up from channels that just fired."""
    for j in range(seen.size):
        trace = x[j] * rule.fade ** (t - seen[j]) if seen[j] >= 0 else 0.0
        W[j, k] += rule.rate * (trace - rule.target) * (1.0 - W[j, k])
        W[j, k] = max(W[j, k], 0.0)


@jit
def normalize(rule, W, k):
    """Scale the weights of a unit to their sum; none is above 1."""
    total = 0.0
    for j in range(W.shape[0]):
        total += W[j, k]
    for j in range(W.shape[0]):
        W[j, k] = min(1.0, W[j, k] * rule.total / total)


@jit
def run(rule, events, s, layer, state, learns):
    """Run a sample, and learn from it if asked to."""
    W, theta = layer.W, layer.theta
    v, hold, seen, x, n = state.v, state.hold, state.seen, state.x, state.n
    v[:] = 0.0
    hold[:] = 0
    seen[:] = -1
    n[:] = 0
    begin, end = events.starts[s], events.starts[s + 1]
    for t in range(begin, end):
        for k in range(v.size):
            v[k] *= rule.leak
        for i in range(events.step_starts[t], events.step_starts[t + 1]):
            j, value = events.channels[i], events.values[i]
            old = x[j] * rule.fade ** (t - seen[j]) if seen[j] >= 0 else 0.0
            x[j], seen[j] = min(1.0, old + value), t
            for k in range(v.size):
                v[k] += value * W[j, k]
        k = winner(rule, theta, v, hold)
        for i in range(v.size):
            if hold[i] > 0:
                hold[i] -= 1
                v[i] = 0.0
        if k < 0:
            continue
        n[k] += 1
        v[:] = 0.0
        for i in range(v.size):
            hold[i] = max(hold[i], rule.inhibition)
        hold[k] = rule.silence
        if learns:
            theta[k] += rule.rise
            learn_spike(rule, W, k, t, seen, x)
    if learns:
        for k in range(v.size):
            theta[k] *= rule.recover ** (end - begin)
            if n[k] > 0:
                normalize(rule, W, k)


@jit
def named(layer, n):
    """Return the class that numbers of spikes stand for: of most of the units' responses."""
    R, counts = layer.R, layer.counts
    best, c_best = -1.0, 0
    for c in range(counts.size):
        y = 0.0
        for k in range(n.size):
            if n[k] > 0 and counts[c] > 0.0:
                total = 0.0
                for i in range(counts.size):
                    total += R[i, k] / counts[i] if counts[i] > 0.0 else 0.0
                if total > 0.0:
                    y += n[k] * R[c, k] / counts[c] / total
        if y > best:
            best, c_best = y, c
    return c_best


@jit
def train(rule, events, labels, rows, weights, layer, state):
    """Learn from samples one after another; return how many the names so far misclassify.

    Units are named by the spikes that they had while they learned.
    """
    wrong, R, counts = 0.0, layer.R, layer.counts
    for s in rows:
        if weights[s] == 0.0:
            continue
        run(rule, events, s, layer, state, True)
        wrong += weights[s] * (named(layer, state.n) != labels[s])
        for c in range(counts.size):
            counts[c] *= rule.keep
            for k in range(R.shape[1]):
                R[c, k] *= rule.keep
        counts[labels[s]] += weights[s]
        for k in range(R.shape[1]):
            R[labels[s], k] += weights[s] * state.n[k]
    return wrong


@jit
def respond(rule, events, rows, layer, state, out):
    """Fill ``out``, of shape (rows.size, K), with numbers of spikes."""
    for i in range(rows.size):
        run(rule, events, rows[i], layer, state, False)
        for k in range(out.shape[1]):
            out[i, k] = state.n[k]
