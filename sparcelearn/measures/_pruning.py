"""Whether learned thresholds silence the units that repeat others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from scipy.stats import spearmanr
from sklearn.utils import check_random_state

from ._arrays import as_states
from ._correlation import mean_abs_correlation
from ._dimension import participation_ratio
from ._sparse_code import coding_level

__all__ = ["PruningReport", "pruning_report"]


@dataclass(frozen=True)
class PruningReport:
    """How sparsification changed the correlation of units; see :func:`pruning_report`.

    Parameters
    ----------
    coding_level : dict of str to float
        Share of values that are not 0, for the keys ``"before"``, ``"after"`` and ``"control"``;
        the same keys hold for all others.
    n_active : dict of str to int
        Units that are not always 0.
    mean_abs_correlation : dict of str to float
        Mean over the pairs of units that vary.
    dimension_per_unit : dict of str to float
        Participation ratio over the number of active units.
    rank_correlation : dict of str to float
        Spearman correlation, over units, of the mean absolute correlation before with the
        coding level ``"after"`` or of the ``"control"``. Below 0, correlated units fell silent.
    """

    coding_level: dict[str, float]
    n_active: dict[str, int]
    mean_abs_correlation: dict[str, float]
    dimension_per_unit: dict[str, float]
    rank_correlation: dict[str, float]


def pruning_report(
    before: ArrayLike,
    after: ArrayLike,
    control: str | ArrayLike = "magnitude",
    *,
    random_state: int | RandomState | None = None,
) -> PruningReport:
    """Compare features with their sparse code, and with a control that is as sparse.

    The claim that learned thresholds silence correlated units needs a control, because any
    sparsification changes correlations.

    Parameters
    ----------
    before : array-like of shape (n_samples, n_units)
        Features.
    after : array-like of shape (n_samples, n_units)
        Their code after learning, as ``SparceClassifier.sparse_code`` returns it.
    control : {"magnitude", "random"} or array-like of shape (n_samples, n_units)
        Another code of the same coding level. ``"magnitude"`` uses one threshold for all
        features; ``"random"`` gives each unit the coding level of another, drawn without
        replacement.
    random_state : int, RandomState instance or None, default=None
        Seed of the random control.

    Returns
    -------
    PruningReport

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.measures import pruning_report
    >>> features = np.random.RandomState(0).rand(200, 10)
    >>> features[:, 5:] = features[:, :1]  # half of the units repeat one
    >>> code = np.maximum(features - np.where(np.arange(10) < 5, 0.3, 0.9), 0)
    >>> report = pruning_report(features, code, control="random", random_state=0)
    >>> report.rank_correlation["after"] < -0.5
    True
    """
    codes: dict[str, NDArray[np.floating]] = {
        "before": as_states(before, "before"),
        "after": as_states(after, "after"),
    }
    shape = codes["before"].shape
    if isinstance(control, str):
        seed = check_random_state(random_state)
        codes["control"] = _control(codes["before"], codes["after"], control, seed)
    else:
        codes["control"] = as_states(control, "control")
    for name, code in codes.items():
        if code.shape != shape:
            raise ValueError(f"{name} must be of shape {shape}, as before is, not {code.shape}.")
    redundancy = mean_abs_correlation(codes["before"])
    active = {name: int(np.any(code, axis=0).sum()) for name, code in codes.items()}
    return PruningReport(
        coding_level={name: coding_level(code) for name, code in codes.items()},
        n_active=active,
        mean_abs_correlation={
            name: _mean(redundancy if name == "before" else mean_abs_correlation(code))
            for name, code in codes.items()
        },
        dimension_per_unit={
            name: participation_ratio(code) / max(active[name], 1) for name, code in codes.items()
        },
        rank_correlation={
            name: _rank_correlation(redundancy, np.mean(codes[name] != 0, axis=0))
            for name in ("after", "control")
        },
    )


def _control(
    before: NDArray[np.floating], after: NDArray[np.floating], kind: str, seed: RandomState
) -> NDArray[np.floating]:
    sizes = np.abs(before)
    if kind == "magnitude":
        ranks = np.sort(sizes, axis=None)[::-1]
        threshold = np.append(ranks, 0)[np.count_nonzero(after)]
    elif kind == "random":
        levels = seed.permutation(np.count_nonzero(after, axis=0))
        ranks = np.vstack([np.sort(sizes, axis=0)[::-1], np.zeros(sizes.shape[1])])
        threshold = ranks[levels, np.arange(sizes.shape[1])]
    else:
        raise ValueError(f"control must be 'magnitude', 'random' or an array, not {kind!r}.")
    return np.sign(before) * np.maximum(sizes - threshold, 0)


def _mean(values: NDArray[np.floating]) -> float:
    return float("nan") if np.all(np.isnan(values)) else float(np.nanmean(values))


def _rank_correlation(x: NDArray[np.floating], y: NDArray[np.floating]) -> float:
    known = ~np.isnan(x)
    if known.sum() < 2 or np.ptp(x[known]) == 0 or np.ptp(y[known]) == 0:
        return float("nan")
    return float(spearmanr(x[known], y[known]).statistic)
