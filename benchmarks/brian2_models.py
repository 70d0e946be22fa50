"""Run models of Brian2's documentation and of papers in Brian2, for tests to compare with.

    python benchmarks/brian2_models.py    # writes tests/reservoir/brian2_models.npz anew

Brian2 runs in a separate environment, made on the first run like those of other peers. Of each
model it gives the spikes of three units at constant drives. Tests paste the same text into
``NeuronModel`` and must find the same spikes. In Brian2 a unit is refractory for one step less
than its refractory period, so the period is one step longer there.
"""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

import numpy as np

FIXTURE = Path(__file__).parent.parent / "tests" / "reservoir" / "brian2_models.npz"
DT, N_STEPS = 0.1, 2000
LEAK = "dv/dt = (drive - v) / (20*ms) : 1 (unless refractory)"


def model(equations, method="exact", threshold="v > 1", reset="v = 0", unit="1", **more):
    """Return a model as text; ``drive`` is what is given as input."""
    given = {"refractory": None, "drive": (1.2, 1.7, 3.0), "start": {}, **more}
    return {
        "equations": equations,
        "method": method,
        "threshold": threshold,
        "reset": reset,
        "unit": unit,
        **given,
    }


MODELS = {
    # leaky integrators
    "leaky": model("dv/dt = (drive - v) / (10*ms) : 1"),
    "leaky in volts": model(
        "dv/dt = (drive - v) / (10*ms) : volt",
        threshold="v > -50*mV",
        reset="v = -70*mV",
        unit="volt",
        drive=(-45, -30, -10),
        start={"v": -70},
    ),
    "leaky with a conductance": model(
        """
        dv/dt = I_leak / Cm + drive / Cm : volt
        I_leak = g_L*(E_L - v) : amp
        Cm = 200*pF : farad
        g_L = 10*nS : siemens
        E_L = -60*mV : volt
        """,
        threshold="v > -50*mV",
        reset="v = -60*mV",
        unit="amp",
        drive=(150, 200, 400),
        start={"v": -60},
    ),
    "held": model(LEAK, refractory=3.0),
    "refractory but not held": model("dv/dt = (drive - v) / (20*ms) : 1", refractory=5.0),
    "held where the state was": model(LEAK, reset="v = 0.3*v + 0.1", refractory=3.0),
    "held twice set": model(LEAK, reset="v = 0; v += 0.25", refractory=3.0),
    "soft reset": model("dv/dt = (drive - v) / (20*ms) : 1", reset="v -= 1"),
    "perfect integrator": model("dv/dt = drive / (20*ms) : 1", method="euler"),
    "two time constants": model("dv/dt = (x - v) / (20*ms) : 1; dx/dt = (drive - x) / (5*ms) : 1"),
    "equal time constants": model(
        "dv/dt = (x - v) / (10*ms) : 1; dx/dt = (drive - x) / (10*ms) : 1", method="euler"
    ),
    # thresholds that move
    "adaptive threshold": model(
        "dv/dt = (drive - v) / (10*ms) : volt; dvt/dt = (10*mV - vt) / (15*ms) : volt",
        threshold="v > vt",
        reset="v = 0*mV; vt += 3*mV",
        unit="volt",
        drive=(15, 25, 40),
        start={"vt": 10},
    ),
    "threshold by a declared variable": model(
        "dv/dt = (drive - v) / (10*ms) : 1; th : 1",
        threshold="v > 1 + th",
        reset="v = 0; th += 0.1",
    ),
    "threshold that follows the membrane": model(
        "dv/dt = (drive - v) / (10*ms) : 1; dth/dt = (v - th) / (50*ms) : 1",
        threshold="v > 1 + 0.3*th",
    ),
    "MAT": model(
        """
        dv/dt = (drive - v) / (5*ms) : volt
        dH1/dt = -H1 / (10*ms) : volt
        dH2/dt = -H2 / (200*ms) : volt
        """,
        threshold="v > 19*mV + H1 + H2",
        reset="H1 += 37*mV; H2 += 2*mV",
        refractory=2.0,
        unit="volt",
        drive=(22, 30, 60),
    ),
    "a window": model("dv/dt = (drive - v) / (10*ms) : 1", threshold="v > 1 and v < 2"),
    "either of two": model(
        "dv/dt = (drive - v) / (10*ms) : 1; dx/dt = (0.5*drive - x) / (10*ms) : 1",
        threshold="v > 1.5 or x > 0.5",
        reset="v = 0; x = 0",
    ),
    # adaptation and after-spike currents
    "adaptation": model(
        "dv/dt = (drive - w - v) / (20*ms) : 1 (unless refractory); dw/dt = -w / (100*ms) : 1",
        reset="v = 0; w += 0.1",
        refractory=2.0,
        drive=(1.5, 2.0, 4.0),
    ),
    "sub-threshold adaptation": model(
        "dv/dt = (drive - w - v) / (20*ms) : 1; dw/dt = (0.2*v - w) / (100*ms) : 1",
        reset="v = 0; w += 0.05",
        drive=(1.7, 2.2, 4.0),
    ),
    "GLIF4": model(
        """
        dv/dt = (drive + I1 + I2 - 9.43*nS*v) / (58.72*pF) : volt (unless refractory)
        dI1/dt = -0.003*I1/ms : amp
        dI2/dt = -0.1*I2/ms : amp
        dth/dt = -0.009*th/ms : volt
        """,
        threshold="v > 27.17*mV + th",
        reset="v = 0.2*v + 18.51*mV; I1 -= 9.18*pA; I2 -= 198.94*pA; th += 0.37*mV",
        refractory=3.7,
        unit="amp",
        drive=(300, 350, 500),
        start={},
    ),
    # resonators
    "resonate and fire": model(
        "dv/dt = -v / (20*ms) + 0.25*x/ms : 1; dx/dt = -x / (20*ms) - 0.25*v/ms + drive/ms : 1",
        method="euler",
        reset="v = 0; x = 0",
        drive=(0.2, 0.3, 0.6),
    ),
    # quadratic and exponential units, as printed
    "quadratic": model(
        "dv/dt = (v*(v - 1) + drive) / (10*ms) : 1",
        method="rk4",
        threshold="v > 5",
        drive=(0.3, 0.5, 1.0),
    ),
    "theta": model(
        "dv/dt = (1 - cos(v) + (1 + cos(v))*drive) / (10*ms) : 1",
        method="rk4",
        threshold="v > pi",
        reset="v = -pi",
        drive=(0.1, 0.5, 2.0),
    ),
    "Izhikevich": model(
        "dv/dt = (0.04*v**2 + 5*v + 140 - u + drive) / ms : 1; du/dt = 0.02*(0.2*v - u) / ms : 1",
        method="rk4",
        threshold="v >= 30",
        reset="v = -65; u += 8",
        drive=(5, 8, 12),
        start={"v": -70, "u": -14},
    ),
    "exponential": model(
        """
        dv/dt = (gL*(EL - v) + gL*DeltaT*exp((v - VT)/DeltaT) + drive) / C : volt
        gL = 30*nS : siemens
        EL = -70.6*mV : volt
        VT = -50.4*mV : volt
        DeltaT = 2*mV : volt
        C = 281*pF : farad
        """,
        method="rk4",
        threshold="v > -40*mV",
        reset="v = -70.6*mV",
        unit="amp",
        drive=(600, 800, 1200),
        start={"v": -70.6},
    ),
    "AdEx": model(
        """
        dv/dt = (gL*(EL - v) + gL*DeltaT*exp((v - VT)/DeltaT) + drive - w) / C : volt
        dw/dt = (4*nS*(v - EL) - w) / (144*ms) : amp
        gL = 30*nS : siemens
        EL = -70.6*mV : volt
        VT = -50.4*mV : volt
        DeltaT = 2*mV : volt
        C = 281*pF : farad
        """,
        method="rk4",
        threshold="v > -40*mV",
        reset="v = -70.6*mV; w += 0.0805*nA",
        unit="amp",
        drive=(600, 800, 1200),
        start={"v": -70.6},
    ),
    # conductances
    "conductance of itself": model(
        "dv/dt = (-v - g*(v + 1) + drive) / (10*ms) : 1; dg/dt = -g / (50*ms) : 1",
        method="exponential_euler",
        reset="v = 0; g += 0.2",
    ),
    "magnesium block": model(
        """
        dv/dt = (-60*mV - v + g*(0*mV - v)*B + drive) / (20*ms) : volt
        B = 1/(1 + 0.28*exp(-0.062*v/mV)) : 1
        dg/dt = -g / (100*ms) : 1
        """,
        method="rk4",
        threshold="v > -50*mV",
        reset="v = -60*mV; g += 0.1",
        unit="volt",
        drive=(12, 15, 25),
        start={"v": -60},
    ),
    # units that make their spikes themselves
    "Hodgkin-Huxley": model(
        """
        dv/dt = (10*nS*(-60*mV-v) + 20000*nS*m**3*h*(50*mV-v) + 6000*nS*n**4*(-90*mV-v)
                 + drive) / (200*pF) : volt
        dm/dt = am*(1-m) - bm*m : 1
        dn/dt = an*(1-n) - bn*n : 1
        dh/dt = ah*(1-h) - bh*h : 1
        am = 0.32*(mV**-1)*4*mV/exprel((13*mV-v+VT)/(4*mV))/ms : Hz
        bm = 0.28*(mV**-1)*5*mV/exprel((v-VT-40*mV)/(5*mV))/ms : Hz
        ah = 0.128*exp((17*mV-v+VT)/(18*mV))/ms : Hz
        bh = 4./(1+exp((40*mV-v+VT)/(5*mV)))/ms : Hz
        an = 0.032*(mV**-1)*5*mV/exprel((15*mV-v+VT)/(5*mV))/ms : Hz
        bn = 0.5*exp((10*mV-v+VT)/(40*mV))/ms : Hz
        VT = -55*mV : volt
        """,
        method="exponential_euler",
        threshold="v > -20*mV",
        reset="",
        refractory=3.0,
        unit="amp",
        drive=(300, 700, 1500),
        start={"v": -60, "h": 1},
    ),
    "Wang-Buzsaki": model(
        """
        dv/dt = (-3500*nS*m**3*h*(v-55*mV) - 900*nS*n**4*(v+90*mV) - 10*nS*(v+65*mV)
                 + drive) / (100*pF) : volt
        m = alpha_m/(alpha_m+beta_m) : 1
        alpha_m = 1/exprel(-(v+35*mV)/(10*mV))/ms : Hz
        beta_m = 4*exp(-(v+60*mV)/(18*mV))/ms : Hz
        dh/dt = 5*(0.07*exp(-(v+58*mV)/(20*mV))/ms*(1-h) - h/(exp(-0.1/mV*(v+28*mV))+1)/ms) : 1
        dn/dt = 5*(alpha_n*(1-n) - beta_n*n) : 1
        alpha_n = 0.1/exprel(-(v+34*mV)/(10*mV))/ms : Hz
        beta_n = 0.125*exp(-(v+44*mV)/(80*mV))/ms : Hz
        """,
        method="rk4",
        threshold="v > -20*mV",
        reset="",
        refractory=3.0,
        unit="amp",
        drive=(50, 100, 200),
        start={"v": -65, "h": 0.8, "n": 0.1},
    ),
    "FitzHugh-Nagumo": model(
        "dv/dt = (v - v**3/3 - w + drive) / ms : 1; dw/dt = 0.08*(v + 0.7 - 0.8*w) / ms : 1",
        method="rk4",
        reset="",
        refractory=5.0,
        drive=(0.4, 0.7, 1.0),
        start={"v": -1.2, "w": -0.62},
    ),
    "Hindmarsh-Rose": model(
        """
        dv/dt = (y - v**3 + 3*v**2 - z + drive) / ms : 1
        dy/dt = (1 - 5*v**2 - y) / ms : 1
        dz/dt = 0.005*(4*(v + 1.6) - z) / ms : 1
        """,
        method="rk4",
        reset="",
        refractory=2.0,
        drive=(1.5, 2.0, 4.0),
        start={"v": -1.6, "y": -11.8},
    ),
    "Morris-Lecar": model(
        """
        dv/dt = (2*(-60-v) + 2*(1+tanh((v+1.2)/18))*(120-v) + 8*w*(-84-v) + drive) / 20 / ms : 1
        dw/dt = cosh((v-12)/34)/15*((1+tanh((v-12)/17))/2 - w) / ms : 1
        """,
        method="rk4",
        threshold="v > 0",
        reset="",
        refractory=10.0,
        drive=(45, 60, 100),
        start={"v": -60},
    ),
    # functions and conditions
    "a condition as a number": model(
        "dv/dt = (drive*int(v < 0.8) + 0.9*drive*int(v >= 0.8) - v) / (10*ms) : 1",
        method="euler",
    ),
    "clipped": model("dv/dt = (clip(drive - v, 0, 0.5)) / (10*ms) : 1", method="euler"),
    "hyperbolic": model("dv/dt = (drive - sinh(v) + 0.1*cosh(v)) / (10*ms) : 1", method="rk4"),
    "not": model("dv/dt = (drive - v) / (10*ms) : 1", threshold="not (v < 1)", reset="v = 0"),
    "rounded": model("dv/dt = (drive - 0.1*floor(5*v) - v) / (10*ms) : 1", method="euler"),
}


