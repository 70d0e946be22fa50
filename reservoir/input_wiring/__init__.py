"""Input wirings: rules that draw what each unit hears, one per file."""

from ._delays import Delays
from ._input_wiring import InputWiring, Synapses
from ._of_channels import OfChannels
from ._patches import Patches
from ._projection import Projection
from ._temporal_filters import TemporalFilters

__all__ = [
    "Delays",
    "InputWiring",
    "OfChannels",
    "Patches",
    "Projection",
    "Synapses",
    "TemporalFilters",
]
