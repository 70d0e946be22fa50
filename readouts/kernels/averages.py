"""Running means of weights, and a mix of them that predicts.

Means over few updates follow a change at once, and those over many are smooth. Where it is not
known which is better, several are kept, and a mix of them predicts, in which those count most that
made the fewest mistakes lately.

========= =========== =================================================================
symbol    shape       meaning
========= =========== =================================================================
W, b      (D, K)      weights that learn, one row per feature, and intercepts (K,)
means     (H D, K)    H running means of W, one below the other
x, active (n,)        features of one sample that are active, and which those are
y, t      (K,)        outputs and targets
answers   (H + 1, K)  outputs by each of the means, and last by the weights
mistakes  (H + 1,)    how many mistakes each made; the last sample counts 1, older ones less
========= =========== =================================================================
"""

import numpy as np

from sparcelearn._core.jit import jit

from .active import average_rows, respond
from .losses import faded

# --- the text below this line goes into every generated module ---

FORGOTTEN = 1 / 200  # of what is counted, with each sample


@jit
def mean_step(share, left, i):
    """Count one update of a running mean and return its step, corrected for where it started."""
    left[i] = faded(left[i], 1.0 - share)
    return share / (1.0 - left[i])


@jit
def average_intercepts(averages, b):
    """Let the means of the intercepts follow them."""
    for h in range(averages.shares.size):
        left, mean = averages.left[h], averages.b[h]
        step = b.dtype.type(mean_step(averages.shares[h], left, left.size - 1))
        for k in range(b.size):
            mean[k] += step * (b[k] - mean[k])


@jit
def average_weights(averages, means, active, n, W, steps):
    """Let the means of the weights of active features follow them."""
    D = averages.left.shape[1] - 1
    for h in range(averages.shares.size):
        for j in range(n):
            steps[j] = mean_step(averages.shares[h], averages.left[h], active[j])
        average_rows(means[h * D : (h + 1) * D], steps, active, n, W)


@jit
def respond_by_all(averages, means, active, x, n, y, answers):
    """Fill ``answers``, given the outputs by the weights."""
    D, H = averages.left.shape[1] - 1, averages.shares.size
    for h in range(H):
        respond(active, x, n, means[h * D : (h + 1) * D], averages.b[h], answers[h])
    for k in range(y.size):
        answers[H, k] = y[k]


@jit
def answer(values):
    """Return the class that outputs, or targets, name; of a single one, whether it is above 0."""
    if values.size == 1:
        return int(values[0] > 0.0)
    best = 0
    for k in range(1, values.size):
        if values[k] > values[best]:
            best = k
    return best


@jit
def note(mistakes, answers, t, weight):
    """Count the mistakes at a sample; one of a weight below 1 counts less."""
    right, counts = answer(t), min(weight, 1.0)
    for h in range(mistakes.size):
        is_wrong = answer(answers[h]) != right
        mistakes[h] = faded(mistakes[h], 1.0 - FORGOTTEN * counts) + counts * is_wrong


@jit
def mix(averages, W, b):
    """Mix the means and the weights: one more mistake divides a share in the mix by e."""
    H, D, mixed = averages.shares.size, W.shape[0], averages.mixed
    fewest = averages.mistakes[H]
    for h in range(H):
        fewest = min(fewest, averages.mistakes[h])
    total = np.float64(0)
    for h in range(H + 1):
        total += np.exp(fewest - averages.mistakes[h])
    mixed.W[:] = 0
    mixed.b[:] = 0
    every = mixed.W.reshape(W.size)
    for h in range(H + 1):
        counts = b.dtype.type(np.exp(fewest - averages.mistakes[h]) / total)
        add(mixed.b, counts, averages.b[h] if h < H else b)
        add(every, counts, (averages.W[h * D : (h + 1) * D] if h < H else W).reshape(W.size))


@jit
def add(out, factor, values):
    """Add a multiple of numbers to others."""
    for k in range(out.size):
        out[k] += factor * values[k]
