"""Learn from the lines of a sensor as they arrive; the process may be killed at any time.

::

    python examples/sensor_stream.py readings.csv model.ckpt --follow
    producer | python examples/sensor_stream.py - model.ckpt

A line is ``number,number,...``, a value for each channel; the task is to forecast the first
channel of the next line. Each value is forecast before it is learned. Every hundred lines the
model, its state and the number of lines so far are saved in one file. A run that starts with
that file skips those lines and continues as if it had never stopped: lines after the last save
are learned again, so none is lost and none counts twice. A producer at ``-`` must start again
with its first line.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator

import numpy as np

import sparcelearn
from sparcelearn import ReservoirRegressor
from sparcelearn.readouts import SparceRegressor
from sparcelearn.reservoir import EchoStateReservoir

FIRST_PIECE, EVERY = 50, 100  # lines that draw the reservoir; lines between checkpoints


def main() -> None:
    """Read, forecast, learn, and save."""
    parser = argparse.ArgumentParser(description="Learn from the lines of a sensor.")
    parser.add_argument("lines", help="file of lines, or - for standard input")
    parser.add_argument("checkpoint", help="file to go on from, and to save to")
    parser.add_argument("--follow", action="store_true", help="wait for more lines at the end")
    options = parser.parse_args()

    model, done = None, 0
    if os.path.exists(options.checkpoint):
        model, done = sparcelearn.load(options.checkpoint, return_offset=True)
    print(f"going on after line {done}", flush=True)

    first_piece: list[np.ndarray] = []
    errors: list[float] = []
    forecast = None
    for number, row in read(options.lines, follow=options.follow):
        if number <= done:
            continue
        if model is None:
            first_piece.append(row)
            if len(first_piece) == FIRST_PIECE:
                model = begin(np.array(first_piece))
        else:
            if forecast is not None:
                errors.append(abs(forecast - row[0]))
            model.learn(row[0])  # the target of the last row
            forecast = model.step(row)
        done = number
        if model is not None and done % EVERY == 0:
            sparcelearn.save(options.checkpoint, model, offset=done)
            print(f"line {done}: mean error {np.mean(errors or [np.nan]):.4f}", flush=True)
            errors.clear()
    if model is not None:
        sparcelearn.save(options.checkpoint, model, offset=done)
    print(f"stopped after line {done}")


def begin(rows: np.ndarray) -> ReservoirRegressor:
    """Draw a reservoir for the number of channels, and learn from the first lines."""
    reservoir = EchoStateReservoir(200, carry_state=True, random_state=0)
    readout = SparceRegressor(sparsity=0.2, batch_size=1, calibration_samples=200)
    model = ReservoirRegressor(reservoir, readout)
    model.partial_fit(rows[:-1], rows[1:, 0])
    model.step(rows[-1])  # its value comes with the next line
    return model


def read(path: str, *, follow: bool) -> Iterator[tuple[int, np.ndarray]]:
    """Yield lines, numbered from 1, as numbers; skip those that are not valid."""
    with sys.stdin if path == "-" else open(path, encoding="utf-8") as file:
        number, text = 0, ""
        while True:
            text += file.readline()
            if not text.endswith("\n"):
                if not follow:
                    return
                time.sleep(0.02)  # the end of the file, possibly within a line
                continue
            number += 1
            try:
                row = np.array(text.split(","), dtype=float)
                if np.isfinite(row).all():
                    yield number, row
            except ValueError:
                print(f"line {number} is no row of numbers", file=sys.stderr)
            text = ""


if __name__ == "__main__":
    main()
