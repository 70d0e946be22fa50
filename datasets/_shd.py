"""Files of the Spiking Heidelberg Digits: HDF5 with a list of times and units for each sample."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sparcelearn._core.atomic_file import replacing
from sparcelearn._core.hdf5_file import check_hdf5
from sparcelearn._core.spike_trains import SpikeTrains

__all__ = ["read_shd", "write_shd"]

CHUNK = 256  # samples; PyTables reads only what lies in chunks
TIMES, UNITS, LABELS = "spikes/times", "spikes/units", "labels"


def read_shd(
    path: str | Path,
    *,
    n_channels: int = 700,
    durations: float | ArrayLike | None = None,
    max_bytes: int = 2**33,
) -> tuple[SpikeTrains, NDArray[Any] | None]:
    """Read spike trains and labels from a file as the Spiking Heidelberg Digits have it.

    So do the Spiking Speech Commands. The file is HDF5. ``spikes/times`` and ``spikes/units`` hold
    an array for each sample, times in seconds; ``labels`` a number for each.

    Parameters
    ----------
    path : str or Path
        The file, unpacked.
    n_channels : int, default=700
        Number of channels.
    durations : float or array-like of shape (n_samples,), default=None
        How long each sample lasts (ms). None: all as long, to the next whole ms after the last
        event of all.
    max_bytes : int, default=2**33
        Most that what is in the file may take, 64 bytes for an event. What entries claim is looked
        up before any is read.

    Returns
    -------
    trains : SpikeTrains
        Samples, times in ms.
    labels : ndarray of shape (n_samples,) or None
        Their labels, if the file has any.

    Raises
    ------
    ImportError
        If the package ``h5py`` is missing: ``pip install sparce-learn[nir]`` brings it.
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, of another layout, or too large, or an event cannot be.

    See Also
    --------
    write_shd : The way back.

    References
    ----------
    Cramer, Stradmann, Schemmel, Zenke, "The Heidelberg spiking data sets for the systematic
    evaluation of spiking neural networks", IEEE Transactions on Neural Networks and Learning
    Systems 33, 2744-2757, 2022.

    Examples
    --------
    >>> import os, tempfile
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.datasets import read_shd, write_shd
    >>> trains = SpikeTrains.from_samples([([2.0, 8.0], [3, 699])], 700, durations=10.0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_shd(os.path.join(folder, "digits.h5"), trains, labels=[7])
    ...     read_shd(os.path.join(folder, "digits.h5"), durations=10.0)
    (SpikeTrains(n_samples=1, n_channels=700, n_events=2), array([7]))
    """
    h5py = import_h5py()
    check_hdf5(path, max_bytes, is_ragged=True)
    try:
        with h5py.File(path, "r") as file:
            times, units = (_entries(h5py, file, name) for name in (TIMES, UNITS))
            labels = file[LABELS][()] if LABELS in file else None
    except _LayoutError as error:
        raise ValueError(f"{path} is no file in the layout of SHD: {error}") from None
    except Exception as error:  # damage comes as any error
        raise ValueError(f"{path} is damaged: {error}.") from error
    lengths = {TIMES: len(times), UNITS: len(units)}
    if labels is not None:
        lengths[LABELS] = len(labels) if labels.ndim == 1 else 0
    if len(set(lengths.values())) != 1:
        told = ", ".join(f"{name} {n}" for name, n in lengths.items())
        raise ValueError(f"{path} must hold as many samples in each array, not {told}.")
    samples = ((1000 * t.astype(np.float64), u) for t, u in zip(times, units, strict=True))
    try:
        return SpikeTrains.from_samples(samples, n_channels, durations), labels
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def write_shd(path: str | Path, trains: SpikeTrains, labels: ArrayLike | None = None) -> None:
    """Write spike trains, and perhaps labels, as the Spiking Heidelberg Digits have them.

    h5py and PyTables read it. The file does not tell how long samples are, nor how many channels
    there are. It is written completely or not at all.

    Parameters
    ----------
    path : str or Path
        The file. One that exists is replaced.
    trains : SpikeTrains
        Samples. Times are written in seconds, in double precision.
    labels : array-like of shape (n_samples,), default=None
        A number for each sample.

    Raises
    ------
    ImportError
        If the package ``h5py`` is missing: ``pip install sparce-learn[nir]`` brings it.
    ValueError
        If there are not as many labels as samples, or they are no numbers.

    See Also
    --------
    read_shd : The way back.

    Examples
    --------
    >>> import os, tempfile
    >>> from sparcelearn import SpikeTrains
    >>> from sparcelearn.datasets import write_shd
    >>> trains = SpikeTrains.from_samples([([2.0], [3])], 700, durations=10.0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_shd(os.path.join(folder, "digits.h5"), trains)
    """
    h5py = import_h5py()
    if labels is not None:
        labels = np.asarray(labels)
        if labels.shape != (len(trains),) or labels.dtype.kind not in "iuf":
            raise ValueError(
                f"labels must be {len(trains)} numbers, one for each sample, not {labels.dtype} of "
                f"shape {labels.shape}."
            )
    with replacing(path) as target, h5py.File(target, "w") as file:
        times, units = (
            file.create_dataset(
                name, (len(trains),), h5py.vlen_dtype(kind), maxshape=(None,), chunks=(CHUNK,)
            )
            for name, kind in ((TIMES, np.float64), (UNITS, np.int32))
        )
        for k, (ms, channels) in enumerate(trains):
            times[k], units[k] = ms / 1000, channels
        if labels is not None:
            file[LABELS] = labels


def import_h5py() -> Any:
    """Return the package ``h5py``, or say how to get it."""
    try:
        import h5py
    except ImportError as error:
        raise ImportError(
            "Files of SHD need h5py, which comes with an extra: pip install 'sparce-learn[nir]'."
        ) from error
    return h5py


class _LayoutError(ValueError):
    """An array is missing, or is another."""


def _entries(h5py: Any, file: Any, name: str) -> NDArray[Any]:
    """Return an array of arrays."""
    array = file.get(name)
    if not isinstance(array, h5py.Dataset):
        raise _LayoutError(f"it has no array {name!r}.")
    if h5py.check_vlen_dtype(array.dtype) is None or array.ndim != 1:
        raise _LayoutError(f"{name!r} must hold an array for each sample, not {array.dtype}.")
    return array[()]
