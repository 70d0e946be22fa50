"""Loops written by hand for one neuron model each, with the integrator that ours chooses.

The constants of the models are literals, as in code for one case.
"""

import numba
import numpy as np
from _serve import serve, timed
from scipy import sparse
from scipy.linalg import expm

jit = numba.njit(nogil=True, error_model="numpy")


def network(work, name, dtype, repeats=1):
    """Simulate a network of units named from rest: one spike count for each."""
    f, dt, n = np.dtype(dtype).type, float(work["dt"]), int(work["n"])
    weights = np.abs(work["weights"]).astype(dtype)
    shape, coordinates = (n, n), (work["sources"], work["targets"])
    if name in SIGNED:
        weights = work["weights"].astype(dtype)
    matrix = sparse.csr_array(sparse.coo_array((weights, coordinates), shape=shape))
    wiring = matrix.indptr.astype(np.int64), matrix.indices.astype(np.uint16), matrix.data
    advance, crosses, start, constants, rows, t_ref = MODELS[name](dt)
    if "v_rest" in work:  # of conductances
        constants = (*constants[:4], float(work["v_rest"]), *constants[5:])
    k = tuple(map(f, constants))
    simulate = loop(advance, crosses, *rows)
    drive = work.get("drive", np.zeros(n)).astype(dtype)
    rest = np.repeat(np.array(start, dtype)[:, None], n, axis=1)
    for row, given in enumerate(("v0", "g_exc0", "g_inh0")):
        if given in work:
            rest[row] = work[given]
    n_steps, n_held = round(float(work["ms"]) / dt), round(t_ref / dt)

    def run():
        return simulate(n_steps, int(work["n_exc"]), wiring, drive, rest.copy(), n_held, k)

    def turn():
        seconds, spikes = timed(run, repeats)
        amount = repeats * float(work["ms"]) / 1000
        return {"seconds": seconds, "amount": amount, "spikes": spikes}

    return turn


def loop(advance, crosses, excitatory, inhibitory):
    """Return the time loop of a model: what it does in a step, and what a spike is."""

    @jit
    def simulate(n_steps, n_exc, wiring, drive, state, n_held, k):
        starts, targets, weights = wiring
        n = drive.size
        free_at = np.zeros(n, np.int64)
        spikes = np.empty(n, np.int64)
        before = state[0].copy()
        n_spikes = total = 0
        for step in range(n_steps):
            before[:] = state[0]
            advance(state, drive, free_at, step, k)
            for s in range(n_spikes):
                source = spikes[s]
                sums = state[excitatory] if source < n_exc else state[inhibitory]
                for j in range(starts[source], starts[source + 1]):
                    sums[targets[j]] += weights[j]
            n_spikes = 0
            for i in range(n):
                if free_at[i] <= step and crosses(state, before, i):
                    spikes[n_spikes] = i
                    n_spikes += 1
                    free_at[i] = step + 1 + n_held
            total += n_spikes
        return total

    return simulate


@jit
def conductances(state, drive, free_at, step, k):
    """Exponential Euler of the leaky unit with conductances (mV, nS, pF)."""
    v, g, h = state
    dt, d_exc, d_inh, leak, rest, e_inh, per_c, reset = k
    for i in range(v.size):
        a = -(leak + g[i] + h[i]) * per_c
        b = (leak * rest + h[i] * e_inh + drive[i]) * per_c
        new = v[i] + np.expm1(a * dt) / a * (a * v[i] + b)
        v[i] = new if step >= free_at[i] else reset
    for i in range(v.size):
        g[i] *= d_exc
    for i in range(v.size):
        h[i] *= d_inh


@jit
def above_50(state, before, i):
    """Spike at -50 mV; the reset is to -60."""
    if state[0, i] < -50:
        return False
    state[0, i] = -60
    return True


@jit
def adaptive(state, drive, free_at, step, k):
    """Exact step of the leaky unit whose threshold rises."""
    v, g, h, theta = state
    p_mem, p_exc, p_inh, p_drive, d_exc, d_inh, d_theta, reset = k
    for i in range(v.size):
        new = p_mem * v[i] + p_exc * g[i] - p_inh * h[i] + p_drive * drive[i]
        v[i] = new if step >= free_at[i] else reset
    for i in range(v.size):
        g[i] *= d_exc
    for i in range(v.size):
        h[i] *= d_inh
    for i in range(v.size):
        theta[i] *= d_theta


