"""Counts the lines that ran in generated modules where they were written.

``python -m tests.kernel_coverage`` reads .coverage, in which the kernels without JIT ran as
copies in generated modules, and adds what ran to the files they are copies of.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sparcelearn._core.kernel_text import MARK

ROOT = Path(__file__).parents[1]
FOLDERS = ("reservoir/kernels", "readouts/kernels", "readouts/synapses")


def blocks() -> Iterator[tuple[Path, int, str]]:
    """Yield each function and constant that goes into generated modules: file, line, text."""
    for path in (path for folder in FOLDERS for path in (ROOT / folder).glob("*.py")):
        before, mark, text = path.read_text("utf-8").partition(MARK)
        line = (before + mark).count("\n") + 1
        for block in text.split("\n\n\n") if mark else ():
            start = len(block) - len(block.lstrip("\n"))
            if block.strip():
                yield path, line + start, block.strip("\n")
            line += block.count("\n") + 3


def main() -> None:
    """Move what ran from the copies to the originals."""
    from coverage import Coverage  # only ``make coverage`` installs it

    coverage = Coverage()
    coverage.load()
    data = coverage.get_data()
    copies = {
        name: Path(name).read_text("utf-8")
        for name in data.measured_files()
        if Path(name).name.startswith("sparcelearn_kernel_")
    }
    found: dict[str, set[tuple[int, int]]] = {}
    for path, line, text in blocks():
        for name, copy in copies.items():
            at = copy.find(f"\n{text}\n")
            if at < 0:
                continue
            first = copy[:at].count("\n") + 2
            here = range(first, first + text.count("\n") + 1)
            shift = line - first
            found.setdefault(str(path), set()).update(
                (_moved(begin, shift), _moved(end, shift))
                for begin, end in data.arcs(name) or ()
                if abs(begin) in here and abs(end) in here
            )
    data.add_arcs(found)


def _moved(line: int, shift: int) -> int:
    """Return another line; below 0 it is where the code block of a line begins or ends."""
    return line + shift if line > 0 else line - shift


if __name__ == "__main__":
    main()
