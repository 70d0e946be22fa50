"""Predict, then learn, sample after sample and mini-batch after mini-batch."""

from sparcelearn._core.jit import jit

from .rule_interface import learn, respond  # by each rule
from .solvers import move

# --- the text below this line goes into every generated module ---


@jit
def train(constants, events, T, rows, weights, etas, learner, channels, state):
    """Learn from the samples in ``rows``; return the sum of weight times loss.

    Parameters
    ----------
    constants : NamedTuple
        Numbers of the rule.
    events : StepEvents
        Its arrays are read-only.
    T : array of shape (n_samples, n_outputs, S)
    rows : array of int64
    weights : array of shape (n_samples,)
        Multiplies each sample's loss. A mini-batch of zeros makes no update.
    etas : array of shape (n_updates,)
        Learning rate of each mini-batch.
    learner : SpikingLearner
    channels : Channels
    state : NamedTuple
        Arrays of the rule to work in.
    """
    batch_size, starts = learner.batch_size, events.starts
    active, is_active = channels.active, channels.is_active
    touched, is_touched = channels.touched, channels.is_touched
    total = 0.0
    for number in range(etas.size):
        batch, eta = rows[number * batch_size : (number + 1) * batch_size], etas[number]
        n_touched, n_steps, any_weight = 0, 0, False
        for s in batch:
            weight = weights[s] / batch.size
            loss, n_active = learn(
                constants, events, s, T[s], weight, eta, learner, channels, state
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
        if learner.moves_at_end and any_weight:
            move(learner, eta, learner.decay**n_steps, touched[:n_touched])
        for j in touched[:n_touched]:
            is_touched[j] = False
    return total


@jit
def predict(constants, events, rows, parameters, state, out):
    """Fill ``out``, of shape (rows.size, n_outputs, S), with the outputs of the samples."""
    for i in range(rows.size):
        respond(constants, events, rows[i], parameters, state, out[i])
