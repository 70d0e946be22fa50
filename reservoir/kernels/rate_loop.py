"""Time loop of a rate network: every unit sends its first variable at every step."""

import numpy as np

from sparcelearn._jit import jit

from .input_rows import weigh_row
from .model_interface import advance_rate  # written for each model

# --- the text below this line goes into every generated module ---


@jit
def simulate(
    network, readout, inputs, starts, is_fresh, rest, state, features, spike_counts, raster
):
    """Run samples one after another.

    Sample ``k`` is rows ``starts[k]`` to ``starts[k + 1] - 1`` of the input. It begins at
    ``rest`` if it ``is_fresh``, else where the one before ended, and the first at ``state``,
    which is left as it is after the last. ``features`` (n_samples, n_readouts, n_kinds,
    n_units) is written; rate units have no spikes to count or record.
    """
    drive = network.bias.copy()
    recurrent = np.empty_like(network.bias)
    is_driven = False
    for sample in range(starts.size - 1):
        if is_fresh[sample]:
            state.variables[:] = rest.variables
        n_steps = (starts[sample + 1] - starts[sample]) * network.steps_per_input
        instant, done = 0, 0
        window_end = n_steps // readout.n_readouts
        for row in range(starts[sample], starts[sample + 1]):
            is_driven = weigh_row(
                inputs,
                row,
                is_driven,
                network.bias,
                network.input_starts,
                network.input_targets,
                network.input_weights,
                drive,
            )
            for _ in range(network.steps_per_input):
                weigh_rates(network, state.variables[0], recurrent)
                advance_rate(
                    state.variables, drive, recurrent, network.constants, network.unit_constants
                )
                done += 1
                if done == window_end:
                    for k in range(readout.kinds.size):
                        features[sample, instant, k] = state.variables[readout.kinds[k]]
                    instant += 1
                    window_end = (instant + 1) * n_steps // readout.n_readouts


@jit
def weigh_rates(network, rates, recurrent):
    """Compute ``recurrent = weights @ rates``, a row for each target.

    Four sums run side by side: one chain of additions would wait for itself.
    """
    targets, weights = network.targets, network.weights
    for unit in range(recurrent.size):
        first, last = network.starts[unit], network.starts[unit + 1]
        a = b = c = d = weights.dtype.type(0)
        for k in range(first, last - 3, 4):
            a += weights[k] * rates[targets[k]]
            b += weights[k + 1] * rates[targets[k + 1]]
            c += weights[k + 2] * rates[targets[k + 2]]
            d += weights[k + 3] * rates[targets[k + 3]]
        for k in range(last - (last - first) % 4, last):
            a += weights[k] * rates[targets[k]]
        recurrent[unit] = (a + b) + (c + d)
