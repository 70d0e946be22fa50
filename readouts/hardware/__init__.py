"""Readouts on chips of limited precision, and three ways to train them."""

from ._chip import MockChip
from ._decays import product_decay, shift_decay, shift_time_constant
from ._presets import ChipPreset, chip_preset, generic_chip
from ._quantizer import WeightQuantizer
from ._tiers import ChipReadout, InTheLoopTrainer, OnChipReadout

__all__ = [
    "ChipPreset",
    "ChipReadout",
    "InTheLoopTrainer",
    "MockChip",
    "OnChipReadout",
    "WeightQuantizer",
    "chip_preset",
    "generic_chip",
    "product_decay",
    "shift_decay",
    "shift_time_constant",
]
