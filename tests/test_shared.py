"""Small things that the wings share: what is told of versions and of the time left."""

import pytest

import sparcelearn
from sparcelearn import _progress
from sparcelearn._progress import Progress


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


def test_versions_are_shown(capsys, monkeypatch):
    monkeypatch.setenv("SPARCELEARN_DATA", "/there")
    sparcelearn.show_versions()
    shown = dict(
        line.split(None, 1) for line in capsys.readouterr().out.splitlines() if line[0] == " "
    )
    assert shown["sparcelearn"] == sparcelearn.__version__
    assert shown["SPARCELEARN_DATA"] == "/there"
    assert {"python", "numpy", "numba", "scikit-learn", "matplotlib"} <= set(shown)
