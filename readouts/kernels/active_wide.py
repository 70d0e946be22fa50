"""What ``active.py`` does, to the bit, sixteen numbers at a time.

Sixteen features are compared and the active ones of them listed at once; sixteen outputs are in
one register. ``room`` has place for sixteen times sixteen numbers, of which a row is
what a feature contributes to the scalar product of errors and weights.
"""

import numpy as np

from sparcelearn._core.jit import inlined, jit
from sparcelearn._core.vectors import (
    LANES,
    LINE,
    append,
    count,
    first,
    from_line,
    larger,
    largest,
    load,
    magnitude,
    places,
    root,
    row_totals,
    spread,
    store,
    with_sign,
)

from .losses import BETA_1, BETA_2, EPSILON

# --- the text below this line goes into every generated module ---

ROOM = LANES * LANES
FEW = 64  # samples for which copying the weights there and back takes too long


@jit
def activate(r, theta, is_active, active, x):
    """List the active features and their values; return how many, and how many are not 0."""
    n, n_nonzero, zero = 0, 0, spread(theta.dtype.type(0))
    for i in range(0, theta.size, LANES):
        mask = first(theta.size - i)
        here, threshold = load(r, i, mask), load(theta, i, mask)
        size, is_nonzero = magnitude(here), here != zero
        found = (size > threshold) & is_nonzero
        append(active, n, places(i), found)
        append(x, n, with_sign(size - threshold, here), found)
        n += count(found)
        n_nonzero += count(is_nonzero)
    return n, n_nonzero


@jit
def largest_of(x, n):
    """Return the largest absolute value, at least 1: an intercept hears 1."""
    found = spread(x.dtype.type(1))
    for j in range(0, n, LANES):
        found = larger(found, magnitude(load(x, j, first(n - j))))
    return largest(found)


@jit
def widened(W, n_rows):
    """Return a copy whose rows begin with a line of the cache, unless it is for a few samples.

    A row of ten outputs mostly lies across two lines, and what is read waits for what was just
    written beside it.
    """
    D, K = W.shape
    line = LINE // W.itemsize
    width = (K + line - 1) // line * line
    if n_rows < FEW or width == K:
        return W
    wide = from_line(np.empty((D + 1, width), W.dtype))
    for i in range(D):
        for k in range(width):
            wide[i, k] = W[i, k] if k < K else 0
    return wide


@jit
def narrow(wide, W):
    """Write a copy back; of the weights themselves nothing is written."""
    D, K = W.shape
    if wide.shape[1] != K:
        for i in range(D):
            for k in range(K):
                W[i, k] = wide[i, k]


@jit
def respond(active, x, n, W, b, y):
    """Fill ``y`` with ``W x + b`` from the n active features."""
    for k in range(0, y.size, LANES):
        mask = first(y.size - k)
        sums = load(b, k, mask)
        for j in range(n):
            sums = sums + spread(x[j]) * load(W[active[j]], k, mask)
        store(y, k, sums, mask)


@jit
def descend_rows(keep, g, active, n, e, W, back, needs_back, room):
    """Fill ``back``, if it is needed, and move the weights of the active features down.

    ``back`` is filled with sums over outputs, in their order, of sixteen features side by side.
    """
    every, kept = first(LANES), spread(keep)
    for start in range(0, n, LANES):
        n_rows, sums = min(LANES, n - start), spread(e.dtype.type(0))
        for k in range(0, e.size, LANES):
            mask = first(e.size - k)
            e_k = load(e, k, mask)
            for j in range(n_rows):
                w = W[active[start + j]]
                here = load(w, k, mask)
                store(room, LANES * j, e_k * here, every)
                store(w, k, kept * here - spread(g[start + j]) * e_k, mask)
            if needs_back:
                sums = row_totals(sums, room)
        store(back, start, sums, first(n_rows))