def simulate(chosen):
    """Run a model in Brian2; return the step and the unit of each spike."""
    import brian2
    from brian2 import ms

    brian2.prefs.codegen.target = "numpy"
    brian2.start_scope()
    brian2.defaultclock.dt = DT * ms
    period = chosen["refractory"]
    scale = {"1": 1, "volt": brian2.mV, "amp": brian2.pA}
    units = brian2.NeuronGroup(
        len(chosen["drive"]),
        f"{chosen['equations'].replace(';', chr(10))}\ndrive : {chosen['unit']}",
        threshold=chosen["threshold"],
        reset=chosen["reset"].replace(";", "\n"),
        method=chosen["method"],
        refractory=False if period is None else (period + DT) * ms,
    )
    units.drive = np.array(chosen["drive"]) * scale[chosen["unit"]]
    for variable, value in chosen["start"].items():
        unit = units.variables[variable].dim
        factor = 1 if unit.is_dimensionless else brian2.mV
        setattr(units, variable, value * factor)
    monitor = brian2.SpikeMonitor(units)
    brian2.Network(units, monitor).run(N_STEPS * DT * ms)
    return np.round(monitor.t / ms / DT).astype(np.uint16), np.asarray(monitor.i).astype(np.uint8)


def record(path):
    """Write Brian2's spikes of all models; runs in its environment."""
    arrays = {}
    for name, chosen in MODELS.items():
        steps, units = simulate(chosen)
        print(name, np.bincount(units, minlength=3), flush=True)
        arrays |= {f"{name} steps": steps, f"{name} units": units}
    np.savez_compressed(path, **arrays)


def main():
    """Record, in Brian2's environment."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)  # in Brian2's environment
    options = parser.parse_args()
    if options.out:
        record(options.out)
        return
    from _contenders import python_of

    subprocess.run([python_of("brian2"), __file__, "--out", FIXTURE], check=True)


if __name__ == "__main__":
    main()
