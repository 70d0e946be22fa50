"""The encoders that tests run on: all that are public, so that a new one is tested too."""

from __future__ import annotations

from typing import Any

from sparcelearn.reservoir import encoders
from sparcelearn.reservoir.encoders._base import BaseEncoder, SpikeEncoder
from sparcelearn.reservoir.encoders._change import ChangeEncoder

KINDS = [getattr(encoders, name) for name in encoders.__all__]
# Short windows, seeds, and each code of an encoder; one that is not here has its defaults.
SETTINGS: dict[str, list[dict[str, Any]]] = {
    "BSAEncoder": [{"fir": 3}],
    "DirectCurrentEncoder": [{"n_steps": 4}],
    "HSAEncoder": [{"fir": 3}],
    "LatencyEncoder": [{"n_steps": 8, "dt": 0.1}, {"n_steps": 8, "code": "linear"}],
    "ModifiedHSAEncoder": [{"fir": [0.2, 0.3, 0.1]}],
    "MovingWindowEncoder": [{"window": 3}],
    "PopulationEncoder": [
        {"n_fields": 4, "n_steps": 5},
        {"n_fields": 4, "n_steps": 5, "code": "rate", "random_state": 1},
    ],
    "RateEncoder": [
        {"n_steps": 6, "f_max": 400.0, "random_state": 0},
        {"n_steps": 6, "f_max": 900.0, "process": "poisson", "dt": 2.0, "random_state": 0},
        {"n_steps": 6, "f_max": 400.0, "fresh_trials": True, "random_state": 0},
    ],
    "StepForwardEncoder": [{"dt": 0.3}],
}
# MelSpectrogram is no code of values: it makes frames of a sound, and has tests of its own.
ENCODERS = [
    kind(**settings)
    for kind in KINDS
    if issubclass(kind, BaseEncoder)
    for settings in SETTINGS.get(kind.__name__, [{}])
]
DECODING = [encoder for encoder in ENCODERS if hasattr(encoder, "inverse_transform")]
WINDOWED = [encoder for encoder in DECODING if encoder.n_steps > 1]
SPIKING = [encoder for encoder in ENCODERS if isinstance(encoder, SpikeEncoder)]
CHANGES = [encoder for encoder in ENCODERS if isinstance(encoder, ChangeEncoder)]
