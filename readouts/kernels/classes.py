"""How often classes came lately, and errors that spare those that did not.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
y, t      (K,)     outputs and targets, of which that of the label alone is above 0
e         (K,)     errors, the derivative of the sample's loss with respect to y
f         (K,)     share of each class in what came lately
========= ======== ====================================================================
"""

import numpy as np

from sparcelearn._core.jit import jit

from .losses import SOFTMAX, err, greatest

# --- the text below this line goes into every generated module ---

RAREST = 1e-30  # stands for a share of 0, of which there is no logarithm


@jit
def follow(recent, t):
    """Let the shares of classes take in a label."""
    f = recent.f
    for k in range(f.size):
        f[k] += recent.share * ((1.0 if t[k] > 0 else 0.0) - f[k])


@jit
def spare(loss, recent, y, t, e):
    """Let errors at other classes than the label count as often as those came lately.

    Errors are multiplied by the share of the class over the largest share. Under softmax,
    whose outputs compete, the exponentials of its outputs are; ``y`` is changed to that end.
    """
    follow(recent, t)
    f, top = recent.f, greatest(recent.f)
    if loss == SOFTMAX:
        for k in range(f.size):
            y[k] += 0.0 if t[k] > 0 else np.log(max(f[k] / top, RAREST))
        err(loss, y, t, e)
    else:
        for k in range(f.size):
            e[k] *= 1.0 if t[k] > 0 else f[k] / top
