"""Spike trains as tables of pandas: a row for each event."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sparcelearn._core.event_checks import flat
from sparcelearn._core.spike_trains import SpikeTrains

__all__ = ["from_pandas", "to_pandas"]

MAX_LABELS = 2**24  # that numbers in a table may ask for


def from_pandas(
    frame: Any,
    *,
    sample: str | None = "sample",
    time: str = "time",
    unit: str = "unit",
    samples: int | Sequence[Any] | None = None,
    units: int | Sequence[Any] | None = None,
    durations: float | ArrayLike | None = None,
) -> SpikeTrains:
    """Take spike trains from a table with a row for each event, in any order.

    Parameters
    ----------
    frame : pandas.DataFrame
        Events.
    sample, time, unit : str, default="sample", "time", "unit"
        Names of columns: whose event it is, when since the start of the sample (ms, or
        ``Timedelta``), and on which channel. ``sample=None``: all is one sample.
    samples, units : int or sequence, default=None
        How many samples and channels there are, numbered from 0; or their labels in order,
        whether they have events or not. None takes numbers as they are, up to the highest;
        categories as the column has them; and other labels in the order in which they sort.
    durations : float or array-like of shape (n_samples,), default=None
        How long each sample lasts (ms). None: all as long, to the next whole ms after the last
        event of all.

    Returns
    -------
    SpikeTrains

    Raises
    ------
    ImportError
        If pandas is missing.
    TypeError
        If it is no frame.
    ValueError
        If a column is missing, or an event has a time, a sample or a channel that cannot be.

    See Also
    --------
    to_pandas : The other way.

    Examples
    --------
    >>> import pandas as pd
    >>> from sparcelearn.interop import from_pandas
    >>> table = pd.DataFrame(
    ...     {"trial": [0, 0, 2], "ms": [3.0, 1.0, 2.5], "cell": ["b", "a", "b"]}
    ... )
    >>> trains = from_pandas(table, sample="trial", time="ms", unit="cell", durations=5.0)
    >>> trains
    SpikeTrains(n_samples=3, n_channels=2, n_events=3)
    >>> trains.channels
    array([0, 1, 1], dtype=int32)
    """
    pandas = import_pandas()
    if not isinstance(frame, pandas.DataFrame):
        raise TypeError(f"frame must be a pandas.DataFrame, not {type(frame).__name__}.")
    times = flat(f"column {time!r}", _ms(_column(frame, time)), np.float64)
    if not np.isfinite(times).all():
        raise ValueError(f"column {time!r} must be finite.")
    channels, n_channels = _numbered(pandas, unit, _column(frame, unit), units)
    if sample is None:
        rows, n_samples = np.zeros(len(times), dtype=np.int64), 1
    else:
        rows, n_samples = _numbered(pandas, sample, _column(frame, sample), samples)
    for name, kind, n in ((sample, "samples", n_samples), (unit, "units", n_channels)):
        if n > MAX_LABELS:
            raise ValueError(
                f"column {name!r} numbers {n} {kind}, more than {MAX_LABELS}; give their labels as "
                f"{kind}=."
            )
    if durations is None:
        durations = np.floor(times.max(initial=0.0)) + 1
    order = np.lexsort((channels, times, rows))
    starts = np.searchsorted(rows[order], np.arange(n_samples + 1))
    return SpikeTrains(times[order], channels[order], starts, n_channels, durations)


def to_pandas(
    trains: SpikeTrains, *, sample: str = "sample", time: str = "time", unit: str = "unit"
) -> Any:
    """Give spike trains as a table with a row for each event.

    A table does not tell of channels and samples without events, nor of durations:
    ``from_pandas(table, samples=len(trains), units=trains.n_channels,
    durations=trains.durations)`` is ``trains`` again.

    Parameters
    ----------
    trains : SpikeTrains
        Samples.
    sample, time, unit : str, default="sample", "time", "unit"
        Names of the columns: number of the sample, time since its start (ms), number of the
        channel.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    ImportError
        If pandas is missing.

    See Also
    --------
    from_pandas : The way back.

    Examples
    --------
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.interop import to_pandas
    >>> trains = SpikeTrains.from_samples([([1.0], [0]), ([2.5], [1])], 2, durations=5.0)
    >>> print(to_pandas(trains))
       sample  time  unit
    0       0   1.0     0
    1       1   2.5     1
    """
    numbers = np.repeat(np.arange(len(trains)), np.diff(trains.starts))
    columns = {sample: numbers, time: trains.times.copy(), unit: trains.channels.copy()}
    if len(columns) != 3:
        raise ValueError(
            f"sample, time and unit must be three names, not {sample!r}, {time!r} and {unit!r}."
        )
    return import_pandas().DataFrame(columns)


def import_pandas() -> Any:
    """Return pandas, or say how to get it."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError("Tables need pandas: pip install pandas.") from error
    return pandas


def _column(frame: Any, name: str) -> Any:
    if name not in frame.columns:
        known = ", ".join(map(repr, frame.columns))
        raise ValueError(f"frame has no column {name!r}; it has {known}.")
    return frame[name]


def _ms(column: Any) -> NDArray[Any]:
    """Return times as numbers (ms)."""
    values = np.asarray(column)
    return values / np.timedelta64(1, "ms") if values.dtype.kind == "m" else values


def _numbered(
    pandas: Any, name: str, column: Any, labels: int | Sequence[Any] | None
) -> tuple[NDArray[np.int64], int]:
    """Return the number of the label of each event, and how many labels there are."""
    is_number = pandas.api.types.is_numeric_dtype(column.dtype)
    if labels is None and not is_number:
        labels = pandas.Categorical(column).categories
    if labels is None or isinstance(labels, Integral):
        numbers = flat(f"column {name!r}", np.asarray(column), np.int64)
        n = int(numbers.max(initial=-1)) + 1 if labels is None else int(labels)
    else:
        known = pandas.Index(labels)
        if not known.is_unique:
            raise ValueError(f"labels of column {name!r} must differ.")
        numbers, n = known.get_indexer(column), len(known)
    is_wrong = (numbers < 0) | (numbers >= n)
    if is_wrong.any():
        row = int(np.argmax(is_wrong))
        raise ValueError(
            f"column {name!r} holds {column.iloc[row]} in row {row}, which is none of its {n} "
            "labels."
        )
    return numbers, n
