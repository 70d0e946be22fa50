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
LEAKY = dict(
    threshold="v >= v_threshold", reset="v = v_reset", names=("v_rest", "v_threshold", "v_reset")
)
CURRENTS = """
    di_exc/dt = -i_exc / (5*ms) : 1
    di_inh/dt = -i_inh / (10*ms) : 1
"""
CONDUCTANCES = CURRENTS.replace("i_", "g_")
MODELS = {
    "network": LEAKY
    | dict(
        equations="dv/dt = (v_rest - v + i_exc - i_inh) / (20*ms) : 1 (unless refractory)"
        + CURRENTS,
        method="exact",
    ),
    "conductances": LEAKY
    | dict(
        equations="""
            dv/dt = (10*(v_rest - v) + g_exc*(0 - v) + g_inh*(-80 - v))
                    / 200 / ms : 1 (unless refractory)
        """
        + CONDUCTANCES,
        method="exponential_euler",
    ),
    # The others are driven by a constant for each unit; slopes stop at the peak, as in ours.
    "AdEx": dict(
        equations="""
            x = clip(v, -1000, 0) : 1
            dv/dt = (30*(-70.6 - x + 2*exp((x + 50.4)/2)) - w + i_exc - i_inh + drive)
                    / 281 / ms : 1 (unless refractory)
            dw/dt = (4*(x + 70.6) - w) / (144*ms) : 1
            drive : 1
        """
        + CURRENTS,
        threshold="v >= 0",
        reset="v = -70.6; w += 80.5",
        refractory=2.0,
        method="rk4",
        start={"v": -70.6},
    ),
    "Izhikevich": dict(
        equations="""
            x = clip(v, -1000, 30) : 1
            dv/dt = (0.04*x**2 + 5*x + 140 - u + i_exc - i_inh + drive) / ms : 1
            du/dt = 0.02*(0.2*x - u) / ms : 1
            drive : 1
        """
        + CURRENTS,
        threshold="v >= 30",
        reset="v = -65; u += 8",
        refractory=0.0,
        method="rk4",
        start={"v": -70.0, "u": -14.0},
    ),
    "HodgkinHuxley": dict(
        equations="""
            x = v + 55 : 1
            dv/dt = (10*(-60 - v) + 20000*m**3*h*(50 - v) + 6000*n**4*(-90 - v)
                     - g_exc*v + g_inh*(-80 - v) + drive) / 200 / ms : 1
            dm/dt = (1.28/exprel((13 - x)/4)*(1 - m) - 1.4/exprel((x - 40)/5)*m) / ms : 1
            dh/dt = (0.128*exp((17 - x)/18)*(1 - h) - 4/(1 + exp((40 - x)/5))*h) / ms : 1
            dn/dt = (0.16/exprel((15 - x)/5)*(1 - n) - 0.5*exp((10 - x)/40)*n) / ms : 1
            drive : 1
            old : 1
        """
        + CONDUCTANCES,
        threshold="v >= -20 and old < -20",
        reset="",
        refractory=2.0,
        method="exponential_euler",
        start={"v": -59.9714, "m": 0.00514057, "h": 0.998857, "n": 0.0162298, "old": -59.9714},
    ),
}


def network(work):
    """Run a network of currents."""
    return binary(work, "network")


def conductances(work):
    """Run a network of conductances."""
    return binary(work, "conductances")


def model(work, name):
    """Run a network of a model, with a constant drive for each unit."""
    return binary(work, name)


def binary(work, name):
    """Run the binary; ``seconds`` is the time of its loop, as it reports it."""
    digest = hashlib.sha256(b"".join(np.asarray(x).tobytes() for x in work.values()))
    digest.update(repr(MODELS[name]).encode())
    folder = FOLDER / digest.hexdigest()[:16]
    if not (folder / "facts.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        build(work, folder, **MODELS[name])
    facts = json.loads((folder / "facts.json").read_text())

    def turn():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["./main"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        whole = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        loop = float((folder / "results" / "last_run_info.txt").read_text().split()[0])
        return {"seconds": loop, "whole": whole, "amount": work["ms"] / 1000, **facts}

    return turn


def build(work, folder, equations, threshold, reset, method, names=(), refractory=None, start=None):
    """Compile a network and run it once, to count its spikes and the seconds all this takes."""
    begin = time.perf_counter()
    import brian2 as b
    from brian2 import ms

    b.set_device("cpp_standalone", directory=str(folder), build_on_run=False)
    b.defaultclock.dt = float(work["dt"]) * ms
    t_ref = float(work["t_ref"]) if refractory is None else refractory
    units = b.NeuronGroup(
        int(work["n"]),
        equations,
        threshold=threshold,
        reset=reset,
        refractory=t_ref * ms if t_ref else False,
        method=method,
        namespace={name: float(work[name]) for name in names},
    )
    synaptic = ("i_exc", "i_inh") if "i_exc" in equations else ("g_exc", "g_inh")
    given = {name: work[f"{name}0"] for name in ("v", *synaptic) if f"{name}0" in work}
    given |= {name: work[name] for name in ("drive",) if name in work}
    for variable, value in {**(start or {}), **given}.items():
        setattr(units, variable, value)
    if "old" in (start or {}):  # what a threshold that is crossed compares with
        units.run_regularly("old = v", when="start")
    parts, monitor = [units], b.SpikeMonitor(units, record=False)
    excites = work["sources"] < work["n_exc"]
    for variable, chosen in zip(synaptic, (excites, ~excites), strict=True):
        synapses = b.Synapses(units, units, "strength : 1", on_pre=f"{variable} += strength")
        synapses.connect(i=work["sources"][chosen], j=work["targets"][chosen])
        synapses.strength = np.abs(work["weights"][chosen])
        parts.append(synapses)
    if len(work.get("event_times", ())):
        channels = b.SpikeGeneratorGroup(
            int(work["n_channels"]), work["event_channels"], work["event_times"] * ms
        )
        synapses = b.Synapses(channels, units, "strength : 1", on_pre="i_exc += strength")
        synapses.connect(i=work["in_sources"], j=work["in_targets"])
        synapses.strength = work["in_weights"]
        parts += [channels, synapses]
    b.Network([*parts, monitor]).run(float(work["ms"]) * ms)
    b.device.build(directory=str(folder), compile=True, run=True, with_output=False)
    facts = {"spikes": int(monitor.num_spikes), "build": time.perf_counter() - begin}
    (folder / "facts.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    serve(globals())
