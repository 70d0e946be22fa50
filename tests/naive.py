"""Slow and obvious oracles, written without the package's parser, integrators or kernels."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np


@dataclass
class Record:
    """What happened in every step; each array is (n_steps, n_units)."""

    spikes: np.ndarray
    v: np.ndarray
    i_exc: np.ndarray
    i_inh: np.ndarray


def current_propagator(tau_mem: float, tau_syn: float, h: float) -> float:
    """Return what a current of 1 that decays with tau_syn adds to v (times r_mem) in a step."""
    x = h / tau_mem - h / tau_syn
    ratio = 1.0 if x == 0 else np.expm1(x) / x
    return h / tau_mem * np.exp(-h / tau_mem) * ratio


def lif_network(
    rows: np.ndarray | None,
    *,
    weights: np.ndarray,
    input_weights: np.ndarray,
    bias: np.ndarray,
    parameters: dict,
    dt: float,
    delay_steps: int,
    steps_per_input: int = 1,
    arriving: np.ndarray | None = None,
) -> Record:
    """Simulate one sample from rest; ``weights[i, j]`` goes from unit i to unit j.

    ``arriving[k, c]`` events of channel c reach the synapses in step k; ``rows`` is then None.

    A step, in this order: v moves and the currents decay; the spikes of
    ``delay_steps`` steps ago are added; units at threshold spike, are reset,
    and hold for t_ref / dt steps, halves up, while their currents go on.
    """
    n = len(weights)
    p = {key: np.broadcast_to(value, n) for key, value in parameters.items()}
    decay_v = np.exp(-dt / p["tau_mem"])
    decay_exc, decay_inh = np.exp(-dt / p["tau_exc"]), np.exp(-dt / p["tau_inh"])
    taus = list(zip(p["tau_mem"], p["tau_exc"], p["tau_inh"], strict=True))
    from_exc = np.array([current_propagator(m, e, dt) for m, e, _ in taus])
    from_inh = np.array([current_propagator(m, i, dt) for m, _, i in taus])
    from_drive = -np.expm1(-dt / p["tau_mem"])
    hold = np.array([int(np.floor(t / dt + 0.5)) for t in p["t_ref"]])

    v, i_exc, i_inh = p["v_rest"].copy(), np.zeros(n), np.zeros(n)
    wait = np.zeros(n, dtype=int)
    spikes, voltages, exc, inh = [], [], [], []
    if arriving is None:
        rows = np.repeat(rows, steps_per_input, axis=0)
        arriving = np.zeros_like(rows)
    else:
        rows = np.zeros_like(arriving)
    for row, events in zip(rows, arriving, strict=True):
        drive = bias + row @ input_weights
        distance = v - p["v_rest"]
        currents = from_exc * i_exc - from_inh * i_inh + from_drive * drive
        v = p["v_rest"] + decay_v * distance + p["r_mem"] * currents
        i_exc, i_inh = decay_exc * i_exc, decay_inh * i_inh
        v = np.where(wait > 0, p["v_reset"], v)
        if len(spikes) >= delay_steps:
            due = spikes[-delay_steps].astype(float)
            i_exc = i_exc + due @ np.maximum(weights, 0)
            i_inh = i_inh + due @ np.maximum(-weights, 0)
        i_exc = i_exc + events @ np.maximum(input_weights, 0)
        i_inh = i_inh + events @ np.maximum(-input_weights, 0)
        fired = (v >= p["v_threshold"]) & (wait == 0)
        wait = np.where(fired, hold, np.maximum(wait - 1, 0))
        v = np.where(fired, p["v_reset"], v)
        spikes.append(fired)
        voltages.append(v)
        exc.append(i_exc)
        inh.append(i_inh)
    return Record(np.array(spikes), np.array(voltages), np.array(exc), np.array(inh))


def instants(n_steps: int, n_readouts: int) -> list[int]:
    """Return how many steps are over at each instant of a sample."""
    return [(k + 1) * n_steps // n_readouts for k in range(n_readouts)]


def traces(spikes: np.ndarray, n_readouts: int, dt: float, tau: float) -> np.ndarray:
    """Filter spikes: the sum of exp(-age / tau), where a spike has the time of its step's end."""
    result = []
    for end in instants(len(spikes), n_readouts):
        age = dt * (end - 1 - np.arange(end))
        result.append(np.exp(-age / tau) @ spikes[:end])
    return np.array(result)


def counts(spikes: np.ndarray, n_readouts: int) -> np.ndarray:
    """Count spikes since the instant before."""
    borders = [0, *instants(len(spikes), n_readouts)]
    return np.array([spikes[a:b].sum(axis=0) for a, b in itertools.pairwise(borders)])


def echo_state(
    rows: np.ndarray,
    *,
    weights: np.ndarray,
    input_weights: np.ndarray,
    bias: np.ndarray,
    leak_rate: float,
) -> np.ndarray:
    """Return the rates after every row, from zero: (n_rows, n_units)."""
    v = np.zeros(len(weights))
    history = []
    for row in rows:
        v = (1 - leak_rate) * v + leak_rate * np.tanh(bias + row @ input_weights + v @ weights)
        history.append(v)
    return np.array(history)
