"""Predict, then learn, sample after sample and mini-batch after mini-batch."""

import numpy as np

from sparcelearn._core.jit import jit

from .rule_interface import learn, new_state, respond  # by each rule
from .solvers import move

# --- the text below this line goes into every generated module ---


@jit
def train(constants, events, T, rows, weights, batch_size, etas, learning, parameters, g, moments):
    """Learn from the samples in ``rows``; return the sum of weight times loss.

    Parameters
    ----------
    constants : tuple
        Numbers of the rule.
    events : tuple of arrays
        ``starts, step_starts, channels, values``, read-only.
    T : array of shape (n_samples, n_outputs, S)
    rows : array of int64
    weights : array of shape (n_samples,)
        Multiplies each sample's loss. A mini-batch of zeros makes no update.
    batch_size : int
    etas : tuple of 2 floats
        Learning rate at the first row and, approached linearly, after the last.
    learning : tuple (solver, decay, learns_b, moves_at_end)
        ``decay`` is that of RMaxProp's maximum, per step of the input. A rule that does
        not move at the end of a mini-batch moves in every step by itself.
    parameters, g : tuples (W, b) of arrays, changed in place; g is 0 before and after
    moments : tuple (m, v, spent) of arrays, changed in place
    """
    starts = events[0]
    solver, decay, learns_b, moves_at_end = learning
    D, K = parameters[0].shape
    state = new_state(constants, D, K)
    active, is_active = np.empty(D, np.int64), np.zeros(D, np.bool_)
    touched, is_touched = np.empty(D, np.int64), np.zeros(D, np.bool_)
    total = 0.0
    for start in range(0, rows.size, batch_size):
        stop = min(start + batch_size, rows.size)
        eta = etas[0] + (etas[1] - etas[0]) * (start / rows.size)
        n_touched, n_steps, any_weight = 0, 0, False
        for s in rows[start:stop]:
            weight = weights[s] / (stop - start)
            loss, n_active = learn(
                constants,
                events,
                starts[s],
                starts[s + 1],
                T[s],
                weight,
                (eta, solver, decay, learns_b),
                parameters,
                g,
                moments,
                is_active,
                active,
                state,
            )
            total += weights[s] * loss
            n_steps += starts[s + 1] - starts[s]
            any_weight |= weight > 0.0
            for j in active[:n_active]:
                is_active[j] = False
                if weight > 0.0 and not is_touched[j]:
                    is_touched[j] = True
                    touched[n_touched] = j
                    n_touched += 1
        if moves_at_end and any_weight:
            move(solver, eta, decay**n_steps, learns_b, touched[:n_touched], g, parameters, moments)
        for j in touched[:n_touched]:
            is_touched[j] = False
    return total


@jit
def predict(constants, events, rows, parameters, out):
    """Fill ``out``, of shape (rows.size, n_outputs, S), with the outputs of the samples."""
    starts = events[0]
    state = new_state(constants, parameters[0].shape[0], parameters[0].shape[1])
    for i in range(rows.size):
        s = rows[i]
        respond(constants, events, starts[s], starts[s + 1], parameters, state, out[i])
