"""Node perturbation: an output learns from how its own noise changed the one common loss."""

from sparcelearn._core.jit import jit

from .counter_random import normal
from .losses import err

# --- the text below this line goes into every generated module ---


@jit
def learn_error(y, t, e, trial, rule, seed):
    """Fill ``e`` with ``(L(y + xi) - L(y)) xi / s^2``; return L(y).

    xi is normal with standard deviation s, the rule's own number.
    """
    s = rule.own
    for k in range(y.size):
        trial[k] = y[k] + s * normal(seed, k)
    before = err(rule.loss, y, t, e)
    surprise = rule.unit * (err(rule.loss, trial, t, e) - before)
    for k in range(y.size):
        e[k] = surprise * normal(seed, k) / s
    return before
