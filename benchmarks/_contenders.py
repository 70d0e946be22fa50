"""Contenders: libraries in separate environments, run in turns.

Environments are made once, in ``~/.cache/sparcelearn/peers`` or the folder named by
``SPARCELEARN_PEERS_DIR``. A contender is a process that does a turn of work on request
(``peers/_serve.py``); all of them are started, and then they take turns: A B C A B C ...
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from _results import ROOT

REQUIREMENTS = {
    "aeon": ["aeon==1.6.0"],
    "brian2": ["brian2==2.9.0", "cython", "setuptools", "numpy<2.4"],
    "nest": ["nest-simulator==3.10.0", "numpy"],
    "pynn": ["PyNN==0.13.0", "nest-simulator==3.10.0", "scikit-learn", "numba", "scipy"],
    "reservoirpy": ["reservoirpy==0.4.2"],
    "river": ["river==0.26.1"],
    "torch": ["torch==2.13.0", "numpy"],
}
OWN = (
    "sparcelearn",
    "sparcelearn_readouts",
    "hand",
    "hand_models",
    "numpy",
    "scipy",
    "sklearn",
)  # run where this script runs


class NotThereError(RuntimeError):
    """Why a peer could not be installed or does not run."""


@dataclass(frozen=True)
class Contender:
    """A function of ``peers/with_<library>.py`` and its options."""

    library: str
    function: str
    options: dict[str, Any] = field(default_factory=dict)


def home() -> Path:
    """Return the folder of the peers' environments."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return Path(os.environ.get("SPARCELEARN_PEERS_DIR", cache / "sparcelearn" / "peers"))


def python_of(library: str) -> Path:
    """Return the interpreter of a library's environment, which is made if it is missing."""
    if library in OWN:
        return Path(sys.executable)
    folder = home() / library
    python, done = folder / "bin" / "python", folder / "installed"
    wanted = " ".join(REQUIREMENTS[library])
    if done.exists() and done.read_text("utf-8") == wanted:
        return python
    print(f"installing {wanted} in {folder}", file=sys.stderr)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in ([sys.executable, "-m", "venv", folder], [*pip, *REQUIREMENTS[library]]):
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:
            raise NotThereError(f"not installed: {last_line(result.stderr)}")
    done.write_text(wanted, "utf-8")
    return python


def last_line(text: str) -> str:
    """Return the last line that is not empty."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "no message"


class Process:
    """A contender at work.

    Attributes
    ----------
    cold_start : float
        Seconds from the start of the process to the end of its first turn.
    """

    def __init__(self, contender: Contender, work: Path) -> None:
        script = Path(__file__).parent / "peers" / f"with_{contender.library}.py"
        arguments = [contender.function, work, json.dumps(contender.options)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT) if contender.library in OWN else ""}
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed by close)
        start = time.perf_counter()
        self._process = subprocess.Popen(
            [python_of(contender.library), script, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=environment,
        )
        self.first = self._answer()
        self.cold_start = time.perf_counter() - start

    def turn(self) -> dict[str, float]:
        """Request a turn and return its answer."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, float]:
        assert self._process.stdout
        for line in self._process.stdout:  # libraries print, too
            if line.startswith("answer "):
                return json.loads(line.removeprefix("answer "))
        self._errors.seek(0)
        raise NotThereError(f"does not run: {last_line(self._errors.read())}")

    def close(self) -> None:
        """Let the process end."""
        self._process.communicate()
        self._errors.close()


def take_turns(
    contenders: dict[str, Contender], work: dict[str, Any], turns: int
) -> dict[str, dict[str, Any]]:
    """Run contenders on the same work, in turn.

    Parameters
    ----------
    contenders : dict of str to Contender
    work : dict of str to array
        What each is given, as a file.
    turns : int
        Times that each has its turn, after the first, in which it warms up.

    Returns
    -------
    dict of str to dict
        Of each its ``cold_start`` (s), ``peak_mb`` and its ``answers``; or the ``fault`` that
        kept it from running.
    """
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "work.npz"
        np.savez(path, **work)
        processes: dict[str, Process] = {}
        for name, contender in contenders.items():
            try:
                processes[name] = Process(contender, path)
            except NotThereError as fault:
                found[name] = {"fault": str(fault)}
                continue
            found[name] = {"cold_start": processes[name].cold_start, "answers": []}
        for _ in range(turns):
            for name, process in processes.items():
                found[name]["answers"].append(process.turn())
        for name, process in processes.items():
            process.close()
            found[name]["peak_mb"] = found[name]["answers"][-1]["peak_mb"]
    return found
