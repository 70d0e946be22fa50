"""A fitted reservoir on a chip: what does not fit, and the network as it would be."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from ._presets import ChipPreset

LOST = 0.05  # a share of weights rounded to 0 that is worth a word


def fits(reservoir: Any, preset: ChipPreset) -> list[str]:
    """Return what of a fitted reservoir does not fit on a chip; an empty list if all does.

    Compared are numbers of units and of those that send to a core, synapses of a unit (from
    input and from units), delays, the ratio of input weights and recurrent ones, and weights
    that are rounded to 0. A sender counts once, through however many synaptic channels it sends;
    an input counts at each of its lags. Whether a chip has the equations of the units is not
    compared.

    Parameters
    ----------
    reservoir : SpikingReservoir
        Fitted.
    preset : ChipPreset
        The chip.

    Returns
    -------
    problems : list of str

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.readouts.hardware import chip_preset, fits
    >>> from sparcelearn.reservoir import SpikingReservoir
    >>> X = np.random.default_rng(0).random((20, 10, 3))
    >>> reservoir = SpikingReservoir(600, random_state=0).fit(X)
    >>> fits(reservoir, chip_preset("brainscales2"))
    ['600 units, but the chip has 512 neurons']
    """
    _check(reservoir)
    network = _Network(reservoir, preset)
    return [
        *_sizes(network, _n_senders(reservoir), preset),
        *_delays(reservoir, preset),
        *_ranges(network, preset),
    ]


def quantize_reservoir(
    reservoir: Any, preset: ChipPreset, *, mismatch: float | None = None, random_state: Any = None
) -> Any:
    """Return a fitted reservoir as it is on a chip: with its weights, devices and delays.

    Weights become codes, of one scale for input and recurrence or, where scales are powers of
    2, of one for each. Of a unit with too many synapses the strongest stay. Delays that the
    chip has not become its longest, or a step. Features keep their calibration.

    Parameters
    ----------
    reservoir : SpikingReservoir
        Fitted. It is not changed.
    preset : ChipPreset
        The chip.
    mismatch : float or None, default=None
        Relative deviation of devices, at least 0. None uses that of the preset.
    random_state : int, RandomState instance or None, default=None
        Seed of the devices.

    Returns
    -------
    SpikingReservoir
        A copy, to transform with.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.readouts.hardware import chip_preset, quantize_reservoir
    >>> from sparcelearn.reservoir import SpikingReservoir
    >>> X = np.random.default_rng(0).random((20, 10, 3))
    >>> reservoir = SpikingReservoir(50, loop_gain=0.5, random_state=0).fit(X)
    >>> on_chip = quantize_reservoir(reservoir, chip_preset("loihi"))
    >>> error = abs(on_chip.recurrent_weights_ - reservoir.recurrent_weights_).max()
    >>> bool(0 < error < 0.01 * abs(reservoir.recurrent_weights_).max())
    True
    """
    _check(reservoir)
    spread = preset.mismatch if mismatch is None else mismatch
    if not 0 <= spread < np.inf:
        raise ValueError(f"mismatch must be at least 0, got {mismatch!r}")
    network = _Network(reservoir, preset)
    weights = network.codes * network.scales
    if spread:
        noise = check_random_state(random_state).standard_normal(weights.shape)
        weights = weights * (1.0 + spread * noise)
    n_inputs = reservoir.input_weights_.shape[0]
    found = deepcopy(reservoir)
    found.input_weights_ = _like(reservoir.input_weights_, weights[:, :n_inputs].T)
    found.recurrent_weights_ = _like(reservoir.recurrent_weights_, weights[:, n_inputs:].T)
    steps = getattr(reservoir, "delay_steps_", None)
    if steps is not None:
        found.delay_steps_ = np.minimum(steps, preset.max_delay or 1).astype(steps.dtype)
    found._simulator = found._make_simulator(found._program())  # what runs is built once
    return found


def _check(reservoir: Any) -> None:
    """Raise ValueError where units hear in more ways than a chip has."""
    check_is_fitted(reservoir, "input_weights_")
    name = type(reservoir).__name__
    if reservoir.input_weights_.shape[1] != reservoir.recurrent_weights_.shape[1]:
        raise ValueError(
            f"reservoir must have units that hear through one input, 'drive', as on a chip; those "
            f"of this {name} read {', '.join(reservoir.neuron_.parsed.inputs)}."
        )
    if getattr(reservoir, "gap_weights_", None) is not None:
        raise ValueError(f"reservoir must have no gap_junctions, as on a chip; this {name} has.")
    if getattr(reservoir, "event_weights_", None) is not None:
        raise ValueError(
            f"reservoir must hear rows or events, as on a chip; this {name} hears rows whose "
            f"numbers drive its units and act on {', '.join(reservoir.input_channels_)} besides."
        )


class _Network:
    """Codes of all synapses: of units, their inputs and the units they listen to."""

    def __init__(self, reservoir: Any, preset: ChipPreset) -> None:
        groups = [
            sparse.csr_array(matrix).toarray().astype(np.float64).T
            for matrix in (reservoir.input_weights_, reservoir.recurrent_weights_)
        ]
        self.weights = np.hstack(groups)
        if preset.power_of_two_scale:
            self.group_scales = [preset.scale(preset.range_for(group)) for group in groups]
        else:
            self.group_scales = [preset.scale(preset.range_for(self.weights))] * 2
        sizes = [group.shape[1] for group in groups]
        self.is_used = [bool(np.any(group)) for group in groups]
        self.scales = np.repeat(self.group_scales, sizes)
        self.nearest = self.weights / self.scales
        self.codes = preset.codes(self.nearest, float(preset.largest_code))


def _n_senders(reservoir: Any) -> int:
    """Return how many inputs and units have a synapse; each has a row for every channel."""
    n_inputs = len(reservoir.input_lags_) * reservoir.n_features_in_
    inputs, units = reservoir.input_weights_, reservoir.recurrent_weights_
    return sum(
        np.unique(sparse.coo_array(matrix).nonzero()[0] % n_rows).size
        for matrix, n_rows in ((inputs, n_inputs), (units, units.shape[1]))
    )


def _sizes(network: _Network, n_senders: int, preset: ChipPreset) -> list[str]:
    n_units = len(network.weights)
    found = []
    if preset.neurons is not None and n_units > preset.neurons:
        found.append(f"{n_units} units, but the chip has {preset.neurons} neurons")
    if preset.axons_per_core is not None and n_senders > preset.axons_per_core:
        found.append(f"{n_senders} senders, but a core listens to {preset.axons_per_core}")
    if preset.fan_in is not None:
        most = int((network.weights != 0).sum(axis=1).max())
        if most > preset.fan_in:
            found.append(f"{most} synapses of a unit, but a neuron has {preset.fan_in}")
    return found


def _delays(reservoir: Any, preset: ChipPreset) -> list[str]:
    steps = getattr(reservoir, "delay_steps_", None)
    if steps is None or not reservoir.recurrent_weights_.nnz:
        return []
    longest, most = int(np.max(steps)), preset.max_delay or 1
    return [f"delays of {longest} steps, but the longest is {most}"] if longest > most else []


def _ranges(network: _Network, preset: ChipPreset) -> list[str]:
    found = []
    if preset.exponents is not None and all(network.is_used):
        apart = abs(float(np.log2(network.group_scales[0] / network.group_scales[1])))
        low, high = preset.exponents
        if apart > high - low:
            found.append(
                f"input and recurrent weights 2**{apart:.0f} apart, but the chip has "
                f"2**{high - low}"
            )
    is_weight = network.weights != 0
    lost = float(np.mean(network.codes[is_weight] == 0)) if is_weight.any() else 0.0
    if lost > LOST:
        found.append(f"{lost:.0%} of weights become 0")
    return found


def _like(matrix: Any, values: NDArray[Any]) -> sparse.csr_array:
    """Return values at the places of a sparse matrix: delays may belong to its entries."""
    found = sparse.csr_array(matrix, copy=True)
    rows = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
    found.data = values[rows, found.indices].astype(found.data.dtype)
    return found
