"""Recordings of event cameras in the AEDAT formats 2.0 and 3.1."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.spike_trains import SpikeTrains

from ._budget import OBJECT_BYTES, Budget

__all__ = ["read_aedat"]

Numbers = NDArray[np.int64]
Events = tuple[Numbers, Numbers, Numbers, Numbers]  # t (microseconds), x, y, polarity

EVENT_BYTES = 160  # of one, while it is taken apart
PACKET = struct.Struct("<hhiiiiii")
POLARITY, POLARITY_BYTES = 1, 8  # the kind of a packet, and the bytes of each of its events
MAX_SIDE = 2**15
DVS128 = (128, 128)


def read_aedat(
    path: str | Path,
    sensor_size: tuple[int, int] = DVS128,
    *,
    t_start: float | None = None,
    t_stop: float | None = None,
    max_bytes: int = 2**31,
) -> SpikeTrains:
    r"""Read a recording of an event camera, an ``.aedat`` file of version 2.0 or 3.1.

    With ``W`` columns and ``H`` rows of pixels, an event at ``(x, y)`` of polarity ``p`` is on the
    channel ``(p * H + y) * W + x``; polarity 1 is where it became brighter. Places are those of
    the file: row 0 is the lowest of the picture in version 2.0, the highest in 3.1. What is no
    change of a pixel is left out: external signals, pictures, samples of motion.

    Parameters
    ----------
    path : str or Path
        The file.
    sensor_size : tuple of (int, int), default=(128, 128)
        Columns and rows of pixels. In version 2.0 addresses are those of a DVS128 if there are
        128 of each, and else those of a DAVIS.
    t_start, t_stop : float, default=None
        When in the recording the sample begins, and when it ends (ms on the clock of the camera).
        None is the first event, and the next whole ms after the last. Version 3.1 is what DVS
        Gesture comes in, with a table of times between which there are gestures.
    max_bytes : int, default=2**31
        Most bytes that reading may take, 168 for an event.

    Returns
    -------
    SpikeTrains
        One sample of ``2 * W * H`` channels, times in ms since its start.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is of another format, ends within an event, has an event outside the sensor,
        or has more events than ``max_bytes`` allows; if ``t_stop`` is not after ``t_start``.

    See Also
    --------
    read_nmnist : Another format of such recordings, ``.bin``.

    References
    ----------
    The formats are described at https://docs.inivation.com, under "AEDAT File Formats".

    Examples
    --------
    >>> import struct, tempfile, os
    >>> from sparcelearn.datasets import read_aedat
    >>> address = 5 << 8 | 3 << 1 | 1  # row 5, column 3, brighter
    >>> content = b"#!AER-DAT2.0\r\n" + struct.pack(">II", address, 1_000_500)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "events.aedat")
    ...     with open(path, "wb") as file:
    ...         _ = file.write(content)
    ...     trains = read_aedat(path, t_start=1000.0, t_stop=1001.0)
    >>> trains.times, trains.channels
    (array([0.5]), array([17027], dtype=int32))
    """
    path, (width, height) = Path(path), _size(sensor_size)
    budget = Budget(path, max_bytes)
    budget.take(path.stat().st_size)
    content = path.read_bytes()
    version, place = _header(path, content)
    if version == "2.0":
        read = _read_dvs128 if (width, height) == DVS128 else _read_davis
        t, x, y, p = read(path, *_pairs(path, content[place:], budget))
    else:
        t, x, y, p = _read_packets(path, content[place:], budget)
    is_outside = (x >= width) | (y >= height)
    if is_outside.any():
        k = int(np.argmax(is_outside))
        raise ValueError(
            f"{path} has an event at column {x[k]}, row {y[k]}, outside of sensor_size="
            f"({width}, {height})."
        )
    channels = (p * height + y) * width + x
    return _within(path, t, channels, 2 * width * height, t_start, t_stop)


def _size(sensor_size: tuple[int, int]) -> tuple[int, int]:
    """Return columns and rows."""
    size = tuple(sensor_size)
    if len(size) != 2 or not all(int(n) == n and 1 <= n <= MAX_SIDE for n in size):
        raise ValueError(
            f"sensor_size must be columns and rows, from 1 to {MAX_SIDE} each, not {size}."
        )
    return int(size[0]), int(size[1])


def _header(path: Path, content: bytes) -> tuple[str, int]:
    """Return the version of the format, and where the lines of text end."""
    lines, place = [], 0
    while content[place : place + 1] == b"#":
        end = content.find(b"\n", place) + 1
        line = content[place:end].decode("latin-1").rstrip("\r\n").replace("\t", " ")
        if not end or not line.isprintable():
            break  # an event that begins like a line
        lines.append(line)
        place = end
        if lines[-1] == "#!END-HEADER":
            break
    first = lines[0] if lines else ""
    version = first.removeprefix("#!AER-DAT")
    if version not in ("2.0", "3.1") or version == first:
        raise ValueError(
            f"{path} is no AEDAT file of version 2.0 or 3.1: it begins with {content[:16]!r}."
        )
    if version == "3.1" and lines[-1] != "#!END-HEADER":
        raise ValueError(f"{path} ends within its header.")
    return version, place


def _pairs(path: Path, body: bytes, budget: Budget) -> tuple[Numbers, Numbers]:
    """Return addresses and times (microseconds) of version 2.0; clocks that run over go on."""
    if len(body) % 8:
        raise ValueError(f"{path} holds {len(body)} bytes of events; they take 8 each.")
    budget.take(EVENT_BYTES * (len(body) // 8))
    pairs = np.frombuffer(body, ">u4").reshape(-1, 2)
    moved = np.diff(pairs[:, 1].astype(np.uint32), prepend=np.uint32(0)).view(np.int32)
    return pairs[:, 0].astype(np.int64), np.cumsum(moved, dtype=np.int64)


def _read_dvs128(path: Path, address: Numbers, t: Numbers) -> Events:
    """Take addresses of a DVS128 apart; bit 15 marks what comes from outside."""
    if np.any(address >> 16):
        raise ValueError(
            f"{path} has an address of more than 16 bits, which is none of a DVS128: give "
            "sensor_size."
        )
    is_event = address >> 15 == 0
    address, t = address[is_event], t[is_event]
    return t, address >> 1 & 127, address >> 8 & 127, address & 1


def _read_davis(path: Path, address: Numbers, t: Numbers) -> Events:
    """Take addresses of a DAVIS apart; bits 31 and 10 mark what is no change of a pixel."""
    is_event = (address >> 31 == 0) & (address >> 10 & 1 == 0)
    address, t = address[is_event], t[is_event]
    return t, address >> 12 & 1023, address >> 22 & 511, address >> 11 & 1


def _read_packets(path: Path, body: bytes, budget: Budget) -> Events:
    """Return the events of version 3.1 that are changes of pixels, and valid."""
    parts = [np.zeros((0, 2), dtype=np.int64), *_polarity_packets(path, body, budget)]
    data, t = np.concatenate(parts).T
    data, t = data[data & 1 == 1], t[data & 1 == 1]
    return t, data >> 17, data >> 2 & 32767, data >> 1 & 1


def _polarity_packets(path: Path, body: bytes, budget: Budget) -> Iterator[Numbers]:
    """Yield data and times (microseconds) of one packet of events after another."""
    place = 0
    while place < len(body):
        if len(body) - place < PACKET.size:
            raise ValueError(f"{path} ends within the header of a packet.")
        kind, _, size, _, overflows, capacity, number, _ = PACKET.unpack_from(body, place)
        place += PACKET.size
        n_bytes = size * capacity
        if size < 1 or overflows < 0 or not 0 <= number <= capacity:
            raise ValueError(
                f"{path} has a packet of {number} of {capacity} events of {size} bytes."
            )
        if n_bytes > len(body) - place:
            raise ValueError(f"{path} ends within a packet of {number} events.")
        if kind == POLARITY and number:
            if size != POLARITY_BYTES:
                raise ValueError(f"{path} has changes of pixels of {size} bytes, not 8.")
            budget.take(OBJECT_BYTES + EVENT_BYTES * number)
            events = np.frombuffer(body, "<u4", 2 * number, place).astype(np.int64).reshape(-1, 2)
            events[:, 1] += overflows << 31  # of a clock of 31 bits
            yield events
        place += n_bytes


def _within(
    path: Path,
    t: Numbers,
    channels: Numbers,
    n_channels: int,
    t_start: float | None,
    t_stop: float | None,
) -> SpikeTrains:
    """Return the events of a part of a recording as a sample."""
    if not len(t) and (t_start is None or t_stop is None):
        raise ValueError(f"{path} holds no event: give t_start and t_stop.")
    begin = float(t.min()) if t_start is None else 1000 * float(t_start)
    end = np.inf if t_stop is None else 1000 * float(t_stop)
    if not begin < end:
        raise ValueError(f"t_stop={t_stop} must come after the start at {begin / 1000:g} ms.")
    is_within = (t >= begin) & (t < end)
    sample = ((t[is_within] - begin) / 1000, channels[is_within])
    duration = None if t_stop is None else (end - begin) / 1000
    return SpikeTrains.from_samples([sample], n_channels, duration)
