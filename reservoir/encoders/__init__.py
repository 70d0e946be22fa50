"""From numbers to spikes and back: transformers, one code per file.

They transform each sample independently. Rows and sequences become sequences of spikes for a
reservoir: as events (``output="spikes"``), which arrive at its synapses, or as arrays, of which
each row drives it for one step if it has ``steps_per_input=1``.

>>> import numpy as np
>>> from sklearn.pipeline import make_pipeline
>>> from sparcelearn.reservoir import SpikingReservoir
>>> from sparcelearn.reservoir.encoders import LatencyEncoder
>>> reservoir = SpikingReservoir(n_units=50, random_state=0)
>>> model = make_pipeline(LatencyEncoder(n_steps=60, output="spikes"), reservoir)
>>> model.fit_transform(np.random.RandomState(0).rand(10, 30)).shape
(10, 150)
"""

from ._bsa import BSAEncoder
from ._delta import DeltaEncoder
from ._direct_current import DirectCurrentEncoder
from ._hsa import HSAEncoder
from ._latency import LatencyEncoder
from ._mel_spectrogram import MelSpectrogram
from ._modified_hsa import ModifiedHSAEncoder
from ._moving_window import MovingWindowEncoder
from ._population import PopulationEncoder
from ._rate import RateEncoder
from ._sequence_scaler import SequenceScaler
from ._step_forward import StepForwardEncoder
from ._temporal_contrast import TemporalContrastEncoder

__all__ = [
    "BSAEncoder",
    "DeltaEncoder",
    "DirectCurrentEncoder",
    "HSAEncoder",
    "LatencyEncoder",
    "MelSpectrogram",
    "ModifiedHSAEncoder",
    "MovingWindowEncoder",
    "PopulationEncoder",
    "RateEncoder",
    "SequenceScaler",
    "StepForwardEncoder",
    "TemporalContrastEncoder",
]
