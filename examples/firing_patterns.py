"""Firing patterns: how four parameters of a unit change its response to a constant current.

The left column is Izhikevich's unit, the right one AdEx, both driven by a step of current.
Parameters as in Izhikevich (2003) and in Naud, Marcille, Clopath, Gerstner, "Firing patterns
in the adaptive exponential integrate-and-fire model", Biological Cybernetics 99 (2008).
"""

import sys

import matplotlib.pyplot as plt
import numpy as np

from sparcelearn.reservoir import AdEx, Izhikevich, SpikingReservoir

DT, BEFORE, AFTER = 0.1, 50, 450  # ms
# a, b, c, d and the drive
IZHIKEVICH = {
    "regular spiking": (0.02, 0.2, -65.0, 8.0, 10.0),
    "intrinsically bursting": (0.02, 0.2, -55.0, 4.0, 10.0),
    "chattering": (0.02, 0.2, -50.0, 2.0, 10.0),
    "fast spiking": (0.1, 0.2, -65.0, 2.0, 10.0),
    "low-threshold spiking": (0.02, 0.25, -65.0, 2.0, 10.0),
}
# c_mem, g_leak, v_rest, v_threshold, sharpness, a, tau_w, b, v_reset and the drive
ADEX = {
    "tonic": (200.0, 10.0, -70.0, -50.0, 2.0, 2.0, 30.0, 0.0, -58.0, 500.0),
    "adapting": (200.0, 12.0, -70.0, -50.0, 2.0, 2.0, 300.0, 60.0, -58.0, 500.0),
    "initial burst": (130.0, 18.0, -58.0, -50.0, 2.0, 4.0, 150.0, 120.0, -50.0, 400.0),
    "regular bursting": (200.0, 10.0, -58.0, -50.0, 2.0, 2.0, 120.0, 100.0, -46.0, 210.0),
    "delayed regular bursting": (100.0, 10.0, -65.0, -50.0, 2.0, -10.0, 90.0, 30.0, -47.0, 110.0),
}
NAMES = ("c_mem", "g_leak", "v_rest", "v_threshold", "sharpness", "a", "tau_w", "b", "v_reset")


def record(neuron, drive):
    """Return the times, the potential and the spike counts of one unit after every step."""
    n_steps = round((BEFORE + AFTER) / DT)
    current = np.where(np.arange(n_steps) < BEFORE / DT, 0.0, drive)
    reservoir = SpikingReservoir(
        n_units=1,
        neuron=neuron,
        wiring=np.zeros((1, 1)),
        input_wiring=np.ones((1, 1)),
        input_scaling=1.0,
        delay=DT,
        dt=DT,
        steps_per_input=1,
        n_readouts=n_steps,
        features=("membrane", "count"),
        feature_scaling=None,
        dtype="float64",
    )
    v, count = reservoir.fit_transform(current[np.newaxis, :, np.newaxis]).reshape(n_steps, 2).T
    return DT * np.arange(n_steps), np.where(count > 0, 30.0, v), count


def main(path):
    """Draw all patterns into one figure."""
    figure, axes = plt.subplots(len(IZHIKEVICH), 2, sharex=True, figsize=(9, 9))
    for axis, (name, (a, b, c, d, drive)) in zip(axes[:, 0], IZHIKEVICH.items(), strict=True):
        rest = -64.4 if b > 0.2 else -70.0
        draw(axis, f"Izhikevich: {name}", Izhikevich(a=a, b=b, c=c, d=d, v_rest=rest), drive)
    for axis, (name, (*numbers, drive)) in zip(axes[:, 1], ADEX.items(), strict=True):
        neuron = AdEx(**dict(zip(NAMES, numbers, strict=True)), t_ref=0.0)
        draw(axis, f"AdEx: {name}", neuron, drive)
    for axis in axes[-1]:
        axis.set_xlabel("time (ms)")
    figure.supylabel("potential (mV)")
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    print(f"wrote {path}")


def draw(axis, title, neuron, drive):
    """Plot the response of one unit."""
    times, v, count = record(neuron, drive)
    axis.plot(times, v, linewidth=0.7)
    axis.set_title(f"{title} ({count.sum():.0f} spikes)", fontsize=9)
    axis.set_ylim(-95, 40)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "firing_patterns.png")
