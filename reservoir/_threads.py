"""Blocks of samples in threads, on which no result depends."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs

from sparcelearn._core.progress import shown

__all__ = ["in_threads"]

N_REPORTS = 20  # of how far a simulation is, at least


def in_threads(
    run_block: Callable[[int, int], Any],
    n_samples: int,
    are_independent: bool,
    n_jobs: int | None,
    verbose: bool,
) -> list[Any]:
    """Call a function on blocks of samples, first to last, in threads."""
    n_threads = min(effective_n_jobs(n_jobs), n_samples)
    n_blocks = min(max(n_threads, N_REPORTS), n_samples) if verbose else n_threads
    if n_blocks == 1 or not are_independent:
        return [run_block(0, n_samples)]
    borders = np.linspace(0, n_samples, n_blocks + 1).astype(int)
    results = Parallel(n_jobs=n_threads, require="sharedmem", return_as="generator")(
        delayed(run_block)(first, last) for first, last in itertools.pairwise(borders)
    )
    return list(shown(results, n_blocks, "simulation") if verbose else results)
