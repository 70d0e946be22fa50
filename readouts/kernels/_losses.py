"""Losses of one step's outputs.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
y, t      (K,)     outputs and targets
e         (K,)     errors, the derivative of the loss with respect to y
========= ======== ====================================================================
"""

import numpy as np

from sparcelearn._jit import jit

# --- the text below this line goes into every generated module ---

SOFTMAX, SQUARED, SMOOTH_L1 = 0, 1, 2


@jit
def err(loss, y, t, e):
    """Fill ``e`` with the derivative of the loss; return the loss.

    Squared error and smooth L1 are means over the outputs.
    """
    K = y.size
    total = 0.0
    if loss == SOFTMAX:
        top = y.max()
        for k in range(K):
            e[k] = np.exp(y[k] - top)
            total += e[k]
        log_total = top + np.log(total)
        nats = 0.0
        for k in range(K):
            nats += t[k] * (log_total - y[k])
            e[k] = e[k] / total - t[k]
        return nats
    for k in range(K):
        d = y[k] - t[k]
        if loss == SQUARED:
            total += d * d
            e[k] = 2.0 * d / K
        elif abs(d) < 1.0:
            total += 0.5 * d * d
            e[k] = d / K
        else:
            total += abs(d) - 0.5
            e[k] = np.copysign(1.0, d) / K
    return total / K
