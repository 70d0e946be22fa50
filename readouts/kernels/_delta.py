"""The delta rule: an output's error is the derivative of its loss, or 0 where it is small."""

from sparcelearn._jit import jit

from ._losses import differentiate, loss_of

# --- the text below this line goes into every generated module ---


@jit
def learn_error(y, t, e, rule, seed):
    """Fill ``e`` with the errors that exceed the threshold, and 0 elsewhere; return the loss."""
    kind, threshold = rule
    differentiate(kind, y, t, e)
    for k in range(e.size):
        if abs(e[k]) <= threshold:
            e[k] = 0.0
    return loss_of(kind, y, t)
