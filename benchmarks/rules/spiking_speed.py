"""Speed of each readout of spikes compared with a loop written by hand for it.

Run from the repository's root, on an idle machine::

    python benchmarks/rules/spiking_speed.py [--json]

200 channels at 20 Hz for 100 steps, 10 outputs (DECOLLE: 100 units under 10), one sample per
update. A pair takes turns; the ratio is that of the fastest turns. The loops by hand do the same
arithmetic over all channels, without options for loss, solver or surrogate, and without sample
weights, burn-in, refractoriness and samples of unequal length. First spikes are sorted in both,
and learn too slowly to change the computation. With ``--json`` the figures go to
``benchmarks/results/rules_spiking_speed.json``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from speed import compare, jit

from sparcelearn import SpikeTrains
from sparcelearn.readouts import (
    DecolleClassifier,
    EpropClassifier,
    FirstSpikeClassifier,
    SuperSpikeRegressor,
)
from sparcelearn.readouts._spiking.first_spike_times import rule_kernels

D, K, H, STEPS, N = 200, 10, 100, 100, 200


@jit
def softmax_error(y, label, e):
    top, total = y.max(), 0.0
    for k in range(y.size):
        e[k] = np.exp(y[k] - top)
        total += e[k]
    for k in range(y.size):
        e[k] = e[k] / total - (k == label)


@jit
def adam(p, g, m, v, step):
    for k in range(p.size):
        m[k] += 0.1 * (g[k] - m[k])
        v[k] += 0.001 * (g[k] * g[k] - v[k])
        p[k] -= step * m[k] / (np.sqrt(v[k]) + 1e-8)
        g[k] = 0.0


@jit
def move_all(W, b, g_W, g_b, m, v, eta, t):
    step = eta * np.sqrt(1.0 - 0.999**t) / (1.0 - 0.9**t)
    for j in range(W.shape[0]):
        adam(W[j], g_W[j], m[j], v[j], step)
    adam(b, g_b, m[-1], v[-1], step)


@jit
def take_in(starts, channels, step, W, current, x):
    for k in range(current.size):
        current[k] = 0.0
    for i in range(starts[step], starts[step + 1]):
        x[channels[i]] += 1.0
        row = W[channels[i]]
        for k in range(current.size):
            current[k] += row[k]


@jit
def eprop_li(starts, channels, labels, W, b, m, v, eta, kappa):
    g_W, g_b = np.zeros_like(W), np.zeros_like(b)
    x, f, current, e = np.zeros(D), np.zeros(K), np.zeros(K), np.zeros(K)
    for s in range(labels.size):
        x[:] = 0.0
        f[:] = 0.0
        for t in range(STEPS):
            for j in range(D):
                x[j] *= kappa
            take_in(starts, channels, s * STEPS + t, W, current, x)
            for k in range(K):
                f[k] = kappa * f[k] + current[k]
            softmax_error(f + b, labels[s], e)
            for k in range(K):
                e[k] /= STEPS
                g_b[k] += e[k]
            for j in range(D):
                for k in range(K):
                    g_W[j, k] += e[k] * x[j]
        move_all(W, b, g_W, g_b, m, v, eta, s + 1)


@jit
def eprop_lif(starts, channels, labels, W, b, m, v, eta, alpha, kappa, theta, gain):
    g_W, g_b, ebar = np.zeros_like(W), np.zeros_like(b), np.zeros_like(W)
    x, f, current, e = np.zeros(D), np.zeros(K), np.zeros(K), np.zeros(K)
    u, z, psi = np.zeros(K), np.zeros(K), np.zeros(K)
    for s in range(labels.size):
        x[:] = 0.0
        ebar[:] = 0.0
        for a in (f, u, z):
            a[:] = 0.0
        for t in range(STEPS):
            for j in range(D):
                x[j] *= alpha
            take_in(starts, channels, s * STEPS + t, W, current, x)
            for k in range(K):
                u[k] = alpha * u[k] + current[k] - theta * z[k]
                h = u[k] / theta - 1.0
                psi[k] = gain / ((1.0 + abs(h)) * (1.0 + abs(h)))
                z[k] = 1.0 if h >= 0.0 else 0.0
                f[k] = kappa * f[k] + z[k]
            softmax_error(f + b, labels[s], e)
            for k in range(K):
                e[k] /= STEPS
                g_b[k] += e[k]
            for j in range(D):
                for k in range(K):
                    ebar[j, k] = kappa * ebar[j, k] + psi[k] * x[j]
                    g_W[j, k] += e[k] * ebar[j, k]
        move_all(W, b, g_W, g_b, m, v, eta, s + 1)


@jit
def eprop_alif(starts, channels, labels, W, b, m, v, eta, alpha, kappa, rho, beta, theta, gain):
    g_W, g_b = np.zeros_like(W), np.zeros_like(b)
    ebar, eps = np.zeros_like(W), np.zeros_like(W)
    x, f, current, e = np.zeros(D), np.zeros(K), np.zeros(K), np.zeros(K)
    u, a, z, psi = np.zeros(K), np.zeros(K), np.zeros(K), np.zeros(K)
    for s in range(labels.size):
        x[:] = 0.0
        ebar[:] = 0.0
        eps[:] = 0.0
        for values in (f, u, a, z, psi):
            values[:] = 0.0
        for t in range(STEPS):
            for j in range(D):
                for k in range(K):
                    eps[j, k] = psi[k] * x[j] + (rho - beta * psi[k]) * eps[j, k]
                x[j] *= alpha
            take_in(starts, channels, s * STEPS + t, W, current, x)
            for k in range(K):
                u[k] = alpha * u[k] + current[k] - theta * z[k]
                a[k] = rho * a[k] + z[k]
                h = (u[k] - beta * a[k]) / theta - 1.0
                psi[k] = gain / ((1.0 + abs(h)) * (1.0 + abs(h)))
                z[k] = 1.0 if h >= 0.0 else 0.0
                f[k] = kappa * f[k] + z[k]
            softmax_error(f + b, labels[s], e)
            for k in range(K):
                e[k] /= STEPS
                g_b[k] += e[k]
            for j in range(D):
                for k in range(K):
                    ebar[j, k] = kappa * ebar[j, k] + psi[k] * (x[j] - beta * eps[j, k])
                    g_W[j, k] += e[k] * ebar[j, k]
        move_all(W, b, g_W, g_b, m, v, eta, s + 1)


@jit
def decolle(starts, channels, labels, W, G, eta, a, b_s, g):
    Q, P, U, R, S, d = (
        np.zeros(D), np.zeros(D), np.zeros(H), np.zeros(H), np.zeros(H), np.zeros(H),
    )  # fmt: skip
    e = np.zeros(K)
    for s in range(labels.size):
        for values in (Q, P, R, S):
            values[:] = 0.0
        for t in range(STEPS):
            for j in range(D):
                Q[j] *= b_s
            for i in range(starts[s * STEPS + t], starts[s * STEPS + t + 1]):
                Q[channels[i]] += 1.0 - b_s
            U[:] = 0.0
            for j in range(D):
                P[j] = a * P[j] + (1.0 - a) * Q[j]
                for i in range(H):
                    U[i] += P[j] * W[j, i]
            for i in range(H):
                R[i] = g * R[i] - (1.0 - g) * S[i]
                U[i] += R[i]
                S[i] = 1.0 if U[i] > 0.0 else 0.0
            d[:] = 0.0
            for k in range(K):
                y = 0.0
                for i in range(H):
                    y += G[k, i] * S[i]
                e[k] = max(-1.0, min(1.0, y - (k == labels[s]))) / K
                for i in range(H):
                    d[i] += G[k, i] * e[k]
            for i in range(H):
                h = 1.0 + 10.0 * abs(U[i])
                d[i] /= h * h
            for j in range(D):
                step = eta * P[j]
                for i in range(H):
                    W[j, i] -= step * d[i]


@jit
def superspike(starts, channels, target, W, v, eta, k_m, k_s, c, k_d, k_r, c_e, decay):
    g, half, lam = np.zeros_like(W), np.zeros_like(W), np.zeros_like(W)
    x, eps = np.zeros(D), np.zeros(D)
    q, p, r, S, psi, half_e, e, current = (
        np.zeros(K), np.zeros(K), np.zeros(K), np.zeros(K), np.zeros(K), np.zeros(K),
        np.zeros(K), np.zeros(K),
    )  # fmt: skip
    for s in range(target.shape[0]):
        for values in (q, p, r, S, half_e, e, x, eps):
            values[:] = 0.0
        half[:] = 0.0
        lam[:] = 0.0
        for t in range(STEPS):
            for j in range(D):
                x[j] *= k_s
            take_in(starts, channels, s * STEPS + t, W, current, x)
            for k in range(K):
                q[k] = k_s * q[k] + current[k]
                p[k] = k_m * p[k] + q[k]
                r[k] = k_m * r[k] - S[k]
                U = c * p[k] + r[k]
                S[k] = 1.0 if U >= 1.0 else 0.0
                h = 1.0 + 10.0 * abs(U - 1.0)
                psi[k] = 1.0 / (h * h)
                half_e[k] = k_r * half_e[k] + S[k] - target[s, t, k]
                e[k] = k_d * e[k] + c_e * half_e[k]
            for j in range(D):
                eps[j] = k_m * eps[j] + x[j]
                for k in range(K):
                    half[j, k] = k_r * half[j, k] + psi[k] * c * eps[j]
                    lam[j, k] = k_d * lam[j, k] + c_e * half[j, k]
                    g[j, k] += e[k] * lam[j, k]
        for j in range(D):
            for k in range(K):
                v[j, k] = max(decay * v[j, k], abs(g[j, k]))
                W[j, k] -= eta * g[j, k] / (v[j, k] + 1e-8)
                g[j, k] = 0.0


lambert_w = rule_kernels().lambert_w


@jit
def first_spike(times, order, labels, W, b, m, v, eta):
    g_W, g_b = np.zeros_like(W), np.zeros_like(b)
    a, u, T, slope, e = np.zeros(K), np.zeros(K), np.zeros(K), np.zeros(K), np.zeros(K)
    for s in range(labels.size):
        a[:] = 0.0
        u[:] = 0.0
        T[:] = np.inf
        end = 0.0
        for i in range(D):
            if times[s, i] == np.inf:
                break
            end = times[s, i] + 5.0
            gap = (times[s, i + 1] if i + 1 < D else np.inf) - times[s, i]
            fade = np.exp(-gap)
            row = W[order[s, i]]
            for k in range(K):
                if T[k] < np.inf:
                    continue
                a[k] += row[k]
                top = u[k]
                if a[k] > 0.0 and u[k] < a[k]:
                    peak = 1.0 - u[k] / a[k]
                    top = a[k] * np.exp(-peak) if peak < gap else (u[k] + a[k] * gap) * fade
                if a[k] > 0.0 and top >= 1.0:
                    w = -u[k] / a[k] - lambert_w(-1.0 / a[k] * np.exp(-u[k] / a[k]))
                    T[k] = times[s, i] + max(0.0, w)
                    slope[k] = (a[k] - u[k] - a[k] * w) * np.exp(-w)
                elif gap < np.inf:
                    u[k] = (u[k] + a[k] * gap) * fade
                    a[k] *= fade
        late = np.minimum(T, end)
        softmax_error(-late / 0.1, labels[s], e)
        e /= -0.1
        e[labels[s]] += 0.005 * np.exp(min(late[labels[s]], 10.0))
        norm = 0.0
        for k in range(K):
            if T[k] >= end:
                continue
            for i in range(D):
                if times[s, i] >= T[k]:
                    break
                since = T[k] - times[s, i]
                step = -e[k] / max(slope[k], 1e-9) * since * np.exp(-since)
                g_W[order[s, i], k] += step
                norm += step * step
        if norm > 1.0:
            g_W /= np.sqrt(norm)
        move_all(W, b, g_W, g_b, m, v, eta, s + 1)


def pairs() -> dict:
    """Return, by name: our rule, the loop by hand, and the samples of each."""
    rng = np.random.default_rng(0)
    trains = SpikeTrains.from_dense(rng.random((N, STEPS, D)) < 0.02)
    labels = rng.integers(K, size=N)
    labels[:K] = np.arange(K)
    row = np.repeat(np.arange(N) * STEPS, np.diff(trains.starts)) + trains.times.astype(int)
    by_step = np.argsort(row, kind="stable")
    starts = np.searchsorted(row[by_step], np.arange(N * STEPS + 1))
    channels = trains.channels[by_step].astype(np.int32)
    moments = np.zeros((D + 1, K)), np.zeros((D + 1, K))
    W, b = 0.1 * rng.normal(size=(D, K)), np.zeros(K)

    def ours(readout, y):
        known = {} if isinstance(readout, SuperSpikeRegressor) else {"classes": range(K)}
        return lambda: readout.partial_fit(trains, y, **known)

    def by_hand(loop, target, *state):
        state = [a.copy() if isinstance(a, np.ndarray) else a for a in state]
        return lambda: loop(starts, channels, target, *state)

    li, lif, alif = (
        EpropClassifier(n, batch_size=1, random_state=0) for n in ("li", "lif", "alif")
    )
    _constants(lif, trains, labels)
    neuron = _constants(alif, trains, labels)
    alpha, kappa, rho = neuron.alpha, neuron.kappa, neuron.rho
    beta, theta, gain = neuron.beta, neuron.theta, neuron.gain
    layer = DecolleClassifier(H, random_state=0)
    units = _constants(layer, trains, labels)
    spikes = SpikeTrains.from_dense(rng.random((N, STEPS, K)) < 0.02)
    pattern = SuperSpikeRegressor(random_state=0)
    filters = _constants(pattern, trains, spikes)
    k_m, k_s, k_d, k_r = filters.k_m, filters.k_s, filters.k_d, filters.k_r
    first = FirstSpikeClassifier(
        batch_size=1, fit_intercept=False, max_silent=1.0, learning_rate=1e-9, random_state=0
    )
    _constants(first, trains, labels)
    many, labelled = trains[np.tile(np.arange(N), 10)], np.tile(labels, 10)
    race = [first.coef_.T.copy(), b.copy(), *(m.copy() for m in moments)]

    def raced():
        firing = many.first_times() / 10
        order = np.argsort(firing, axis=1, kind="stable")
        firing = np.take_along_axis(firing, order, axis=1)
        first_spike(firing, order, labelled, *race, 1e-9)

    return {
        "e-prop, LI": (
            ours(li, labels),
            by_hand(eprop_li, labels, W, b, *moments, 1e-3, kappa),
            N,
        ),
        "e-prop, LIF": (
            ours(lif, labels),
            by_hand(eprop_lif, labels, W, b, *moments, 1e-3, alpha, kappa, theta, gain),
            N,
        ),
        "e-prop, ALIF": (
            ours(alif, labels),
            by_hand(
                eprop_alif, labels, W, b, *moments,
                1e-3, alpha, kappa, rho, beta, theta, gain,
            ),
            N,
        ),
        "DECOLLE": (
            ours(layer, labels),
            by_hand(
                decolle, labels, rng.normal(size=(D, H)) / np.sqrt(D),
                units.G, 1.0, units.a, units.b_s, units.g,
            ),
            N,
        ),
        "SuperSpike": (
            ours(pattern, spikes),
            by_hand(
                superspike, spikes.to_dense().astype(float), W, moments[1][:D],
                1e-3, k_m, k_s, filters.c, k_d, k_r, filters.c_e, 0.999,
            ),
            N,
        ),
        "first spike": (
            lambda: first.partial_fit(many, labelled),
            raced,
            10 * N,
        ),
    }  # fmt: skip


def _constants(readout, X, y) -> Any:
    """Return a rule's numbers as its kernel gets them."""
    known = {} if isinstance(readout, SuperSpikeRegressor) else {"classes": range(K)}
    return readout.partial_fit(X[:20], y[:20], **known)._constants()


if __name__ == "__main__":
    compare(__doc__.splitlines()[0], pairs, "rules_spiking_speed")
