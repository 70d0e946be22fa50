"""The delta rule: an output's error is what was put out, less what should have been."""

from sparcelearn._core.jit import jit

from .losses import err

# --- the text below this line goes into every generated module ---


@jit
def learn_error(y, t, e, trial, rule, seed):
    """Fill ``e`` with the errors that exceed the threshold, and 0 elsewhere; return the loss."""
    loss, unit, threshold = rule
    total = err(loss, y, t, e)
    for k in range(e.size):
        e[k] *= unit
        if abs(e[k]) <= threshold:
            e[k] = 0.0
    return total
