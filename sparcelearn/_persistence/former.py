"""Estimators as files of earlier formats hold them."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparcelearn.readouts._sparce.code import SparseCode
from sparcelearn.readouts._sparce.rule import SparceReadout
from sparcelearn.reservoir import NeuronModel
from sparcelearn.reservoir._former_models import with_holds_said

__all__ = ["as_present"]


def as_present(
    kind: type, given: dict[str, Any], fitted: dict[str, Any], file_format: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return parameters and attributes of a file of an earlier format as today's classes have them.

    Parameters
    ----------
    kind : type
        Class of the estimator or model.
    given : dict of str to object
        Parameters.
    fitted : dict of str to object
        What it learned; empty where it was not fitted.
    file_format : int
        Format of the file.

    Returns
    -------
    tuple of (dict, dict)
    """
    if kind is NeuronModel and file_format < 3:
        given = with_holds_said(given)
    if issubclass(kind, SparceReadout):  # no penalty, then no averages; features were not scaled
        given = {"alpha": 0.0, "average": None, **given}
        if fitted:
            scale = np.ones_like(fitted["base_thresholds_"])
            fitted = {"_fast": None, "_left": None, "_target_power": 1.0, "scale_": scale, **fitted}
            left = fitted["_left"]  # of one mean, once
            fitted["_left"] = None if left is None else np.atleast_2d(left)
            fitted = {"_averages": None, "_mistakes": None, **fitted}
    if issubclass(kind, (SparceReadout, SparseCode)) and fitted:
        fitted = _with_sizes(fitted)
    waiting = fitted.get("_waiting_forecasts")
    if waiting is not None and waiting.ndim == 2:  # it was not kept how far intervals reached
        fitted["_waiting_forecasts"] = np.stack([waiting, np.full_like(waiting, np.inf)], axis=1)
    return given, fitted


def _with_sizes(fitted: dict[str, Any]) -> dict[str, Any]:
    """Replace spreads that were tracked by the sizes that they come to."""
    spreads = fitted.pop("_spread_sums", None)
    sums = None
    if fitted.get("_markers") is not None or spreads is not None:
        sums = np.zeros((2, len(fitted["base_thresholds_"])))
        if spreads is not None and fitted["_n_observed"]:
            sums[0] = fitted["_n_observed"]
            sums[1] = spreads[1] / fitted["_n_observed"]
    return {**fitted, "_size_sums": sums}
