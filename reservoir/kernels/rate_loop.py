"""Time loop of a rate network: every unit sends its first variable at every step.

Samples of equal length that start at rest run side by side, in lanes: a weight is
then read once for all of them. The sums are the same to the bit either way.
"""

import numpy as np

from sparcelearn._core.jit import jit

from .arrays import FLUSH_STEPS, copy, flush
from .input_rows import weigh_row  # one form of each of these two is chosen
from .model_interface import advance_rate  # written for each model
from .noise_none import draw_noise

# --- the text below this line goes into every generated module ---

LANES = 32


@jit
def simulate(network, sampling, inputs, batch, rest, state, features, spike_counts, raster):
    """Run samples one after another, or several at once.

    The first begins at ``state`` if it is not fresh, and ``state`` is left as it is
    after the last. ``features`` (n_samples, n_readouts, n_kinds, n_units) is written;
    rate units have no spikes to count or record.
    """
    sample = np.int64(0)  # for a literal, callees would be compiled twice
    while sample < batch.keys.size:
        n_alike = count_alike(batch, sample) if network.n_noises == 0 else 1
        if n_alike > LANES // 4:  # fewer are done sooner one by one
            run_lanes(network, sampling, inputs, batch, sample, n_alike, rest, state, features)
            sample += n_alike
        else:
            run_one(network, sampling, inputs, batch, sample, rest, state, features[sample])
            sample += 1


@jit
def count_alike(batch, sample):
    """Count the samples from here on, up to as many as there are lanes, that can run as one."""
    length = batch.starts[sample + 1] - batch.starts[sample]
    n_alike = 0
    for k in range(sample, min(sample + LANES, batch.keys.size)):
        if not batch.is_fresh[k] or batch.starts[k + 1] - batch.starts[k] != length:
            break
        n_alike += 1
    return n_alike


@jit
def run_one(network, sampling, inputs, batch, sample, rest, state, features):
    """Run one sample."""
    drive = network.bias.copy()
    recurrent = np.empty_like(drive)
    noise = np.empty((network.n_noises, drive.size), drive.dtype)
    is_driven = np.bool_(False)  # no literal here either
    if batch.is_fresh[sample]:
        copy(rest.variables, state.variables)
        copy(rest.traces, state.traces)
        state.step[0] = 0
    begin, end = batch.starts[sample], batch.starts[sample + 1]
    n_steps = (end - begin) * network.steps_per_input
    instant, done, window = 0, 0, n_steps // sampling.n_readouts
    window_end = window
    for row in range(begin, end):
        is_driven = weigh_row(
            inputs,
            row,
            is_driven,
            network.bias,
            network.input_starts,
            network.input_splits,
            network.input_targets,
            network.input_weights,
            drive,
        )
        for _ in range(network.steps_per_input):
            if state.step[0] % FLUSH_STEPS == 0:
                flush(state.variables, network.negligible)
                flush(state.traces, network.negligible)
            weigh_rates(
                network.starts, network.words, network.weights, state.variables[0], recurrent
            )
            draw_noise(
                batch.keys[sample],
                state.step[0],
                network.n_normals,
                network.pulse_means,
                network.silences,
                noise,
            )
            advance_rate(
                state.variables,
                drive,
                recurrent,
                noise,
                network.constants,
                network.unit_constants,
            )
            accumulate(state.variables[0], state.traces)
            state.step[0] += 1
            done += 1
            if done == window_end:
                take_means(window, state.traces)
                for k in range(sampling.kinds.size):
                    copy(
                        readable(sampling.kinds[k], state.variables, state.traces),
                        features[instant, k],
                    )
                instant += 1
                window_end = (instant + 1) * n_steps // sampling.n_readouts
                window = window_end - done
                state.traces[:] = 0


@jit
def weigh_rates(starts, words, weights, rates, recurrent):
    """Compute ``recurrent = weights @ rates``, a row for each target, four products at a time.

    One addition after another would wait for each other. Rows have a multiple of four
    weights, some of them 0; indices are unsigned, so that nothing asks for their sign. Both
    together, with four sources read at once, are 1.7 times as fast as a loop without.
    """
    one, four = np.uint64(1), np.uint64(4)
    for unit in range(recurrent.size):
        total = weights.dtype.type(0)
        k, last = np.uint64(starts[unit]), np.uint64(starts[unit + 1])
        while k < last:
            a, b, c, d = sources_of(words, k)
            p, q = weights[k] * rates[a], weights[k + one] * rates[b]
            r, s = weights[k + one + one] * rates[c], weights[k + one + one + one] * rates[d]
            total += (p + q) + (r + s)
            k += four
        recurrent[unit] = total


@jit
def sources_of(words, k):
    """Return the sources of four weights, k being a multiple of four.

    Four indices of two bytes are read as one word, the first in its lowest bits.
    """
    if words.itemsize == 8:
        word, low = words[k >> np.uint64(2)], np.uint64(0xFFFF)
        second, third = word >> np.uint64(16), word >> np.uint64(32)
        return word & low, second & low, third & low, word >> np.uint64(48)
    one = np.uint64(1)
    return (
        np.uint64(words[k]),
        np.uint64(words[k + one]),
        np.uint64(words[k + one + one]),
        np.uint64(words[k + one + one + one]),
    )


