"""Output neurons read by the time of their first spike, compiled. Times are in tau_s.

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
slope     (K,)     V'(T)
late      (K,)     the same, but no later than the sample's end: what the loss sees
e         (K,)     derivative of the loss with respect to T
========= ======== ====================================================================
"""

import numpy as np

from sparcelearn._core.jit import jit

from .solvers import move

# --- the text below this line goes into every generated module ---

TTFS, MSE, SHIFT_MSE = 0, 1, 2
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
def fire(ratio, theta, t, j, W, b, t_b, v, a, T, slope):
    """Fill T and slope, of one sample; return when the sample ends."""
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
def time_err(loss, numbers, T, c, e):
    """Fill e, for the right output c; return the loss. T is finite."""
    xi, a_r, b_r, target, margin = numbers
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
            e[k] = T[k] - target - (0.0 if k == c else margin)
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
def collect(ratio, is_exact, t, j, t_b, T, slope, e, g):
    """Add ``e dT/dW`` of one output to the gradients of its weights, of column k."""
    g_W, g_b, k = g
    factor = -e / max(slope, 1e-9) if is_exact else -e
    i = 0
    while i < t.size and t[i] < T:
        g_W[j[i], k] += factor * kernel(ratio, T - t[i])
        i += 1
    if t_b < T:
        g_b[k] += factor * kernel(ratio, T - t_b)
    return i


@jit
def clip(limit, touched, g):
    """Shorten the gradient to a norm of ``limit`` at most."""
    g_W, g_b = g
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
def rouse(bump, tolerance, theta, learns_b, touched, share, bumps, W, b):
    """Lift the weights of outputs silent in too large a share of samples, ever faster."""
    for k in range(b.size):
        if share[k] <= tolerance:
            bumps[k] = 0.0
            continue
        bumps[k] = min(2.0 * bumps[k], theta) if bumps[k] > 0.0 else bump
        for j in touched:
            W[j, k] += bumps[k]
        if learns_b:
            b[k] += bumps[k]


@jit
def train(
    X, targets, rows, weights, batch_size, etas, learning, constants, parameters, g, moments, bumps
):
    """Learn from the samples in ``rows``; return the sum of weight times loss.

    Parameters
    ----------
    X : tuple of arrays (t, j), each of shape (n_samples, D), read-only
    targets : array of int64
        Class of each sample.
    rows : array of int64
    weights : array of shape (n_samples,)
    batch_size : int
    etas : tuple of 2 floats
        Learning rate at the first row and, approached linearly, after the last.
    learning : tuple (solver, learns_b, is_exact, limit, bump, tolerance)
    constants : tuple (ratio, theta, t_b, loss, numbers of the loss)
    parameters, g : tuples (W, b) of arrays, changed in place; g is 0 before and after
    moments : tuple (m, v, spent) of arrays, changed in place
    bumps : array of shape (K,), changed in place
    """
    times, order = X
    solver, learns_b, is_exact, limit, bump, tolerance = learning
    ratio, theta, t_b, loss, numbers = constants
    W, b = parameters
    D, K = W.shape
    v, a, T, slope, e = np.empty(K), np.empty(K), np.empty(K), np.empty(K), np.empty(K)
    late, share = np.empty(K), np.empty(K)
    touched, is_touched = np.empty(D, np.int64), np.zeros(D, np.bool_)
    total = 0.0
    for start in range(0, rows.size, batch_size):
        stop = min(start + batch_size, rows.size)
        eta = etas[0] + (etas[1] - etas[0]) * (start / rows.size)
        n_touched, n_counted = 0, 0
        share[:] = 0.0
        for s in rows[start:stop]:
            t, j = times[s], order[s]
            t_end = fire(ratio, theta, t, j, W, b, t_b, v, a, T, slope)
            for k in range(K):
                late[k] = min(T[k], t_end)
            total += weights[s] * time_err(loss, numbers, late, targets[s], e)
            if weights[s] == 0.0 or t[0] == np.inf:  # nothing to learn from
                continue
            n_counted += 1
            for k in range(K):
                if T[k] >= t_end:
                    share[k] += 1.0
                else:
                    e_k = e[k] * weights[s] / (stop - start)
                    collect(ratio, is_exact, t, j, t_b, T[k], slope[k], e_k, (g[0], g[1], k))
            for i in range(D):
                if t[i] == np.inf:
                    break
                if not is_touched[j[i]]:
                    is_touched[j[i]] = True
                    touched[n_touched] = j[i]
                    n_touched += 1
        if n_counted == 0:
            continue
        share /= n_counted
        clip(limit, touched[:n_touched], g)
        move(solver, eta, 1.0, learns_b, touched[:n_touched], g, parameters, moments)
        rouse(bump, tolerance, theta, learns_b, touched[:n_touched], share, bumps, W, b)
        for j in touched[:n_touched]:
            is_touched[j] = False
    return total


@jit
def predict(X, rows, constants, parameters, out, ends):
    """Fill ``out``, of shape (rows.size, K), with spike times, and when each sample ends."""
    times, order = X
    ratio, theta, t_b, _, _ = constants
    W, b = parameters
    v, a, slope = np.empty(b.size), np.empty(b.size), np.empty(b.size)
    for i in range(rows.size):
        s = rows[i]
        ends[i] = fire(ratio, theta, times[s], order[s], W, b, t_b, v, a, out[i], slope)


@jit
def differentiate(X, ratio, theta, W, T, dT_dw, dT_dt):
    """Fill spike times, and their derivatives, of shape (n, D, K), if there is room."""
    times, order = X
    b = np.zeros(W.shape[1])
    v, a, slope = np.empty(b.size), np.empty(b.size), np.empty(b.size)
    for s in range(times.shape[0]):
        t, j = times[s], order[s]
        fire(ratio, theta, t, j, W, b, np.inf, v, a, T[s], slope)
        for k in range(b.size if dT_dw.size else 0):
            for i in range(t.size):
                if t[i] >= T[s, k]:
                    break
                since = T[s, k] - t[i]
                dT_dw[s, j[i], k] = -kernel(ratio, since) / slope[k]
                dT_dt[s, j[i], k] = W[j[i], k] * kernel_slope(ratio, since) / slope[k]
