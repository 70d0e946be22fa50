"""What a fitted network consists of, in a line."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import estimator_html_repr

__all__ = ["html_with_summary", "summary"]


def html_with_summary(reservoir: Any) -> str:
    """Return what notebooks show of a reservoir, which tells what it consists of once fitted."""
    told = f"<p>{summary(reservoir)}</p>" if hasattr(reservoir, "_simulator") else ""
    return f"{estimator_html_repr(reservoir)}{told}"


def summary(reservoir: Any) -> str:
    """Return numbers of units and synapses and, of spiking units, how they fired in ``fit``.

    Parameters
    ----------
    reservoir : BaseReservoir
        A fitted one.

    Returns
    -------
    str
    """
    heard, recurrent = reservoir.input_weights_.nnz, reservoir.recurrent_weights_.nnz
    events = getattr(reservoir, "event_weights_", None)
    heard += 0 if events is None else events.nnz
    parts = [
        f"{reservoir.n_units:,} {reservoir._simulator.name} units",
        f"{heard:,} synapses from {reservoir.n_features_in_:,} channels",
        f"{recurrent:,} among themselves" if recurrent else "none among themselves",
    ]
    rates = getattr(reservoir, "firing_rates_", None)
    if rates is not None:
        low, middle, high = np.percentile(rates, [10, 50, 90])
        parts.append(f"{middle:.3g} Hz (median; {low:.3g} to {high:.3g} for 8 of 10 units)")
    return ", ".join(parts)
