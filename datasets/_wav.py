"""Wav files of 16-bit PCM with one channel."""

from __future__ import annotations

import io
import wave

import numpy as np
from numpy.typing import NDArray


def parse_wav(content: bytes, name: str) -> tuple[NDArray[np.int16], int]:
    """Return the samples of a sound and the sample rate (Hz).

    Raises
    ------
    ValueError
        If the content is not such a file or is shorter than its header says.
    """
    try:
        with wave.open(io.BytesIO(content)) as sound:
            n_channels, n_bytes, rate, n_frames = sound.getparams()[:4]
            if (n_channels, n_bytes) != (1, 2):
                raise ValueError(
                    f"{name} has {n_channels} channel(s) of {8 * n_bytes} bits, not one of 16."
                )
            if 2 * n_frames > len(content):
                raise ValueError(f"{name} claims {n_frames} samples; they are not there.")
            frames = sound.readframes(n_frames)
    except (wave.Error, EOFError, RuntimeError) as error:
        raise ValueError(f"{name} is not a whole wav file: {error or 'it ends early'}.") from error
    if len(frames) != 2 * n_frames or rate == 0:
        raise ValueError(f"{name} holds {len(frames)} bytes for {n_frames} samples at {rate} Hz.")
    return np.frombuffer(frames, "<i2").astype(np.int16), rate
