"""Spiking readouts, slow and obvious: the oracles of their tests. Arrays are (steps, ...)."""

import numpy as np

# --- surrogates, and the smooth spikes they are the derivatives of ---


def triangle(u):
    return np.maximum(0.0, 1.0 - np.abs(u))


def triangle_integral(u):
    u = np.clip(u, -1.0, 1.0)
    return np.where(u < 0, 0.5 * (1 + u) ** 2, 1.0 - 0.5 * (1 - u) ** 2)


def fast_sigmoid(u, steepness):
    return 1.0 / (1.0 + steepness * np.abs(u)) ** 2


def fast_sigmoid_integral(u, steepness):
    return u / (1.0 + steepness * np.abs(u))


def step(u):
    return (u >= 0).astype(float)


# --- first spikes ---


def potential(t, times, w, ratio, tau=1.0):
    """Membrane potential at the times t, for inputs of weights w at the times given."""
    s = (t[:, None] - times) / tau
    kernel = s * np.exp(-s) if ratio == 1 else 2 * (np.exp(-s / 2) - np.exp(-s))
    return np.where(s > 0, kernel, 0.0) @ w


def first_crossing(times, w, ratio, end, dt=1e-3):
    """First time on a grid at which the potential has reached 1; inf if it never does."""
    t = np.arange(0, end, dt)
    above = np.flatnonzero(potential(t, times, w, ratio) >= 1.0)
    return t[above[0]] if above.size else np.inf


# --- e-prop ---


def eprop_run(z, W, b, p, spike=step, resets=True):
    """Outputs y and eligibility traces ebar, (steps, K) and (steps, K, D), of spiking neurons."""
    n_steps, D = z.shape
    K = len(W)
    v, a, s, f, psi = (np.zeros(K) for _ in range(5))
    hold = np.zeros(K, dtype=int)
    eps_v, eps_a, ebar = np.zeros(D), np.zeros((K, D)), np.zeros((K, D))
    Y, E, states = np.zeros((n_steps, K)), np.zeros((n_steps, K, D)), []
    for t in range(n_steps):
        eps_a = psi[:, None] * eps_v + (p["rho"] - p["beta"] * psi)[:, None] * eps_a
        eps_v = p["alpha"] * eps_v + z[t]
        v = p["alpha"] * v + W @ z[t] - (p["theta"] * s if resets else 0.0)
        a = p["rho"] * a + s
        u = (v - p["beta"] * a) / p["theta"] - 1.0
        is_free = hold == 0
        s = np.where(is_free, spike(u), 0.0)
        psi = np.where(is_free, p["gain"] * triangle(u), 0.0)
        hold = np.where(is_free, np.where(s == 1.0, p["n_ref"], 0), hold - 1)
        f = p["kappa"] * f + s
        ebar = p["kappa"] * ebar + psi[:, None] * (eps_v - p["beta"] * eps_a)
        Y[t], E[t] = f + b, ebar
        states.append(psi)
    return Y, E, np.array(states)


def eprop_by_bptt(z, psi, errors, p):
    """Gradient of W by backpropagation through time, for given surrogate derivatives.

    The reset is taken as a constant, as e-prop takes it.
    """
    n_steps, K = psi.shape
    df, dv, da = np.zeros(K), np.zeros(K), np.zeros(K)
    gradient = np.zeros((K, z.shape[1]))
    for t in range(n_steps - 1, -1, -1):
        df = p["kappa"] * df + errors[t]
        ds = df + da
        dv = p["alpha"] * dv + psi[t] * ds
        da = p["rho"] * da - p["beta"] * psi[t] * ds
        gradient += np.outer(dv, z[t])
    return gradient


