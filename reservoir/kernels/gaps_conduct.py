"""Units that touch each other: where potentials differ, current flows."""

from sparcelearn._core.jit import jit

from .arrays import copy

# --- the text below this line goes into every generated module ---


@jit
def couple(potentials, drive, starts, sources, conductances, driven):
    """Write down what drives the units: what they hear, and the current from those they touch.

    Current goes to the first input of the equations, whose drives come first.
    """
    copy(drive, driven)
    for unit in range(potentials.size):
        current = conductances.dtype.type(0)
        for k in range(starts[unit], starts[unit + 1]):
            current += conductances[k] * (potentials[sources[k]] - potentials[unit])
        driven[unit] += current
