"""Running quantiles of many features at once, in five numbers each, and the size of their codes.

The P-square algorithm of R. Jain and I. Chlamtac, "The P2 algorithm for dynamic
calculation of quantiles and histograms without storing observations", Communications
of the ACM 28(10), 1076-1085, 1985. Five markers a feature (minimum, p/2, p, (1 + p)/2,
maximum) move by parabolic interpolation as samples come.

One departure: the estimate is taken at its exact place *between* markers instead of
at the middle marker. It is then exact up to five samples and for the minimum (p = 0),
where the middle marker would be the median of five and the third smallest value.

========= ======== =====================================================
symbol    shape    meaning
========= ======== =====================================================
p         -        the quantile, 0 <= p < 1
q         (D, 5)   marker heights, in the units of the data, ascending
n         (D, 5)   marker positions: how many samples are at or below
count     -        samples seen
========= ======== =====================================================
"""

import numpy as np

from sparcelearn._core.jit import jit


@jit
def start(q, n, a, count):
    """Insert value ``a`` as number ``count`` (0 to 4) of one feature's sorted first five."""
    j = count
    while j > 0 and q[j - 1] > a:
        q[j] = q[j - 1]
        j -= 1
    q[j] = a
    n[count] = count + 1


@jit
def move(q, n, i, step):
    """Move one feature's marker i by one position up or down (``step`` is 1 or -1)."""
    up = (n[i] - n[i - 1] + step) * (q[i + 1] - q[i]) / (n[i + 1] - n[i])
    down = (n[i + 1] - n[i] - step) * (q[i] - q[i - 1]) / (n[i] - n[i - 1])
    height = q[i] + step / (n[i + 1] - n[i - 1]) * (up + down)
    if not q[i - 1] < height < q[i + 1]:  # parabola out of order: use the straight line
        height = q[i] + step * (q[i + step] - q[i]) / (n[i + step] - n[i])
    q[i] = height
    n[i] += step


@jit
def absorb(q, n, a, count, places):
    """Adjust one feature's five markers to a new value ``a``, sample number ``count``."""
    q[0] = min(q[0], a)
    q[4] = max(q[4], a)
    for i in range(1, 4):
        n[i] += a < q[i]
    n[4] += 1
    for i in range(1, 4):
        lag = 1.0 + (count - 1) * places[i] - n[i]
        if lag >= 1.0 and n[i + 1] - n[i] > 1:
            move(q, n, i, 1)
        elif lag <= -1.0 and n[i - 1] - n[i] < -1:
            move(q, n, i, -1)


@jit
def observe(X, rows, p, count, q, n):
    """Take in the magnitudes of the given rows of X; return the new count."""
    places = np.array([0.0, 0.5 * p, p, 0.5 * (1.0 + p), 1.0])
    for s in rows:
        for i in range(q.shape[0]):
            a = np.float64(abs(X[s, i]))
            if count < 5:
                start(q[i], n[i], a, count)
            else:
                absorb(q[i], n[i], a, count + 1, places)
        count += 1
    return count


@jit
def observe_sizes(X, rows, thresholds, sums):
    """Take the given rows of X into the counts and mean squares of what passes thresholds.

    ``sums`` is (2, D).
    """
    for s in rows:
        for i in range(sums.shape[1]):
            x = np.float64(abs(X[s, i])) - thresholds[i]
            if x > 0.0:
                sums[0, i] += 1.0
                sums[1, i] += (x * x - sums[1, i]) / sums[0, i]


@jit
def estimate(p, count, q, n, out):
    """Fill ``out``, of shape (D,), with the p-quantiles of what was observed (0 if nothing)."""
    place = 1.0 + (count - 1) * p
    last = min(count, 5) - 1
    for i in range(out.size):
        if last <= 0:
            out[i] = q[i, 0] if count else 0.0
            continue
        j = 0
        while j < last - 1 and n[i, j + 1] < place:
            j += 1
        share = (place - n[i, j]) / (n[i, j + 1] - n[i, j])
        out[i] = q[i, j] + share * (q[i, j + 1] - q[i, j])
