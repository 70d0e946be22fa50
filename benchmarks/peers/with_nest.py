"""NEST. A turn continues where the last one ended, with the same input again."""

import os

import nest
import numpy as np
from _serve import serve, timed

nest.verbosity = nest.VerbosityLevel.ERROR
MAX_TURNS = 60


def network(work, threads=1):
    """Simulate with ``iaf_psc_exp``, integrated exactly as ours is."""
    if threads > 1:  # each on a core of its own
        os.sched_setaffinity(0, range(os.cpu_count()))
    units = create(work, "iaf_psc_exp", threads, tau_m=20.0, C_m=20.0)
    return run(work, units)


def conductances(work):
    """Simulate with ``iaf_cond_exp``, integrated by a Runge-Kutta method with adaptive steps."""
    units = create(work, "iaf_cond_exp", 1, g_L=10.0, C_m=200.0, E_ex=0.0, E_in=-80.0)
    units.g_ex, units.g_in = list(work["g_exc0"]), list(work["g_inh0"])
    return run(work, units)


def create(work, model, threads, **constants):
    """Return the units at their start."""
    nest.ResetKernel()
    nest.resolution, nest.local_num_threads = float(work["dt"]), threads
    units = nest.Create(
        model,
        int(work["n"]),
        params=dict(
            tau_syn_ex=5.0,
            tau_syn_in=10.0,
            E_L=float(work["v_rest"]),
            V_th=float(work["v_threshold"]),
            V_reset=float(work["v_reset"]),
            t_ref=float(work["t_ref"]),
            **constants,
        ),
    )
    units.V_m = list(work["v0"])
    return units


def run(work, units):
    """Connect the units; a turn moves them on by the length of the work."""
    ms, delay = float(work["ms"]), float(work["nest_delay"])
    connect(units, units, work["sources"], work["targets"], work["weights"], delay)
    if len(work["event_times"]):
        channels = nest.Create("spike_generator", int(work["n_channels"]))
        for channel in range(len(channels)):
            times = work["event_times"][work["event_channels"] == channel]
            again = (np.arange(MAX_TURNS)[:, None] * ms + times).ravel() + float(work["dt"])
            channels[channel].set(spike_times=again)
        dt = float(work["dt"])
        connect(channels, units, work["in_sources"], work["in_targets"], work["in_weights"], dt)
    recorder = nest.Create("spike_recorder", params={"record_to": "memory"})
    nest.Connect(units, recorder)
    nest.Prepare()

    def turn():
        before = recorder.n_events
        seconds, _ = timed(lambda: nest.Run(ms))
        return {"seconds": seconds, "amount": ms / 1000, "spikes": recorder.n_events - before}

    return turn


def connect(sources, targets, i, j, weights, delay):
    """Connect pair by pair."""
    nest.Connect(
        i + sources[0].global_id,
        j + targets[0].global_id,
        {"rule": "one_to_one"},
        dict(synapse_model="static_synapse", weight=weights, delay=np.full(len(i), delay)),
    )


if __name__ == "__main__":
    serve(globals())
