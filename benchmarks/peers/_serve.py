"""How a contender is driven: a process of its own that does one turn of work when told to.

``python with_<library>.py <function> <work.npz> <options as JSON>`` calls the function with the
arrays of the work; it sets everything up and returns what does one turn. A turn returns a
dict: ``seconds`` it took, ``amount`` of work it did, and anything that shows
the work was the same. Every line on standard input asks for a turn; the answer is a line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Turn = Callable[[], dict[str, Any]]


def timed(run: Callable[[], Any], repeats: int = 1) -> tuple[float, Any]:
    """Return the seconds that some runs took together, and what the last gave.

    On one core and one thread time on the clock is time of the processor and what others take
    of it; but the latter may be counted in ticks of 4 ms. Neither is too short: the smaller holds.
    """
    begin, start = time.perf_counter(), time.process_time()
    for _ in range(repeats):
        result = run()
    return min(time.perf_counter() - begin, time.process_time() - start), result


def serve(functions: dict[str, Any]) -> None:
    """Set up what the command line names, run it once, and answer from then on."""
    name, path, options = sys.argv[1:]
    with np.load(path) as arrays:
        work = {key: arrays[key] for key in arrays.files}
    turn: Turn = functions[name](work, **json.loads(options))
    answer(turn)
    for _ in sys.stdin:
        answer(turn)


def peak_mb() -> float:
    """Return the highest resident size of this process; what ran before it started is no part."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text("utf-8").splitlines() if x.startswith("VmHWM"))
        return float(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def answer(turn: Turn) -> None:
    """Do a turn and tell of it, with the highest resident size so far (MB)."""
    result = {**turn(), "peak_mb": peak_mb()}
    print("answer " + json.dumps({k: float(v) for k, v in result.items()}), flush=True)
