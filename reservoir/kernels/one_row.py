"""One row of a stream, run as a whole or not at all."""

from sparcelearn._core.jit import jit

from .arrays import copy
from .spiking_loop import simulate  # or that of rates

# --- the text below this line goes into every generated module ---


@jit
def attempt(network, sampling, inputs, batch, rest, state, features, spike_counts, raster, kept):
    """Run samples as ``simulate`` does, and count that; if one ends not finite, take all back.

    All is one call, which no interrupt enters. ``kept`` holds what was before.

    Returns what ``simulate`` returns.
    """
    keep(state, kept.state)
    copy(spike_counts, kept.spike_counts)
    bad = simulate(network, sampling, inputs, batch, rest, state, features, spike_counts, raster)
    if bad < 0:
        kept.n_rows[0] += 1
    else:
        keep(kept.state, state)
        copy(kept.spike_counts, spike_counts)
    return bad


@jit
def keep(source, target):
    """Copy all that a stream carries from row to row."""
    copy(source.variables, target.variables)
    copy(source.step, target.step)
    copy(source.held_until, target.held_until)
    copy(source.spikes, target.spikes)
    copy(source.n_spikes, target.n_spikes)
    copy(source.strengths, target.strengths)
    copy(source.resources, target.resources)
    copy(source.traces, target.traces)
    copy(source.past, target.past)
