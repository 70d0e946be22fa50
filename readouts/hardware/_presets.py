"""Weights that chips can hold, one preset per chip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

ROUNDINGS = ("nearest", "stochastic")


@dataclass(frozen=True)
class ChipPreset:
    """The weights that a chip can hold: ``scale * code``, for a range of codes.

    Parameters
    ----------
    name : str
        Name of the chip.
    largest_code : int
        Codes go from ``-largest_code`` to ``largest_code``.
    code_step : int, default=1
        Distance of codes.
    fan_in : int or None, default=None
        Largest number of inputs of an output; a synapse of multiplicity n counts n times.
        None is no limit.
    mismatch : float, default=0.0
        Typical relative deviation of devices.
    power_of_two_scale : bool, default=False
        Whether the common scale of the weights is a power of 2.

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
    mismatch: float = 0.0
    power_of_two_scale: bool = False

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

    def codes(
        self,
        weights: ArrayLike,
        w_max: float,
        rounding: str = "nearest",
        random_state: np.random.RandomState | None = None,
    ) -> NDArray[np.int64]:
        """Return the codes of weights, rounded and clipped to the range.

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
        chance: float | NDArray = 0.5
        if rounding == "stochastic":
            if random_state is None:
                raise ValueError("stochastic rounding needs a random_state")
            chance = random_state.random_sample(steps.shape)
        # Half steps are rounded away from 0.
        steps = np.sign(steps) * np.floor(np.abs(steps) + chance)
        most = self.largest_code // self.code_step
        codes = (np.clip(steps, -most, most) * self.code_step).astype(np.int64)
        return self._sparse(codes)

    def _sparse(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Keep the strongest synapses of each output, up to its fan-in."""
        if self.fan_in is None:
            return codes
        order = np.argsort(-np.abs(codes), axis=1, kind="stable")
        sorted_codes = np.take_along_axis(codes, order, axis=1)
        used = np.cumsum(np.abs(sorted_codes), axis=1)
        kept = np.where(used <= self.fan_in, sorted_codes, 0)
        out = np.zeros_like(codes)
        np.put_along_axis(out, order, kept, axis=1)
        return out


_PRESETS = {
    preset.name: preset
    for preset in (
        # Mixed-sign mantissas -256..254 in steps of 2, and a shared exponent of 2.
        ChipPreset("loihi", 254, code_step=2, power_of_two_scale=True),
        # 6 bits, and a sign per row of two synapses.
        ChipPreset("brainscales2", 63),
        # 16-bit fixed point with a scale per projection.
        ChipPreset("spinnaker", 32767),
        # Weights are multiplicities of synapses; a neuron has few of them.
        ChipPreset("dynapse", 64, fan_in=64, mismatch=0.2),
    )
}


def chip_preset(name: str) -> ChipPreset:
    """Return the preset of a known chip.

    Parameters
    ----------
    name : {"loihi", "brainscales2", "spinnaker", "dynapse"}
        Name of the chip.

    Returns
    -------
    preset : ChipPreset

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
