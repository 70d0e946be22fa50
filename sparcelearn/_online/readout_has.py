"""Methods that an estimator has where its readout has them."""

from __future__ import annotations

from collections.abc import Callable

from .base import OnlineBase

__all__ = ["readout_has"]


def readout_has(method: str) -> Callable[[OnlineBase], bool]:
    """Return a test of whether an estimator's readout has a method."""

    def has(self: OnlineBase) -> bool:
        readout = getattr(self, "readout_", self.readout)
        return hasattr(self._default_readout() if readout is None else readout, method)

    return has
