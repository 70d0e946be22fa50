"""Values on a grid of levels."""

import numpy as np

from sparcelearn._core.jit import jit

# --- the text below this line goes into every generated module ---


@jit
def to_level(value, n_levels, spacing, chance):
    """Return a level next to a value: the upper one if its share of the way exceeds 1 - chance.

    Levels lie evenly around 0. With a chance that is uniform in [0, 1) the mean is the
    value; with 0.5 the level is the nearest.
    """
    middle = (n_levels - 1.0) / 2.0
    level = np.floor(value / spacing + middle + chance)
    return (max(0.0, min(level, n_levels - 1.0)) - middle) * spacing
