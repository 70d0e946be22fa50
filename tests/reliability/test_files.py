"""Rows 5, 6, 7 and 15: hostile files, kills, resumption, and what every estimator keeps."""

import json
import os
import pickle
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import joblib
import numpy as np
import pytest
import skops.io

import sparcelearn
from sparcelearn import trusted_types
from tests.reliability.helpers import (
    ESTIMATORS,
    X,
    learn,
    make,
    outcome,
    report,
    stream,
    stream_model,
    target,
    trials,
)
from tests.reservoir.helpers import SATURATED, SILENT
from tests.test_checkpoint import sealed

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]


def native(model, path):
    sparcelearn.save(path, model)
    return sparcelearn.load(path)


def pickled(model, path):
    path.write_bytes(pickle.dumps(model))
    return pickle.loads(path.read_bytes())


def by_joblib(model, path):
    joblib.dump(model, path)
    return joblib.load(path)


def by_skops(model, path):
    skops.io.dump(model, path)
    return skops.io.load(path, trusted=trusted_types())


TRIPS = [native, pickled, by_joblib, by_skops]


@pytest.mark.parametrize("trip", TRIPS)
@pytest.mark.parametrize("name", ESTIMATORS)
def test_every_estimator_is_kept(name, trip, tmp_path):
    estimator = make(name)
    estimator.fit(X, target(estimator))
    back = trip(estimator, tmp_path / "model")
    np.testing.assert_array_equal(outcome(back, X), outcome(estimator, X))
    assert repr(trip(make(name), tmp_path / "unfitted")) == repr(make(name))


def everything(model):
    """Return all that a stream depends on, to the bit."""
    reservoir, readout = model[0], model[1]
    # beyond its n_spikes, a list of spikes holds what was there before and means nothing
    state = {name: a.tobytes() for name, a in reservoir.state_.items() if name != "spikes"}
    learned = (readout.coef_, readout.intercept_, readout.thresholds_)
    return state, [array.tobytes() for array in learned], readout.t_


@pytest.mark.parametrize("trip", [native, pickled, by_skops])
def test_row_7_a_stream_resumes_wherever_it_was_cut(trip, tmp_path):
    rows, labels = stream()
    straight = everything(learn(stream_model(), rows, labels))
    cuts = np.random.RandomState(0).choice(np.arange(1, len(rows)), trials(100, 10), replace=False)
    for cut in cuts:
        model = trip(learn(stream_model(), rows[:cut], labels[:cut]), tmp_path / "model")
        assert everything(learn(model, rows[cut:], labels[cut:])) == straight
    report(7, f"{trip.__name__}: {len(cuts)} cuts, all resumed to the bit")


# --- hostile files ---

CODE = ("exec", "pickle.find_class", "os.system", "subprocess.Popen", "os.exec", "socket.connect")
events: list[str] = []
is_watched = False


def watch(event, arguments):
    if is_watched and (event in CODE or (event == "open" and arguments[1] not in ("r", "rb"))):
        events.append(event)


def damaged(content: bytes, rng: np.random.RandomState) -> bytes:
    """Return a file with a bit flipped, cut short, a hole, bytes swapped or something added."""
    data = bytearray(content)
    position = rng.randint(len(data))
    kind = rng.randint(5)
    if kind == 0:
        data[position] ^= 1 << rng.randint(8)
    elif kind == 1:
        del data[position:]
    elif kind == 2:
        del data[position : position + 1 + rng.randint(100)]
    elif kind == 3:
        data[position : position + 8] = bytes(rng.randint(0, 256, 8))
    else:
        data[position:position] = bytes(rng.randint(0, 256, 1 + rng.randint(8)))
    return bytes(data)


def forged(path: Path, rng: np.random.RandomState) -> bytes:
    """Return a file that a stranger changed, and gave a right checksum."""
    with zipfile.ZipFile(path) as archive:
        header = archive.read("header.json").decode()
        arrays = [archive.read(name) for name in archive.namelist()[1:]]
    kind = rng.randint(3)
    if kind == 0:  # the header's text
        position = rng.randint(len(header))
        header = header[:position] + rng.choice(list('0"{}[]:,-9xe')) + header[position + 1 :]
    elif kind == 1:  # a value somewhere in it
        tree = json.loads(header)
        mutate(tree, rng)
        header = json.dumps(tree)
    else:  # what an array says of itself
        k = rng.randint(len(arrays))
        data = bytearray(arrays[k])
        data[rng.randint(min(128, len(data)))] = rng.randint(256)
        arrays[k] = bytes(data)
    return sealed(header, arrays)


def mutate(tree, rng):
    """Put something else in place of a random leaf."""
    keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    key = keys[rng.randint(len(keys))]
    if isinstance(tree[key], (dict, list)) and tree[key] and rng.rand() < 0.9:
        mutate(tree[key], rng)
    else:
        others = (None, -1, 10**12, 1e300, "os.system", [], {}, {"shared": 0}, {"array": 0}, True)
        tree[key] = others[rng.randint(len(others))]


def test_row_5_damaged_and_forged_files(tmp_path):
    global is_watched  # noqa: PLW0603 (an audit hook cannot be taken away again)
    path, bad = tmp_path / "model.ckpt", tmp_path / "bad.ckpt"
    rows, labels = stream()
    sparcelearn.save(path, learn(stream_model(), rows, labels))
    content = path.read_bytes()
    sparcelearn.load(path)  # imports what it needs
    sys.addaudithook(watch)
    rng = np.random.RandomState(0)
    n_files = trials(1000, 300)
    silent = refused = 0
    peak = 0
    tracemalloc.start()
    for k in range(n_files):
        is_forged = k % 4 == 0
        bad.write_bytes(forged(path, rng) if is_forged else damaged(content, rng))
        if bad.read_bytes() == content:
            continue
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        is_watched = True
        try:
            sparcelearn.load(bad)
            silent += not is_forged  # a forged file may be a good file of other content
        except ValueError as error:
            assert "is not a sound checkpoint" in str(error)
            refused += 1
        finally:
            is_watched = False
        peak = max(peak, tracemalloc.get_traced_memory()[1] - before)
    tracemalloc.stop()
    report(
        5,
        f"{n_files} damaged or forged files: {refused} refused, {silent} damaged ones loaded, "
        f"{len(events)} runs of code, {peak / len(content):.0f} times the file's size at most",
    )
    assert silent == 0
    assert events == []
    assert refused >= 0.8 * n_files
    assert peak < 20e6


def test_row_6_killed_while_saving(tmp_path):
    n_kills = trials(300, 40)
    command = [sys.executable, "-m", "tests.reliability.kill", str(tmp_path), str(n_kills)]
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *sys.path])}
    result = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    report(6, f"{n_kills} kills: {found}")
    assert found["kills"] == n_kills
    assert found["unreadable"] == found["lost"] == 0
    assert found["half_written"] > 0.1 * n_kills  # they hit where it could hurt
    assert found["left_after_the_next_save"] == 0
