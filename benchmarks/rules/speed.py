"""Speed of each local rule compared with a loop written by hand for it.

Run from the repository's root, on an idle machine::

    python benchmarks/rules/speed.py [--json]

1000 features in float64, 10 outputs, one sample per update. A pair takes turns (ours, by
hand, ours, ...); the ratio is that of the fastest turns. The loops by hand do the same
arithmetic on arrays, without options for loss, rule or synapse, and without sample weights.
With ``--json`` the figures go to ``benchmarks/results/rules_speed.json``.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numba
import numpy as np

sys.path.append(str(Path(__file__).parents[1]))
from _results import write

from sparcelearn.readouts import DeltaRegressor, NodePerturbationRegressor, RLSRegressor
from sparcelearn.readouts.synapses import (
    BennaFusiSynapse,
    CascadeSynapse,
    FloatSynapse,
    QuantizedSynapse,
    SimpleSynapse,
)

D, K = 1000, 10
TURNS = 9
jit = numba.njit(nogil=True, error_model="numpy")


@jit
def predict(x, W, b, t, e):
    e[:] = b - t
    for i in range(x.size):
        for k in range(e.size):
            e[k] += x[i] * W[i, k]


@jit
def lms(X, T, W, b, eta):
    e = np.empty(b.size)
    for s in range(X.shape[0]):
        predict(X[s], W, b, T[s], e)
        for i in range(X.shape[1]):
            step = eta * X[s, i]
            for k in range(e.size):
                W[i, k] -= step * e[k]
        b -= eta * e


@jit
def nlms(X, T, W, b, eta):
    e = np.empty(b.size)
    for s in range(X.shape[0]):
        predict(X[s], W, b, T[s], e)
        length = 1.0
        for i in range(X.shape[1]):
            length += X[s, i] * X[s, i]
        for i in range(X.shape[1]):
            step = eta / length * X[s, i]
            for k in range(e.size):
                W[i, k] -= step * e[k]
        b -= eta / length * e


@jit
def perturbed(X, T, W, b, eta):
    e, xi = np.empty(b.size), np.empty(b.size)
    for s in range(X.shape[0]):
        predict(X[s], W, b, T[s], e)
        change = 0.0
        for k in range(e.size):
            xi[k] = np.random.normal()  # noqa: NPY002
            change += 0.5 * ((e[k] + 0.1 * xi[k]) ** 2 - e[k] ** 2)
        for i in range(X.shape[1]):
            step = eta * change / 0.1 * X[s, i]
            for k in range(e.size):
                W[i, k] -= step * xi[k]
        b -= eta * change / 0.1 * xi


@jit
def rls(X, T, W, b, P):
    n = P.shape[0]
    x, g, e = np.ones(n), np.empty(n), np.empty(b.size)
    for s in range(X.shape[0]):
        x[: n - 1] = X[s]
        predict(X[s], W, b, T[s], e)
        g[:] = 0.0
        for i in range(n):
            for j in range(n):
                g[j] += x[i] * P[i, j]
        gain = 1.0 / (1.0 + np.dot(x, g))
        for i in range(n - 1):
            for k in range(e.size):
                W[i, k] -= gain * g[i] * e[k]
        b -= gain * g[n - 1] * e
        for i in range(n):
            a = gain * g[i]
            for j in range(n):
                P[i, j] -= a * g[j]


@jit
def bounded(X, T, W, b, eta):
    e = np.empty(b.size)
    for s in range(X.shape[0]):
        predict(X[s], W, b, T[s], e)
        for i in range(X.shape[1]):
            step = eta * X[s, i]
            for k in range(e.size):
                W[i, k] = max(-1.0, min(1.0, W[i, k] - step * e[k]))
        b -= eta * e


@jit
def switched(X, T, W, b, eta):
    e = np.empty(b.size)
    for s in range(X.shape[0]):
        predict(X[s], W, b, T[s], e)
        for i in range(X.shape[1]):
            for k in range(e.size):
                dw = -eta * X[s, i] * e[k]
                if np.random.random() < 0.5 * abs(dw):  # noqa: NPY002
                    W[i, k] = 0.01 if dw > 0 else -0.01
        b -= eta * e


@jit
def cascaded(X, T, W, b, eta, depth, turn, deepen):
    e = np.empty(b.size)
    for s in range(X.shape[0]):
        predict(X[s], W, b, T[s], e)
        for i in range(X.shape[1]):
            for k in range(e.size):
                dw = -eta * X[s, i] * e[k]
                r, d = np.random.random(), depth[i, k]  # noqa: NPY002
                if (dw > 0) == (W[i, k] > 0):
                    if r < deepen[d] * abs(dw):
                        depth[i, k] += 1
                elif r < turn[d] * abs(dw):
                    depth[i, k] = 0
                    W[i, k] = -W[i, k]
        b -= eta * e


@jit
def rounded(X, T, W, b, eta, spacing):
    e = np.empty(b.size)
    for s in range(X.shape[0]):
        predict(X[s], W, b, T[s], e)
        for i in range(X.shape[1]):
            for k in range(e.size):
                z = (W[i, k] - eta * X[s, i] * e[k]) / spacing + 127.0
                z = np.floor(z + np.random.random())  # noqa: NPY002
                W[i, k] = (max(0.0, min(254.0, z)) - 127.0) * spacing
        b -= eta * e


@jit
def chained(X, T, W, b, eta, u, left, right):
    e = np.empty(b.size)
    m = left.size
    for s in range(X.shape[0]):
        predict(X[s], W, b, T[s], e)
        for i in range(X.shape[1]):
            for k in range(e.size):
                behind, here = 0.0, W[i, k]
                for j in range(m):
                    ahead = u[i, k, j] if j < m - 1 else 0.0
                    new = here + left[j] * (behind - here) - right[j] * (here - ahead)
                    if j == 0:
                        W[i, k] = new - eta * X[s, i] * e[k]
                    else:
                        u[i, k, j - 1] = new
                    behind, here = here, ahead
        b -= eta * e


def pairs() -> dict[str, tuple[Callable[[], object], Callable[[], object], int]]:
    """Return, by name: our rule, the loop by hand, and the samples of each."""
    rng = np.random.default_rng(0)
    X, T = rng.normal(size=(2000, D)), rng.normal(size=(2000, K))
    eta = 1e-4

    def ours(readout: object, n: int) -> Callable[[], object]:
        return lambda: readout.partial_fit(X[:n], T[:n])

    def by_hand(loop: Callable[..., object], n: int, *state: object) -> Callable[[], object]:
        W, b = rng.choice([-0.01, 0.01], size=(D, K)), np.zeros(K)
        return lambda: loop(X[:n], T[:n], W, b, *state)

    def delta(synapse: object = None, normalized: bool = False) -> DeltaRegressor:
        return DeltaRegressor(eta, normalized=normalized, synapse=synapse, random_state=0)

    cascade, chain = CascadeSynapse(8, bound=0.01), BennaFusiSynapse(8)
    noise = NodePerturbationRegressor(1e-6, normalized=False, random_state=0)
    depth, turn = np.zeros((D, K), np.int64), cascade.constants[:8]
    hidden, left, right = np.zeros((D, K, 7)), chain.constants[:8], chain.constants[8:16]
    return {
        "LMS": (ours(delta(), 2000), by_hand(lms, 2000, eta), 2000),
        "NLMS": (ours(delta(normalized=True), 2000), by_hand(nlms, 2000, eta), 2000),
        "node perturbation": (ours(noise, 2000), by_hand(perturbed, 2000, 1e-6), 2000),
        "RLS": (ours(RLSRegressor(), 60), by_hand(rls, 60, np.eye(D + 1)), 60),
        "LMS, bounded": (ours(delta(FloatSynapse(1.0)), 2000), by_hand(bounded, 2000, eta), 2000),
        "LMS, simple": (
            ours(delta(SimpleSynapse(0.5, bound=0.01)), 500),
            by_hand(switched, 500, eta),
            500,
        ),
        "LMS, cascade": (
            ours(delta(cascade), 500),
            by_hand(cascaded, 500, eta, depth, turn, cascade.constants[8:]),
            500,
        ),
        "LMS, 8 bits": (
            ours(delta(QuantizedSynapse(255)), 500),
            by_hand(rounded, 500, eta, 1 / 127),
            500,
        ),
        "LMS, chain of 8": (
            ours(delta(chain), 300),
            by_hand(chained, 300, eta, hidden, left, right),
            300,
        ),
    }


def compare(title: str, pairs: Callable[[], dict], file: str) -> None:
    """Time pairs in turns, print the table, write the figures if requested."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args()
    results = {}
    print(f"{'samples/s':20}{'ours':>12}{'by hand':>12}{'time, ratio':>12}")
    for name, (ours, hand, n) in pairs().items():
        times: tuple[list[float], list[float]] = ([], [])
        for turn in range(TURNS + 1):
            for run, seconds in zip((ours, hand), times, strict=True):
                start = time.perf_counter()
                run()
                if turn:  # the first turn compiles
                    seconds.append(time.perf_counter() - start)
        a, b = min(times[0]), min(times[1])
        results[name] = {"ours": round(n / a), "by_hand": round(n / b), "ratio": round(a / b, 2)}
        print(f"{name:20}{n / a:12,.0f}{n / b:12,.0f}{a / b:12.2f}", flush=True)
    if options.json:
        command = f"python benchmarks/rules/{file.removeprefix('rules_')}.py --json"
        write(file, command, {"samples_per_second": results})


if __name__ == "__main__":
    compare(__doc__.splitlines()[0], pairs, "rules_speed")
