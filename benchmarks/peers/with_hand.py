"""Loops written by hand in numba for one piece of work, without options."""

import numba
import numpy as np
from _serve import serve, timed
from scipy import sparse

jit = numba.njit(nogil=True, error_model="numpy", cache=True)
fast = numba.njit(nogil=True, error_model="numpy", cache=True, fastmath=True)


@jit
def simulate(event_starts, channels, n_exc, wiring, jumps, v, g_exc, g_inh, free_at, p, units):
    """Run a network, v relative to rest; return the number of synaptic events and of spikes."""
    starts, targets, weights = wiring
    in_starts, in_targets, in_weights = jumps
    p_mem, p_exc, p_inh, d_exc, d_inh = p
    v_threshold, v_reset, n_ref = units
    spikes = np.empty(v.size, np.uint16)
    n_spikes = events = total = 0
    for step in range(event_starts.size - 1):
        for i in range(v.size):
            new = p_mem * v[i] + p_exc * g_exc[i] + p_inh * g_inh[i]
            v[i] = new if step >= free_at[i] else v_reset
        for i in range(v.size):
            g_exc[i] *= d_exc
        for i in range(v.size):
            g_inh[i] *= d_inh
        for k in range(n_spikes):
            i = spikes[k]
            events += starts[i + 1] - starts[i]
            if i < n_exc:
                for j in range(starts[i], starts[i + 1]):
                    g_exc[targets[j]] += weights[j]
            else:
                for j in range(starts[i], starts[i + 1]):
                    g_inh[targets[j]] += weights[j]
        for k in range(event_starts[step], event_starts[step + 1]):
            c = channels[k]
            events += in_starts[c + 1] - in_starts[c]
            for j in range(in_starts[c], in_starts[c + 1]):
                g_exc[in_targets[j]] += in_weights[j]
        n_spikes = 0
        for i in range(v.size):
            if v[i] >= v_threshold:
                spikes[n_spikes] = i
                n_spikes += 1
        for k in range(n_spikes):
            v[spikes[k]] = v_reset
            free_at[spikes[k]] = step + 1 + n_ref
        total += n_spikes
    return events, total


@jit
def scatter(sources, starts, targets, weights, g):
    """Only add rows of weights to their targets; return how many."""
    events = 0
    for source in sources:
        events += starts[source + 1] - starts[source]
        for j in range(starts[source], starts[source + 1]):
            g[targets[j]] += weights[j]
    return events


@fast
def softmax(X, y, W, b, eta):
    """Learn a softmax from dense rows, one per update; W is (classes, features)."""
    K, D = W.shape
    p = np.empty(K, W.dtype)
    for s in range(X.shape[0]):
        for k in range(K):
            total = W.dtype.type(0)
            for i in range(D):
                total += X[s, i] * W[k, i]
            p[k] = total + b[k]
        top, total = p.max(), W.dtype.type(0)
        for k in range(K):
            p[k] = np.exp(p[k] - top)
            total += p[k]
        for k in range(K):
            p[k] = -eta * p[k] / total
        p[y[s]] += eta
        for k in range(K):
            e = p[k]
            b[k] += e
            for i in range(D):
                W[k, i] += e * X[s, i]


def rows_of(weights, rows, columns, shape, dtype):
    """Return starts, columns and entries of a matrix in compressed rows."""
    matrix = sparse.csr_array(sparse.coo_array((weights, (rows, columns)), shape=shape))
    matrix.sort_indices()
    return (
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.uint16),
        matrix.data.astype(dtype),
    )


def network(work, dtype, repeats=1):
    """Simulate a network from rest."""
    f, n, n_channels = np.dtype(dtype).type, int(work["n"]), int(work["n_channels"])
    dt, n_steps = float(work["dt"]), round(float(work["ms"] / work["dt"]))
    steps = np.rint(work["event_times"] / dt)
    decay = {tau: np.exp(-dt / tau) for tau in (20, 10, 5)}
    into_v = {tau: tau / (tau - 20) * (decay[tau] - decay[20]) for tau in (10, 5)}
    wiring = rows_of(np.abs(work["weights"]), work["sources"], work["targets"], (n, n), dtype)
    jumps = rows_of(
        work["in_weights"], work["in_sources"], work["in_targets"], (n_channels, n), dtype
    )
    event_starts = np.searchsorted(steps, np.arange(n_steps + 1))
    channels = work["event_channels"].astype(np.int32)
    p = tuple(map(f, (decay[20], into_v[5], -into_v[10], decay[5], decay[10])))
    threshold, reset = (f(work[name] - work["v_rest"]) for name in ("v_threshold", "v_reset"))
    units = (threshold, reset, round(float(work["t_ref"]) / dt))

    def run():
        v = (work["v0"] - work["v_rest"]).astype(dtype)
        state = (v, np.zeros(n, dtype), np.zeros(n, dtype), np.zeros(n, np.int32))
        return simulate(event_starts, channels, int(work["n_exc"]), wiring, jumps, *state, p, units)

    def turn():
        seconds, (events, spikes) = timed(run, repeats)
        amount = repeats * n_steps * dt / 1000
        return {"seconds": seconds, "amount": amount, "spikes": spikes, "events": repeats * events}

    return turn


def additions(work, dtype, n_rows=50_000):
    """Only deliver spikes of random units: the rate of scattered additions of this core."""
    n = int(work["n"])
    wiring = rows_of(np.abs(work["weights"]), work["sources"], work["targets"], (n, n), dtype)
    sources = np.random.RandomState(0).randint(0, n, n_rows).astype(np.uint16)
    sums = np.zeros(n, dtype)

    def turn():
        seconds, events = timed(lambda: scatter(sources, *wiring, sums))
        return {"seconds": seconds, "amount": events, "events": events}

    return turn


def dense_softmax(work, n, repeats=1):
    """Learn from the first n samples, every feature of each."""
    X, y, K = work["X"][:n], work["y"][:n], int(work["n_classes"])
    W, b = np.zeros((K, X.shape[1]), X.dtype), np.zeros(K, X.dtype)

    def turn():
        seconds, _ = timed(lambda: softmax(X, y, W, b, X.dtype.type(1e-4)), repeats)
        return {"seconds": seconds, "amount": n * repeats}

    return turn


if __name__ == "__main__":
    serve(globals())
