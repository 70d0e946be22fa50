"""Learning from first spikes that were measured: real neurons run, this model takes derivatives.

Symbols are those of `first_spike`. Times are in tau_s.
"""

from sparcelearn._core.jit import jit

from .crossing import kernel_slope
from .first_spike import learn, touch, update

# --- the text below this line goes into every generated module ---

FLATTEST = 0.1  # V'(T) in the threshold, at least: of other neurons it can be anything


@jit
def model_slope(neuron, t, j, T, W, b, k):
    """Return V'(T) of output k at a T that need not be where V crosses the threshold."""
    ratio, t_b, total, i = neuron.ratio, neuron.t_b, 0.0, 0
    while i < t.size and t[i] < T:
        total += W[j[i], k] * kernel_slope(ratio, T - t[i])
        i += 1
    return total + (b[k] * kernel_slope(ratio, T - t_b) if t_b < T else 0.0)


@jit
def follow(inputs, measured, ends, targets, eta, constants, learner, state):
    """Make one update from all samples.

    Parameters
    ----------
    inputs : TimedInputs
        Its arrays are read-only.
    measured : array of shape (n_samples, K)
        When the outputs spiked, inf where they did not.
    ends : array of shape (n_samples,)
        When samples end.
    targets : array of int64
        Class of each sample.
    eta : float
        Learning rate.
    constants : Constants
    learner : SpikingLearner
    state : State
    """
    W, b = learner.parameters.W, learner.parameters.b
    times, channels, neuron, T = inputs.times, inputs.channels, constants.neuron, state.T
    slope, touched, n = state.potential.slope, state.touched, targets.size
    n_touched = n_counted = 0
    state.share[:] = 0.0
    for s in range(n):
        t, j = times[s], channels[s]
        for k in range(T.size):
            T[k] = measured[s, k]
            lowest = FLATTEST * neuron.theta
            slope[k] = max(model_slope(neuron, t, j, T[k], W, b, k), lowest)
        _, counts = learn(constants, t, j, targets[s], 1.0, n, ends[s], learner.gradients, state)
        if counts:
            n_counted += 1
            n_touched = touch(t, j, n_touched, touched, state.is_touched)
    update(constants, learner, eta, n_counted, touched[:n_touched], state)
