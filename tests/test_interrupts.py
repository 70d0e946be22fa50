"""Ctrl-C: heard between blocks of work, and put off where things belong together."""

import os
import signal
import threading

import numpy as np
import pytest

from sparcelearn._core import atomic_file
from sparcelearn._core.interrupts import WORK, Uninterrupted, blocks_of
from sparcelearn.readouts import SparceRegressor
from sparcelearn.reservoir import EchoStateReservoir
from tests.online.streams import digest


@pytest.fixture(autouse=True)
def heard():
    """Let Ctrl-C be heard, also where tests run in the background of a shell that ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("n_items", "cost", "multiple"),
    [(10, 1, 1), (100_000, 1000, 1), (100_000, 1000, 32), (7, 10 * WORK, 1), (7, 10 * WORK, 3)],
)
def test_blocks_cover_everything_once_and_are_short(n_items, cost, multiple):
    blocks = list(blocks_of(n_items, cost, multiple))
    assert [first for first, _ in blocks] == [0, *(last for _, last in blocks[:-1])]
    assert blocks[-1][1] == n_items
    for first, last in blocks:
        assert (last - first) * cost <= max(WORK, cost * multiple)
        assert last == n_items or (last - first) % multiple == 0


def test_what_is_learned_does_not_depend_on_blocks(monkeypatch):
    X = np.random.RandomState(0).randn(300, 20)
    options = {"batch_size": 7, "max_iter": 2, "random_state": 0}
    whole = SparceRegressor(**options).fit(X, X[:, 0])
    monkeypatch.setattr("sparcelearn._core.interrupts.WORK", 5000)
    parts = SparceRegressor(**options).fit(X, X[:, 0])
    np.testing.assert_array_equal(parts.coef_, whole.coef_)
    np.testing.assert_array_equal(parts.thresholds_, whole.thresholds_)
    np.testing.assert_array_equal(parts.predict(X), whole.predict(X))


def test_an_interrupt_waits_for_the_end_of_a_context():
    done = []
    with pytest.raises(KeyboardInterrupt), Uninterrupted():
        os.kill(os.getpid(), signal.SIGINT)
        done.append(1)
        with Uninterrupted():
            done.append(2)
        done.append(3)
    assert done == [1, 2, 3]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_and_other_handlers_are_left_alone():
    heard, before = [], signal.signal(signal.SIGINT, lambda *_: heard.append("mine"))
    try:
        with Uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            assert not heard
        assert heard == ["mine"]
        thread = threading.Thread(target=Uninterrupted().__enter__)
        thread.start()
        thread.join()
        os.kill(os.getpid(), signal.SIGINT)
        assert heard == ["mine", "mine"]
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("form", ["one long sample", "many samples", "a stream"])
def test_a_long_simulation_hears_an_interrupt(form, monkeypatch):
    """In another thread than the one that hears it; what it was doing is not kept."""
    reservoir = EchoStateReservoir(50, carry_state=form == "a stream", random_state=0)
    X = np.random.RandomState(0).randn(600, 500, 2)
    X = X.reshape(1, -1, 2) if form == "one long sample" else X
    X = X.reshape(-1, 2) if form == "a stream" else X
    reservoir.fit(X[:2])
    expected, before = reservoir.transform(X), digest(reservoir)
    threads = []

    def run_and_interrupt(self, *arguments):
        threads.append(threading.current_thread())
        os.kill(os.getpid(), signal.SIGINT)
        return compute(self, *arguments)

    simulator = type(reservoir._simulator)
    compute = simulator.compute
    monkeypatch.setattr(simulator, "compute", run_and_interrupt)
    with pytest.raises(KeyboardInterrupt):
        reservoir.partial_fit(X)
    assert threads[0] is not threading.main_thread()
    monkeypatch.undo()
    assert digest(reservoir) == before
    np.testing.assert_array_equal(reservoir.transform(X), expected)


def test_a_save_that_is_interrupted_as_its_file_is_made_leaves_none(monkeypatch, tmp_path):
    def made(path, of=atomic_file._new_locked_file):
        file = of(path)
        os.kill(os.getpid(), signal.SIGINT)
        return file

    monkeypatch.setattr(atomic_file, "_new_locked_file", made)
    with pytest.raises(KeyboardInterrupt), atomic_file.replacing(tmp_path / "model"):
        raise AssertionError("nothing is written")
    assert not list(tmp_path.iterdir())
