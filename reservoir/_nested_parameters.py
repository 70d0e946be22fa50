"""Parameters of parameters: numbers of a neuron model, or of a rule of wiring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sparcelearn._core.nested import check_nested

from ._neuron_model import NeuronModel
from ._rule import Rule

__all__ = ["with_rules_replaced"]


def with_rules_replaced(estimator: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    """Put numbers into what holds them, as in ``neuron__tau_mem=5.0``.

    Neuron models and rules are immutable and may be shared: each becomes a new one.

    Parameters
    ----------
    estimator : estimator
        What has the parameters now.
    params : mapping of str to object
        Parameters to set.

    Returns
    -------
    dict
        Parameters to set, without those that were put into others.

    Raises
    ------
    ValueError
        If there is nothing that a number could be put into.
    """
    whole = dict(params)
    for name, value in params.items():
        owner, is_nested, part = name.partition("__")
        if not is_nested:
            continue
        held = whole.get(owner, getattr(estimator, owner, None))
        if isinstance(held, NeuronModel | Rule):
            whole[owner] = held(**{part: value})
            del whole[name]
    check_nested(estimator, whole)
    return whole
