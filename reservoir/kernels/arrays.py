"""What kernels do with whole arrays.

Numba compiles ``target[:] = source`` together with the text of an error that cannot happen
here, which takes longer than all the rest of a kernel: four seconds instead of a tenth of one.
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
def flush(table, negligible):
    """Set what has all but decayed to 0.

    It would go on to numbers so small that a processor takes ten times as long over them:
    without this, a network that has been silent for half a second is that slow for good.
    """
    for row in range(table.shape[0]):
        values = table[row]
        for k in range(values.size):
            values[k] = 0 if abs(values[k]) < negligible else values[k]
