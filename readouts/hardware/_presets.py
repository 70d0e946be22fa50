"""What chips can hold: ranges of weights and decays, one preset to a chip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

ROUNDINGS = ("nearest", "stochastic")


@dataclass(frozen=True)
class ChipPreset:
    """The weights that a chip can hold: ``scale * code``, for codes of a range.

    Parameters
    ----------
    name : str
        Name of the chip.
    largest_code : int
        Codes go from ``-largest_code`` to ``largest_code``.
    code_step : int, default=1
        Distance of codes.
    fan_in : int or None, default=None
        How many inputs an output can have, at most; a synapse of multiplicity n counts n
        times. None is no limit.
    mismatch : float, default=0.0
        Typical relative deviation of a synapse's strength from device to device.
    power_of_two_scale : bool, default=False
        Whether the scale is common to all weights and a power of 2.

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
        """Return the weight of a code of 1, such that ``w_max`` can be held.

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
        """Return the codes of weights, rounded and cut to the range.

        Parameters
        ----------
        weights : array-like of shape (n_outputs, n_inputs)
            Weights.
        w_max : float
            Largest magnitude of a weight that must be held.
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
        # Half steps go away from 0, on both sides alike.
        steps = np.sign(steps) * np.floor(np.abs(steps) + chance)
        most = self.largest_code // self.code_step
        codes = (np.clip(steps, -most, most) * self.code_step).astype(np.int64)
        return self._sparse(codes)

    def _sparse(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Keep the strongest synapses of each output, as far as its fan-in goes."""
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
        # Weights are multiplicities of synapses, of which a neuron has few.
        ChipPreset("dynapse", 64, fan_in=64, mismatch=0.2),
    )
}


def chip_preset(name: str) -> ChipPreset:
    """Return what a known chip can hold.

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
