"""The examples run, and the one that says it survives a kill is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import sparcelearn
from tests.online.streams import digest

EXAMPLES = Path(__file__).parents[2] / "examples"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent), "PYTHONWARNINGS": "error"}
N_LINES = 1200


def sensor_lines():
    rng = np.random.RandomState(0)
    t = np.arange(N_LINES)
    rows = np.column_stack([np.sin(t / 9), np.cos(t / 9)]) + 0.02 * rng.randn(N_LINES, 2)
    lines = [f"{a!r},{b!r}\n" for a, b in rows.tolist()]
    lines[333] = "out of order\n"
    lines[777] = "nan,1.0\n"
    return lines


def start(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, EXAMPLES / "sensor_stream.py", *map(str, arguments)],
        env=ENVIRONMENT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def test_a_killed_stream_loses_and_repeats_nothing(tmp_path):
    text = "".join(sensor_lines())
    log, killed, whole = tmp_path / "log.csv", tmp_path / "killed.ckpt", tmp_path / "whole.ckpt"
    log.write_text("")
    rng = np.random.RandomState(1)
    resumed, written = [], 0
    for until in (350, 900, N_LINES):  # kill three runs in the middle of their work
        process = start(log, killed, "--follow")
        end = len(text) * until // N_LINES  # the writer, too, stops within a line
        with log.open("a") as file:
            file.write(text[written:end])
        written = end
        last_checkpoint = text[:end].count("\n") // 100 * 100
        for line in process.stdout:
            if line.startswith("going on"):
                resumed.append(int(line.split()[-1]))
            elif line.startswith(f"line {last_checkpoint}:"):
                break
        time.sleep(rng.uniform(0, 0.02))
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        process.stdout.close()
        process.stderr.close()
    assert 0 < resumed[1] < resumed[2]

    process = start("-", whole, stdin=subprocess.PIPE)  # the same lines, in one go
    out, err = process.communicate(text)
    assert process.returncode == 0, err
    assert out.endswith(f"stopped after line {N_LINES}\n")
    assert "line 334 is no row of numbers" in err

    one, offset = sparcelearn.load(killed, return_offset=True)
    two, other_offset = sparcelearn.load(whole, return_offset=True)
    assert offset == other_offset == N_LINES
    assert one.counters == two.counters
    assert one.counters["steps"] == N_LINES - 2  # two lines were no rows of numbers
    assert digest(one) == digest(two)


@pytest.mark.parametrize("name", ["plot_drift_with_river.py"])
def test_an_example_runs(name):
    result = subprocess.run(
        [sys.executable, EXAMPLES / name],
        env={**ENVIRONMENT, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "drift" in result.stdout
