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
from brian2_networks import CURRENTS, NETWORKS

FIXTURE = Path(__file__).parent.parent / "tests" / "reservoir" / "brian2.npz"
N_UNITS, N_EXCITATORY, N_STEPS, DT, DELAY = 200, 160, 10_000, 0.1, 1.0


def draw(rng, network):
    """Draw wiring (weights signed, rounded to single precision) and a drive for every unit."""
    weights, drive = network["weights"], network["drive"]
    n_inputs = len(network.get("inputs", ("drive",)))
    connected = (rng.rand(N_UNITS, N_UNITS) < 0.1) & ~np.eye(N_UNITS, dtype=bool)
    sources, targets = np.nonzero(connected)
    means = np.where(sources < N_EXCITATORY, weights[0], -weights[1])
    sizes = (means * rng.uniform(0.5, 1.5, len(sources))).astype(np.float32)
    drawn = {
        "sources": sources.astype(np.uint8),
        "targets": targets.astype(np.uint8),
        "weights": sizes,
        "drive": rng.uniform(*drive, (n_inputs, N_UNITS)).astype(np.float32),
    }
    if "longest" in network:
        drawn["delays"] = rng.randint(1, network["longest"] / DT, len(sizes)).astype(np.uint8)
    if "junctions" in network:
        touching = np.triu(rng.rand(N_UNITS, N_UNITS) < 0.05, 1)
        conductances = rng.uniform(*network["junctions"], (N_UNITS, N_UNITS)) * touching
        drawn["junctions"] = (conductances + conductances.T).astype(np.float32)
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
    inputs = network.get("inputs", ("drive",))
    given = "".join(f"\n{name} : 1" for name in inputs)
    units = brian2.NeuronGroup(
        N_UNITS,
        network["equations"] + network.get("synapses", CURRENTS) + given,
        threshold=network["threshold"],
        reset=network["reset"],
        method=network["method"],
        refractory=(network["refractory"] + DT) * ms if network["refractory"] >= 0 else False,
    )
    for name, values in zip(inputs, drawn["drive"].astype(float), strict=True):
        setattr(units, name, values)
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
    if "junctions" in drawn:
        current = "gap_post = weight * (v_pre - v_post) : 1 (summed)"
        junction = brian2.Synapses(units, units, f"weight : 1\n{current}")
        pre, post = np.nonzero(drawn["junctions"])
        junction.connect(i=pre, j=post)
        junction.weight = drawn["junctions"][pre, post].astype(float)
        synapses.append(junction)
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
        "two inputs": two_inputs(),
        "gap junctions": LIF,
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
    names, junctions = NETWORKS[name].get("inputs"), file.get(f"{name}_junctions")
    heard = drive.reshape(-1, 1, N_UNITS).astype(float)
    return SpikingReservoir(
        N_UNITS,
        neuron=models[name],
        wiring=wiring,
        input_wiring=dict(zip(names, heard, strict=True)) if names else heard[0],
        gap_junctions=None if junctions is None else junctions.astype(float),
        input_scaling=1.0,
        delay=delay,
        dt=DT,
        steps_per_input=N_STEPS,
        features="spikes",
        dtype="float64",
    )


def two_inputs():
    """Return units of two compartments, each with an input, as pasted from Brian2."""
    from sparcelearn.reservoir import NeuronModel

    network = NETWORKS["two inputs"]
    return NeuronModel(
        network["equations"] + CURRENTS,
        threshold=network["threshold"],
        reset=network["reset"],
        excitatory="i_exc",
        inhibitory="i_inh",
        name="TwoInputs",
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