def eprop_by_rtrl(z, psi, errors, p):
    """The same by real-time recurrent learning: the whole Jacobian of the state (v, a, f)."""
    n_steps, K = psi.shape
    D = z.shape[1]
    J = np.zeros((3 * K, K * D))
    gradient = np.zeros(K * D)
    eye, none = np.eye(K), np.zeros((K, K))
    before = np.zeros(K)
    for t in range(n_steps):
        # s(t-1) changes with v(t-1) and a(t-1), and moves a(t).
        move = np.block(
            [
                [p["alpha"] * eye, none, none],
                [np.diag(before), np.diag(p["rho"] - p["beta"] * before), none],
                [none, none, p["kappa"] * eye],
            ]
        )
        J = move @ J
        J[:K] += np.kron(eye, z[t])
        J[2 * K :] += psi[t][:, None] * (J[:K] - p["beta"] * J[K : 2 * K])
        gradient += errors[t] @ J[2 * K :]
        before = psi[t]
    return gradient.reshape(K, D)


def li_run(z, W, b, kappa):
    """Outputs of leaky integrators, and the filtered input."""
    x, X = np.zeros(z.shape[1]), []
    for row in z:
        x = kappa * x + row
        X.append(x)
    return np.array(X) @ W.T + b, np.array(X)


# --- DECOLLE ---


def decolle_traces(z, a, b):
    Q, P, out = np.zeros(z.shape[1]), np.zeros(z.shape[1]), []
    for row in z:
        Q = b * Q + (1 - b) * row
        P = a * P + (1 - a) * Q
        out.append(P)
    return np.array(out)


def decolle_learn(z, target, W, bias, G, p, eta, largest=None):
    """One sample, learned from in every step under the smooth L1 loss, by gradient descent.

    With the largest gradients so far, of weights and biases, in units of these (RMaxProp); they
    change. Those of channels without an event yet are not touched.
    """
    W, bias = W.copy(), bias.copy()
    R, S, total, outputs = np.zeros(len(W)), np.zeros(len(W)), 0.0, []
    for P in decolle_traces(z, p["a"], p["b"]):
        R = p["g"] * R - (1 - p["g"]) * S
        U = W @ P + bias + R
        S = (U > 0).astype(float)
        d = G @ S - target
        total += np.mean(np.where(np.abs(d) < 1, 0.5 * d**2, np.abs(d) - 0.5))
        delta = G.T @ (np.clip(d, -1, 1) / len(d)) * fast_sigmoid(U, p["steepness"])
        steps = [np.outer(delta, P), delta]
        for k, step in enumerate(steps if largest else []):
            seen = P > 0 if k == 0 else slice(None)
            fades = np.maximum(0.95 * largest[k], np.abs(step))
            largest[k][..., seen] = fades[..., seen]
            steps[k] = step / (largest[k] + 1e-8)
        W -= eta * steps[0]
        bias -= eta * steps[1]
        outputs.append(G @ S)
    return W, bias, total / len(z), np.array(outputs)


# --- SuperSpike ---


def double_exponential(n, slow, fast):
    """Two filters' answer to a unit impulse, in n steps: a convolution, written out."""
    k = np.arange(n)
    return np.convolve(slow**k, fast**k)[:n]


def convolve(kernel, x):
    """Filter along the first axis."""
    flat = x.reshape(len(x), -1)
    out = np.array([np.convolve(kernel, column)[: len(x)] for column in flat.T]).T
    return out.reshape(x.shape)


def superspike_gradient(z, target, W, p):
    """Loss, gradient and spikes of one sample, from whole histories."""
    n = len(z)
    eps = double_exponential(n, p["k_m"], p["k_s"])
    eps = eps / double_exponential(2000, p["k_m"], p["k_s"]).max()
    alpha = double_exponential(n, p["k_d"], p["k_r"])
    alpha = alpha / np.sqrt(np.sum(double_exponential(4000, p["k_d"], p["k_r"]) ** 2))
    psp = convolve(eps, z)
    r, S, U, spikes = np.zeros(len(W)), np.zeros(len(W)), np.zeros((n, len(W))), []
    for t in range(n):
        r = p["k_m"] * r - S
        U[t] = W @ psp[t] + r
        S = (U[t] >= 1.0).astype(float)
        spikes.append(S)
    spikes = np.array(spikes)
    error = convolve(alpha, spikes - target)
    gate = fast_sigmoid(U - 1.0, p["steepness"])
    eligibility = convolve(alpha, gate[:, :, None] * psp[:, None, :])
    return np.sum(error**2), np.einsum("tk,tkj->kj", error, eligibility), spikes
