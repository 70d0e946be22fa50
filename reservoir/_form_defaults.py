"""What a reservoir does by default with each form of input."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ._neuron_model import NeuronModel
from .input_wiring import Delays, InputWiring, Projection, TemporalFilters
from .neurons import SoftResetLIF

__all__ = ["FormDefaults", "RateDefaults", "form_defaults", "given", "rate_defaults"]

WINDOW = 100  # rows that one instant of reading stands for
MAX_READOUTS = 8


class FormDefaults(NamedTuple):
    """Values that stand for the parameters of the same names where those are None."""

    neuron: NeuronModel
    input_wiring: InputWiring
    drive_spread: float
    excitability: tuple[float, float]
    steps_per_input: int
    features: str | tuple[str, ...]
    n_readouts: int
    loop_gain: float
    padding: int = 0


_COUNTS = ("count", 1, 0.0)  # features, instants, gain of the loop
_ROWS = FormDefaults(
    SoftResetLIF(tau_mem=5.0, tau_syn=5.0), Projection(), 5.0, (0.05, 0.95), 10, *_COUNTS
)
_SEQUENCES = FormDefaults(
    SoftResetLIF(tau_mem=1.5, tau_syn=1.5), TemporalFilters(), 2.5, (0.05, 0.95), 1, *_COUNTS
)
_EVENTS = FormDefaults(
    SoftResetLIF(tau_mem=10.0, tau_syn=5.0), Projection(), 2.5, (0.05, 0.95), 1, "count", 3, 0.0
)
_STREAM = FormDefaults(
    SoftResetLIF(tau_mem=10.0, tau_syn=40.0),
    Delays(),
    5.0,
    (0.02, 0.98),
    20,
    ("membrane", "trace"),
    1,
    0.8,
)


def form_defaults(form: str, *, is_stream: bool, longest: int) -> FormDefaults:
    """Return the defaults for a form of input.

    Short sequences are read at several instants, as time matters there, and go on for half their
    length, so that filters take their end in. In long ones the same pattern may come at any time.

    Parameters
    ----------
    form : {"rows", "events"}
        What the input consists of.
    is_stream : bool
        Whether samples follow one another in time.
    longest : int
        Rows of the longest sample.

    Returns
    -------
    FormDefaults
    """
    if form == "events":
        return _EVENTS._replace(n_readouts=1) if is_stream else _EVENTS
    if is_stream:
        return _STREAM
    if longest == 1:
        return _ROWS
    n_readouts = int(np.clip(2.0 ** np.round(np.log2(WINDOW / longest)), 1, MAX_READOUTS))
    padding = (longest + 1) // 2 if n_readouts > 1 else 0
    return _SEQUENCES._replace(n_readouts=n_readouts, padding=padding)


class RateDefaults(NamedTuple):
    """The same of rate units."""

    input_wiring: InputWiring
    drive_spread: float
    features: str
    bias_scaling: float = 1.0


_ALL = Projection(connectivity=1.0)
_CLASSICAL = RateDefaults(_ALL, 1.0, "state", bias_scaling=0.0)


def rate_defaults(*, is_calibrated: bool, is_stream: bool, takes_sequences: bool) -> RateDefaults:
    """Return what rate units do by default with a form of input.

    Streams are smooth, as a rule: small drives hold more of them. What is averaged over a
    sequence must be bent, or nothing is left of what oscillates.

    Parameters
    ----------
    is_calibrated : bool
        Whether units are calibrated; if not, this is an echo state network as first described.
    is_stream : bool
        Whether samples follow one another in time.
    takes_sequences : bool
        Whether a sample has several rows.

    Returns
    -------
    RateDefaults
    """
    if not is_calibrated:
        return _CLASSICAL
    if is_stream:
        return RateDefaults(Delays(), 0.3, "state")
    if takes_sequences:
        return RateDefaults(TemporalFilters(), 1.0, "mean")
    return RateDefaults(_ALL, 1.0, "state")


def given(value: Any, default: Any) -> Any:
    """Return a value, or the default where it is None."""
    return default if value is None else value
