"""Progress and remaining time of long computations."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

__all__ = ["Progress", "shown"]

Part = TypeVar("Part")


class Progress:
    """Clock of a task of equal parts.

    Parameters
    ----------
    total : int
        Number of parts.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self._begin = time.perf_counter()

    def time_left(self, done: int) -> str:
        """Return the estimated time of the rest, in words.

        Parameters
        ----------
        done : int
            Parts done, at least 1.

        Returns
        -------
        str
            Such as ``"about 12 s left"``.
        """
        seconds = (time.perf_counter() - self._begin) / done * (self.total - done)
        if seconds < 120:
            return f"about {seconds:.0f} s left"
        if seconds < 7200:
            return f"about {seconds / 60:.0f} min left"
        return f"about {seconds / 3600:.1f} h left"


def shown(parts: Iterable[Part], total: int, what: str) -> Iterator[Part]:
    """Show progress: with tqdm's bar if that is installed, else in lines.

    Parameters
    ----------
    parts : iterable
        Yields when a part is done.
    total : int
        Number of parts.
    what : str
        Name of the task, such as ``"simulation"``.

    Yields
    ------
    object
        The parts.
    """
    try:
        from tqdm import tqdm
    except ImportError:
        progress = Progress(total)
        for done, part in enumerate(parts, 1):
            print(f"{what}: {100 * done // total} %, {progress.time_left(done)}", flush=True)
            yield part
    else:
        yield from tqdm(parts, total=total, desc=what)
