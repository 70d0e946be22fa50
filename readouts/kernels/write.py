"""Outer-product writes through synapses: the only way in which local rules change weights."""

from sparcelearn._core.jit import jit

from .counter_random import derive
from .synapse_interface import AGES, apply  # written for each synapse

# --- the text below this line goes into every generated module ---


@jit
def write(x, e, step, W, state, p, key):
    """Propose the change ``step * x_i * e_k`` to every synapse.

    W is (D, K) and ``state`` (D, K, n_hidden). The synapses of a silent input are skipped,
    unless they age.
    """
    K = e.size
    for i in range(x.size):
        if not AGES and x[i] == 0:
            continue
        scaled = step * x[i]
        for k in range(K):
            W[i, k] = apply(W[i, k], scaled * e[k], state, i, k, p, derive(key, i * K + k))


@jit
def store(A, B, step, W, state, p, seed, clock):
    """Write the outer product of row after row of A (n, D) and B (n, K); return the clock."""
    for s in range(A.shape[0]):
        write(A[s], B[s], step, W, state, p, derive(seed, clock))
        clock += 1
    return clock
