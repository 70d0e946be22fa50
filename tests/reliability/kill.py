"""Kill processes while they save, and look at what is left.

``python -m tests.reliability.kill FOLDER COUNT`` prints what it found as JSON. A killed
process does not test what a power cut would: the system still writes what it was given.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

import numpy as np

import sparcelearn
from sparcelearn.reservoir import EchoStateReservoir


def main(folder: Path, n_kills: int) -> None:
    """Kill as often as asked; each writer goes on from where the last one was killed."""
    path = folder / "model.ckpt"
    model = EchoStateReservoir(300, random_state=0).fit(np.zeros((2, 2)))
    sparcelearn.save(path, model, offset=0)
    rng = random.Random(0)
    found = {"kills": 0, "unreadable": 0, "lost": 0, "saves": 0, "half_written": 0}
    for k in range(n_kills):
        acknowledged = killed_writer(path, model, rng.uniform(0.002, 0.04), waits=k % 2 == 0)
        found["kills"] += 1
        found["half_written"] += len(list(folder.iterdir())) > 1
        try:
            model, offset = sparcelearn.load(path, return_offset=True)
        except (ValueError, OSError):
            found["unreadable"] += 1
            continue
        found["lost"] += offset < acknowledged
        found["saves"] = offset
    sparcelearn.save(path, model)
    found["left_after_the_next_save"] = len(list(folder.iterdir())) - 1
    print(json.dumps(found))


def killed_writer(path: Path, model: EchoStateReservoir, seconds: float, waits: bool) -> int:
    """Return the last offset that a writer said it had saved, before it was killed.

    It is killed that long after its first save if ``waits``, else after its start.
    """
    _, start = sparcelearn.load(path, return_offset=True)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        save_for_ever(path, model, start, writer)
    os.close(writer)
    said = os.read(reader, 65536) if waits else b""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if select.select([reader], [], [], left)[0]:
            said += os.read(reader, 65536)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while piece := os.read(reader, 65536):
        said += piece
    os.close(reader)
    lines = said.split(b"\n")[:-1]
    return int(lines[-1]) if lines else start


def save_for_ever(path: Path, model: EchoStateReservoir, start: int, writer: int) -> NoReturn:
    """Save, then say so, again and again."""
    offset = start
    while True:
        offset += 1
        sparcelearn.save(path, model, offset)
        os.write(writer, b"%d\n" % offset)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
