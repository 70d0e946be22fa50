"""Which stored samples to replay, and artificial samples in their place, compiled.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
M         -        slots of the buffer
slots     (M,)     which row is in each of them
n_seen    -        samples before, since the start of the stream
count     (C,)     samples of each class so far
mean      (C, D)   their means
square    (C, D)   sums of squared deviations from them
========= ======== ====================================================================
"""

import numpy as np

from sparcelearn._core.jit import jit

from .counter_random import derive, normal, uniform

# --- the text below this line goes into every generated module ---


@jit
def replay(n_buffer, n_replay, n_seen, seed, slots, order):
    """List each new row, followed by rows drawn from the buffer; return how many.

    The buffer is rows 0 to ``n_buffer - 1``, the new ones follow. A new row takes a free
    slot or, as sample number n, a random one with a chance of M / n: at any time every
    sample is in the buffer with the same chance.
    """
    M, n = slots.size, 0
    for s in range(order.size // (1 + n_replay)):
        key = derive(seed, n_seen + s)
        order[n] = n_buffer + s
        n += 1
        filled = min(n_seen + s, M)
        if filled > 0:
            for r in range(n_replay):
                order[n] = slots[int(uniform(key, r + 1) * filled)]
                n += 1
        place = n_seen + s
        if place >= M:
            place = int(uniform(key, 0) * (n_seen + s + 1))
        if place < M:
            slots[place] = n_buffer + s
    return n


@jit
def imagine(X, codes, n_replay, n_seen, seed, count, mean, square, rows, labels):
    """Fill ``rows`` with each sample, followed by normal ones of random classes seen before.

    ``labels`` are filled with their classes. Counts, means and squares take in the samples.
    Returns how many rows there are.
    """
    n = 0
    for s in range(codes.size):
        key = derive(seed, n_seen + s)
        rows[n], labels[n] = X[s], codes[s]
        n += 1
        n_classes = np.sum(count > 0.0)
        for r in range(n_replay if n_classes > 0 else 0):
            own = derive(key, r)
            place, c = int(uniform(own, 0) * n_classes), 0
            while place > 0 or count[c] == 0.0:
                place -= count[c] > 0.0
                c += 1
            for i in range(X.shape[1]):
                spread = np.sqrt(square[c, i] / count[c])
                rows[n, i] = mean[c, i] + (spread * normal(own, i + 1) if spread > 0.0 else 0.0)
            labels[n] = c
            n += 1
        c = codes[s]
        count[c] += 1.0
        for i in range(X.shape[1]):
            d = X[s, i] - mean[c, i]
            mean[c, i] += d / count[c]
            square[c, i] += d * (X[s, i] - mean[c, i])
    return n
