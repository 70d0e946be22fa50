"""Units as standard cells of PyNN: which there are, and what their constants become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sparcelearn.reservoir import NeuronModel, SpikingReservoir, neurons
from sparcelearn.reservoir._model_parameters import computed
from sparcelearn.reservoir.equations._expressions import evaluate

__all__ = ["Cell", "cell_of", "check_sayable", "counterpart", "holding_drive", "slowest"]

STILL = 1e-4  # change of a variable in 1 ms, relative to its size, that is none


class Cell(NamedTuple):
    """A standard cell, and how numbers of a model of ours become its own.

    Parameters
    ----------
    name : str
        What PyNN calls it.
    constants : dict of str to str
        PyNN's constants as expressions of ours.
    slowest : str
        The longest time constant (ms).
    drive : float, default=1.0
        Current (nA) of a drive of 1.
    weight : float, default=1.0
        Weight in PyNN (nA, mV or uS) of a weight of 1.
    is_conductance : bool, default=False
        Whether weights of inhibition are positive, too.
    has_refractory : bool, default=True
        Whether it has a constant for the refractory period.
    has_synapses : bool, default=True
        Whether spikes act on it as on ours.
    """

    name: str
    constants: dict[str, str]
    slowest: str
    drive: float = 1.0
    weight: float = 1.0
    is_conductance: bool = False
    has_refractory: bool = True
    has_synapses: bool = True


_POTENTIALS = {"v_rest": "v_rest", "v_reset": "v_reset", "v_thresh": "v_threshold"}
_SYNAPSES = {"tau_syn_E": "tau_exc", "tau_syn_I": "tau_inh"}
_REVERSAL = {"e_rev_E": "e_exc", "e_rev_I": "e_inh"}
_LIF = {"cm": "tau_mem / r_mem", "tau_m": "tau_mem", **_POTENTIALS}
_LEAKY = {"cm": "c_mem / 1000", "tau_m": "c_mem / g_leak", **_POTENTIALS}
_OF_SYNAPSES = "maximum(tau_exc, tau_inh)"
_NANO = 1e-3  # pA in nA, nS in uS

CELLS: dict[NeuronModel, Cell] = {
    neurons.LIF: Cell("IF_curr_exp", {**_LIF, **_SYNAPSES}, f"maximum(tau_mem, {_OF_SYNAPSES})"),
    neurons.AlphaLIF: Cell(
        "IF_curr_alpha", {**_LIF, **_SYNAPSES}, f"maximum(tau_mem, {_OF_SYNAPSES})"
    ),
    neurons.DeltaLIF: Cell("IF_curr_delta", _LIF, "tau_mem"),
    neurons.ConductanceLIF: Cell(
        "IF_cond_exp",
        {**_LEAKY, **_SYNAPSES, **_REVERSAL},
        f"maximum(c_mem / g_leak, {_OF_SYNAPSES})",
        drive=_NANO,
        weight=_NANO,
        is_conductance=True,
    ),
    neurons.AdEx: Cell(
        "EIF_cond_exp_isfa_ista",
        {
            **_LEAKY,
            "v_spike": "v_peak",
            "delta_T": "sharpness",
            "tau_w": "tau_w",
            "a": "a",
            "b": "b / 1000",
        },
        "maximum(c_mem / g_leak, tau_w)",
        drive=_NANO,
        has_synapses=False,
    ),
    neurons.Izhikevich: Cell(
        "Izhikevich",
        {"a": "a", "b": "b", "c": "c", "d": "d"},
        "maximum(1 / a, 10)",
        drive=_NANO,
        has_refractory=False,
        has_synapses=False,
    ),
    neurons.HodgkinHuxley: Cell(
        "HH_cond_exp",
        {
            "cm": "c_mem / 1000",
            "g_leak": "g_leak / 1000",
            "gbar_Na": "g_na / 1000",
            "gbar_K": "g_k / 1000",
            "v_offset": "v_shift",
            "e_rev_leak": "e_leak",
            "e_rev_Na": "e_na",
            "e_rev_K": "e_k",
            **_SYNAPSES,
            **_REVERSAL,
        },
        f"maximum(c_mem / g_leak, {_OF_SYNAPSES})",
        drive=_NANO,
        weight=_NANO,
        is_conductance=True,
        has_refractory=False,
    ),
}
_IZHIKEVICH_PEAK = 30.0  # mV, which PyNN's cell has built in


def check_sayable(reservoir: Any) -> Cell:
    """Return the cell of a reservoir's units, or say what PyNN cannot.

    Parameters
    ----------
    reservoir : SpikingReservoir
        A fitted one.

    Returns
    -------
    Cell

    Raises
    ------
    TypeError
        If it is no reservoir of spiking units.
    ValueError
        If there is something that PyNN has no word for; the message says what to take instead.
    """
    if not isinstance(reservoir, SpikingReservoir):
        raise TypeError(
            f"PyNN takes spiking units: reservoir must be a SpikingReservoir, not {reservoir!r}."
        )
    if reservoir.gap_weights_ is not None:
        raise ValueError(
            "gap_junctions are not handed to PyNN, whose backends do not all have them; take "
            "gap_junctions=None."
        )
    if reservoir.short_term_plasticity is not None:
        raise ValueError(
            "short_term_plasticity is not handed to PyNN, whose synapses change by other equations "
            "from backend to backend; take short_term_plasticity=None."
        )
    if reservoir.carry_state:
        raise ValueError(
            "carry_state=True is not handed to PyNN, where every sample starts from rest; take "
            "carry_state=False and give the stream as one sequence."
        )
    if reservoir.channels_ or reservoir.input_channels_:
        raise ValueError("Wiring by channels is not handed to PyNN; let weights go by their sign.")
    cell = counterpart(reservoir.neuron_)
    name = reservoir.neuron_.name
    is_joined = reservoir.recurrent_weights_.nnz > 0 or reservoir.form_ == "events"
    if is_joined and not cell.has_synapses:
        raise ValueError(
            f"PyNN's {cell.name} answers to spikes by other equations than {name}, which can be "
            "handed over without synapses: numbers as input and loop_gain=0.0. With synapses take "
            "LIF, AlphaLIF, DeltaLIF, ConductanceLIF or HodgkinHuxley."
        )
    values = reservoir.neuron_parameters_
    if cell.name == "Izhikevich" and np.any(values["v_peak"] != _IZHIKEVICH_PEAK):
        raise ValueError(
            f"PyNN's Izhikevich spikes at v_peak={_IZHIKEVICH_PEAK:g} mV, not at "
            f"{values['v_peak']!r}; take that."
        )
    return cell


def counterpart(neuron: NeuronModel) -> Cell:
    """Return the cell of a model, which is known by its equations.

    Parameters
    ----------
    neuron : NeuronModel
        Any.

    Returns
    -------
    Cell

    Raises
    ------
    ValueError
        If PyNN has none.
    """
    for known, cell in CELLS.items():
        if _meaning(known) == _meaning(neuron):
            return cell
    known_names = ", ".join(known.name for known in CELLS)
    hint = "take one of those"
    if neuron.name == neurons.SoftResetLIF.name:
        hint = "its reset subtracts the threshold, which no cell of PyNN does; take neuron=LIF"
    raise ValueError(
        f"PyNN has no standard cell for {neuron.name} units, but for {known_names}: {hint}."
    )


def _meaning(neuron: NeuronModel) -> tuple[Any, ...]:
    """Return what a model says, without names, numbers and blanks."""
    parsed = neuron.parsed
    return parsed.lines, tuple(parsed.clamps), neuron.excitatory, neuron.inhibitory


def cell_of(reservoir: SpikingReservoir) -> tuple[Cell, dict[str, Any]]:
    """Return the cell of a reservoir's units, and the values of its constants.

    Parameters
    ----------
    reservoir : SpikingReservoir
        A fitted one.

    Returns
    -------
    cell : Cell
    constants : dict of str to float or ndarray of shape (n_units,)
        In PyNN's units: ms, mV, nF, nA and uS (``a`` of its adaptive cell in nS).
    """
    cell, values = check_sayable(reservoir), reservoir.neuron_parameters_
    constants = {name: computed(name, text, values) for name, text in cell.constants.items()}
    if cell.has_refractory:
        network = reservoir._simulator.network
        constants["tau_refrac"] = network.refractory_steps * reservoir._step
    constants["i_offset"] = holding_drive(reservoir) * cell.drive
    return cell, {name: _plain(value) for name, value in constants.items()}


def _plain(value: Any) -> Any:
    """Return a number where all units have the same, for simulators are quicker with one."""
    values = np.asarray(value, dtype=np.float64)
    return float(values.flat[0]) if np.all(values == values.flat[0]) else values


def slowest(cell: Cell, values: Mapping[str, Any]) -> float:
    """Return the longest time constant of any unit (ms)."""
    return float(np.max(computed("slowest", cell.slowest, values)))


def holding_drive(reservoir: SpikingReservoir) -> NDArray[np.float64]:
    """Return the constant drive that holds every unit where it starts.

    It is 0 for units that start where they rest.

    Parameters
    ----------
    reservoir : SpikingReservoir
        A fitted one.

    Returns
    -------
    ndarray of shape (n_units,)

    Raises
    ------
    ValueError
        If another variable moves even so.
    """
    parsed, rest = reservoir.neuron_.parsed, reservoir.rest_
    values = {**reservoir.neuron_parameters_, **dict(zip(parsed.states, rest, strict=True))}
    membrane, *others = parsed.derivatives
    without, beside = (
        evaluate(parsed.derivatives[membrane], {**values, "drive": drive}) for drive in (0.0, 1.0)
    )
    drive = np.broadcast_to(-without / (beside - without), reservoir.n_units)
    for name in others:
        speed = evaluate(parsed.derivatives[name], {**values, "drive": drive})
        if np.any(np.abs(speed) > STILL * (1 + np.abs(values[name]))):
            raise ValueError(
                f"{name} of {reservoir.neuron_.name} moves where the units start, so that they "
                f"cannot wait for an input in PyNN; start it, in initial, where it stands still."
            )
    return np.where(drive == 0, 0.0, drive)  # no -0.0
