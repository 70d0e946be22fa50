"""Brian2, as compiled C++. A network is compiled once and kept."""

import hashlib
import json
import resource
import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
from _serve import serve

FOLDER = Path.home() / ".cache" / "sparcelearn" / "peers" / "brian2-builds"
EQUATIONS = """
    dv/dt = (v_rest - v + i_exc - i_inh) / (20*ms) : 1 (unless refractory)
    di_exc/dt = -i_exc / (5*ms) : 1
    di_inh/dt = -i_inh / (10*ms) : 1
"""
CONDUCTANCES = """
    dv/dt = (10*(v_rest - v) + g_exc*(0 - v) + g_inh*(-80 - v)) / 200 / ms : 1 (unless refractory)
    dg_exc/dt = -g_exc / (5*ms) : 1
    dg_inh/dt = -g_inh / (10*ms) : 1
"""


def network(work):
    """Run a network of currents."""
    return binary(work, EQUATIONS, ("i_exc", "i_inh"), "exact")


def conductances(work):
    """Run a network of conductances."""
    return binary(work, CONDUCTANCES, ("g_exc", "g_inh"), "exponential_euler")


def binary(work, *model):
    """Run the binary; ``seconds`` is the time of its loop, as it reports it."""
    digest = hashlib.sha256(b"".join(np.asarray(x).tobytes() for x in work.values()))
    folder = FOLDER / digest.hexdigest()[:16]
    if not (folder / "facts.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        build(work, folder, *model)
    facts = json.loads((folder / "facts.json").read_text())

    def turn():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["./main"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        whole = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        loop = float((folder / "results" / "last_run_info.txt").read_text().split()[0])
        return {"seconds": loop, "whole": whole, "amount": work["ms"] / 1000, **facts}

    return turn


def build(work, folder, equations, synaptic, method):
    """Compile a network and run it once, to count its spikes and the seconds all this takes."""
    start = time.perf_counter()
    import brian2 as b
    from brian2 import ms

    b.set_device("cpp_standalone", directory=str(folder), build_on_run=False)
    b.defaultclock.dt = float(work["dt"]) * ms
    names = {name: float(work[name]) for name in ("v_rest", "v_threshold", "v_reset")}
    units = b.NeuronGroup(
        int(work["n"]),
        equations,
        threshold="v >= v_threshold",
        reset="v = v_reset",
        refractory=float(work["t_ref"]) * ms,
        method=method,
        namespace=names,
    )
    for variable in ("v", *synaptic):
        if f"{variable}0" in work:
            setattr(units, variable, work[f"{variable}0"])
    parts, monitor = [units], b.SpikeMonitor(units, record=False)
    excites = work["sources"] < work["n_exc"]
    for variable, chosen in zip(synaptic, (excites, ~excites), strict=True):
        synapses = b.Synapses(units, units, "w : 1", on_pre=f"{variable} += w")
        synapses.connect(i=work["sources"][chosen], j=work["targets"][chosen])
        synapses.w = np.abs(work["weights"][chosen])
        parts.append(synapses)
    if len(work["event_times"]):
        channels = b.SpikeGeneratorGroup(
            int(work["n_channels"]), work["event_channels"], work["event_times"] * ms
        )
        synapses = b.Synapses(channels, units, "w : 1", on_pre="i_exc += w")
        synapses.connect(i=work["in_sources"], j=work["in_targets"])
        synapses.w = work["in_weights"]
        parts += [channels, synapses]
    b.Network([*parts, monitor]).run(float(work["ms"]) * ms)
    b.device.build(directory=str(folder), compile=True, run=True, with_output=False)
    facts = {"spikes": int(monitor.num_spikes), "build": time.perf_counter() - start}
    (folder / "facts.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    serve(globals())
