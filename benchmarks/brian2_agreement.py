"""Record what Brian2 makes of three small networks, spike for spike, for our tests to reproduce.

Run in an environment of its own, for Brian2 does not take every numpy:

    python -m venv brian && brian/bin/pip install brian2==2.9.0 'numpy<2.4'
    brian/bin/python benchmarks/brian2_agreement.py

It writes tests/reservoir/brian2.npz: wiring, drive, and the spikes of 200 units in 1 s. Brian2
holds a unit for one step less than the refractory period it is given, which is why it is
given one step more.
"""

from pathlib import Path

import brian2
import numpy as np
from brian2 import ms

OUT = Path(__file__).parent.parent / "tests" / "reservoir" / "brian2.npz"
N_UNITS, N_EXCITATORY, N_STEPS, DT, DELAY = 200, 160, 10_000, 0.1, 1.0
CURRENTS = """
    di_exc/dt = -i_exc / (5*ms) : 1
    di_inh/dt = -i_inh / (10*ms) : 1
    drive : 1
"""
UPSTROKE = "2 * exp((clip(v, -inf, 0) + 50.4) / 2)"
# method, equations, threshold, reset, refractory period (ms), start, drive, excitation, inhibition
NETWORKS = {
    "LIF": dict(
        method="exact",
        equations="dv/dt = (i_exc - i_inh + drive - v) / (20*ms) : 1 (unless refractory)",
        threshold="v >= 1",
        reset="v = 0",
        refractory=2.0,
        start={},
        drive=(0.8, 1.5),
        weights=(0.3, 0.9),
    ),
    "AdEx": dict(
        method="rk4",
        equations=f"""
            dv/dt = (30 * (-70.6 - clip(v, -inf, 0) + {UPSTROKE})
                     - w + i_exc - i_inh + drive) / 281 / ms : 1
            dw/dt = (4 * (clip(v, -inf, 0) + 70.6) - w) / (144*ms) : 1
        """,
        threshold="v >= 0",
        reset="v = -70.6; w += 80.5",
        refractory=-1.0,
        start={"v": -70.6},
        drive=(500.0, 1200.0),
        weights=(60.0, 180.0),
    ),
    "Izhikevich": dict(
        method="rk4",
        equations="""
            dv/dt = (0.04 * clip(v, -inf, 30)**2 + 5 * clip(v, -inf, 30) + 140
                     - u + i_exc - i_inh + drive) / ms : 1
            du/dt = 0.02 * (0.2 * clip(v, -inf, 30) - u) / ms : 1
        """,
        threshold="v >= 30",
        reset="v = -65; u += 8",
        refractory=-1.0,
        start={"v": -70.0, "u": -14.0},
        drive=(3.0, 12.0),
        weights=(0.8, 2.4),
    ),
}


def draw(rng, drive, weights):
    """Draw wiring (weights signed, rounded to single precision) and a drive for every unit."""
    connected = (rng.rand(N_UNITS, N_UNITS) < 0.1) & ~np.eye(N_UNITS, dtype=bool)
    sources, targets = np.nonzero(connected)
    means = np.where(sources < N_EXCITATORY, weights[0], -weights[1])
    sizes = (means * rng.uniform(0.5, 1.5, len(sources))).astype(np.float32)
    return sources, targets, sizes, rng.uniform(*drive, N_UNITS).astype(np.float32)


def simulate(network, sources, targets, sizes, drives):
    """Run a network in Brian2; return the step and the unit of each spike."""
    brian2.start_scope()
    brian2.defaultclock.dt = DT * ms
    units = brian2.NeuronGroup(
        N_UNITS,
        network["equations"] + CURRENTS,
        threshold=network["threshold"],
        reset=network["reset"],
        method=network["method"],
        refractory=(network["refractory"] + DT) * ms if network["refractory"] >= 0 else False,
    )
    units.drive = drives.astype(float)
    for variable, value in network["start"].items():
        setattr(units, variable, value)
    synapses = []
    for chosen, effect in (
        (sizes >= 0, "i_exc_post += weight"),
        (sizes < 0, "i_inh_post -= weight"),
    ):
        synapse = brian2.Synapses(units, units, "weight : 1", on_pre=effect, delay=DELAY * ms)
        synapse.connect(i=sources[chosen], j=targets[chosen])
        synapse.weight = sizes[chosen].astype(float)
        synapses.append(synapse)
    monitor = brian2.SpikeMonitor(units)
    brian2.Network(units, *synapses, monitor).run(N_STEPS * DT * ms)
    return np.round(monitor.t / ms / DT).astype(np.uint16), np.asarray(monitor.i).astype(np.uint8)


def main():
    brian2.prefs.codegen.target = "numpy"
    arrays = {"dt": np.float64(DT), "n_steps": np.int64(N_STEPS), "delay": np.float64(DELAY)}
    for seed, (name, network) in enumerate(NETWORKS.items()):
        drawn = draw(np.random.RandomState(seed), network["drive"], network["weights"])
        steps, units = simulate(network, *drawn)
        print(f"{name}: {len(steps)} spikes, {np.bincount(units, minlength=N_UNITS)[:8]} ...")
        sources, targets, sizes, drive = drawn
        parts = {
            "sources": sources.astype(np.uint8),
            "targets": targets.astype(np.uint8),
            "weights": sizes,
            "drive": drive,
            "spike_steps": steps,
            "spike_units": units,
        }
        arrays |= {f"{name}_{part}": array for part, array in parts.items()}
    np.savez_compressed(OUT, **arrays)
    print(f"{OUT}: {OUT.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
