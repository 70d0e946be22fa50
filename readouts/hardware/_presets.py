"""Weights that chips can hold, one preset per chip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

ROUNDINGS = ("nearest", "stochastic")


@dataclass(frozen=True)
class ChipPreset:
    """What a chip can hold: weights ``scale * code`` for a range of codes, and how many.

    Parameters
    ----------
    name : str
        Name of the chip.
    largest_code : int
        Codes go from ``-largest_code`` to ``largest_code``.
    code_step : int, default=1
        Distance of codes.
    fan_in : int or None, default=None
        Largest number of synapses of a neuron; None is no limit.
    counts_synapses : bool, default=False
        Whether a code is a number of equal synapses: a weight of code n then takes n of the
        ``fan_in``, else 1.
    mismatch : float, default=0.0
        Typical relative deviation of devices.
    power_of_two_scale : bool, default=False
        Whether the common scale of the weights is a power of 2.
    exponents : tuple of (int, int) or None, default=None
        Least and largest exponent of that power, for weights onto the same neurons.
    neurons_per_core : int or None, default=None
        Neurons of a core.
    neurons : int or None, default=None
        Neurons of the chip.
    axons_per_core : int or None, default=None
        Largest number of senders that a core listens to.
    max_delay : int or None, default=None
        Longest delay, in time steps; None if the chip has none that can be set.
    trace_bits : int or None, default=None
        Bits of a trace that learning on the chip reads; None without such traces.
    energy_per_event : float or None, default=None
        Energy of a synaptic event, a spike that arrives at a synapse (pJ).
    energy_per_update : float or None, default=None
        Energy of a change of a weight by learning on the chip (pJ).

    Examples
    --------
    >>> from sparcelearn.readouts.hardware import chip_preset
    >>> chip_preset("loihi").codes([[1.0, -0.5, 0.26]], w_max=1.0)
    array([[128, -64,  34]])
    """

    name: str
    largest_code: int
    code_step: int = 1
    fan_in: int | None = None
    counts_synapses: bool = False
    mismatch: float = 0.0
    power_of_two_scale: bool = False
    exponents: tuple[int, int] | None = None
    neurons_per_core: int | None = None
    neurons: int | None = None
    axons_per_core: int | None = None
    max_delay: int | None = None
    trace_bits: int | None = None
    energy_per_event: float | None = None
    energy_per_update: float | None = None

    def scale(self, w_max: float) -> float:
        """Return the weight of code 1, such that ``w_max`` is in the range.

        Parameters
        ----------
        w_max : float
            Largest magnitude of a weight, above 0.

        Returns
        -------
        scale : float
        """
        if not 0 < w_max < np.inf:
            raise ValueError(f"w_max must be a finite number above 0, got {w_max!r}")
        scale = w_max / self.largest_code
        return float(2.0 ** np.ceil(np.log2(scale))) if self.power_of_two_scale else scale

    def range_for(self, weights: ArrayLike) -> float:
        """Return the ``w_max`` that holds all of some weights best.

        It is their largest magnitude. Where codes are numbers of synapses, it is the least at
        which the nearest codes of an output take no more than the ``fan_in`` on average; outputs
        that need more lose their weakest inputs.

        Parameters
        ----------
        weights : array-like of shape (n_outputs, n_inputs)
            Weights.

        Returns
        -------
        w_max : float
            1 if all weights are 0.
        """
        sizes = np.abs(np.asarray(weights, dtype=np.float64))
        largest = float(sizes.max(initial=0.0)) or 1.0
        if not self.counts_synapses or self.fan_in is None:
            return largest
        # A larger scale takes fewer synapses. At 2 * largest the nearest codes are 1 at most.
        low, high = 0.0, 2.5 * largest
        for _ in range(60):
            scale = (low + high) / 2
            n_synapses = np.floor(sizes / scale + 0.5).sum(axis=1).mean()
            low, high = (scale, high) if n_synapses > self.fan_in else (low, scale)
        return high * self.largest_code

    def codes(
        self,
        weights: ArrayLike,
        w_max: float,
        rounding: str = "nearest",
        random_state: np.random.RandomState | None = None,
    ) -> NDArray[np.int64]:
        """Return the codes of weights, rounded and clipped to the range.

        Of an output with more inputs than its ``fan_in``, the strongest stay.

        Parameters
        ----------
        weights : array-like of shape (n_outputs, n_inputs)
            Weights.
        w_max : float
            Largest magnitude of a weight in the range.
        rounding : {"nearest", "stochastic"}, default="nearest"
            To the nearest code, or up with the fractional part as probability.
        random_state : RandomState or None, default=None
            Source of stochastic rounding; needed for it.

        Returns
        -------
        codes : ndarray of shape (n_outputs, n_inputs)
        """
        if rounding not in ROUNDINGS:
            raise ValueError(f"rounding must be one of {ROUNDINGS}, got {rounding!r}")
        steps = np.asarray(weights, dtype=np.float64) / (self.scale(w_max) * self.code_step)
        chance: float | NDArray[Any] = 0.5
        if rounding == "stochastic":
            if random_state is None:
                raise ValueError("stochastic rounding needs a random_state")
            chance = random_state.random_sample(steps.shape)
        # Half steps are rounded away from 0.
        steps = np.sign(steps) * np.floor(np.abs(steps) + chance)
        most = self.largest_code // self.code_step
        codes = (np.clip(steps, -most, most) * self.code_step).astype(np.int64)
        return self._sparse(codes)

    def n_synapses(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many synapses each code takes.

        Parameters
        ----------
        codes : ndarray
            Codes.

        Returns
        -------
        n : ndarray of the same shape
        """
        return np.abs(codes) if self.counts_synapses else (codes != 0).astype(np.int64)

    def _sparse(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Keep the strongest synapses of each output, up to its fan-in."""
        if self.fan_in is None:
            return codes
        order = np.argsort(-np.abs(codes), axis=1, kind="stable")
        sorted_codes = np.take_along_axis(codes, order, axis=1)
        used = np.cumsum(self.n_synapses(sorted_codes), axis=1)
        kept = np.where(used <= self.fan_in, sorted_codes, 0)
        out = np.zeros_like(codes)
        np.put_along_axis(out, order, kept, axis=1)
        return out


_PRESETS = {
    preset.name: preset
    for preset in (
        # Mantissas -256..254 in steps of 2 where signs are mixed, times 2^(6 + exponent) with
        # one exponent in -8..7 for a group of synapses; delays 0..62; traces 0..127: package
        # brian2_loihi, loihi_synapses.py. Compartments, axons and bits of a core: package
        # nengo_loihi, block.py. Energies: Davies et al., IEEE Micro 38(1), 2018.
        ChipPreset(
            "loihi",
            254,
            code_step=2,
            power_of_two_scale=True,
            exponents=(-8, 7),
            neurons_per_core=1024,
            neurons=128 * 1024,
            axons_per_core=4096,
            max_delay=62,
            trace_bits=7,
            energy_per_event=23.6,
            energy_per_update=120.0,
        ),
        # 8 bits of weight with its sign, even mantissas of -256..254 where signs are mixed, times
        # a power of 2: package lava, utils/weightutils.py and proc/dense/models.py. Delays
        # 0..62: package lava-dl, slayer/block/sigma_delta.py and its neighbours. Up to a million
        # neurons: Intel's announcement, 2021. Least exponents, neurons and axons of a core,
        # traces and energies are not told there, and so not here.
        ChipPreset(
            "loihi2", 254, code_step=2, power_of_two_scale=True, neurons=1_000_000, max_delay=62
        ),
        # 512 circuits, 131,072 synapses (256 each) of 6 bits, whose sign is that of their row:
        # Pehle et al., Frontiers in Neuroscience 16:795876, 2022. Circuits can be joined to
        # neurons of more synapses, which this does not.
        ChipPreset("brainscales2", 63, fan_in=256, neurons_per_core=512, neurons=512),
        # 16 bits with a sign by the type of synapse, times a power of 2 per type; 256 neurons
        # of a core; delays of 16 steps, and 8 stages of 16 more: package sPyNNaker,
        # constants.py, and get_weight_scale of its vertices, which is a power of 2.
        ChipPreset(
            "spinnaker", 32767, power_of_two_scale=True, neurons_per_core=256, max_delay=144
        ),
        # 64 synapses a neuron, of the weights that a core's 256 neurons share; 4 cores: the
        # manual of samna, DYNAP-SE1. A weight is a number of equal synapses.
        ChipPreset(
            "dynapse",
            64,
            fan_in=64,
            counts_synapses=True,
            mismatch=0.2,
            neurons_per_core=256,
            neurons=1024,
        ),
    )
}


def chip_preset(name: str) -> ChipPreset:
    """Return the preset of a known chip.

    Parameters
    ----------
    name : {"loihi", "loihi2", "brainscales2", "spinnaker", "dynapse"}
        Name of the chip.

    Returns
    -------
    preset : ChipPreset

    References
    ----------
    M. Davies et al., "Loihi: A Neuromorphic Manycore Processor with On-Chip Learning", IEEE
    Micro 38(1), 82-99, 2018.

    Intel Labs, "Taking Neuromorphic Computing to the Next Level with Loihi 2", technology
    brief, 2021. Weights and delays are those of Intel's packages lava and lava-dl.

    C. Pehle et al., "The BrainScaleS-2 Accelerated Neuromorphic System With Hybrid
    Plasticity", Frontiers in Neuroscience 16:795876, 2022.

    S. Moradi, N. Qiao, F. Stefanini, G. Indiveri, "A Scalable Multicore Architecture With
    Heterogeneous Memory Structures for Dynamic Neuromorphic Asynchronous Processors
    (DYNAPs)", IEEE Transactions on Biomedical Circuits and Systems 12(1), 106-122, 2018.

    Examples
    --------
    >>> from sparcelearn.readouts.hardware import chip_preset
    >>> chip_preset("brainscales2").largest_code
    63
    """
    if name not in _PRESETS:
        raise ValueError(f"name must be one of {sorted(_PRESETS)}, got {name!r}")
    return _PRESETS[name]


def generic_chip(bits: int) -> ChipPreset:
    """Return a chip of signed weights of some bits, symmetric around 0.

    Parameters
    ----------
    bits : int
        Bits of a weight, its sign included; from 2 to 31.

    Returns
    -------
    preset : ChipPreset

    Examples
    --------
    >>> from sparcelearn.readouts.hardware import generic_chip
    >>> generic_chip(4).largest_code
    7
    """
    if not isinstance(bits, int | np.integer) or not 2 <= bits <= 31:
        raise ValueError(f"bits must be an integer from 2 to 31, got {bits!r}")
    return ChipPreset(f"generic-{bits}", 2 ** (int(bits) - 1) - 1)
