"""How much memory reading may take, counted before it is taken."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAX_BYTES = 2**28
MAX_LINE = 2**20  # characters of a line that is split into words at once
OBJECT_BYTES = 256  # an array of its own, and its place in a list
PIECE = 2**16


class Budget:
    """Bytes that may still be taken for what a file holds.

    Parameters
    ----------
    path : Path
        The file, for messages.
    max_bytes : int
        All there are.
    """

    def __init__(self, path: Path, max_bytes: int) -> None:
        self.path, self.max_bytes, self._left = path, max_bytes, max_bytes

    def take(self, n_bytes: int) -> None:
        """Take bytes; raise ValueError if there are not as many."""
        self._left -= n_bytes
        if self._left < 0:
            raise ValueError(f"{self.path} holds more than {self.max_bytes} bytes once it is read")

    def lines(self) -> Iterator[str]:
        """Yield the lines of a text file, stripped, one at a time.

        Raises
        ------
        ValueError
            If the file, or a line, is too large, or the file is not text.
        """
        if self.path.stat().st_size > self.max_bytes:
            raise ValueError(f"{self.path} is larger than {self.max_bytes} bytes.")
        try:
            with self.path.open(encoding="utf-8") as file:
                while line := file.readline(self.max_bytes // 4):
                    yield line.strip()
        except UnicodeDecodeError as error:
            raise ValueError(f"{self.path} is not text: {error}.") from error

    def numbers(self, text: str, separator: str | None, missing: str = "") -> NDArray[np.float64]:
        """Return the numbers of a text; NaN for a word that marks a missing one.

        Raises
        ------
        ValueError
            If a word is no number, or the numbers take too much memory.
        """
        values = array("d")
        for piece in _pieces(text, separator):
            words = piece.split(separator)
            self.take(8 * len(words))
            values.extend(
                np.nan if missing and word.strip() == missing else float(word) for word in words
            )
        return np.frombuffer(values, dtype=np.float64).copy() if values else np.zeros(0)


def _pieces(text: str, separator: str | None) -> Iterator[str]:
    """Cut a long text where it is separated, so that it is not split into words all at once."""
    start, mark = 0, separator or " "
    while len(text) - start > PIECE and (end := text.find(mark, start + PIECE)) >= 0:
        yield text[start:end]
        start = end + len(mark)
    yield text[start:]
