"""Patterns drawn by spiking and rate units after FORCE learning.

    python benchmarks/computing/force.py --json

A reservoir of 1,000 spiking units (rows of 10 ms), or 300 rate units, hears only its own outputs.
It learns for 10 s (Lorenz: 60 s), and then draws alone as long. Patterns are a sine of 5 Hz, a Van
der Pol oscillator, the sum of four sines, and the Lorenz attractor. That is judged by its two lobes
and the density of x: time spent at x > 0, and the largest distance between the distributions of x
(Kolmogorov-Smirnov). Correlations are those of the best shift in time of at most 2 s. Seeds 0 to 2.
"own" feeds back outputs while learning, "teacher" the targets with noise.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from _results import write
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.stats import ks_2samp

from sparcelearn import ForceRegressor
from sparcelearn.datasets import make_lorenz
from sparcelearn.readouts import RLSRegressor
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir

ROW = 0.01  # seconds
SHIFT = 2.0
PATTERNS = ["sine", "van der pol", "four sines", "lorenz"]
ARMS = ["spiking teacher", "rate own", "rate teacher"]


def van_der_pol(seconds: float) -> NDArray[np.float64]:
    """Return a relaxation oscillation of about 2.6 Hz, between -1 and 1."""
    t = np.arange(0, seconds, ROW)

    def field(_: float, x: Any) -> list[float]:
        return [20 * x[1], 20 * (2.0 * (1 - x[0] ** 2) * x[1] - x[0])]

    x = solve_ivp(field, (0, seconds), [1.0, 0.0], t_eval=t, rtol=1e-8, atol=1e-8).y[0]
    return x / np.abs(x).max()


def pattern(name: str, seconds: float) -> NDArray[np.float64]:
    """Return a pattern, a row for each 10 ms."""
    t = np.arange(0, seconds, ROW)
    if name == "sine":
        return np.sin(2 * np.pi * 5 * t)
    if name == "van der pol":
        return van_der_pol(seconds)
    if name == "four sines":
        return sum(np.sin(2 * np.pi * f * t) for f in (1, 2, 3, 5)) / 4
    return make_lorenz(len(t), dt=0.02, random_state=0) / 25 - [0, 0, 1]


def model_of(kind: str, forcing: str, seed: int) -> ForceRegressor:
    """Return a model of spiking or rate units."""
    if kind == "spiking":
        reservoir: Any = SpikingReservoir(
            1000, steps_per_input=10, carry_state=True, random_state=seed
        )
    else:
        reservoir = EchoStateReservoir(
            300,
            spectral_radius=1.5,
            leak_rate=0.2,
            input_scaling=1.0,
            carry_state=True,
            random_state=seed,
        )
    is_teacher = forcing == "teacher"
    return ForceRegressor(
        reservoir,
        RLSRegressor(alpha=1.0 if kind == "spiking" else 0.1),
        teacher_forcing=is_teacher,
        feedback_noise=0.02 if is_teacher else 0.0,
        washout=20,
        random_state=seed,
    )


def correlation(drawn: NDArray[Any], target: NDArray[Any]) -> float:
    """Return the correlation at the best shift; ``target`` is longer."""
    shifts = range(len(target) - len(drawn) + 1)
    if not np.isfinite(drawn).all() or np.abs(drawn).max() > 1e3 or drawn.std() == 0:
        return 0.0
    return max(float(np.corrcoef(drawn, target[k : k + len(drawn)])[0, 1]) for k in shifts)


def drawn_by(kind: str, forcing: str, name: str, seed: int) -> dict[str, float]:
    """Return how well a pattern is drawn."""
    seconds = 60.0 if name == "lorenz" else 10.0
    rows = pattern(name, 2 * seconds + SHIFT)
    n = round(seconds / ROW)
    nothing = np.zeros((n, 1))
    try:
        model = model_of(kind, forcing, seed).fit(nothing, rows[:n])
        drawn = model.predict(nothing)
    except ValueError as error:  # diverged
        print(f"    {error}")
        return {"correlation": 0.0} if name != "lorenz" else {"distance": 1.0, "right lobe": 0.0}
    if name != "lorenz":
        return {"correlation": correlation(drawn, rows[n:])}
    x = drawn[:, 0]
    crossings = int(np.sum(x[1:] * x[:-1] < 0))
    true = rows[n : 2 * n, 0]
    return {
        "distance": float(ks_2samp(x, true).statistic) if np.isfinite(x).all() else 1.0,
        "right lobe": float(np.mean(x > 0)),
        "changes of lobe": crossings,
        "changes of lobe of the original": int(np.sum(true[1:] * true[:-1] < 0)),
    }


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--patterns", nargs="*", default=["sine", "van der pol", "four sines", "lorenz"]
    )
    parser.add_argument(
        "--arms", nargs="*", default=["spiking teacher", "rate own", "rate teacher"]
    )
    options = parser.parse_args()
    warnings.simplefilter("ignore", UserWarning)
    table: dict[str, Any] = {}
    for arm in options.arms:
        for name in options.patterns:
            found = [drawn_by(*arm.split(), name, seed) for seed in range(options.seeds)]
            table.setdefault(arm, {})[name] = found
            print(arm, name, found, flush=True)
            if options.json:  # after each, as a campaign takes long
                command = "python benchmarks/computing/force.py --json"
                write("computing_force", command, {"arms": table})


if __name__ == "__main__":
    main()
