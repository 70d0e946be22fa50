"""A small picture of spikes for notebooks, without matplotlib."""

from __future__ import annotations

from html import escape

import numpy as np
from numpy.typing import NDArray

__all__ = ["spike_picture"]

WIDTH, HEIGHT, MAX_DOTS = 480, 120, 3000


def spike_picture(
    times: NDArray[np.float64], channels: NDArray[np.int32], n_channels: int, duration: float
) -> str:
    """Draw the spikes of one sample as SVG: time to the right, channels upwards.

    Parameters
    ----------
    times, channels : ndarray of shape (n_events,)
        When (ms), and who.
    n_channels : int
        Number of channels.
    duration : float
        Length of the sample (ms).

    Returns
    -------
    str
        An SVG element; of very many spikes every n-th is drawn.
    """
    few = slice(None, None, max(1, len(times) // MAX_DOTS))
    x = WIDTH * times[few] / max(duration, 1e-12)
    y = HEIGHT * (1 - (channels[few] + 0.5) / max(n_channels, 1))
    size = min(6.0, max(1.5, 0.8 * HEIGHT / max(n_channels, 1)))
    strokes = "".join(f"M{a:.1f} {b:.1f}v{size:.1f}" for a, b in zip(x, y - size / 2, strict=True))
    label = escape(f"{len(times)} spikes of {n_channels} channels in {duration:g} ms")
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="{label}" style="background:#fff;border:1px solid #ccc">'
        f"<title>{label}</title>"
        f'<path d="{strokes}" stroke="#0072B2" stroke-width="1.5" fill="none"/></svg>'
    )
