"""How SpaRCe's mini-batches move a block of features, whose gradients are known.

A block begins at feature ``first`` and has ``n`` of them; ``room`` holds its gradients, and
which features were active in some sample of the mini-batch.
"""

from sparcelearn._core.jit import jit

from .losses import ADAM, adam_step, adapt, adapt_each, average_intercepts, mean_step

# --- the text below this line goes into every generated module ---


@jit
def move_intercepts(eta, learner, room):
    """Move b."""
    b, g_b, moments = learner.parameters.b, room.g_b, learner.moments
    if learner.solver == ADAM:
        step = adam_step(eta, moments.spent, learner.base.size)
        adapt(step, b, g_b, moments.means.b, moments.squares.b)
    else:
        for k in range(b.size):
            b[k] -= eta * g_b[k]
    if learner.averages.share > 0.0:
        average_intercepts(learner.averages, b)


@jit
def forget_block(shrink, first, n, room, W):
    """Let the weights of a block of features shrink, except those that were silent throughout."""
    for k in range(len(W)):
        w = W[k, first : first + n]
        for i in range(n):
            w[i] -= shrink * room.touched[i] * w[i]


@jit
def descend_block(eta, factors, first, n, room, parameters):
    """Move a block of features by plain gradient descent."""
    W, delta, g, g_delta = parameters.W, parameters.delta, room.g, room.g_delta
    step, step_delta = delta.dtype.type(eta), delta.dtype.type(eta * factors.delta)
    for k in range(len(W)):
        w, g_k = W[k, first : first + n], g[k]
        for i in range(n):
            w[i] -= step * g_k[i]
    for i in range(n):
        delta[first + i] -= step_delta * g_delta[i]


@jit
def normalize_block(eta, factors, scale, first, n, room, parameters):
    """Do what `descend_block` does, with weights and thresholds in units of the sizes.

    As with one sample an update, thresholds move by the weights midway through their step.
    """
    g, g_delta, pushes = room.g, room.g_delta, room.pushes
    for i in range(n):
        size = scale[first + i]
        g_delta[i] *= size * size
        for k in range(len(g)):
            g_delta[i] += 0.5 * eta * pushes[k, i] * g[k, i]
            g[k, i] = g[k, i] / size / size  # a square might be 0
    descend_block(eta, factors, first, n, room, parameters)


@jit
def adapt_block(eta, factors, first, n, room, parameters, moments):
    """Move a block of features by Adam, except those that were silent throughout.

    The moments of a feature see only the mini-batches in which it was active, as if the
    others had not been, so a rare feature keeps its pace. ``spent`` counts for each.
    """
    here = slice(first, first + n)
    g, step, touched, spent = room.g, room.step, room.touched, moments.spent
    m, v = moments.means, moments.squares
    W, m_W, v_W = parameters.W, m.W, v.W
    for i in range(n):
        step[i] = adam_step(eta, spent, first + i) if touched[i] > 0 else 0
    for k in range(len(g)):
        adapt_each(step, touched, W[k, here], g[k, :n], m_W[k, here], v_W[k, here])
    for i in range(n):
        step[i] *= factors.delta
    g_delta = room.g_delta[:n]
    adapt_each(step, touched, parameters.delta[here], g_delta, m.delta[here], v.delta[here])


@jit
def average_block(averages, first, n, room, W):
    """Let the means of a block of features follow it, except those that were silent throughout."""
    step = room.step
    for i in range(n):
        is_touched = room.touched[i] > 0
        step[i] = mean_step(averages.share, averages.left, first + i) if is_touched else 0
    for k in range(len(W)):
        mean, w = averages.W[k, first : first + n], W[k, first : first + n]
        for i in range(n):
            mean[i] += step[i] * (w[i] - mean[i])
