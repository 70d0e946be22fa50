"""Compare small networks with Brian2, spike for spike.

    python benchmarks/brian2_agreement.py --json    # both, in one run
    python benchmarks/brian2_agreement.py --record  # writes tests/reservoir/brian2.npz anew

Brian2 runs in a separate environment, made on the first run like those of other peers. It gives
wiring, drive, and the spikes of 200 units in 1 s; ours are compared with them step by step, and
Brian2's with those in tests/reservoir/brian2.npz, which our tests reproduce. In Brian2 a unit is
refractory for one step less than its refractory period, so the period is one step longer there.
With ``--json`` the figures go to ``benchmarks/results/brian2_agreement.json``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

FIXTURE = Path(__file__).parent.parent / "tests" / "reservoir" / "brian2.npz"
N_UNITS, N_EXCITATORY, N_STEPS, DT, DELAY = 200, 160, 10_000, 0.1, 1.0
CURRENTS = """
    di_exc/dt = -i_exc / (5*ms) : 1
    di_inh/dt = -i_inh / (10*ms) : 1
    drive : 1
"""
CONDUCTANCES = """
    dg_exc/dt = -g_exc / (5*ms) : 1
    dg_inh/dt = -g_inh / (10*ms) : 1
    drive : 1
"""
RECEPTORS = """
    dg_ampa/dt = -g_ampa / (2*ms) : 1
    dg_nmda/dt = 0.2 * g_ampa / ms - g_nmda / (100*ms) : 1
    dg_gaba/dt = -g_gaba / (10*ms) : 1
    drive : 1
"""
UPSTROKE = "2 * exp((clip(v, -inf, 0) + 50.4) / 2)"
# Refractory periods are in ms. Excitation and inhibition go to two variables, or each excitatory
# synapse to one of the first two of three. Delays are DELAY, or drawn up to ``longest`` (ms).
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
    "LIF with delays": dict(
        method="exact",
        equations="dv/dt = (i_exc - i_inh + drive - v) / (20*ms) : 1 (unless refractory)",
        threshold="v >= 1",
        reset="v = 0",
        refractory=2.0,
        start={},
        drive=(0.8, 1.5),
        weights=(0.3, 0.9),
        longest=8.0,
    ),
    "ConductanceLIF": dict(
        method="exponential_euler",
        equations="""
            dv/dt = (10 * (-60 - v) + g_exc * (0 - v) + g_inh * (-80 - v) + drive) / 200 / ms
                : 1 (unless refractory)
        """,
        synapses=CONDUCTANCES,
        receivers=("g_exc", "g_inh"),
        threshold="v >= -50",
        reset="v = -60",
        refractory=5.0,
        start={"v": -60.0},
        drive=(80.0, 200.0),
        weights=(0.6, 6.0),
        longest=4.0,
    ),
    "NMDALIF": dict(
        method="rk4",
        equations="""
            block = 1 / (1 + 1 / 3.57 * exp(-0.062 * v)) : 1
            dv/dt = (10 * (-70 - v) + (g_ampa + g_nmda * block) * (0 - v) + g_gaba * (-70 - v)
                     + drive) / 200 / ms : 1 (unless refractory)
        """,
        synapses=RECEPTORS,
        receivers=("g_ampa", "g_nmda", "g_gaba"),
        threshold="v >= -50",
        reset="v = -60",
        refractory=2.0,
        start={"v": -70.0},
        drive=(150.0, 300.0),
        weights=(0.2, 2.0),
        longest=4.0,
    ),
}


def draw(rng, network):
    """Draw wiring (weights signed, rounded to single precision) and a drive for every unit."""
    weights, drive = network["weights"], network["drive"]
    connected = (rng.rand(N_UNITS, N_UNITS) < 0.1) & ~np.eye(N_UNITS, dtype=bool)
    sources, targets = np.nonzero(connected)
    means = np.where(sources < N_EXCITATORY, weights[0], -weights[1])
    sizes = (means * rng.uniform(0.5, 1.5, len(sources))).astype(np.float32)
    drawn = {
        "sources": sources.astype(np.uint8),
        "targets": targets.astype(np.uint8),
        "weights": sizes,
        "drive": rng.uniform(*drive, N_UNITS).astype(np.float32),
    }
    if "longest" in network:
        drawn["delays"] = rng.randint(1, network["longest"] / DT, len(sizes)).astype(np.uint8)
    if len(network.get("receivers", ())) == 3:
        kinds = np.where(sizes < 0, 2, rng.randint(0, 2, len(sizes)))
        drawn |= {"receivers": kinds.astype(np.uint8), "weights": np.abs(sizes)}
    return drawn


def simulate(network, drawn):
    """Run a network in Brian2; return the step and the unit of each spike."""
    import brian2
    from brian2 import ms

    brian2.prefs.codegen.target = "numpy"
    brian2.start_scope()
    brian2.defaultclock.dt = DT * ms
    units = brian2.NeuronGroup(
        N_UNITS,
        network["equations"] + network.get("synapses", CURRENTS),
        threshold=network["threshold"],
        reset=network["reset"],
        method=network["method"],
        refractory=(network["refractory"] + DT) * ms if network["refractory"] >= 0 else False,
    )
    units.drive = drawn["drive"].astype(float)
    for variable, value in network["start"].items():
        setattr(units, variable, value)
    sizes, synapses = drawn["weights"], []
    kinds = drawn.get("receivers", (sizes < 0).astype(int))
    for kind, variable in enumerate(network.get("receivers", ("i_exc", "i_inh"))):
        chosen = kinds == kind
        effect = f"{variable}_post += weight"
        synapse = brian2.Synapses(units, units, "weight : 1", on_pre=effect)
        pairs = (drawn[x][chosen].astype(int) for x in ("sources", "targets"))
        synapse.connect(**dict(zip("ij", pairs, strict=True)))
        synapse.weight = np.abs(sizes[chosen]).astype(float)
        delays = drawn["delays"][chosen] * DT if "delays" in drawn else DELAY
        synapse.pre.delay = delays * ms
        synapses.append(synapse)
    monitor = brian2.SpikeMonitor(units)
    brian2.Network(units, *synapses, monitor).run(N_STEPS * DT * ms)
    return np.round(monitor.t / ms / DT).astype(np.uint16), np.asarray(monitor.i).astype(np.uint8)


def record(path):
    """Write Brian2's results for all networks; runs in its environment."""
    arrays = {"dt": np.float64(DT), "n_steps": np.int64(N_STEPS), "delay": np.float64(DELAY)}
    for seed, (name, network) in enumerate(NETWORKS.items()):
        drawn = draw(np.random.RandomState(seed), network)
        steps, units = simulate(network, drawn)
        drawn |= {"spike_steps": steps, "spike_units": units}
        arrays |= {f"{name}_{part}": array for part, array in drawn.items()}
    np.savez_compressed(path, **arrays)


