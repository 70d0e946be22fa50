"""The delta rule: an output's error is the output minus its target."""

from sparcelearn._core.jit import jit

from .losses import err

# --- the text below this line goes into every generated module ---


@jit
def learn_error(y, t, e, trial, rule, seed):
    """Fill ``e`` with the errors above the threshold, 0 elsewhere; return the loss."""
    total = err(rule.loss, y, t, e)
    for k in range(e.size):
        e[k] *= rule.unit
        if abs(e[k]) <= rule.own:
            e[k] = 0.0
    return total
