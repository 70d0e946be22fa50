"""Rows 7, 8, 12 and 13: streams that resume, are cut anywhere, never end, and looking at them."""

import sys
import time
from pathlib import Path

import numpy as np
import pytest

from sparcelearn import ReservoirClassifier, ReservoirRegressor
from sparcelearn.readouts import RLSRegressor, SparceClassifier, SparceRegressor
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir
from tests.online.streams import LABELS, ROWS, classifier, digest, feed
from tests.reliability.helpers import ESTIMATORS, X, make, report, target, trials
from tests.reliability.test_files import TRIPS
from tests.reservoir.helpers import SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]


# --- row 7: labels on their way survive a restart ---


def step_on(model, first, last, delay=3):
    """Step through rows; the label of each comes some steps later."""
    for row in range(first, last):
        model.step(ROWS[row])
        if row - delay >= 50:
            model.learn(LABELS[row - delay], ticket=model.n_steps_ - delay)
    return model


@pytest.mark.parametrize("trip", TRIPS)
def test_row_7_late_labels_survive_a_restart(trip, tmp_path):
    def begin():
        return feed(classifier(max_pending=4), slice(0, 50))

    straight = digest(step_on(begin(), 50, 120))
    cuts = np.random.RandomState(0).choice(np.arange(51, 120), trials(50, 5), replace=False)
    for cut in cuts:
        resumed = trip(step_on(begin(), 50, cut), tmp_path / "model")
        assert digest(step_on(resumed, cut, 120)) == straight
    report(7, f"{trip.__name__}: {len(cuts)} cuts with labels on their way, resumed to the bit")


# --- row 8: pieces ---

NETWORKS = {
    "spiking": SpikingReservoir(
        20, carry_state=True, steps_per_input=5, input_scaling=8.0, delay=3.0, random_state=0
    ),
    "echo": EchoStateReservoir(20, carry_state=True, random_state=0),
}
READOUTS = {
    "SpaRCe, adam": SparceClassifier(batch_size=1, calibration_samples=60, random_state=0),
    "SpaRCe, sgd": SparceRegressor(
        batch_size=1, calibration_samples=60, solver="sgd", random_state=0
    ),
    "least squares": RLSRegressor(),
}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("rule", READOUTS)
def test_row_8_pieces_do_not_matter(network, rule):
    is_classifier = isinstance(READOUTS[rule], SparceClassifier)
    kind = ReservoirClassifier if is_classifier else ReservoirRegressor

    def run(sizes):
        model, first = kind(NETWORKS[network], READOUTS[rule], washout=7), 0
        for size in sizes:
            feed(model, slice(first, first + size))
            first += size
        assert first == len(ROWS)
        model.reservoir_.firing_rates_ = None  # a record of the first piece
        return digest(model)

    whole = run([len(ROWS)])
    rng = np.random.RandomState(0)
    n = trials(50, 3)
    for k in range(n):
        cuts = rng.choice(np.arange(1, len(ROWS)), rng.randint(1, 30), replace=False)
        assert run([1] * len(ROWS) if k == 0 else np.diff([0, *np.sort(cuts), len(ROWS)])) == whole
    report(8, f"{network}, {rule}: {n} ways to cut, all the same to the bit")


# --- row 12: endurance ---


def resident_bytes():
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
@pytest.mark.parametrize("by", ["pieces", "steps"])
def test_row_12_memory_stays_what_it_is(by):
    # pieces and steps run the same kernels; pieces reach ten million in a minute
    n_steps = trials(10_000_000 if by == "pieces" else 1_000_000, 60_000)
    size, n_turns = 10_000, n_steps // 10_000
    x = np.random.RandomState(0).rand(size, 1)
    y = np.roll(x[:, 0], 1)
    network = EchoStateReservoir(10, carry_state=True, random_state=0)
    model = ReservoirRegressor(network, SparceRegressor(batch_size=1, max_iter=1))
    model.partial_fit(x, y)
    before, times = 0, []
    for turn in range(n_turns + 1):
        start = time.perf_counter()
        if by == "pieces":
            model.partial_fit(x, y)
        else:
            for row, value in zip(x, y, strict=True):
                model.step(row)
                model.learn(value)
        times.append(time.perf_counter() - start)
        if turn == 0:
            before = resident_bytes()
    growth = resident_bytes() - before
    assert np.isfinite(model.readout_.coef_).all()
    assert model.counters["steps"] == size * (n_turns + 2)
    half = n_turns // 2
    drift = min(times[-half:]) / min(times[1 : half + 1]) - 1
    report(12, f"{n_steps} {by}: memory grew by {growth} bytes, time a step by {drift:+.1%}")
    assert growth < 2**20


# --- row 13: looking ---

LOOKS = ("predict", "predict_proba", "decision_function", "transform", "sparse_code", "score")


@pytest.mark.parametrize("name", ESTIMATORS)
def test_row_13_looking_changes_nothing(name):
    model = make(name)
    model.fit(X, target(model))
    before, n_looks = digest(model), 0
    for look in LOOKS:
        if hasattr(model, look):
            getattr(model, look)(*((X, target(model)) if look == "score" else (X,)))
            assert digest(model) == before, look
            n_looks += 1
    assert n_looks >= 1
    report(13, f"{name}: {n_looks} ways to look, nothing changed")


def test_row_13_looking_at_a_stream_changes_nothing():
    model = step_on(feed(classifier(max_pending=4), slice(0, 50)), 50, 60)
    before = digest(model)
    looks = [model.predict, model.predict_proba, model.decision_function]
    for look in looks:
        look(ROWS)
    assert model.score(ROWS, LABELS) >= 0
    forecaster = ReservoirRegressor(NETWORKS["echo"], READOUTS["least squares"])
    forecaster.partial_fit(ROWS, ROWS)
    at_rest = digest(forecaster)
    forecaster.generate(5)
    assert digest(forecaster) == at_rest
    assert digest(model) == before
    report(13, f"streams: {len(looks) + 2} ways to look, nothing changed")
