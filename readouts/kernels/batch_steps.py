"""How SpaRCe's mini-batches move what they learn.

A feature moves once, by the sum over the samples in which it was active.

========= ======== ====================================================================
symbol    shape    meaning
========= ======== ====================================================================
W, b      (D, K)   weights, one row per feature, and intercepts (K,)
m, v      (D, K)   Adam's running means of gradients and of squared gradients
n         -        how many features are active in some sample: they move
eta       -        learning rate of the weights
keep      -        what is left of a weight that learns, besides its step
========= ======== ====================================================================
"""

from sparcelearn._core.jit import jit

from .active import adapt_by, descend_by
from .averages import average_intercepts
from .losses import (
    ADAM,
    NLMS,
    adam_step,
    adapt,
    adapt_number,
)

# --- the text below this line goes into every generated module ---


@jit
def move_intercepts(eta, learner, g_b):
    """Move b."""
    b, moments = learner.parameters.b, learner.moments
    if learner.solver == ADAM:
        step = adam_step(eta, moments.spent, learner.base.size)
        adapt(step, b, g_b, moments.means.b, moments.squares.b)
    else:
        for k in range(b.size):
            b[k] -= eta * g_b[k]
    if learner.averages.shares.size:
        average_intercepts(learner.averages, b)


@jit
def remember(j, n, room):
    """List sample ``j`` at each of its n active features."""
    for place in range(n):
        i = room.active[place]
        count = room.counts[i]
        room.samples[i, count] = j
        room.values[i, count] = room.x[place]
        room.counts[i] = count + 1


@jit
def touch(room):
    """List the features that are active in some sample; return how many there are."""
    n = 0
    for i in range(room.counts.size):
        room.touched[n] = i
        n += room.counts[i] > 0
    return n


@jit
def descend_all(eta, keep, n, learner, room, W):
    """Move what a mini-batch moves by plain gradient descent, or by normalised steps.

    Normalised steps are in units of the sizes, and thresholds move by the weights midway through
    their step, as with one sample an update.
    """
    number, delta, scale, back = W.dtype.type, learner.parameters.delta, learner.scale, room.back
    is_normalized = learner.solver == NLMS
    descend_by(
        number(eta),
        number(0.5 if is_normalized else 0.0),
        keep,
        room.counts,
        room.samples,
        room.values,
        room.touched,
        n,
        room.inverse,
        room.E,
        W,
        back,
        room.numbers,
    )
    if learner.factors.delta > 0.0:
        step = eta * learner.factors.delta
        for j in range(n):
            i = room.touched[j]
            size = scale[i] if is_normalized else number(1)
            delta[i] += step * (size * size * back[j])


@jit
def adapt_all(eta, keep, n, learner, room, W, m, v):
    """Move what a mini-batch moves by Adam; m and v are the moments of W.

    The moments of a feature see only the mini-batches in which it was active, as if the
    others had not been, so a rare feature keeps its pace.
    """
    delta, moments = learner.parameters.delta, learner.moments
    touched, steps = room.touched, room.steps
    for j in range(n):
        steps[j] = adam_step(eta, moments.spent, touched[j])
    adapt_by(
        steps,
        keep,
        room.counts,
        room.samples,
        room.values,
        touched,
        n,
        room.E,
        W,
        m,
        v,
        room.back,
        room.numbers,
    )
    for j in range(n):
        step, g = steps[j] * learner.factors.delta, -room.back[j]
        adapt_number(step, touched[j], delta, g, moments.means.delta, moments.squares.delta)
