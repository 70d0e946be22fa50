"""Readouts on chips of limited precision, and three ways to train them."""

from ._chip import MockChip
from ._decays import product_decay, shift_decay, shift_time_constant
from ._deployed import ChipReadout
from ._loop import InTheLoopTrainer
from ._on_chip import OnChipReadout
from ._presets import ChipPreset, chip_preset, generic_chip
from ._quantizer import WeightQuantizer
from ._reservoir import fits, quantize_reservoir

__all__ = [
    "ChipPreset",
    "ChipReadout",
    "InTheLoopTrainer",
    "MockChip",
    "OnChipReadout",
    "WeightQuantizer",
    "chip_preset",
    "fits",
    "generic_chip",
    "product_decay",
    "quantize_reservoir",
    "shift_decay",
    "shift_time_constant",
]
