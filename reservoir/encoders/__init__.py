"""From numbers to spikes and back: transformers, one code to a file."""

from ._mel_spectrogram import MelSpectrogram

__all__ = ["MelSpectrogram"]
