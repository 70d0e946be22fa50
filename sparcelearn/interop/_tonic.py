"""Events as Tonic has them: structured arrays of x, y, t and p."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sparcelearn._core.event_checks import MAX_CHANNELS
from sparcelearn._core.spike_trains import SpikeTrains

__all__ = ["from_tonic", "to_tonic"]

EVENT = np.dtype([("x", np.int16), ("y", np.int16), ("t", np.int64), ("p", np.bool_)])
MAX_SIDE = np.iinfo(np.int16).max + 1


def from_tonic(
    recordings: Any,
    sensor_size: Sequence[int],
    *,
    durations: float | ArrayLike | None = None,
) -> SpikeTrains:
    """Take events from Tonic.

    With ``W`` columns and ``H`` rows of pixels, an event at ``(x, y)`` of polarity ``p`` is on the
    channel ``(p * H + y) * W + x``. Microseconds become ms.

    Parameters
    ----------
    recordings : structured array, or iterable of such or of frames
        Samples: arrays with fields ``x``, ``t``, and perhaps ``y`` and ``p``, or frames of pandas
        with such columns. Of a data set of Tonic, whose items are pairs, give
        ``[events for events, label in dataset]``.
    sensor_size : tuple of (int, int, int)
        Width, height and number of polarities, as in ``dataset.sensor_size``. With one polarity,
        ``p`` is not looked at; with one row, ``y`` may be missing.
    durations : float or array-like of shape (n_samples,), default=None
        How long each sample lasts (ms). None: all as long, to the next whole ms after the last
        event of all.

    Returns
    -------
    SpikeTrains

    Raises
    ------
    TypeError
        If a recording is no structured array.
    ValueError
        If a field is missing, or an event is outside the sensor; the message names the sample
        and the event.

    See Also
    --------
    to_tonic : The other way.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.interop import from_tonic
    >>> kind = [("x", "i2"), ("y", "i2"), ("t", "i8"), ("p", "?")]
    >>> events = np.array([(3, 0, 1500, True), (0, 1, 2000, False)], dtype=kind)
    >>> trains = from_tonic([events], (4, 2, 2))
    >>> trains.times, trains.channels
    (array([1.5, 2. ]), array([11,  4], dtype=int32))
    """
    width, height, n_polarities = _size(sensor_size)
    is_array = isinstance(recordings, np.ndarray) and recordings.dtype.names
    if is_array or hasattr(recordings, "to_records"):
        recordings = [recordings]
    samples = []
    for k, events in enumerate(map(_records, recordings)):
        if not (isinstance(events, np.ndarray) and events.dtype.names):
            raise TypeError(
                f"Recording {k} must be a structured array or a frame with fields x, y, t and "
                f"p, not {type(events).__name__}."
            )
        x, times = _field(events, k, "x", width), _field(events, k, "t") / 1000
        is_line = height == 1 and "y" not in events.dtype.names
        y = np.zeros_like(x) if is_line else _field(events, k, "y", height)
        p = np.zeros_like(x) if n_polarities == 1 else _field(events, k, "p", n_polarities)
        samples.append((times, (p * height + y) * width + x))
    return SpikeTrains.from_samples(samples, width * height * n_polarities, durations)


def to_tonic(trains: SpikeTrains, sensor_size: Sequence[int]) -> list[NDArray[Any]]:
    """Give spike trains to Tonic's transforms.

    The way back of :func:`from_tonic`. Times are rounded to whole microseconds.

    Parameters
    ----------
    trains : SpikeTrains
        Samples of ``width * height * n_polarities`` channels.
    sensor_size : tuple of (int, int, int)
        Width, height and number of polarities, at most 2.

    Returns
    -------
    list of ndarray
        For each sample a structured array of ``x`` and ``y`` (int16), ``t`` (int64, microseconds)
        and ``p`` (bool).

    Raises
    ------
    ValueError
        If the sensor has another number of channels.

    See Also
    --------
    from_tonic : The way back.

    Examples
    --------
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.interop import to_tonic
    >>> trains = SpikeTrains.from_samples([([1.5, 2.0], [11, 4])], n_channels=16, durations=3.0)
    >>> print(to_tonic(trains, (4, 2, 2))[0])
    [(3, 0, 1500,  True) (0, 1, 2000, False)]
    """
    width, height, n_polarities = _size(sensor_size)
    if n_polarities > 2 or width * height * n_polarities != trains.n_channels:
        raise ValueError(
            f"sensor_size={tuple(sensor_size)} must give the {trains.n_channels} channels of "
            "trains by at most 2 polarities."
        )
    recordings = []
    for times, channels in trains:
        events = np.empty(len(times), dtype=EVENT)
        pixels, events["x"] = np.divmod(channels, width)
        events["p"], events["y"] = np.divmod(pixels, height)
        events["t"] = np.rint(times * 1000)
        recordings.append(events)
    return recordings


def _records(events: Any) -> Any:
    """Return the rows of a frame as a structured array, and all else as it is."""
    return events.to_records(index=False) if hasattr(events, "to_records") else events


def _size(sensor_size: Iterable[Any]) -> tuple[int, int, int]:
    """Return width, height and number of polarities."""
    size = tuple(sensor_size)
    if len(size) != 3 or not all(isinstance(n, Integral) and int(n) >= 1 for n in size):
        raise ValueError(
            f"sensor_size must be (width, height, n_polarities), each at least 1, not {size}."
        )
    width, height, n_polarities = map(int, size)
    if max(width, height) > MAX_SIDE or math.prod((width, height, n_polarities)) > MAX_CHANNELS:
        raise ValueError(f"sensor_size={size} is larger than {MAX_SIDE} x {MAX_SIDE} pixels.")
    return width, height, n_polarities


def _field(events: NDArray[Any], k: int, name: str, n: int | None = None) -> NDArray[np.int64]:
    """Return a field of recording ``k`` as whole numbers from 0 to ``n - 1``."""
    if name not in (known := events.dtype.names or ()):
        raise ValueError(f"Recording {k} has no field {name!r}; it has {', '.join(known)}.")
    values = events[name]
    if values.ndim != 1 or values.dtype.kind not in "biu":
        raise ValueError(f"Field {name!r} of recording {k} must hold whole numbers.")
    is_wrong = (values < 0) | (values >= n) if n else values < 0
    if is_wrong.any():
        event = int(np.argmax(is_wrong))
        allowed = f"from 0 to {n - 1}, as sensor_size says" if n else "at least 0"
        raise ValueError(
            f"{name} must be {allowed}, not {values[event]} as of event {event} of recording {k}."
        )
    return values.astype(np.int64)
