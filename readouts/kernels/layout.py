"""What kernels are given, by name.

D features or channels, K outputs.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray

Array = NDArray[Any]


class Parameters(NamedTuple):
    """What a linear readout or a layer of neurons learns, or the gradients of it.

    Parameters
    ----------
    W : ndarray of shape (D, K)
        Weights, a row for each channel.
    b : ndarray of shape (K,)
        Intercepts.
    """

    W: Array
    b: Array


class SparceParameters(NamedTuple):
    """What SpaRCe learns, or a running mean for each of its entries.

    Parameters
    ----------
    W : ndarray of shape (D, K)
        Weights, a row for each feature.
    b : ndarray of shape (K,)
        Intercepts.
    delta : ndarray of shape (D,)
        What is added to the base thresholds.
    """

    W: Array
    b: Array
    delta: Array


class Moments(NamedTuple):
    """What a solver remembers of past gradients; plain descent does not read it.

    Parameters
    ----------
    means, squares : SparceParameters, or ndarray of shape (D + 1, K)
        Adam's running means of gradients and of squared gradients. In an array the last row
        belongs to b. Under RMaxProp ``squares`` holds running maxima, and ``means`` nothing.
    spent : ndarray of shape (2, D + 1), dtype float64
        What is left of Adam's zero start, ``beta^steps``, of each feature and, last, of b.
    """

    means: Any
    squares: Any
    spent: Array


class Factors(NamedTuple):
    """What multiplies the learning rate; for W it is 1.

    Parameters
    ----------
    b, delta : float
        Factors of intercepts and thresholds. What has a factor of 0 does not learn.
    """

    b: float
    delta: float


class Averages(NamedTuple):
    """H running means of what is learned, each over the updates of its feature.

    Parameters
    ----------
    shares : ndarray of shape (H,), dtype float64
        What an update adds to each of the means, once there were many.
    W : ndarray of shape (H * D, K)
        Means of the weights, one below the other, changed in place.
    b : ndarray of shape (H, K)
        Means of the intercepts, changed in place.
    left : ndarray of shape (H, D + 1), dtype float64
        What is left of where the mean of each feature and, last, that of b started.
    mistakes : ndarray of shape (H + 1,), dtype float64
        Recent mistakes of each of the means and, last, of what learns, changed in place; of size
        0 if they are not mixed.
    mixed : Parameters
        Filled, at the end, with a mix of all; of size 0 if they are not mixed.
    """

    shares: Array
    W: Array
    b: Array
    left: Array
    mistakes: Array
    mixed: Parameters


class Recent(NamedTuple):
    """How often classes came lately.

    Parameters
    ----------
    share : float
        What the label of a sample adds to the share of its class.
    f : ndarray of shape (K,), dtype float64
        The shares, changed in place; of size 0 if they are not followed.
    """

    share: float
    f: Array


class SparceLearner(NamedTuple):
    """What SpaRCe learns by, and what it changes.

    Parameters
    ----------
    loss, solver : int
        Their numbers in ``losses.py``.
    batch_size : int
        Samples per update.
    factors : Factors
        What multiplies the learning rate.
    unit : float
        What multiplies the loss: for normalised steps, what makes of its mean over outputs
        errors in the units of outputs; else 1.
    scale : ndarray of shape (D,)
        Size of each feature's code where active, units of X, in which normalised steps measure.
    base : ndarray of shape (D,)
        Base thresholds, units of X.
    parameters : SparceParameters
        Changed in place.
    moments : Moments
        Changed in place; arrays of size 0 unless the solver is Adam.
    averages : Averages
        Means of the parameters, changed in place.
    recent : Recent
        Shares of classes, changed in place.
    """

    loss: int
    solver: int
    batch_size: int
    factors: Factors
    unit: float
    scale: Array
    base: Array
    parameters: SparceParameters
    moments: Moments
    averages: Averages
    recent: Recent


class LocalRule(NamedTuple):
    """What a local rule knows besides outputs and targets.

    Parameters
    ----------
    loss : int
        Its number in ``losses.py``.
    unit : float
        What multiplies the loss, a mean over outputs, for errors in the units of outputs.
    own : float
        The number of the rule: a threshold of errors, a size of noise.
    """

    loss: int
    unit: float
    own: float


class LocalLearner(NamedTuple):
    """How steps are taken, and the synapses that change.

    Parameters
    ----------
    is_normalized, learns_b : bool
        Whether steps are divided by the squared length of x, and whether b learns.
    W : ndarray of shape (D, K)
        Weights, changed in place.
    b : ndarray of shape (K,)
        Intercepts, changed in place.
    state : ndarray of shape (D, K, n_hidden)
        Hidden variables of the synapses, changed in place.
    p : ndarray
        Parameters of the synapses.
    seed : int
        What random numbers are drawn from, with the number of the update.
    """

    is_normalized: bool
    learns_b: bool
    W: Array
    b: Array
    state: Array
    p: Array
    seed: int


class StepEvents(NamedTuple):
    """Events of samples laid end to end, in compressed rows: a row for each step.

    Parameters
    ----------
    starts : ndarray of shape (n_samples + 1,), dtype int64
        Sample ``s`` is steps ``starts[s]`` to ``starts[s + 1] - 1``.
    step_starts : ndarray of shape (n_steps + 1,), dtype int64
        Events of step ``t`` are ``step_starts[t]`` to ``step_starts[t + 1] - 1``.
    channels : ndarray of shape (n_events,), dtype int32
        Channel of each event.
    values : ndarray of shape (n_events,), dtype float64
        Size of each event.
    """

    starts: Array
    step_starts: Array
    channels: Array
    values: Array


class SpikingLearner(NamedTuple):
    """What a rule for spike trains learns by, and what it changes.

    Parameters
    ----------
    solver : int
        Its number in ``losses.py`` or ``solvers.py``.
    decay : float
        Decay of RMaxProp's maximum, per step of the input.
    learns_b : bool
        Whether b learns.
    moves_at_end : bool
        Whether parameters move at the end of a mini-batch, else in every step.
    batch_size : int
        Samples per update.
    parameters : Parameters
        Changed in place.
    gradients : Parameters
        Room for gradients, all 0 before and after.
    moments : Moments
        Changed in place.
    """

    solver: int
    decay: float
    learns_b: bool
    moves_at_end: bool
    batch_size: int
    parameters: Parameters
    gradients: Parameters
    moments: Moments


class Channels(NamedTuple):
    """Which channels had events: in the sample so far, and in the mini-batch.

    Parameters
    ----------
    active, touched : ndarray of shape (D,), dtype int64
        The channels of this sample, and those of the mini-batch that were learned from: a
        list, of which the first few entries are in use.
    is_active, is_touched : ndarray of shape (D,), dtype bool
        Whether a channel is in the list; all False before and after.
    """

    active: Array
    is_active: Array
    touched: Array
    is_touched: Array
