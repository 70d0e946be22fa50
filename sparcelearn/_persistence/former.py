"""Estimators as files of earlier formats hold them."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparcelearn.readouts._sparce.rule import SparceReadout
from sparcelearn.reservoir import NeuronModel
from sparcelearn.reservoir._former_models import with_holds_said

__all__ = ["as_present"]


def as_present(
    kind: type, given: dict[str, Any], fitted: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return parameters and attributes of a file from before format 3 as today's classes have them.

    Parameters
    ----------
    kind : type
        Class of the estimator or model.
    given : dict of str to object
        Parameters.
    fitted : dict of str to object
        What it learned; empty where it was not fitted.

    Returns
    -------
    tuple of (dict, dict)
    """
    if kind is NeuronModel:
        given = with_holds_said(given)
    if issubclass(kind, SparceReadout):  # there was no penalty, and features were not scaled
        given = {"alpha": 0.0, **given}
        if fitted:
            thresholds = fitted["base_thresholds_"]
            is_tracking = fitted.get("_markers") is not None
            sums = np.zeros((2, len(thresholds))) if is_tracking else None
            fitted = {"scale_": np.ones_like(thresholds), "_spread_sums": sums, **fitted}
    return given, fitted
