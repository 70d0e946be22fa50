"""Ctrl-C: between parts of long work, and never in the middle of what belongs together."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from typing import Any

try:  # a tenth of the time that signal.signal takes
    from _signal import getsignal  # type: ignore[import-not-found]
    from _signal import signal as set_handler
except ImportError:
    from signal import getsignal
    from signal import signal as set_handler

__all__ = ["Uninterrupted", "blocks_of", "hears_interrupts"]

WORK = 20_000_000  # numbers that a block of work moves, about, in less than a quarter of a second


class Uninterrupted:
    """A context that an interrupt does not enter: it comes when the context ends.

    Only the main thread hears of interrupts; in others nothing is done.
    """

    __slots__ = ("_came", "_handler")

    def __enter__(self) -> None:
        self._came = False
        self._handler: Any = None
        if threading.get_ident() == threading.main_thread().ident:
            handler = getsignal(signal.SIGINT)
            if callable(handler):  # one of Python's
                self._handler = handler
                set_handler(signal.SIGINT, self._note)

    def _note(self, *_: Any) -> None:
        self._came = True

    def __exit__(self, *_: object) -> None:
        if self._handler is not None:
            set_handler(signal.SIGINT, self._handler)
            if self._came:
                self._handler(signal.SIGINT, None)


def hears_interrupts() -> bool:
    """Return whether Ctrl-C runs Python code in this thread, which may raise.

    Returns
    -------
    bool
    """
    is_main = threading.get_ident() == threading.main_thread().ident
    return is_main and callable(getsignal(signal.SIGINT))


def blocks_of(n_items: int, cost: float, multiple: int = 1) -> Iterator[tuple[int, int]]:
    """Yield the borders of blocks, each so short that an interrupt need not wait for it.

    Between them Python hears of it, which it does not in compiled code. Their length depends on
    nothing but the arguments.

    Parameters
    ----------
    n_items : int
        How many there are.
    cost : float
        About how many numbers each moves.
    multiple : int, default=1
        What the length of every block but the last is a multiple of.

    Yields
    ------
    tuple of (int, int)
        First item, and the one after the last.
    """
    size = multiple * max(1, int(WORK / max(cost * multiple, 1)))
    for first in range(0, n_items, size):
        yield first, min(n_items, first + size)
