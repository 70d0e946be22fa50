"""Spike trains of Neo: a segment is a sample, a train in it a channel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.spike_trains import SpikeTrains

__all__ = ["from_neo", "to_neo"]


def from_neo(source: Any) -> SpikeTrains:
    """Take spike trains from Neo.

    A segment becomes a sample, and its ``k``-th spike train the channel ``k``. Units of time are
    those of Neo, whatever they are. A sample begins at the earliest ``t_start`` of its trains and
    lasts to the latest ``t_stop``; a spike at ``t_stop`` itself, which Neo allows, makes it longer
    by the least there is.

    Parameters
    ----------
    source : neo.Block, neo.Segment, neo.SpikeTrain, or list of these
        A block holds several samples; a list of spike trains is one, a list of anything else as
        many as its items hold.

    Returns
    -------
    SpikeTrains

    Raises
    ------
    ImportError
        If the package ``neo`` is missing: ``pip install sparce-learn[neo]``.
    TypeError
        If something in ``source`` is none of these.
    ValueError
        If segments differ in their numbers of trains, or there is no train.

    See Also
    --------
    to_neo : The other way.

    Examples
    --------
    >>> import neo
    >>> from sparcelearn.interop import from_neo
    >>> train = neo.SpikeTrain([1.25, 1.5], units="s", t_start=1.0, t_stop=2.0)
    >>> from_neo(train).times
    array([250., 500.])
    """
    samples = _samples(source, import_neo())
    numbers = sorted({len(sample) for sample in samples})
    if len(numbers) != 1 or not numbers[0]:
        raise ValueError(
            "source must hold segments of as many spike trains each, at least one, not of "
            f"{' and '.join(map(str, numbers)) or 'none'}."
        )
    events, durations = zip(*map(_as_events, samples), strict=True)
    return SpikeTrains.from_samples(events, numbers[0], np.array(durations))


def to_neo(trains: SpikeTrains) -> Any:
    """Give spike trains to Neo: a block with a segment for each sample, a train for each channel.

    Times are in ms and begin at 0. ``block.segments[k].spiketrains`` is the list that Elephant's
    functions take.

    Parameters
    ----------
    trains : SpikeTrains
        Samples.

    Returns
    -------
    neo.Block

    Raises
    ------
    ImportError
        If the package ``neo`` is missing: ``pip install sparce-learn[neo]``.

    See Also
    --------
    from_neo : The way back.

    Examples
    --------
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.interop import to_neo
    >>> trains = SpikeTrains.from_samples([([1.0, 4.0], [0, 2])], n_channels=3, durations=5.0)
    >>> block = to_neo(trains)
    >>> len(block.segments), len(block.segments[0].spiketrains)
    (1, 3)
    """
    neo = import_neo()
    block = neo.Block()
    for (times, channels), duration in zip(trains, trains.durations, strict=True):
        segment = neo.Segment()
        by_channel = np.argsort(channels, kind="stable")
        ends = np.cumsum(np.bincount(channels, minlength=trains.n_channels))
        for own in np.split(times[by_channel], ends[:-1]):
            segment.spiketrains.append(neo.SpikeTrain(own, units="ms", t_stop=float(duration)))
        block.segments.append(segment)
    return block


def import_neo() -> Any:
    """Return the package ``neo``, or say how to get it."""
    try:
        import neo
    except ImportError as error:
        raise ImportError("Neo needs an extra: pip install 'sparce-learn[neo]'.") from error
    return neo


def _samples(source: Any, neo: Any) -> list[list[Any]]:
    """Return the spike trains of each sample."""
    if isinstance(source, neo.Block):
        return [list(segment.spiketrains) for segment in source.segments]
    if isinstance(source, neo.Segment):
        return [list(source.spiketrains)]
    if isinstance(source, neo.SpikeTrain):
        return [[source]]
    if isinstance(source, (str, bytes)) or not hasattr(source, "__iter__"):
        raise TypeError(
            "source must hold neo.Block, neo.Segment or neo.SpikeTrain, not "
            f"{type(source).__name__}."
        )
    parts = list(source)
    if all(isinstance(part, neo.SpikeTrain) for part in parts):
        return [parts]
    return [sample for part in parts for sample in _samples(part, neo)]


def _as_events(sample: list[Any]) -> tuple[tuple[NDArray[Any], NDArray[Any]], float]:
    """Return times (ms) and channels of a sample, and how long it lasts."""
    begin = min(_ms(train.t_start) for train in sample)
    times = [_ms(train) - begin for train in sample]
    joined = np.concatenate(times)
    channels = np.repeat(np.arange(len(sample)), [len(part) for part in times])
    last = np.nextafter(joined.max(initial=0.0), np.inf)
    duration = max(float(_ms(train.t_stop)) - begin for train in sample)
    return (joined, channels), max(duration, float(last))


def _ms(quantity: Any) -> Any:
    """Return times in ms, in double precision."""
    return np.asarray(quantity.magnitude, dtype=np.float64) * float(quantity.units.rescale("ms"))
