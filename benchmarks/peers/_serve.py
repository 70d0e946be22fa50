"""The process of a contender, which does a turn of work on request.

``python with_<library>.py <function> <work.npz> <options as JSON>`` calls the function with the
arrays of the work; it sets everything up and returns a function that does one turn. A turn returns
a dict: ``seconds`` it took, ``amount`` of work it did, and anything that shows the work was the
same. Every line on standard input requests a turn; the answer is a line of JSON.
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
    """Return the total seconds of some runs, and the result of the last.

    On one core and one thread, elapsed time is processor time plus that of other processes;
    processor time may be counted in ticks of 4 ms. Neither is too short, so the smaller one counts.
    """
    begin, start = time.perf_counter(), time.process_time()
    for _ in range(repeats):
        result = run()
    return min(time.perf_counter() - begin, time.process_time() - start), result


def serve(functions: dict[str, Any]) -> None:
    """Set up the function named on the command line, run it once, and then answer requests."""
    name, path, options = sys.argv[1:]
    with np.load(path) as arrays:
        work = {key: arrays[key] for key in arrays.files}
    turn: Turn = functions[name](work, **json.loads(options))
    answer(turn)
    for _ in sys.stdin:
        answer(turn, is_awake=False)


def peak_mb() -> float:
    """Return the highest resident size of this process, without that of its parent."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text("utf-8").splitlines() if x.startswith("VmHWM"))
        return float(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def answer(turn: Turn, is_awake: bool = True) -> None:
    """Do a turn and report it, with the highest resident size so far (MB)."""
    result = turn()
    if not is_awake and result["seconds"] < 2:
        result = turn()
    result = {**result, "peak_mb": peak_mb()}
    print("answer " + json.dumps({k: float(v) for k, v in result.items()}), flush=True)
