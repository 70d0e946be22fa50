"""Runs of rows: those that follow one another in time."""

from sparcelearn._core.jit import jit

# --- the text below this line goes into every generated module ---

TILE = 16  # units whose drives are turned from units by rows into rows by units at once


@jit
def end_of_run(batch, sample, lag):
    """Return the row at which a run ends: where the next sample begins at rest.

    Where no row acts later than it comes, all rows are one run.
    """
    last = batch.keys.size
    if lag > 0:
        last = sample + 1
        while last < batch.keys.size and not batch.is_fresh[last]:
            last += 1
    return batch.starts[last]
