"""Compare the generated kernel with a hand-written loop that does the same work.

Both simulate the same network from the same input, on one core, in turn
(A B A B ...): a LIF reservoir of 1000 units at 1 ms, and the current-based
network of Vogels and Abbott (2005) at 0.1 ms. Input is events, step by step, for both.
The loop has no delays, features or choices: it is what one would write for this one network.

    taskset -c 0 python benchmarks/kernel_speed.py --json
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

import numba
import numpy as np
from scipy import sparse

from sparcelearn import SpikeTrains
from sparcelearn._sequences import Events, as_events
from sparcelearn.reservoir import NeuronModel, SpikingReservoir
from sparcelearn.reservoir.wiring import fixed_in_degree

SYNAPTIC_INPUT = """
    dv/dt = (v_rest - v + i_exc - i_inh) / tau_mem
    di_exc/dt = -i_exc / tau_exc
    di_inh/dt = -i_inh / tau_inh
"""


def lif_network(seed: int, seconds: float) -> tuple[dict, np.ndarray]:
    """Return 1000 units of in-degree 100 in mV and ms, and 700 Poisson channels at 10 Hz."""
    rng = np.random.RandomState(seed)
    n, n_channels, dt = 1000, 700, 1.0
    parts = []
    for pool, degree, weight in ((np.arange(800), 80, 0.4), (np.arange(800, 1000), 20, -1.6)):
        sources, targets = fixed_in_degree(rng, pool, np.arange(n), degree)
        parts.append((weight * rng.uniform(0.5, 1.5, len(sources)), sources, targets))
    weights, sources, targets = map(np.concatenate, zip(*parts, strict=True))
    wiring = sparse.csr_array(sparse.coo_array((weights, (sources, targets)), shape=(n, n)))
    input_mask = rng.rand(n_channels, n) < 0.1
    jumps = sparse.csr_array(np.where(input_mask, 5.0 * rng.uniform(0.5, 1.5, input_mask.shape), 0))
    raster = rng.rand(round(seconds * 1000 / dt), n_channels) < 10 * dt / 1000
    spec = dict(
        n=n,
        dt=dt,
        wiring=wiring,
        jumps=jumps,
        tau_mem=20.0,
        tau_exc=5.0,
        tau_inh=10.0,
        v_rest=0.0,
        v_threshold=15.0,
        v_reset=0.0,
        t_ref=2.0,
        v0=np.zeros(n),
    )
    return spec, raster.astype(np.float32)


def cuba_network(seed: int, seconds: float) -> tuple[dict, np.ndarray]:
    """Return 4000 units connected with probability 0.02 that fire without input."""
    rng = np.random.RandomState(seed)
    n, n_exc, dt = 4000, 3200, 0.1
    mask = rng.rand(n, n) < 0.02
    sources, targets = np.nonzero(mask)
    weights = np.where(sources < n_exc, 1.62, -9.0)
    wiring = sparse.csr_array(sparse.coo_array((weights, (sources, targets)), shape=(n, n)))
    spec = dict(
        n=n,
        dt=dt,
        wiring=wiring,
        jumps=sparse.csr_array((1, n)),
        tau_mem=20.0,
        tau_exc=5.0,
        tau_inh=10.0,
        v_rest=-49.0,
        v_threshold=-50.0,
        v_reset=-60.0,
        t_ref=5.0,
        v0=rng.uniform(-60, -50, n),
    )
    return spec, np.zeros((round(seconds * 1000 / dt), 1), dtype=np.float32)


@numba.njit(nogil=True, error_model="numpy")
def by_hand(
    event_starts,
    channels,
    n_exc,
    starts,
    targets,
    weights,
    in_starts,
    in_targets,
    in_weights,
    v,
    g_exc,
    g_inh,
    free_at,
    p,
    p_exc,
    p_inh,
    d_exc,
    d_inh,
    v_rest,
    v_threshold,
    v_reset,
    n_ref,
):
    """Simulate with v relative to rest; returns the number of synaptic events and of spikes."""
    spikes = np.empty(v.size, np.uint16)
    n_spikes = events = total = 0
    for step in range(event_starts.size - 1):
        for i in range(v.size):
            new = p * v[i] + p_exc * g_exc[i] + p_inh * g_inh[i]
            v[i] = new if step >= free_at[i] else v_reset
        for i in range(v.size):
            g_exc[i] *= d_exc
        for i in range(v.size):
            g_inh[i] *= d_inh
        for k in range(n_spikes):
            i = spikes[k]
            events += starts[i + 1] - starts[i]
            if i < n_exc:
                for j in range(starts[i], starts[i + 1]):
                    g_exc[targets[j]] += weights[j]
            else:
                for j in range(starts[i], starts[i + 1]):
                    g_inh[targets[j]] += weights[j]
        for k in range(event_starts[step], event_starts[step + 1]):
            c = channels[k]
            events += in_starts[c + 1] - in_starts[c]
            for j in range(in_starts[c], in_starts[c + 1]):
                g_exc[in_targets[j]] += in_weights[j]
        n_spikes = 0
        for i in range(v.size):
            if v[i] >= v_threshold:
                spikes[n_spikes] = i
                n_spikes += 1
        for k in range(n_spikes):
            v[spikes[k]] = v_reset
            free_at[spikes[k]] = step + 1 + n_ref
        total += n_spikes
    return events, total


def run_by_hand(spec: dict, samples: Events, dtype: str) -> tuple[float, int, int]:
    """Return seconds, synaptic events and spikes of one run."""
    f = np.dtype(dtype).type
    dt, tau = spec["dt"], spec["tau_mem"]
    decay = {k: np.exp(-dt / spec[k]) for k in ("tau_mem", "tau_exc", "tau_inh")}

    def into_v(name: str) -> float:
        return spec[name] / (spec[name] - tau) * (decay[name] - decay["tau_mem"])

    wiring, jumps, n = spec["wiring"], spec["jumps"], spec["n"]
    arguments = (
        samples.row_starts,
        samples.channels,
        round(0.8 * n),
        wiring.indptr.astype(np.int64),
        wiring.indices.astype(np.uint16),
        wiring.data.astype(f),
        jumps.indptr.astype(np.int64),
        jumps.indices.astype(np.uint16),
        jumps.data.astype(f),
        (spec["v0"] - spec["v_rest"]).astype(f),
        np.zeros(n, f),
        np.zeros(n, f),
        np.zeros(n, np.int32),
        f(decay["tau_mem"]),
        f(into_v("tau_exc")),
        f(into_v("tau_inh")),
        f(decay["tau_exc"]),
        f(decay["tau_inh"]),
        f(0),
        f(spec["v_threshold"] - spec["v_rest"]),
        f(spec["v_reset"] - spec["v_rest"]),
        round(spec["t_ref"] / dt),
    )
    begin = time.perf_counter()
    events, spikes = by_hand(*arguments)
    return time.perf_counter() - begin, events, spikes


def generated(spec: dict, trains: SpikeTrains, dtype: str) -> SpikingReservoir:
    """Return the same network as a reservoir."""
    neuron = NeuronModel(
        SYNAPTIC_INPUT,
        threshold="v >= v_threshold",
        reset="v = v_reset",
        refractory="t_ref",
        excitatory="i_exc",
        inhibitory="i_inh",
        parameters={k: v for k, v in spec.items() if k.startswith(("tau", "v_", "t_"))},
        initial={"v": spec["v0"]},
    )
    dt = spec["dt"]
    return SpikingReservoir(
        spec["n"],
        neuron=neuron,
        wiring=spec["wiring"],
        input_wiring=spec["jumps"],
        input_scaling=1.0,
        dt=dt,
        delay=dt,
        features="count",
        dtype=dtype,
    ).fit(trains)


def run_generated(reservoir: SpikingReservoir, samples: Events) -> tuple[float, int]:
    """Return seconds and spikes of one run."""
    begin = time.perf_counter()
    features, _, _ = reservoir._simulate(samples, None)
    return time.perf_counter() - begin, int(features.sum())


def compare(name: str, spec: dict, raster: np.ndarray, dtype: str, repeats: int) -> dict:
    """Time both in turn and describe what was seen."""
    trains = SpikeTrains.from_dense(raster[np.newaxis], spec["dt"])
    reservoir = generated(spec, trains, dtype)
    samples = as_events(reservoir, trains, reset=False, dt=spec["dt"])
    run_by_hand(spec, samples, dtype)
    run_generated(reservoir, samples)
    hand, ours = [], []
    for _ in range(repeats):
        seconds, events, spikes = run_by_hand(spec, samples, dtype)
        hand.append(seconds)
        seconds, our_spikes = run_generated(reservoir, samples)
        ours.append(seconds)
    duration = len(raster) * spec["dt"] / 1000
    fan_out = spec["wiring"].nnz / spec["n"]
    our_events = our_spikes * fan_out + events - spikes * fan_out
    ratios = [(our_events / b) / (events / a) for a, b in zip(hand, ours, strict=True)]
    return {
        "network": name,
        "dtype": dtype,
        "rate_by_hand_hz": spikes / spec["n"] / duration,
        "rate_generated_hz": our_spikes / spec["n"] / duration,
        "by_hand_events_per_s": events / statistics.median(hand),
        "generated_events_per_s": our_events / statistics.median(ours),
        "ratio_median": statistics.median(ratios),
        "ratio_of_fastest": (our_events / min(ours)) / (events / min(hand)),
        "ratio_min": min(ratios),
        "ratio_max": max(ratios),
        "repeats": repeats,
    }


def main() -> None:
    """Run the comparisons and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    results = []
    for dtype in ("float32", "float64"):
        for name, network, seconds in (
            ("LIF 1000", lif_network, 2),
            ("CUBA 4000", cuba_network, 1),
        ):
            results.append(compare(name, *network(1, seconds), dtype, options.repeats))
    print(
        f"{'network':10} {'dtype':8} {'Hz by hand':>10} {'Hz ours':>8} "
        f"{'M ev/s hand':>12} {'M ev/s ours':>12} {'ratio':>6}  (min-max)"
    )
    for r in results:
        print(
            f"{r['network']:10} {r['dtype']:8} {r['rate_by_hand_hz']:10.1f} "
            f"{r['rate_generated_hz']:8.1f} {r['by_hand_events_per_s'] / 1e6:12.0f} "
            f"{r['generated_events_per_s'] / 1e6:12.0f} {r['ratio_median']:6.2f}  "
            f"({r['ratio_min']:.2f}-{r['ratio_max']:.2f})"
        )
    if options.json:
        path = Path(__file__).parent / "results" / "kernel_speed.json"
        path.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
