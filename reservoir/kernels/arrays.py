"""What kernels do with whole arrays.

Numba compiles ``target[:] = source`` together with an error message that cannot occur
here, which takes longer than the rest of a kernel: 4 s instead of 0.1 s.
"""

from sparcelearn._core.jit import jit

# --- the text below this line goes into every generated module ---

FLUSH_STEPS = 32  # over so many, a variable of tau = 2 steps falls by 1e7, less than the margin


@jit
def copy(source, target):
    """Copy an array onto another of the same shape."""
    for k in range(target.size):
        target.flat[k] = source.flat[k]


@jit
def is_finite(table):
    """Return whether all numbers are; what is neither NaN nor infinite minus itself is 0."""
    n_bad = 0
    for row in range(table.shape[0]):
        values = table[row]
        for k in range(values.size):
            n_bad += (values[k] - values[k]) != 0
    return n_bad == 0


@jit
def flush(table, negligible):
    """Set numbers that have nearly decayed to 0.

    Otherwise they become so small (denormal) that a processor needs ten times as long for them:
    a network that has been silent for half a second would stay that slow.
    """
    for row in range(table.shape[0]):
        values = table[row]
        for k in range(values.size):
            values[k] = 0 if abs(values[k]) < negligible else values[k]
