"""Write idx files by hand, right ones and wrong ones."""

from __future__ import annotations

import gzip
import math
import struct
from pathlib import Path

# The letters of the struct module, by the type byte of the format.
LETTERS = {0x08: "B", 0x09: "b", 0x0B: "h", 0x0C: "i", 0x0D: "f", 0x0E: "d"}


def header(type_byte: int, *sizes: int) -> bytes:
    """Return the magic number and the sizes."""
    return struct.pack(f">HBB{len(sizes)}I", 0, type_byte, len(sizes), *sizes)


def idx(type_byte: int, sizes: tuple[int, ...], values: list[float]) -> bytes:
    """Return a whole file; its numbers are big-endian."""
    assert math.prod(sizes) == len(values)
    return header(type_byte, *sizes) + struct.pack(f">{len(values)}{LETTERS[type_byte]}", *values)


def save(path: Path, content: bytes) -> Path:
    """Write a file, gzipped where its name says so; return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path
