"""Learning on a chip: weights, traces and errors are integers, and weights act through devices.

========= =========== =================================================================
symbol    shape       meaning
========= =========== =================================================================
x         (D,)        traces of one sample; the last is the constant input of intercepts
C         (K, D)      codes: weights on the chip, in units of ``scale``
devices   (K, D)      what each device makes of a weight of 1
y, e      (K,)        outputs, and errors from -ONE to ONE
========= =========== =================================================================
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sparcelearn._core.jit import jit

from .counter_random import derive, uniform
from .layout import Array


class Plasticity(NamedTuple):
    """Numbers of the rule.

    Parameters
    ----------
    is_saturating : bool
        Whether outputs become rates from 0 to 1 before they are compared with targets.
    threshold : int
        Errors up to this size are passed over.
    shift : int
        A change is the product of trace and error divided by ``2**shift``.
    is_stochastic : bool
        Whether it is rounded at random, so that small changes are kept on average.
    largest, step : int
        Range and distance of codes.
    gain : float
        Output for a code of 1, of a trace of 1.
    seed : uint64
        Of random rounding.
    """

    is_saturating: bool
    threshold: int
    shift: int
    is_stochastic: bool
    largest: int
    step: int
    gain: float
    seed: np.uint64


class Memory(NamedTuple):
    """What is on the chip.

    Parameters
    ----------
    C : ndarray of shape (K, D), dtype int64
        Codes.
    devices : ndarray of shape (K, D)
        Deviations of devices.
    """

    C: Array
    devices: Array


# --- the text below this line goes into every generated module ---

ONE = 127  # an error of 1: 7 bits and a sign


@jit
def integer_error(rule, y, t):
    """Return the error of an output, as an integer; 0 if it is small."""
    value = min(max(0.5 + 0.25 * y, 0.0), 1.0) if rule.is_saturating else y
    error = int(np.floor(ONE * min(max(value - t, -1.0), 1.0) + 0.5))
    return error if abs(error) > rule.threshold else 0


@jit
def rounded_shift(product, shift, chance):
    """Return a product over ``2**shift``, rounded up with its fraction of the way above chance."""
    if shift <= 0:
        return product << -shift
    return (product + np.int64(chance * (1 << shift))) >> shift


@jit
def train(X, T, noise, rows, rule, memory, clock):
    """Run each sample through the devices, then learn from it.

    Parameters
    ----------
    X : array of shape (n, D), dtype int64
        Traces.
    T : array of shape (n, K)
        Targets.
    noise : array of shape (n, K)
        Of outputs, in this run.
    rows : array of int64
    rule : Plasticity
    memory : Memory
    clock : int
        Samples before.

    Returns
    -------
    n_errors, n_updates, n_events : int
        Errors that were not passed over, synapses that were told to change, and synapses that
        an input reached.
    """
    C, devices = memory.C, memory.devices
    K, D = C.shape
    n_errors, n_updates, n_events = 0, 0, 0
    for n in range(rows.size):
        x = X[rows[n]]
        key = derive(rule.seed, clock + n)
        for k in range(K):
            y = 0.0
            for j in range(D):
                if x[j] != 0 and C[k, j] != 0:
                    y += C[k, j] * devices[k, j] * x[j]
                    n_events += 1
            e = integer_error(rule, rule.gain * y + noise[rows[n], k], T[rows[n], k])
            if e == 0:
                continue
            n_errors += 1
            for j in range(D):
                if x[j] == 0:
                    continue
                chance = uniform(derive(key, k * D + j), 0) if rule.is_stochastic else 0.5
                change = rounded_shift(x[j] * e, rule.shift, chance) * rule.step
                C[k, j] = min(max(C[k, j] - change, -rule.largest), rule.largest)
                n_updates += 1
    return n_errors, n_updates, n_events
