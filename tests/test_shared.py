"""Small things that packages share: versions, and the remaining time."""

import sys

import numpy as np
import pytest
from sklearn.base import clone

import sparcelearn
from sparcelearn._core import progress as _progress
from sparcelearn._core.progress import Progress, shown
from sparcelearn.reservoir import SpikingReservoir


@pytest.mark.parametrize(
    ("elapsed", "done", "total", "expected"),
    [
        (10.0, 1, 4, "about 30 s left"),
        (10.0, 4, 4, "about 0 s left"),
        (60.0, 1, 6, "about 5 min left"),
        (3600.0, 1, 3.5, "about 2.5 h left"),
    ],
)
def test_the_time_left_goes_on_as_before(monkeypatch, elapsed, done, total, expected):
    now = 0.0
    monkeypatch.setattr(_progress.time, "perf_counter", lambda: now)
    progress = Progress(total)
    now = elapsed
    assert progress.time_left(done) == expected


@pytest.mark.parametrize("has_tqdm", [True, False])
def test_a_reservoir_shows_how_far_it_is_and_gives_the_same_bits(capsys, monkeypatch, has_tqdm):
    if not has_tqdm:
        monkeypatch.setitem(sys.modules, "tqdm", None)
    X = np.random.RandomState(0).rand(40, 3, 2)
    for features in ("trace", "spikes"):
        quiet = SpikingReservoir(n_units=10, features=features, random_state=0).fit(X)
        loud = clone(quiet).set_params(verbose=1, n_jobs=2).fit(X)
        expected, got = quiet.transform(X), loud.transform(X)
        if features == "spikes":
            assert all(map(np.array_equal, expected.times, got.times))
        else:
            np.testing.assert_array_equal(expected, got)
        out, err = capsys.readouterr()
        assert "100%" in err if has_tqdm else "simulation: 100 %, about 0 s left" in out


def test_without_anything_to_do_nothing_is_shown(capsys):
    assert list(shown([], 0, "nothing")) == []


def test_versions_are_shown(capsys, monkeypatch):
    monkeypatch.setenv("SPARCELEARN_DATA", "/there")
    sparcelearn.show_versions()
    shown = dict(
        line.split(None, 1) for line in capsys.readouterr().out.splitlines() if line[0] == " "
    )
    assert shown["sparcelearn"] == sparcelearn.__version__
    assert shown["SPARCELEARN_DATA"] == "/there"
    assert {"python", "numpy", "numba", "scikit-learn", "matplotlib"} <= set(shown)
