"""Blocks of samples in threads, on which no result depends, and which an interrupt ends."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import numpy as np
from joblib import effective_n_jobs
from numpy.typing import NDArray

from sparcelearn._core.progress import shown

__all__ = ["in_threads"]

N_REPORTS = 20  # of how far a simulation is, at least
LONG = 200_000_000  # ns that one may wait
PATIENCE = 0.2  # s, within which a run ends that is told to


def in_threads(
    run_block: Callable[[int, int, NDArray[np.bool_]], Any],
    n_samples: int,
    are_independent: bool,
    n_jobs: int | None,
    verbose: bool,
    work: int,
) -> list[Any]:
    """Call a function on blocks of samples, first to last, in threads.

    Compiled code does not hear an interrupt, but the main thread does while it waits for
    others. So long work is done by another thread, even where that is one.

    Parameters
    ----------
    run_block : callable
        Takes the first sample, the one after the last, and an array of one bool, which is set
        where it is to end early.
    n_samples : int
        Number of samples.
    are_independent : bool
        Whether samples may run side by side.
    n_jobs : int or None
        Number of threads.
    verbose : bool
        Whether to show how many samples are done.
    work : int
        Nanoseconds that it may take.

    Returns
    -------
    list
        What the function returned, block by block.
    """
    n_threads = min(effective_n_jobs(n_jobs), n_samples)
    n_blocks = min(max(n_threads, N_REPORTS), n_samples) if verbose else n_threads
    if not are_independent:
        n_threads = n_blocks = 1
    is_stopped = np.zeros(1, dtype=bool)
    is_heard = threading.current_thread() is threading.main_thread() and work > LONG
    if n_blocks == 1 and not is_heard:
        return [run_block(0, n_samples, is_stopped)]
    borders = np.linspace(0, n_samples, n_blocks + 1).astype(int)
    futures: list[Future[Any]] = []
    pool = ThreadPoolExecutor(n_threads)
    try:
        for first, last in itertools.pairwise(borders):
            futures.append(pool.submit(run_block, first, last, is_stopped))
        results = (future.result() for future in futures)
        return list(shown(results, n_blocks, "simulation") if n_blocks > n_threads else results)
    except BaseException:
        is_stopped[0] = True
        wait(futures, PATIENCE)  # not for a compiler, which nothing stops
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
