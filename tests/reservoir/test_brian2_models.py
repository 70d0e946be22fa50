"""Models as Brian2 users and papers write them: the same text, the same spikes.

``benchmarks/brian2_models.py`` has the text, and wrote what Brian2 makes of it.
"""

import sys
from pathlib import Path

import numpy as np
import pytest

from sparcelearn.reservoir import NeuronModel, SpikingReservoir, _step_accuracy
from tests.reservoir.helpers import SATURATED, SILENT

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "benchmarks"))
import brian2_models

sys.path.pop(0)

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]

MODELS = brian2_models.MODELS


@pytest.fixture(scope="module", name="recorded")
def spikes_of_brian2():
    with np.load(Path(__file__).parent / "brian2_models.npz") as file:
        return dict(file)


def ours(chosen):
    """Return the model of a text as it stands."""
    period = chosen["refractory"]
    model = NeuronModel(
        chosen["equations"],
        threshold=chosen["threshold"],
        reset=chosen["reset"],
        refractory=None if period is None else f"{period}*ms",
        excitatory="v",
        initial={x: float(value) for x, value in chosen["start"].items()},
    )
    return model


def test_there_are_many_models(recorded):
    assert len(MODELS) >= 36
    assert {f"{name} steps" for name in MODELS} <= set(recorded)


@pytest.mark.parametrize("name", MODELS)
def test_pasted_text_has_brian2s_spikes(name, recorded, monkeypatch):
    # steps are as long as Brian2's, whether that is short enough or not
    monkeypatch.setattr(_step_accuracy, "interval_error", lambda *_, **__: (0.0, None))
    chosen = MODELS[name]
    drive = np.atleast_2d(np.array(chosen["drive"], dtype=float))
    reservoir = SpikingReservoir(
        drive.shape[1],
        neuron=ours(chosen),
        wiring=np.zeros((3, 3)),
        input_wiring=drive,
        input_scaling=1.0,
        dt=brian2_models.DT,
        steps_per_input=1,
        method=chosen["method"],
        substeps=1,
        features="spikes",
        dtype="float64",
        backend="numpy",
    ).fit(np.ones((1, 2, 1)))
    spikes = reservoir.transform(np.ones((1, brian2_models.N_STEPS, 1)))
    steps = np.round(spikes.times / brian2_models.DT).astype(int)
    theirs = set(zip(recorded[f"{name} steps"], recorded[f"{name} units"], strict=True))
    assert len(theirs) >= 10
    assert set(zip(steps, spikes.channels, strict=True)) == theirs
