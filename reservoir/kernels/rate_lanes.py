"""Samples of equal length, run side by side by a rate network, a lane each.

A weight is then read once for all of them. Sums are those of one sample alone, to the bit.
"""

import numpy as np

from sparcelearn._core.jit import jit

from .arrays import FLUSH_STEPS, copy, flush, is_finite
from .input_rows import remember
from .model_interface import advance_rate  # written for each model
from .rate_features import accumulate, readable, take_means
from .rate_sums import sources_of

# --- the text below this line goes into every generated module ---

LANES = 32


@jit
def run_lanes(network, sampling, inputs, batch, first, n_alike, rest, state, features):
    """Run samples of equal length side by side; a lane that is left over repeats the last.

    Returns the first sample at the end of which a state is not finite, and -1 where all are.
    """
    n_units, dtype = network.bias.size, network.bias.dtype
    drive, recurrent = np.empty((n_units, LANES), dtype), np.zeros((n_units, LANES), dtype)
    kept = np.empty((n_units, LANES), dtype)
    variables, traces = in_lanes(rest.variables), in_lanes(rest.traces)
    unit_constants = in_lanes(network.unit_constants)
    noise = np.empty((0, n_units * LANES), dtype)
    lag, block, n_channels = network.longest_lag, network.block, network.channel_means.size
    line = np.zeros((n_channels * (lag + block), LANES), dtype)
    rows = np.empty(LANES, np.int64)
    for lane in range(LANES):
        rows[lane] = batch.starts[first + min(lane, n_alike - 1)]
    rates = variables[0].reshape(n_units, LANES)
    begin, end = batch.starts[first], batch.starts[first + 1]
    n_steps = (end - begin) * network.steps_per_input
    instant, done, window = 0, 0, n_steps // sampling.n_readouts
    window_end = window
    for row in range(begin, end):
        if batch.is_stopped[0]:
            break
        place = (row - begin) % block
        if place == 0 and row > begin:
            move_back(line, n_channels, lag, block)
        write_rows(inputs, rows, place + lag, network.channel_means, network.channel_scales, line)
        sum_rates_in_lanes(
            network.input_starts, network.input_words, network.input_weights, line[place:], drive
        )
        add_bias(network.bias, drive)
        rows += 1
        for _ in range(network.steps_per_input):
            if done % FLUSH_STEPS == 0:
                flush(variables, network.negligible)
                flush(traces, network.negligible)
            if network.weights.size:
                sum_rates_in_lanes(network.starts, network.words, network.weights, rates, recurrent)
            if network.kept_starts.size:
                sum_rates_in_lanes(
                    network.kept_starts, network.kept_words, network.kept_weights, rates, kept
                )
                copy(kept, rates)
            advance_rate(
                variables,
                drive.reshape(n_units * LANES),
                recurrent.reshape(n_units * LANES),
                noise,
                network.constants,
                unit_constants,
            )
            accumulate(variables[0], traces)
            done += 1
            if done == window_end:
                take_means(window, traces)
                for lane in range(n_alike):
                    for k in range(sampling.kinds.size):
                        read = readable(sampling.kinds[k], variables, traces)
                        for unit in range(n_units):
                            features[first + lane, instant, k, unit] = read[unit * LANES + lane]
                instant += 1
                window_end = (instant + 1) * n_steps // sampling.n_readouts
                window = window_end - done
                traces[:] = 0
    for k in range(variables.shape[0]):
        for unit in range(n_units):
            state.variables[k, unit] = variables[k, unit * LANES + n_alike - 1]
    state.traces[:] = 0
    state.step[0] = n_steps
    state.past[:] = 0
    last = first + n_alike - 1
    remember(inputs, batch.starts[last], batch.starts[last + 1], state.past)
    return -1 if is_finite(variables) else first + first_bad_lane(variables, n_alike)


@jit
def first_bad_lane(variables, n_lanes):
    """Return the first lane in which a number is not finite."""
    bad = n_lanes - 1
    for k in range(variables.shape[0]):
        for place in range(variables.shape[1]):
            value = variables[k, place]
            if value - value != 0:
                bad = min(bad, place % LANES)
    return bad


@jit
def in_lanes(table):
    """Repeat every number of every row, once for each lane."""
    repeated = np.empty((table.shape[0], table.shape[1] * LANES), table.dtype)
    for row in range(table.shape[0]):
        for k in range(table.shape[1] * LANES):
            repeated[row, k] = table[row, k // LANES]
    return repeated


@jit
def write_rows(inputs, rows, place, means, scales, line):
    """Write the next row of every lane to its place in the line of each channel."""
    length = line.shape[0] // means.size
    for channel in range(means.size):
        values = line[channel * length + place]
        for lane in range(LANES):
            values[lane] = (inputs[rows[lane], channel] - means[channel]) * scales[channel]


@jit
def move_back(line, n_channels, lag, block):
    """Move the last rows of a line to its beginning, where the past is."""
    for channel in range(n_channels):
        begin = channel * (lag + block)
        for k in range(begin, begin + lag):
            values, later = line[k], line[k + block]
            for lane in range(LANES):
                values[lane] = later[lane]


@jit
def add_bias(bias, drive):
    """Add what drives the units without any input."""
    for unit in range(bias.size):
        driven = drive[unit]
        for lane in range(LANES):
            driven[lane] += bias[unit]


@jit
def sum_rates_in_lanes(starts, words, weights, rates, recurrent):
    """Compute what :func:`sum_rates` does, in the same order, for every lane."""
    for unit in range(recurrent.shape[0]):
        total = recurrent[unit]
        total[:] = 0
        for k in range(starts[unit], starts[unit + 1], 4):
            i, j, m, n = sources_of(words, np.uint64(k))
            p, q, r, s = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
            a, b, c, d = rates[i], rates[j], rates[m], rates[n]
            for lane in range(LANES):
                total[lane] += (p * a[lane] + q * b[lane]) + (r * c[lane] + s * d[lane])
