"""Time loop of a spiking network.

Order in a step: the state advances and synaptic currents decay; spikes that are
due are added; units at threshold spike, are reset, and hold for their refractory
steps while currents go on.

Per-step functions are given the arrays they use rather than all of them, and are
called where there is something to do: passing a hundred fields costs more than the
work of a quiet step (1,000 units: 0.35 us, and 0.60 us if all are called). For the same reason
fields of the network are bound to names before the loop, and no function is given the network.
"""

import numpy as np

from sparcelearn._core.jit import inlined, jit

from .arrays import FLUSH_STEPS, copy, flush, is_finite
from .arrivals_none import arrives, receive
from .gaps_none import couple
from .input_rows import (  # one form of each is chosen
    end_of_block,
    fill_drives,
    open_line,
    remember,
)
from .input_runs import TILE, end_of_run
from .model_interface import (  # written for each model
    advance_spiking,
    clamp,
    detect,
    reset,
    reset_all,
)
from .noise_none import draw_noise
from .spike_lists import are_few, collect, list_held
from .spiking_features import (
    add_recent,
    begin_window,
    count,
    count_all,
    reads_first,
    write_features,
)
from .synapses_static import deliver, emit

# --- the text below this line goes into every generated module ---


@jit
def simulate(network, sampling, inputs, batch, rest, state, features, spike_counts, raster):
    """Run samples one after another.

    The first begins at ``state`` if it is not fresh, and ``state`` is left as it is
    after the last. ``features`` (n_samples, n_readouts, n_kinds, n_units),
    ``spike_counts`` (n_units,) and ``raster`` are written.

    Returns the first sample at the end of which a state is not finite, and -1 where all are.
    """
    variables, held_until, traces = state.variables, state.held_until, state.traces
    constants, unit_constants = network.constants, network.unit_constants
    kept, decay = sampling.kept, sampling.decay
    n_units, n_slots = variables.shape[1], state.n_spikes.size
    words = np.zeros((n_units + 63) // 64 * 8, np.uint64)
    fired = words.view(np.uint8)[:n_units]
    lag, block = network.longest_lag, network.block
    line = np.empty(network.channel_means.size * (lag + block), network.bias.dtype)
    room = np.empty(TILE * max(TILE, block), network.bias.dtype)
    block = min(block, max(batch.starts[batch.keys.size] - batch.starts[0], 1))
    drives = np.empty((block, network.bias.size), network.bias.dtype)
    noise = np.empty((network.n_noises, n_units), drives.dtype)
    is_coupled = network.gap_starts.size > 0
    coupled = np.empty(drives.shape[1] if is_coupled else 0, drives.dtype)
    held = np.empty(n_units, np.int64)
    is_first_read = reads_first(sampling.kinds, variables.shape[0] + traces.shape[0])
    first = np.empty(n_units, np.int64)
    read_first = first[: n_units if is_first_read else 0]
    recent = np.zeros(n_units, np.uint8)  # spikes since they were last added to the counts
    run_begin = run_end = first_row = block_end = 0
    step, n_held = state.step[0], list_held(state.step[0], state.held_until, held)
    slot = step % n_slots
    total_steps = n_recorded = 0
    # What the loop reads is bound here: to read it there counts, in every step, who holds it.
    event_lags, event_receivers = network.event_lags, network.event_receivers
    event_starts, event_targets = network.event_starts, network.event_targets
    event_words, event_weights = network.event_words, network.event_weights
    delays, receivers, starts = network.delays, network.receivers, network.starts
    targets, synapse_words, weights = network.targets, network.words, network.weights
    plasticity, refractory_steps = network.plasticity, network.refractory_steps
    negligible, n_normals = network.negligible, network.n_normals
    pulse_means, silences = network.pulse_means, network.silences
    all_spikes, n_spikes = state.spikes, state.n_spikes
    all_strengths, resources = state.strengths, state.resources
    # Where nobody hears of a spike and no unit rests after it, it need not be listed.
    is_heard = delays.size > 0 or raster.n_spikes.size > 0
    for k in range(refractory_steps.size):
        is_heard |= refractory_steps[k] > 0
    for sample in range(batch.keys.size):
        if batch.is_fresh[sample]:
            load(rest, state)
            step, n_held, slot = 0, 0, 0
        begin, end = batch.starts[sample], batch.starts[sample + 1]
        n_steps = (end - begin) * network.steps_per_input
        instant, done, window = 0, 0, n_steps // sampling.n_readouts
        window_end = window
        begin_window(window, kept, decay, traces, first)
        for row in range(begin, end):
            if batch.is_stopped[0]:
                return -1
            if row == block_end:
                if row == run_end:
                    run_begin, run_end = row, end_of_run(batch, sample, lag)
                    n_before = step // network.steps_per_input
                    open_line(
                        state.past,
                        n_before,
                        network.channel_means,
                        network.channel_scales,
                        lag,
                        line,
                    )
                first_row, block_end = row, end_of_block(row, run_end, block)
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
            drive = drives[min(row - first_row, block - 1)]  # of events, all rows have one
            driven = coupled if is_coupled else drive
            for substep in range(network.steps_per_input):
                # The state advances.
                if step % FLUSH_STEPS == 0:
                    flush(variables, negligible)
                    flush(traces, negligible)
                    add_recent(recent, spike_counts)
                draw_noise(
                    batch.keys[sample],
                    step,
                    n_normals,
                    pulse_means,
                    silences,
                    noise,
                )
                if is_coupled:
                    couple(
                        variables[0],
                        drive,
                        network.gap_starts,
                        network.gap_sources,
                        network.gap_weights,
                        driven,
                    )
                advance_spiking(variables, driven, noise, constants, unit_constants)
                n_held = hold(step, held_until, variables, constants, unit_constants, held, n_held)
                # Spikes that are due arrive.
                for group in range(delays.size):
                    due = slot - delays[group]
                    due += n_slots if due < 0 else 0
                    if n_spikes[due] > 0:
                        deliver(
                            all_spikes[due],
                            n_spikes[due],
                            all_strengths[due],
                            group,
                            starts,
                            targets,
                            synapse_words,
                            weights,
                            variables[receivers[group]],
                        )
                if substep == 0 and arrives(inputs, row, lag):  # an event arrives once
                    receive(
                        inputs,
                        row,
                        run_begin,
                        state.past,
                        event_lags,
                        event_receivers,
                        event_starts,
                        event_targets,
                        event_words,
                        event_weights,
                        variables,
                    )
                # Units at threshold spike.
                detect(variables, noise, fired, constants, unit_constants)
                spikes = all_spikes[slot]
                is_listed = is_heard or are_few(words)
                n_fired = collect(words, step, held_until, spikes) if is_listed else 0
                n_spikes[slot] = n_fired
                if n_fired > 0:
                    emit(
                        spikes,
                        n_fired,
                        step,
                        plasticity,
                        resources,
                        all_strengths[slot],
                    )
                slot = slot + 1 if slot + 1 < n_slots else 0
                step += 1
                done += 1
                left = window_end - done
                # They are reset and held, counted, and written down.
                for k in range(n_fired):
                    unit = spikes[k]
                    reset(unit, variables, noise, constants, unit_constants)
                    held_until[unit] = step + refractory_steps[unit]
                    held[n_held + k] = unit
                    count(unit, left, window, decay, spike_counts, first, traces)
                n_held += n_fired
                if not is_listed:
                    reset_all(fired, variables, noise, constants, unit_constants)
                    count_all(fired, left, window, decay, recent, read_first, traces)
                if raster.n_spikes.size:
                    record(spikes, n_fired, n_recorded, total_steps, raster.units, raster.n_spikes)
                    n_recorded += n_fired
                    total_steps += 1
                # The network is read at the end of a window.
                if left == 0:
                    out = features[sample, instant]
                    write_features(
                        sampling.kinds,
                        sampling.roots,
                        sampling.offsets,
                        sampling.scales,
                        sampling.dt,
                        variables,
                        traces,
                        first,
                        out,
                    )
                    instant += 1
                    if instant < sampling.n_readouts:
                        window_end = (instant + 1) * n_steps // sampling.n_readouts
                        window = window_end - done
                        begin_window(window, kept, decay, traces, first)
        state.step[0] = step
        add_recent(recent, spike_counts)
        if not is_finite(variables):
            return sample
    remember(inputs, run_begin, batch.starts[batch.keys.size], state.past)
    return -1


@inlined
def hold(step, held_until, variables, constants, unit_constants, held, n_held):
    """Keep refractory units where they are; return how many of those listed still are."""
    n_still = 0
    for k in range(n_held):
        unit = held[k]
        if held_until[unit] > step:
            clamp(unit, variables, constants, unit_constants)
            held[n_still] = unit
            n_still += 1
    return n_still


@inlined
def record(spikes, n_fired, n_before, step, units, n_spikes):
    """Append the spikes of a step to those of the steps before."""
    n_spikes[step] = n_fired
    for k in range(n_fired):
        units[n_before + k] = spikes[k]


@jit
def load(rest, state):
    """Copy the state that a sample starts from; at rest, no spike is on its way."""
    copy(rest.variables, state.variables)
    copy(rest.held_until, state.held_until)
    copy(rest.n_spikes, state.n_spikes)
    copy(rest.resources, state.resources)
    copy(rest.traces, state.traces)
    copy(rest.past, state.past)
