"""What a spiking reservoir does by default with each form of input."""

from __future__ import annotations

from typing import NamedTuple

from ._neuron_model import NeuronModel
from .input_wiring import Delays, InputWiring, Projection, TemporalFilters
from .neurons import SoftResetLIF

__all__ = ["FormDefaults", "form_defaults"]


class FormDefaults(NamedTuple):
    """Values that stand for the parameters of the same names where those are None."""

    neuron: NeuronModel
    input_wiring: InputWiring
    drive_spread: float
    steps_per_input: int
    features: str | tuple[str, ...]
    n_readouts: int
    loop_gain: float


_FAST = SoftResetLIF(tau_mem=1.5, tau_syn=5.0)

_ROWS = FormDefaults(_FAST, Projection(), 2.0, 5, "count", 1, 0.0)
_SEQUENCES = FormDefaults(_FAST, TemporalFilters(), 2.0, 1, "count", 1, 0.0)
_EVENTS = FormDefaults(
    SoftResetLIF(tau_mem=10.0, tau_syn=5.0), Projection(), 2.0, 1, "count", 3, 0.0
)
_STREAM = FormDefaults(
    SoftResetLIF(tau_mem=5.0, tau_syn=20.0), Delays(), 3.0, 10, ("membrane", "trace"), 1, 0.8
)


def form_defaults(form: str, *, is_stream: bool, longest: int) -> FormDefaults:
    """Return the defaults for a form of input.

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
        return _EVENTS
    if is_stream:
        return _STREAM
    return _ROWS if longest == 1 else _SEQUENCES
