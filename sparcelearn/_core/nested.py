"""Parameters of what is given as a parameter, as in ``readout__alpha``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from sklearn.utils.metaestimators import _BaseComposition

__all__ = ["NamedPartsMixin", "NestedParametersMixin", "check_nested"]


def check_nested(estimator: Any, params: Mapping[str, Any]) -> None:
    """Raise ValueError where a parameter would be set in what has none.

    Parameters
    ----------
    estimator : estimator
        What has the parameters now.
    params : mapping of str to object
        Parameters to set.
    """
    for name in params:
        owner, is_nested, _ = name.partition("__")
        if not is_nested or not hasattr(estimator, owner):
            continue
        held = params.get(owner, getattr(estimator, owner))
        if not hasattr(held, "set_params"):
            what = "None" if held is None else f"a {type(held).__name__}"
            raise ValueError(
                f"{name} cannot be set: {owner} is {what}, which has no parameters of its own. "
                f"Set {owner} itself."
            )


class NestedParametersMixin:
    """Names the parameter where scikit-learn would say that an object has no ``set_params``."""

    def set_params(self, **params: Any) -> Self:
        """Set parameters, also of parts: ``<part>__<name>`` is parameter ``name`` of a part.

        Parameters
        ----------
        **params : dict
            Names and values.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If there is no such parameter, or the part has none.
        """
        check_nested(self, params)
        super().set_params(**params)  # type: ignore[misc]
        return self


class NamedPartsMixin(_BaseComposition):  # type: ignore[misc]
    """Parameters of the estimators in a list of (name, estimator), as of scikit-learn's Pipeline.

    A subclass says in ``_parts`` which of its parameters is that list.
    """

    _parts: ClassVar[str]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters, those of the estimators inside as ``<name>__<parameter>``.

        Parameters
        ----------
        deep : bool, default=True
            Whether to look into the estimators.

        Returns
        -------
        dict of str to object
        """
        return self._get_params(self._parts, deep=deep)

    def set_params(self, **params: Any) -> Self:
        """Set parameters, those of the estimators inside as ``<name>__<parameter>``.

        Parameters
        ----------
        **params : dict
            Names and values.

        Returns
        -------
        self
        """
        self._set_params(self._parts, **params)
        return self
