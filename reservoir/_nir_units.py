"""Units that NIR has a word for: with and without leak, behind synapses and without."""

from __future__ import annotations

from typing import Any

from ._neuron_model import NeuronModel
from .neurons import LIF, DeltaLIF

__all__ = ["SPIKES", "import_nir", "model_of", "same_model"]

SPIKES = ("dirac", "step")  # what a spike is on an edge
SAME = ("equations", "threshold", "reset", "excitatory", "inhibitory")  # what makes a unit one

_LEVELS = {"drift": 0.0, "v_reset": 0.0, "v_threshold": 1.0}

IF = NeuronModel(
    name="IF",
    equations="""
        dv/dt = drift + i_exc - i_inh + drive
        di_exc/dt = -i_exc / tau_exc
        di_inh/dt = -i_inh / tau_inh
    """,
    threshold="v >= v_threshold",
    reset="v = v_reset",
    excitatory="i_exc",
    inhibitory="i_inh",
    parameters={"tau_exc": 5.0, "tau_inh": 10.0, **_LEVELS},
)
DeltaIF = NeuronModel(
    name="DeltaIF",
    equations="dv/dt = drift + drive",
    threshold="v >= v_threshold",
    reset="v = v_reset",
    excitatory="v",
    parameters=_LEVELS,
)


def model_of(*, is_leaky: bool, is_delta: bool) -> NeuronModel:
    """Return the model of units.

    Parameters
    ----------
    is_leaky : bool
        Whether they are LIF nodes, not IF nodes.
    is_delta : bool
        Whether spikes are jumps of the potential, not of a current.

    Returns
    -------
    NeuronModel
    """
    if is_leaky:
        return DeltaLIF if is_delta else LIF
    return DeltaIF if is_delta else IF


def same_model(neuron: NeuronModel) -> NeuronModel | None:
    """Return the model that has the text of another, or None.

    Parameters
    ----------
    neuron : NeuronModel
        Any.

    Returns
    -------
    NeuronModel or None
    """
    for model in (LIF, DeltaLIF, IF, DeltaIF):
        if all(_packed(getattr(neuron, part)) == _packed(getattr(model, part)) for part in SAME):
            return model
    return None


def _packed(text: str | None) -> str:
    return "".join((text or "").split())


def import_nir() -> Any:
    """Return the package ``nir``, or say how to get it."""
    try:
        import nir
    except ImportError as error:
        raise ImportError("NIR needs an extra: pip install 'sparce-learn[nir]'.") from error
    return nir