def ours(name, file):
    """Return our network of a file, which takes one row."""
    from scipy import sparse

    from sparcelearn.reservoir import (
        LIF,
        NMDALIF,
        AdEx,
        ConductanceLIF,
        Izhikevich,
        SpikingReservoir,
    )

    models = {
        "LIF": LIF,
        "AdEx": replace(AdEx, refractory=None),
        "Izhikevich": Izhikevich,
        "LIF with delays": LIF,
        "ConductanceLIF": ConductanceLIF,
        "NMDALIF": NMDALIF,
    }
    parts = ("sources", "targets", "weights", "drive")
    sources, targets, weights, drive = (file[f"{name}_{part}"] for part in parts)

    def matrix(values, chosen=slice(None)):
        entries = (values[chosen].astype(float), (sources[chosen], targets[chosen]))
        return sparse.csr_array(sparse.coo_array(entries, (N_UNITS, N_UNITS)))

    delays = file.get(f"{name}_delays")
    wiring, delay = matrix(weights), DELAY if delays is None else matrix(delays * DT)
    kinds = file.get(f"{name}_receivers")
    if kinds is not None:
        chosen = {x: kinds == k for k, x in enumerate(NETWORKS[name]["receivers"])}
        wiring = {x: matrix(weights, is_it) for x, is_it in chosen.items()}
        delay = {x: matrix(delays * DT, is_it) for x, is_it in chosen.items()}
    return SpikingReservoir(
        N_UNITS,
        neuron=models[name],
        wiring=wiring,
        input_wiring=drive[np.newaxis].astype(float),
        input_scaling=1.0,
        delay=delay,
        dt=DT,
        steps_per_input=N_STEPS,
        features="spikes",
        dtype="float64",
    )


def spikes_of(name, file):
    """Return the step and the unit of each spike of theirs and ours, in the order of time."""
    spikes = ours(name, file).fit_transform([[1.0]])
    mine = np.round(spikes.times / DT).astype(int), spikes.channels
    theirs = file[f"{name}_spike_steps"], file[f"{name}_spike_units"]
    for steps, units in (theirs, mine):
        order = np.lexsort((units, steps))
        yield np.stack([steps[order].astype(int), units[order].astype(int)], axis=1)


def compare(name, file, fixture):
    """Return the numbers of spikes of both, and how many of them agree."""
    theirs, mine = (set(map(tuple, spikes)) for spikes in spikes_of(name, file))
    return {
        "spikes_brian2": len(theirs),
        "spikes_ours": len(mine),
        "alike": len(theirs & mine),
        "fixture_reproduced": all(
            np.array_equal(file[key], fixture[key]) for key in fixture if key.startswith(f"{name}_")
        ),
    }


def main():
    """Record, or record and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--record", action="store_true", help="write the tests' file")
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)  # in Brian2's environment
    options = parser.parse_args()
    if options.out:
        record(options.out)
        return
    from _contenders import REQUIREMENTS, python_of
    from _results import write

    with tempfile.TemporaryDirectory() as folder:
        out = FIXTURE if options.record else Path(folder) / "brian2.npz"
        subprocess.run([python_of("brian2"), __file__, "--out", out], check=True)
        with np.load(out) as file, np.load(FIXTURE) as fixture:
            found = {name: compare(name, dict(file), dict(fixture)) for name in NETWORKS}
    for name, figures in found.items():
        print(name, figures)
    if options.json:
        facts = {"brian2": REQUIREMENTS["brian2"], "networks": found}
        write("brian2_agreement", "python benchmarks/brian2_agreement.py --json", facts)
    sys.exit(any(x["alike"] < x["spikes_brian2"] for x in found.values()))


if __name__ == "__main__":
    main()
