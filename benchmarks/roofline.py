"""How far the kernels are from what this core can do.

    python benchmarks/roofline.py --json

What a core can do is measured first: numbers it adds and multiplies in a second, and bytes it
moves in a second to and from each level of memory. A kernel cannot take less time than its
operations need, nor than its bytes need; the longer of the two is its limit. Bytes and operations
of a kernel are counted by hand from its text, for one element of its work, in float32 unless it
says otherwise. With ``--json`` the figures go to ``benchmarks/results/roofline.json`` and the table
of the documentation to ``roofline.csv``.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from _results import RESULTS, pin, write
from numba import njit

from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble
from sparcelearn._core.vectors import has_wide_vectors
from sparcelearn.readouts._sparce.modules import samplewise
from sparcelearn.reservoir import LIF, SpikingReservoir
from sparcelearn.reservoir._codegen import kernel_source

LEVELS = {"L1": 16_000, "L2": 600_000, "memory": 400_000_000}  # bytes that are used
HEAD = ["kernel", "in", "bytes", "operations", "limit (ns)", "measured (ns)", "share of the limit"]


@dataclass(frozen=True)
class Kernel:
    """A kernel on some work.

    Attributes
    ----------
    name : str
    level : str
        Where its data are.
    n : int
        Elements of the work in one call.
    n_bytes, n_operations : float
        Of one element.
    run : callable
        Does the work so many times.
    """

    name: str
    level: str
    n: int
    n_bytes: float
    n_operations: float
    run: Callable[[int], Any]


@njit(fastmath=True)
def add_scaled(a, b, c, repeats):
    for _ in range(repeats):
        for i in range(a.size):
            a[i] = b[i] + a.dtype.type(0.5) * c[i]


@njit(fastmath={"contract"})
def multiply_and_add(a, repeats):
    one, near = a.dtype.type(1e-7), a.dtype.type(0.9999999)
    for _ in range(repeats):
        for i in range(a.size):
            x = a[i]
            for _ in range(32):
                x = x * near + one
            a[i] = x


def seconds(run: Callable[[int], Any], least: float = 0.1) -> float:
    """Return the shortest time of one repeat, of five times as many as take a while."""
    repeats = 1
    run(repeats)
    while True:
        start = time.perf_counter()
        run(repeats)
        if time.perf_counter() - start > least:
            break
        repeats *= 2
    times = []
    for _ in range(5):
        start = time.perf_counter()
        run(repeats)
        times.append((time.perf_counter() - start) / repeats)
    return min(times)


def limits() -> tuple[dict[str, float], float]:
    """Return bytes in a second of each level, and operations in a second."""
    bandwidth = {}
    for name, size in LEVELS.items():
        a, b, c = np.ones((3, size // 12), np.float32)
        bandwidth[name] = 12 * a.size / seconds(lambda n, x=(a, b, c): add_scaled(*x, n))
    a = np.ones(1024, np.float32)
    return bandwidth, 64 * a.size / seconds(lambda n: multiply_and_add(a, n))


def unit_kernels(n_units: int, level: str) -> list[Kernel]:
    """Return the steps of LIF units: state, and who spikes."""
    X = np.random.default_rng(0).random((1, 50, 4))
    reservoir = SpikingReservoir(n_units, neuron=LIF, loop_gain=0.5, random_state=0).fit(X)
    simulator = reservoir._simulator
    module, network = load_module(kernel_source(simulator.program)), simulator.network
    state = simulator.copied(None)
    advance, detect = module.advance_spiking, module.detect
    drive, noise = np.zeros(n_units, np.float32), np.empty((0, n_units), np.float32)
    told = network.constants, network.unit_constants
    words = np.zeros((n_units + 63) // 64 * 8, np.uint64)
    fired, spikes = words.view(np.uint8)[:n_units], state.spikes[0].copy()
    collect = load_module(assemble("sparcelearn.reservoir.kernels.spike_lists")).collect

    @njit
    def move(n, variables, drive, noise, a, b):
        for _ in range(n):
            advance(variables, drive, noise, a, b)

    @njit
    def look(n, variables, noise, fired, a, b, words, held_until, spikes):
        for _ in range(n):
            detect(variables, noise, fired, a, b)
            collect(words, 1, held_until, spikes)

    v = state.variables
    return [
        Kernel(
            f"{n_units} LIF units, a step", level, n_units, 36, 11,
            lambda n: move(n, v, drive, noise, *told),
        ),
        Kernel(
            f"{n_units} LIF units, who spikes (none)", level, n_units, 6, 1,
            lambda n: look(n, v, noise, fired, *told, words, state.held_until, spikes),
        ),
    ]  # fmt: skip


def drive_kernel() -> Kernel:
    """Return what drives 2,000 units in 64 rows, through 12 synapses each from one channel."""
    rng, n_units = np.random.default_rng(0), 2000
    form = "input_sums_wide" if has_wide_vectors() else "input_sums"
    fill_tile = load_module(assemble(f"sparcelearn.reservoir.kernels.{form}")).fill_tile
    starts, words = np.arange(0, 12 * n_units + 1, 12), packed(rng.integers(0, 400, 12 * n_units))
    weights, bias, line = (rng.random(n, np.float32) for n in (12 * n_units, n_units, 464))
    room, drives = zeros(1024), zeros(64, n_units)

    @njit
    def fill(n, starts, words, weights, line, bias, room, drives):
        for _ in range(n):
            for tile in range(0, bias.size, 16):
                fill_tile(starts, words, weights, line, bias, tile, 64, room, drives)

    run = lambda n: fill(n, starts, words, weights, line, bias, room, drives)  # noqa: E731
    return Kernel("drives of 2000 units, 12 synapses each, a row", "L1", 64 * n_units, 69, 25, run)


def synapse_kernel() -> Kernel:
    """Return the delivery of spikes to 100 targets of 1,000."""
    rng = np.random.default_rng(0)
    words, weights = packed(rng.integers(0, 1000, 100_000)), rng.random(100_000, np.float32)
    scatter = load_module(assemble("sparcelearn.reservoir.kernels.scatter")).scatter
    sums = np.zeros(1000, np.float32)

    @njit
    def deliver(n, words, weights, sums):
        for _ in range(n):
            for first in range(0, weights.size, 100):
                scatter(words, weights, first, first + 100, sums)

    run = lambda n: deliver(n, words, weights, sums)  # noqa: E731
    return Kernel("synapses, 100 a spike", "L2", 100_000, 14, 1, run)


def packed(targets: np.ndarray) -> np.ndarray:
    """Return numbers of two bytes, four to a word."""
    return np.ascontiguousarray(targets, np.uint16).view(np.uint64)


def readout_kernels(n_active: int) -> list[Kernel]:
    """Return what SpaRCe does with a sample of 1,000 features and ten classes."""
    rng, module = np.random.default_rng(0), samplewise()
    r = rng.random(1000, np.float32)
    theta = np.full(1000, 1 - n_active / 1000, np.float32)
    active, x = np.empty(1000, np.uint32), np.empty(1000, np.float32)
    is_active, g, back, room = np.empty(1000, bool), *np.zeros((2, 1000), np.float32), zeros(4096)
    W, b, e, y = zeros(1001, 16)[1:], zeros(10), zeros(10) + np.float32(0.1), zeros(10)
    activate, respond, descend = module.activate, module.respond, module.descend_rows
    one = np.float32(1)

    @njit
    def find(n, r, theta, is_active, active, x):
        found = 0
        for _ in range(n):
            found = activate(r, theta, is_active, active, x)[0]
        return found

    @njit
    def answer(n, active, x, k, W, b, y):
        for _ in range(n):
            respond(active, x, k, W, b, y)

    @njit
    def move(n, g, active, k, e, W, back, room):
        for _ in range(n):
            descend(one, g, active, k, e, W, back, True, room)

    k = find(1, r, theta, is_active, active, x)
    share = f"of {k} active"
    return [
        Kernel(
            f"SpaRCe: which of 1,000 features are active ({k})", "L1", 1000, 8 + 8 * k / 1000, 3,
            lambda n: find(n, r, theta, is_active, active, x),
        ),
        Kernel(
            f"SpaRCe: outputs, 10 {share}", "L2", k, 48, 20,
            lambda n: answer(n, active, x, k, W, b, y),
        ),
        Kernel(
            f"SpaRCe: weights and thresholds, 10 {share}", "L2", k, 92, 50,
            lambda n: move(n, g, active, k, e, W, back, room),
        ),
    ]  # fmt: skip


def zeros(*shape: int) -> np.ndarray:
    return np.zeros(shape, np.float32)


def main() -> None:
    """Measure, print, and write the figures if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args()
    core = pin()
    bandwidth, operations = limits()
    print(
        {name: f"{x / 1e9:.0f} GB/s" for name, x in bandwidth.items()}, f"{operations / 1e9:.0f} G"
    )
    kernels = [*unit_kernels(1000, "L1"), *unit_kernels(20_000, "L2"), synapse_kernel()]
    kernels += [drive_kernel(), *readout_kernels(100), *readout_kernels(1000)]
    rows = []
    for kernel in kernels:
        limit = max(kernel.n_bytes / bandwidth[kernel.level], kernel.n_operations / operations)
        taken = seconds(kernel.run) / kernel.n
        figures = [kernel.n_bytes, kernel.n_operations, 1e9 * limit, 1e9 * taken, limit / taken]
        rows.append([kernel.name, kernel.level, *(f"{x:.2g}" for x in figures)])
        print(*rows[-1], sep="  ", flush=True)
    if options.json:
        core_limits = {"GB_per_s": {k: round(x / 1e9, 1) for k, x in bandwidth.items()}}
        record = {"core": core, **core_limits, "G_operations_per_s": round(operations / 1e9, 1)}
        write("roofline", "python benchmarks/roofline.py --json", record | {"rows": rows})
        with (RESULTS / "roofline.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([HEAD, *rows])


if __name__ == "__main__":
    main()