@jit
def above_theta(state, before, i):
    """Spike at 1 and more; the reset is to 0."""
    if state[0, i] < 1 + state[3, i]:
        return False
    state[0, i] = 0
    state[3, i] += 0.05
    return True


@jit
def adex_slope(v, w, g, h, drive, k):
    """Slopes of the adaptive exponential unit (mV, pA, nS, pF)."""
    x = min(v, k[2])
    upstroke = k[3] * np.exp((x - k[4]) * k[5])
    dv = (k[6] * (k[7] - x + upstroke) - w + g - h + drive) * k[8]
    return dv, (k[9] * (x - k[7]) - w) * k[10], -g * k[11], -h * k[12]


@jit
def izhikevich_slope(v, u, g, h, drive, k):
    """Slopes of Izhikevich's unit (mV)."""
    x = min(v, k[2])
    dv = k[3] * x * x + k[4] * x + k[5] - u + g - h + drive
    return dv, k[6] * (k[7] * x - u), -g * k[8], -h * k[9]


def runge_kutta(slope, is_held):
    """Return the classical step of four stages for a model of four variables."""

    @jit
    def advance(state, drive, free_at, step, k):
        v, w, g, h = state
        dt, half = k[0], k[1]
        for i in range(v.size):
            a, b, c, d, x = v[i], w[i], g[i], h[i], drive[i]
            a1, b1, c1, d1 = slope(a, b, c, d, x, k)
            a2, b2, c2, d2 = slope(a + half * a1, b + half * b1, c + half * c1, d + half * d1, x, k)
            a3, b3, c3, d3 = slope(a + half * a2, b + half * b2, c + half * c2, d + half * d2, x, k)
            a4, b4, c4, d4 = slope(a + dt * a3, b + dt * b3, c + dt * c3, d + dt * d3, x, k)
            sixth, two = k[13], k[14]
            v[i] = a + sixth * (a1 + two * (a2 + a3) + a4)
            w[i] = b + sixth * (b1 + two * (b2 + b3) + b4)
            g[i] = c + sixth * (c1 + two * (c2 + c3) + c4)
            h[i] = d + sixth * (d1 + two * (d2 + d3) + d4)
            if is_held and step < free_at[i]:
                v[i] = k[7]

    return advance


@jit
def above_0(state, before, i):
    """Spike at 0 mV; the reset is to -70.6, and adaptation grows."""
    if state[0, i] < 0:
        return False
    state[0, i] = -70.6
    state[1, i] += 80.5
    return True


@jit
def above_30(state, before, i):
    """Spike at 30 mV; the reset is to -65, and recovery grows."""
    if state[0, i] < 30:
        return False
    state[0, i] = -65
    state[1, i] += 8
    return True


@jit
def resonator(state, drive, free_at, step, k):
    """Exact step of the damped oscillation."""
    v, x = state
    for i in range(v.size):
        a, b = v[i], x[i]
        v[i] = k[0] * a + k[1] * b + k[2] * drive[i]
        x[i] = k[3] * a + k[4] * b + k[5] * drive[i]


@jit
def rises_through_1(state, before, i):
    """Spike on the way up; the current is reset."""
    if state[0, i] < 1 or before[i] >= 1:
        return False
    state[0, i] = 1
    state[1, i] = 0
    return True


@jit
def linoid(z):
    """Return z / (exp(z) - 1), 1 at zero."""
    return z / np.expm1(z) if z != 0 else z + 1


@jit
def gate(x, alpha, beta, dt):
    """Exponential Euler of a gate."""
    rate = alpha + beta
    return x + np.expm1(-rate * dt) / rate * (rate * x - alpha)


@jit
def hodgkin_huxley(state, drive, free_at, step, k):
    """Exponential Euler of Traub and Miles' unit (mV, nS, pF)."""
    v, m, h, n, g, q = state
    t = type(k[0])
    dt, d_exc, d_inh = k[0], k[1], k[2]
    for i in range(v.size):
        x = v[i] + t(55)
        g_na = t(20000) * m[i] * m[i] * m[i] * h[i]
        g_k = t(6000) * n[i] * n[i] * n[i] * n[i]
        a = -(t(10) + g_na + g_k + g[i] + q[i]) * t(1 / 200)
        b = t(-600) + g_na * t(50) - g_k * t(90) - q[i] * t(80) + drive[i]
        m[i] = gate(
            m[i],
            t(1.28) * linoid((t(13) - x) * t(1 / 4)),
            t(1.4) * linoid((x - t(40)) * t(1 / 5)),
            dt,
        )
        beta_h = t(4) / (t(1) + np.exp((t(40) - x) * t(1 / 5)))
        h[i] = gate(h[i], t(0.128) * np.exp((t(17) - x) * t(1 / 18)), beta_h, dt)
        beta_n = t(0.5) * np.exp((t(10) - x) * t(1 / 40))
        n[i] = gate(n[i], t(0.16) * linoid((t(15) - x) * t(1 / 5)), beta_n, dt)
        v[i] += np.expm1(a * dt) / a * (a * v[i] + b * t(1 / 200))
    for i in range(v.size):
        g[i] *= d_exc
        q[i] *= d_inh


