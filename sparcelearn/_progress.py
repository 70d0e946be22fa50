"""How long something will still take."""

from __future__ import annotations

import time

__all__ = ["Progress"]


class Progress:
    """Clock of something that is done in equal parts.

    Parameters
    ----------
    total : int
        Number of parts.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self._begin = time.perf_counter()

    def time_left(self, done: int) -> str:
        """Return how long the rest will take if it goes on like this, in words.

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
