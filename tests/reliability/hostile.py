"""Read NIR files made hostile, in a process that may die of one.

``python -m tests.reliability.hostile FOLDER COUNT`` prints what it found as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import h5py
import nir
import numpy as np

from sparcelearn.reservoir import LIF, SpikingReservoir, from_nir, to_nir
from tests.reliability.helpers import peak_growth

MAX_BYTES = 2**24  # a network of another kind is compiled, which takes up to 50 MB


def evil(rng: np.random.RandomState) -> list[tuple[Any, dict[str, Any]]]:
    """Return data, and how to store it, that no honest file has."""
    n = int(rng.choice([5, 2**20, 2**26]))
    return [
        (np.zeros(3), {"chunks": (2**26,), "maxshape": (None,), "compression": "gzip"}),
        (np.zeros(n, dtype="u1"), {"compression": "gzip"}),
        (np.full(5, 1 + 2j), {}),
        (np.full(5, rng.choice([np.nan, np.inf, -np.inf, -1.0, 1e300, 1e-300, 0.0])), {}),
        (["A" * 10**6] * 3, {"dtype": h5py.string_dtype()}),
        (np.array(b"x" * 2**16), {}),
        (np.zeros(0), {}),
        (float(rng.choice([6e7, -1.0, np.nan, 1e300, 0.5])), {}),
        ("text", {"dtype": h5py.string_dtype()}),
        (np.zeros((2, 2, 2)), {}),
        (np.zeros(4, dtype=[("a", "f8"), ("b", "i4")]), {}),
        (None, {"shape": (2**33, 2**33), "dtype": "u1", "chunks": (1024, 1024)}),
        (None, {"shape": (2**20,), "dtype": "f8", "chunks": (1,)}),
        (np.arange(64.0), {"compression": "lzf"}),
    ]


def with_something_evil(path: Path, rng: np.random.RandomState) -> None:
    """Put something else in place of an array of a file, or a link, or a loop."""
    with h5py.File(path, "r+") as file:
        arrays: list[str] = []
        file.visititems(
            lambda name, item: arrays.append(name) if isinstance(item, h5py.Dataset) else None
        )
        name = arrays[rng.randint(len(arrays))]
        del file[name]
        kind = rng.randint(8)
        if kind == 0:
            file[name] = h5py.SoftLink("/version")
        elif kind == 1:
            file[name] = h5py.ExternalLink("/etc/passwd", "/")
        elif kind == 2:
            file[name] = file["node"]  # a loop
        else:
            choices = evil(rng)
            data, how = choices[rng.randint(len(choices))]
            file.create_dataset(name, data=data, **how)


def with_other_bytes(path: Path, rng: np.random.RandomState) -> None:
    """Change, cut or add bytes."""
    content = bytearray(path.read_bytes())
    for _ in range(1 + rng.randint(4)):
        place, length = rng.randint(len(content)), 1 + rng.randint(8)
        kind = rng.randint(4)
        if kind < 2:
            content[place : place + length] = bytes(rng.randint(0, 256, length).tolist())
        elif kind == 2:
            content[place : place + length] = b"\xff" * length
        else:
            del content[place:]
    path.write_bytes(content)


def main(folder: Path, n_files: int) -> None:
    """Read as many files as asked."""
    X = np.random.RandomState(0).rand(4, 3)
    neuron = LIF(t_ref=0.0)
    reservoir = SpikingReservoir(5, neuron=neuron, random_state=0, backend="numpy").fit(X)
    bad, graph = folder / "bad.nir", to_nir(reservoir)
    ends = {name: graph.nodes[name] for name in ("input", "output")}
    ways = [("input", "layer"), ("layer", "output")]
    nested = nir.NIRGraph({"layer": graph, **ends}, ways, metadata=graph.metadata)
    good = []
    for form, written in enumerate((graph, nested)):
        good.append(folder / f"good{form}.nir")
        nir.write(good[form], written)
        from_nir(good[form])  # imports what it needs
    rng = np.random.RandomState(0)
    found: dict[str, Any] = {"files": 0, "read": 0, "refused": 0, "other_errors": []}
    worst = 0
    for k in range(n_files):
        bad.write_bytes(good[k // 2 % 2].read_bytes())
        (with_something_evil if k % 2 else with_other_bytes)(bad, rng)
        (folder / "last").write_text(str(k))

        def look() -> None:
            try:
                from_nir(bad, max_bytes=MAX_BYTES)
                found["read"] += 1
            except ValueError:
                found["refused"] += 1
            except Exception as error:
                found["other_errors"].append(f"{found['files']}: {error!r}"[:200])

        worst = max(worst, peak_growth(look))
        found["files"] += 1
    print(json.dumps({**found, "times_max_bytes": round(worst / MAX_BYTES, 2)}))


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    main(Path(sys.argv[1]), int(sys.argv[2]))