@inlined
def adapt_part(step, keep, g, w, m, v, k, mask):
    """Move sixteen weights of one feature by Adam."""
    number = w.dtype.type
    a, c = spread(number(1.0 - BETA_1)), spread(number(1.0 - BETA_2))
    old_m, old_v = load(m, k, mask), load(v, k, mask)
    new_m = old_m + a * (g - old_m)
    new_v = old_v + c * (g * g - old_v)
    store(m, k, new_m, mask)
    store(v, k, new_v, mask)
    move = spread(number(step)) * new_m / (root(new_v) + spread(number(EPSILON)))
    store(w, k, load(w, k, mask) * spread(keep) - move, mask)


@jit
def adapt_rows(keep, steps, active, x, n, e, W, m, v, back, room):
    """Fill ``back`` and move the weights of the active features by Adam, each by its step."""
    every = first(LANES)
    for start in range(0, n, LANES):
        n_rows, sums = min(LANES, n - start), spread(e.dtype.type(0))
        for k in range(0, e.size, LANES):
            mask = first(e.size - k)
            e_k = load(e, k, mask)
            for j in range(n_rows):
                i = active[start + j]
                store(room, LANES * j, e_k * load(W[i], k, mask), every)
                g = e_k * spread(x[start + j])
                adapt_part(steps[start + j], keep, g, W[i], m[i], v[i], k, mask)
            sums = row_totals(sums, room)
        store(back, start, sums, first(n_rows))


@jit
def average_rows(means, steps, active, n, W):
    """Let the means of the rows of the active features follow them, each by its step."""
    for k in range(0, means.shape[1], LANES):
        mask = first(means.shape[1] - k)
        for j in range(n):
            i = active[j]
            mean, step = load(means[i], k, mask), spread(W.dtype.type(steps[j]))
            store(means[i], k, mean + step * (load(W[i], k, mask) - mean), mask)


@jit
def descend_by(eta, half, keep, counts, samples, values, touched, n, inverse, E, W, back, room):
    """Fill ``back`` and move the weights of features down, by what samples of a mini-batch say.

    ``back`` is by the weights after a share ``half`` of their step, each per unit of the sign.
    """
    every, K, zero, one = first(LANES), E.shape[1], spread(E.dtype.type(0)), spread(E.dtype.type(1))
    kept, rate, share = spread(keep), spread(eta), spread(half)
    for start in range(0, n, LANES):
        n_rows, sums = min(LANES, n - start), zero
        for k in range(0, K, LANES):
            mask = first(K - k)
            for j in range(n_rows):
                i = touched[start + j]
                g = h = zero
                for place in range(counts[i]):
                    e, value = load(E[samples[i, place]], k, mask), spread(values[i, place])
                    g = g + value * e
                    h = h + with_sign(one, value) * e
                w, own = W[i], spread(inverse[i])
                here, step = load(w, k, mask), rate * g * own * own
                store(room, LANES * j, h * (here - share * step), every)
                store(w, k, kept * here - step, mask)
            sums = row_totals(sums, room)
        store(back, start, sums, first(n_rows))


@jit
def adapt_by(steps, keep, counts, samples, values, touched, n, E, W, m, v, back, room):
    """Fill ``back`` and move the weights of features by Adam, by what samples of a batch say."""
    every, K, zero, one = first(LANES), E.shape[1], spread(E.dtype.type(0)), spread(E.dtype.type(1))
    for start in range(0, n, LANES):
        n_rows, sums = min(LANES, n - start), zero
        for k in range(0, K, LANES):
            mask = first(K - k)
            for j in range(n_rows):
                i = touched[start + j]
                g = h = zero
                for place in range(counts[i]):
                    e, value = load(E[samples[i, place]], k, mask), spread(values[i, place])
                    g = g + value * e
                    h = h + with_sign(one, value) * e
                store(room, LANES * j, h * load(W[i], k, mask), every)
                adapt_part(steps[start + j], keep, g, W[i], m[i], v[i], k, mask)
            sums = row_totals(sums, room)
        store(back, start, sums, first(n_rows))
