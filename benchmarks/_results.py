"""What the benchmark scripts share: one core, a description of the machine, and JSON files."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"


def pin(core: int | None = None) -> int:
    """Restrict this process, and those it starts, to one core and one thread; return the core."""
    for library in ("OMP", "OPENBLAS", "MKL", "NUMBA"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
    if not hasattr(os, "sched_setaffinity"):  # macOS and Windows have no such call
        return -1
    core = max(os.sched_getaffinity(0)) if core is None else core
    os.sched_setaffinity(0, {core})
    return core


def machine() -> dict[str, Any]:
    """Return a description of the machine and of package versions."""
    processor = platform.processor()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
        processor = names[0] if names else processor
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median and range."""
    figures = {"median": statistics.median(values), "low": min(values), "high": max(values)}
    return {name: float(f"{value:.4g}") for name, value in figures.items()}


def interval(values: Any) -> tuple[float, float]:
    """Return the mean of values or paired differences, and half the width of its 95 % interval."""
    from scipy import stats  # not every environment of a peer has it

    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    return float(statistics.fmean(values)), float(half)


def write(name: str, command: str, record: dict[str, Any]) -> None:
    """Write a record as JSON, with the command, the machine and the day that it comes from."""
    path = RESULTS / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {"command": command, "machine": machine(), "date": time.strftime("%Y-%m-%d")}
    path.write_text(json.dumps(about | record, indent=1) + "\n", "utf-8")


def read(name: str) -> dict[str, Any]:
    """Return a record, or an empty one if its script has not been run."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}
