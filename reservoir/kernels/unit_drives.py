"""What drives each unit over all rows of some samples, unit by unit: to calibrate units."""

from sparcelearn._core.jit import jit

# --- the text below this line goes into every generated module ---


@jit
def compute_unit_drives(columns, sample_starts, synapse_starts, channels, lags, weights, drives):
    """Sum up the weighted, delayed channels of each unit; before a sample they are 0.

    ``columns`` is (n_channels, n_rows), ``drives`` (n_units, n_rows).
    """
    for unit in range(drives.shape[0]):
        drive = drives[unit]
        drive[:] = 0
        for k in range(synapse_starts[unit], synapse_starts[unit + 1]):
            column, lag, weight = columns[channels[k]], lags[k], weights[k]
            for sample in range(sample_starts.size - 1):
                begin, end = sample_starts[sample], sample_starts[sample + 1]
                heard = column[begin : max(begin, end - lag)]
                driven = drive[min(begin + lag, end) : end]
                for row in range(driven.size):
                    driven[row] += weight * heard[row]
