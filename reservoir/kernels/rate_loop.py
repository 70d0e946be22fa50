"""Time loop of a rate network: every unit sends its first variable at every step.

Samples of equal length that start at rest run side by side, in lanes.
"""

import numpy as np

from sparcelearn._core.jit import jit

from .arrays import FLUSH_STEPS, copy, flush, is_finite
from .input_rows import end_of_block, fill_drives, open_line, remember
from .input_runs import TILE
from .model_interface import advance_rate  # written for each model
from .noise_none import draw_noise
from .rate_delays import append_rates, open_past
from .rate_features import accumulate, readable, take_means
from .rate_lanes import LANES, run_lanes
from .rate_sums import sum_rates

# --- the text below this line goes into every generated module ---


@jit
def simulate(network, sampling, inputs, batch, rest, state, features, spike_counts, raster):
    """Run samples one after another, or several at once.

    The first begins at ``state`` if it is not fresh, and ``state`` is left as it is
    after the last. ``features`` (n_samples, n_readouts, n_kinds, n_units) is written;
    rate units have no spikes to count or record.

    Returns the first sample at the end of which a state is not finite, and -1 where all are.
    """
    sample = np.int64(0)  # for a literal, callees would be compiled twice
    while sample < batch.keys.size:
        runs_alone = network.n_noises > 0 or network.delays.size > 0
        n_alike = 1 if runs_alone else count_alike(batch, sample)
        if n_alike > LANES // 4:  # fewer are done sooner one by one
            bad = run_lanes(
                network, sampling, inputs, batch, sample, n_alike, rest, state, features
            )
            if bad >= 0:
                return bad
            sample += n_alike
        else:
            run_one(network, sampling, inputs, batch, sample, rest, state, features[sample])
            if not is_finite(state.variables):
                return sample
            sample += 1
        if batch.is_stopped[0]:
            break
    return -1


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
    n_units, dtype = network.bias.size, network.bias.dtype
    recurrent = np.zeros(n_units, dtype)
    kept = np.empty(n_units, dtype)
    noise = np.empty((network.n_noises, n_units), dtype)
    begin, end = batch.starts[sample], batch.starts[sample + 1]
    lag, block = network.longest_lag, min(network.block, end - begin)
    line = np.empty(network.channel_means.size * (lag + network.block), dtype)
    room = np.empty(TILE * max(TILE, block), dtype)
    drives = np.empty((block, n_units), dtype)
    first_row = block_end = begin
    if batch.is_fresh[sample]:
        copy(rest.variables, state.variables)
        copy(rest.traces, state.traces)
        copy(rest.past, state.past)
        copy(rest.strengths, state.strengths)
        state.step[0] = 0
    past_rates = open_past(network.delays, state.strengths, n_units)
    place, n_past = 0, state.strengths.size
    open_line(state.past, state.step[0], network.channel_means, network.channel_scales, lag, line)
    n_steps = (end - begin) * network.steps_per_input
    instant, done, window = 0, 0, n_steps // sampling.n_readouts
    window_end = window
    for row in range(begin, end):
        if batch.is_stopped[0]:
            break
        if row == block_end:
            first_row, block_end = row, end_of_block(row, end, block)
            fill_drives(
                inputs,
                first_row,
                block_end,
                network.channel_means,
                network.channel_scales,
                lag,
                network.bias,
                network.input_starts,
                network.input_words,
                network.input_weights,
                line,
                room,
                drives,
            )
        drive = drives[row - first_row]
        for _ in range(network.steps_per_input):
            if state.step[0] % FLUSH_STEPS == 0:
                flush(state.variables, network.negligible)
                flush(state.traces, network.negligible)
            rates = state.variables[0]
            if network.delays.size:
                rates = past_rates[place : place + n_past]
            if network.weights.size:
                sum_rates(network.starts, network.words, network.weights, rates, recurrent)
            if network.kept_starts.size:
                rates = state.variables[0]
                sum_rates(
                    network.kept_starts, network.kept_words, network.kept_weights, rates, kept
                )
                copy(kept, rates)
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
            if network.delays.size:
                place = append_rates(state.variables[0], past_rates, place, n_past)
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
    remember(inputs, begin, end, state.past)
    if network.delays.size:
        copy(past_rates[place : place + n_past], state.strengths)