@jit
def rises_through_20(state, before, i):
    """Spike on the way up through -20 mV; nothing is reset."""
    return state[0, i] >= -20 and before[i] < -20


def of_conductances(dt):
    k = (dt, np.exp(-dt / 5), np.exp(-dt / 10), 10, -60, -80, 1 / 200, -60)
    return conductances, above_50, (-60, 0, 0), k, (1, 2), 5


def of_adaptive(dt):
    decay = {tau: np.exp(-dt / tau) for tau in (5, 10, 20, 200)}
    into_v = {tau: tau / (tau - 20) * (decay[tau] - decay[20]) for tau in (5, 10)}
    k = (decay[20], into_v[5], into_v[10], 1 - decay[20], decay[5], decay[10], decay[200], 0)
    return adaptive, above_theta, (0, 0, 0, 0), k, (1, 2), 2


def of_adex(dt):
    k = [dt, dt / 2, 0, 2, -50.4, 1 / 2, 30, -70.6, 1 / 281, 4, 1 / 144, 1 / 5, 1 / 10, dt / 6, 2]
    return runge_kutta(adex_slope, True), above_0, (-70.6, 0, 0, 0), k, (2, 3), 2


def of_izhikevich(dt):
    k = [dt, dt / 2, 30, 0.04, 5, 140, 0.02, 0.2, 1 / 5, 1 / 10, 0, 0, 0, dt / 6, 2]
    return runge_kutta(izhikevich_slope, False), above_30, (-70, -14, 0, 0), k, (2, 3), 0


def of_resonator(dt):
    w = 2 * np.pi * 0.04
    A = np.array([[-1 / 20, w, 0], [-w, -1 / 20, 1], [0, 0, 0]])
    k = expm(A * dt)[:2].ravel()
    return resonator, rises_through_1, (0, 0), k, (1, 1), 0


def of_hodgkin_huxley(dt):
    start = (-59.9714, 0.00514057, 0.998857, 0.0162298, 0, 0)
    k = (dt, np.exp(-dt / 5), np.exp(-dt / 10))
    return hodgkin_huxley, rises_through_20, start, k, (4, 5), 2


SIGNED = ("ResonateAndFire",)
MODELS = {
    "ConductanceLIF": of_conductances,
    "AdaptiveLIF": of_adaptive,
    "AdEx": of_adex,
    "Izhikevich": of_izhikevich,
    "ResonateAndFire": of_resonator,
    "HodgkinHuxley": of_hodgkin_huxley,
}


@jit
def rotate(rows, constants, drive, v, q):
    """Run linear recurrent units one row after another; only the last state is kept."""
    a, b, c, d, e, f = constants
    for row in range(rows.size):
        for i in range(v.size):
            x, x_q, u = v[i], q[i], rows[row] * drive[i]
            v[i] = a[i] * x + b[i] * x_q + c[i] * u
            q[i] = d[i] * x + e[i] * x_q + f[i] * u


def linear(work, dtype):
    """Run a network of linear recurrent units over a series."""
    n, rows = len(work["tau"]), work["rows"].astype(dtype)
    A = np.zeros((n, 3, 3))
    A[:, 0, 0] = A[:, 1, 1] = -1 / work["tau"]
    A[:, 1, 0] = 2 * np.pi * work["frequency"]
    A[:, 0, 1] = -A[:, 1, 0]
    A[:, 0, 2] = np.sqrt(2 / work["tau"])
    step = expm(A)[:, :2].reshape(n, 6).T
    constants, drive = np.ascontiguousarray(step.astype(dtype)), work["drive"].astype(dtype)

    def run():
        v, q = np.zeros(n, dtype), np.zeros(n, dtype)
        rotate(rows, constants, drive, v, q)
        return v

    def turn():
        seconds, last = timed(run)
        return {"seconds": seconds, "amount": len(rows), "check": np.abs(last).mean()}

    return turn


if __name__ == "__main__":
    serve(globals())
