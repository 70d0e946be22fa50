"""Neuron models as earlier files hold them."""

from __future__ import annotations

import re
from typing import Any

from .equations._expressions import names
from .equations._resets import read_reset
from .equations._statements import HELD, statements

__all__ = ["with_holds_said"]


def with_holds_said(fields: dict[str, Any]) -> dict[str, Any]:
    """Say in equations what stands still during the refractory period.

    Before format 3 that was guessed: what a reset sets to an expression of parameters.

    Parameters
    ----------
    fields : dict
        Those of a :class:`NeuronModel`, by name.

    Returns
    -------
    dict
    """
    if fields.get("refractory") is None:
        return fields
    lines = [statement.strip() for _, statement in statements(fields["equations"])]
    states = [m[1] for line in lines if (m := re.match(r"d(\w+)\s*/\s*dt", line))]
    assignments = read_reset(fields["reset"], states)
    held = {x for _, x, tree in assignments if names(tree) <= set(fields["parameters"])}
    said = [
        f"{line} ({HELD})" if any(re.match(rf"d{x}\s*/\s*dt", line) for x in held) else line
        for line in lines
    ]
    return {**fields, "equations": "\n".join(said)}
