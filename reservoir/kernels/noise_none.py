"""A model without noise."""

from sparcelearn._jit import jit

# --- the text below this line goes into every generated module ---


@jit
def draw_normals(key, step, normals):
    """Nothing is random."""