@jit
def run_lanes(network, sampling, inputs, batch, first, n_alike, rest, state, features):
    """Run samples of equal length side by side; a lane that is left over repeats the last."""
    n_units, dtype = network.bias.size, network.bias.dtype
    drive, recurrent = np.empty((n_units, LANES), dtype), np.empty((n_units, LANES), dtype)
    variables, traces = in_lanes(rest.variables), in_lanes(rest.traces)
    unit_constants = in_lanes(network.unit_constants)
    noise = np.empty((0, n_units * LANES), dtype)
    values, rows = np.empty((4, LANES), dtype), np.empty(LANES, np.int64)
    for lane in range(LANES):
        rows[lane] = batch.starts[first + min(lane, n_alike - 1)]
    rates = variables[0].reshape(n_units, LANES)
    begin, end = batch.starts[first], batch.starts[first + 1]
    n_steps = (end - begin) * network.steps_per_input
    instant, done, window = 0, 0, n_steps // sampling.n_readouts
    window_end = window
    for _ in range(begin, end):
        weigh_rows(
            inputs,
            rows,
            values,
            network.bias,
            network.input_starts,
            network.input_targets,
            network.input_weights,
            drive,
        )
        rows += 1
        for _ in range(network.steps_per_input):
            if done % FLUSH_STEPS == 0:
                flush(variables, network.negligible)
                flush(traces, network.negligible)
            weigh_lanes(network.starts, network.words, network.weights, rates, recurrent)
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


@jit
def accumulate(rates, traces):
    """Add rates to their sums, if there are any."""
    for k in range(traces.shape[0]):
        total = traces[k]
        for unit in range(total.size):
            total[unit] += rates[unit]


@jit
def take_means(n_steps, traces):
    """Turn sums over some steps into means."""
    for k in range(traces.shape[0]):
        for unit in range(traces.shape[1]):
            traces[k, unit] /= traces.dtype.type(n_steps)


@jit
def readable(kind, variables, traces):
    """Return the row that is read."""
    if kind < variables.shape[0]:
        return variables[kind]
    return traces[kind - variables.shape[0]]


@jit
def weigh_rows(inputs, rows, values, bias, starts, targets, weights, drive):
    """Compute what :func:`weigh_row` does for every lane.

    Of a dense matrix four channels at a time, in the same order: 6 times as fast.
    """
    for unit in range(bias.size):
        for lane in range(LANES):
            drive[unit, lane] = bias[unit]
    n_channels, channel = inputs.shape[1], 0
    if starts[n_channels] >= n_channels * bias.size:
        while channel + 4 <= n_channels:
            for k in range(4):
                for lane in range(LANES):
                    values[k, lane] = inputs[rows[lane], channel + k]
            weigh_four(values, weights, starts[channel : channel + 4], drive)
            channel += 4
    while channel < n_channels:
        for lane in range(LANES):
            values[0, lane] = inputs[rows[lane], channel]
        for synapse in range(starts[channel], starts[channel + 1]):
            weight, driven = weights[synapse], drive[targets[synapse]]
            for lane in range(LANES):
                driven[lane] += values[0, lane] * weight
        channel += 1


@jit
def weigh_four(values, weights, firsts, drive):
    """Add what four channels, each of which leads to every unit in order, bring to each lane."""
    a, b, c, d = values[0], values[1], values[2], values[3]
    for unit in range(drive.shape[0]):
        p, q = weights[firsts[0] + unit], weights[firsts[1] + unit]
        r, s = weights[firsts[2] + unit], weights[firsts[3] + unit]
        driven = drive[unit]
        for lane in range(LANES):
            driven[lane] = (((driven[lane] + a[lane] * p) + b[lane] * q) + c[lane] * r) + d[
                lane
            ] * s


@jit
def in_lanes(table):
    """Repeat every number of every row, once for each lane."""
    repeated = np.empty((table.shape[0], table.shape[1] * LANES), table.dtype)
    for row in range(table.shape[0]):
        for k in range(table.shape[1] * LANES):
            repeated[row, k] = table[row, k // LANES]
    return repeated


@jit
def weigh_lanes(starts, words, weights, rates, recurrent):
    """Compute what :func:`weigh_rates` does, in the same order, for every lane."""
    for unit in range(recurrent.shape[0]):
        total = recurrent[unit]
        total[:] = 0
        for k in range(starts[unit], starts[unit + 1], 4):
            i, j, m, n = sources_of(words, np.uint64(k))
            p, q, r, s = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
            a, b, c, d = rates[i], rates[j], rates[m], rates[n]
            for lane in range(LANES):
                total[lane] += (p * a[lane] + q * b[lane]) + (r * c[lane] + s * d[lane])
