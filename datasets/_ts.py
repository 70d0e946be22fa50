"""The ``.ts`` format of the UEA and UCR archives."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ._budget import MAX_BYTES, MAX_LINE, OBJECT_BYTES, Budget
from ._home import About, choose

_FLAGS = ("timestamps", "missing", "univariate", "equallength")
_NUMBERS = ("dimensions", "dimension", "serieslength")


@dataclass
class _Header:
    """The header of a file; properties that it does not state are not checked."""

    values: dict[str, bool | int] = field(default_factory=dict)
    labels: dict[str, None] | None = None  # in their order; None if targets are numbers
    has_targets: bool = False

    def read(self, line: str) -> None:
        """Read one line that begins with @; raise ValueError if it is not valid."""
        key, *words = line[1:].split()
        key = key.lower()
        if key in _FLAGS:
            if [word.lower() for word in words] not in (["true"], ["false"]):
                raise ValueError(f"@{key} must be true or false")
            self.values[key] = words[0].lower() == "true"
        elif key in _NUMBERS:
            if len(words) != 1 or not words[0].isdigit():
                raise ValueError(f"@{key} must be a whole number")
            self.values[key.removesuffix("s") if key == "dimensions" else key] = int(words[0])
        elif key in ("classlabel", "targetlabel"):
            if not words or words[0].lower() not in ("true", "false"):
                raise ValueError(f"@{key} must be true or false")
            self.has_targets = words[0].lower() == "true"
            if key == "classlabel" and self.has_targets:
                self.labels = dict.fromkeys(words[1:])
                if len(self.labels) < max(len(words) - 1, 1):
                    raise ValueError("@classLabel must name each class once")
        if self.values.get("timestamps"):
            raise ValueError("time stamps are not supported")


def read_ts(
    path: str | Path, *, max_bytes: int = MAX_BYTES
) -> tuple[list[NDArray[np.float64]], NDArray[np.str_] | NDArray[np.float64]]:
    """Read a file of the UEA and UCR archives of time series.

    Parameters
    ----------
    path : str or Path
        The file. A line is a series: channels separated by colons, their values by commas,
        ``?`` for a missing one, and the label last.
    max_bytes : int, default=2**28
        Most bytes that the file, and the series in it, may take.

    Returns
    -------
    X : list of ndarray of shape (n_timesteps, n_channels)
        The series; NaN for a missing value.
    y : ndarray of shape (n_samples,)
        Labels as text; numbers for regression.

    Raises
    ------
    ValueError
        If the file does not match its header, has time stamps, or has channels of unequal
        length within a series; the message names the line. If it takes more than ``max_bytes``.

    References
    ----------
    Bagnall, Dau, Lines, Flynn, Large, Bostrom, Southam, Keogh, "The UEA multivariate time
    series classification archive, 2018", arXiv 1811.00075.
    """
    path = Path(path)
    header, is_data = _Header(), False
    series: list[NDArray[np.float64]] = []
    targets: list[str] = []
    budget = Budget(path, max_bytes)
    for number, line in enumerate(budget.lines(), start=1):
        try:
            if not line or line.startswith("#"):
                continue
            if is_data:
                values, target = _parse_case(line, header, budget)
                series.append(values)
                targets.append(target)
            elif line.lower() == "@data":
                is_data = True
            elif len(line) > MAX_LINE:
                raise ValueError(f"a line of the header has more than {MAX_LINE} characters")
            elif line.startswith("@"):
                header.read(line)
            else:
                raise ValueError("neither a line of the header nor @data")
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}.") from None
    if not series:
        raise ValueError(f"{path} holds no series.")
    y = (
        np.array(targets)
        if header.labels is not None or not header.has_targets
        else _floats(targets)
    )
    if len({len(values) for values in series}) > 1 and header.values.get("equallength"):
        raise ValueError(f"{path} says that its series are equally long; they are not.")
    if len({values.shape[1] for values in series}) > 1:
        raise ValueError(f"{path} has series of different numbers of channels.")
    return series, y


def _parse_case(line: str, header: _Header, budget: Budget) -> tuple[NDArray[np.float64], str]:
    n_channels = line.count(":") + (not header.has_targets)
    declared = header.values.get("dimension", 1 if header.values.get("univariate") else None)
    if not n_channels or (declared is not None and n_channels != declared):
        raise ValueError(f"{n_channels} channel(s) where {declared or 'some'} should be")
    budget.take(OBJECT_BYTES * (1 + n_channels))
    *channels, target = line.split(":") if header.has_targets else (*line.split(":"), "")
    target = target.strip()
    budget.take(4 * len(target))
    if header.labels is not None and target not in header.labels:
        some = ", ".join([*header.labels][:20])
        raise ValueError(f"the label {target[:40]!r} is none of {some}")
    if header.has_targets and header.labels is None:
        _floats([target])
    columns = [_finite(budget.numbers(channel, ",", "?")) for channel in _plain(channels)]
    if len(lengths := {len(column) for column in columns}) > 1:
        raise ValueError(f"channels of unequal length: {sorted(lengths)[:20]}")
    length = header.values.get("serieslength")
    if length is not None and lengths != {length}:
        raise ValueError(f"{len(columns[0])} time steps where {length} should be")
    return np.column_stack(columns), target


def _plain(channels: list[str]) -> list[str]:
    """Refuse channels that write a missing value as other programs do."""
    for channel in channels:
        if "nan" in channel.lower():
            raise ValueError("a value is NaN; a missing one is written '?'")
    return channels


def _floats(words: list[str]) -> NDArray[np.float64]:
    """Return finite numbers."""
    return _finite(np.array([float(word) for word in words]), may_be_missing=False)


def _finite(values: NDArray[np.float64], *, may_be_missing: bool = True) -> NDArray[np.float64]:
    """Return numbers if they are finite, or missing."""
    is_good = np.isfinite(values) | (np.isnan(values) & may_be_missing)
    if not is_good.all():
        raise ValueError("a value is not finite")
    return values


def load_uea(folder: str | Path, subset: str = "train", *, return_X_y: bool = False) -> object:
    """Load a data set of the UEA or UCR archive from its folder of ``.ts`` files.

    Parameters
    ----------
    folder : str or Path
        Contains one file whose name ends in ``_TRAIN.ts`` and one in ``_TEST.ts``, like the
        unpacked archives.
    subset : {"train", "test"}, default="train"
        Which of the two.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    Bunch
        With ``data``, an array of shape (n_samples, n_timesteps, n_channels), or a list of
        arrays of shape (n_timesteps, n_channels) where lengths differ; ``target``, the
        labels as text, or numbers; ``target_names``, all labels; and ``DESCR``, the comments
        of the file.

    Raises
    ------
    ValueError
        If ``subset`` is unknown, or the file does not match its header.
    FileNotFoundError
        If there is no such file, or more than one.

    References
    ----------
    Bagnall, Dau, Lines, Flynn, Large, Bostrom, Southam, Keogh, "The UEA multivariate time
    series classification archive, 2018", arXiv 1811.00075.
    """
    ending = f"_{choose('subset', subset, ('train', 'test')).upper()}.ts"
    found = sorted(Path(folder).glob(f"*{ending}"))
    if len(found) != 1:
        raise FileNotFoundError(f"{folder} must hold one file *{ending}, not {len(found)}.")
    X, y = read_ts(found[0])
    data = np.stack(X) if len({len(x) for x in X}) == 1 else X
    lines = Budget(found[0], MAX_BYTES).lines()
    comments = [line[1:] for line in lines if line.startswith("#")]
    about = About(found[0].name.removesuffix(ending), "\n".join(comments), "not stated", "")
    return about.result(return_X_y, data, y, target_names=np.unique(y))
