"""When neurons first cross their threshold, compiled. Times are in tau_s.

Between two inputs a neuron's state is two numbers, from which the next crossing of the
threshold follows in closed form. For tau_m = tau_s (``ratio`` 1) and 2 tau_s (``ratio`` 2)

    V(t) = (v + a t) exp(-t)                    v + a t crosses by Lambert's W
    V(t) = 2 (v exp(-t / 2) - a exp(-t))        a quadratic in exp(-t / 2)

with t since the last input. An input of weight w adds w to a, and to v for ratio 2.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
t, j      (D,)     times of a sample's inputs in rising order, and their channels; silent
                   ones last, at inf
W, b      (D, K)   weights, one row per channel, and those of a spike at ``t_b`` (K,)
T         (K,)     first spike times of the outputs, inf where there is none
========= ======== ====================================================================
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sparcelearn._core.jit import jit

from .layout import Array


class TimedInputs(NamedTuple):
    """One spike for each sample and channel, sorted by time.

    Parameters
    ----------
    times : ndarray of shape (n_samples, D)
        t of each sample.
    channels : ndarray of shape (n_samples, D), dtype int64
        j of each sample.
    """

    times: Array
    channels: Array


class Neuron(NamedTuple):
    """Numbers of the output neurons.

    Parameters
    ----------
    ratio : int
        tau_m in tau_s, 1 or 2.
    theta : float
        Threshold.
    t_b : float
        Time of the spike whose weights are b; inf for none.
    """

    ratio: int
    theta: float
    t_b: float


class Potential(NamedTuple):
    """State of the output neurons, and slopes; each of shape (K,).

    Parameters
    ----------
    v, a : ndarray
        The two numbers that V follows from.
    slope : ndarray
        V'(T).
    """

    v: Array
    a: Array
    slope: Array

    @classmethod
    def of(cls, K: int) -> Potential:
        """Return room for K neurons."""
        return cls(*np.empty((3, K)))


# --- the text below this line goes into every generated module ---

PATIENCE = 5.0  # how long a sample goes on after its last input


@jit
def lambert_w(x):
    """Return the principal branch of Lambert's W for -1/e <= x <= 0."""
    p = np.sqrt(max(0.0, 2.0 * (np.e * x + 1.0)))
    w = -1.0 + p * (1.0 - p * (1.0 / 3.0 - p * (11.0 / 72.0)))
    if p < 1e-4:  # at the branch point the series is exact and Halley's step is not
        return w
    for _ in range(4):
        z = np.exp(w)
        f = w * z - x
        w -= f / (z * (w + 1.0) - (w + 2.0) * f / (2.0 * w + 2.0))
    return w


@jit
def kernel(ratio, s):
    """Return the potential, s after an input of unit weight."""
    if ratio == 1:
        return s * np.exp(-s)
    return 2.0 * (np.exp(-0.5 * s) - np.exp(-s))


@jit
def kernel_slope(ratio, s):
    """Return its derivative."""
    if ratio == 1:
        return (1.0 - s) * np.exp(-s)
    return 2.0 * np.exp(-s) - np.exp(-0.5 * s)


@jit
def highest(ratio, v, a, gap, fade, half_fade):
    """Return the highest V within the gap, at its end or at a peak before; a is above 0."""
    if ratio == 1:
        peak = 1.0 - v / a
        if peak <= 0.0:
            return v
        return a * np.exp(-peak) if peak < gap else (v + a * gap) * fade
    if v >= 2.0 * a:
        return 2.0 * (v - a)
    return v * v / (2.0 * a) if v > 2.0 * a * half_fade else 2.0 * (v * half_fade - a * fade)


@jit
def cross(ratio, theta, v, a):
    """Return when V rises to theta, which it does."""
    if ratio == 1:
        return -v / a - lambert_w(-(theta / a) * np.exp(-v / a))
    return 2.0 * np.log(2.0 * a / (v + np.sqrt(max(0.0, v * v - 2.0 * a * theta))))


@jit
def slope_at(ratio, v, a, s):
    """Return V' at s after the last input."""
    if ratio == 1:
        return (a - v - a * s) * np.exp(-s)
    return 2.0 * a * np.exp(-s) - v * np.exp(-0.5 * s)


@jit
def fire(neuron, t, j, W, b, potential, T):
    """Fill T and the slopes, of one sample; return when the sample ends."""
    ratio, theta, t_b = neuron.ratio, neuron.theta, neuron.t_b
    v, a, slope = potential.v, potential.a, potential.slope
    v[:] = 0.0
    a[:] = 0.0
    T[:] = np.inf
    n = np.searchsorted(t, np.inf)
    i, now, b_is_due = 0, 0.0, t_b < np.inf
    while i < n or b_is_due:
        if b_is_due and (i == n or t_b <= t[i]):
            now, w, b_is_due = t_b, b, False
        else:
            now, w = t[i], W[j[i]]
            i += 1
        gap = min(t[i] if i < n else np.inf, t_b if b_is_due else np.inf) - now
        fade, half_fade = np.exp(-gap), np.exp(-0.5 * gap)
        for k in range(w.size):
            if T[k] < np.inf:
                continue
            a[k] += w[k]
            if ratio == 2:
                v[k] += w[k]
            if a[k] > 0.0 and highest(ratio, v[k], a[k], gap, fade, half_fade) >= theta:
                s = max(0.0, cross(ratio, theta, v[k], a[k]))
                T[k], slope[k] = now + s, slope_at(ratio, v[k], a[k], s)
            elif gap < np.inf:
                v[k] = (v[k] + a[k] * gap) * fade if ratio == 1 else v[k] * half_fade
                a[k] *= fade
    return now + PATIENCE


@jit
def predict(inputs, rows, neuron, parameters, potential, out, ends):
    """Fill ``out``, of shape (rows.size, K), with spike times, and when each sample ends."""
    W, b, times, channels = parameters.W, parameters.b, inputs.times, inputs.channels
    for i in range(rows.size):
        t, j = times[rows[i]], channels[rows[i]]
        ends[i] = fire(neuron, t, j, W, b, potential, out[i])


@jit
def differentiate(inputs, neuron, parameters, potential, T, dT_dw, dT_dt):
    """Fill spike times, and their derivatives, of shape (n, D, K), if there is room."""
    W, b, slope, ratio = parameters.W, parameters.b, potential.slope, neuron.ratio
    times, channels = inputs.times, inputs.channels
    for s in range(len(T)):
        t, j = times[s], channels[s]
        fire(neuron, t, j, W, b, potential, T[s])
        for k in range(b.size if dT_dw.size else 0):
            for i in range(t.size):
                if t[i] >= T[s, k]:
                    break
                since = T[s, k] - t[i]
                dT_dw[s, j[i], k] = -kernel(ratio, since) / slope[k]
                dT_dt[s, j[i], k] = W[j[i], k] * kernel_slope(ratio, since) / slope[k]
