"""Units that do not touch each other."""

from sparcelearn._core.jit import jit

# --- the text below this line goes into every generated module ---


@jit
def couple(potentials, drive, starts, sources, conductances, driven):
    """Nothing flows."""
