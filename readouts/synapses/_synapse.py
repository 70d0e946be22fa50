"""Base of synapse models: parameters, initial state, compiled update, and theory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sparcelearn._core.kernel_modules import load_module
from sparcelearn._core.kernel_text import assemble

KERNELS = "sparcelearn.readouts.kernels"


class Response(NamedTuple):
    """How stored memories decay: a linear system, with the memory as its input at one time.

    Memories are independent patterns of writes of +1 and -1. The signal of a memory after t
    others, in component c, is ``read[c] @ transition^t @ entry``; the noise of a component is
    ``sqrt(variance[c] / n)`` for its n synapses, a ``share[c]`` of all.
    """

    transition: NDArray[np.float64]
    entry: NDArray[np.float64]
    read: NDArray[np.float64]
    variance: NDArray[np.float64]
    share: NDArray[np.float64]


@dataclass(frozen=True)
class Synapse:
    """Base of synapse models: how a weight responds to a proposed change.

    A model is a frozen dataclass of parameters. Below a mark in its file is a compiled function
    ``apply(w, dw, u, i, k, p, seed)`` for one synapse: its weight, the proposed change, its hidden
    variables ``u[i, k]``, the constants of the model, and a seed for random numbers.
    """

    @property
    def switches(self) -> dict[str, bool]:
        """Constants of the compiled function that differ from those in its file."""
        return {}

    _writes_by_chance: ClassVar[bool] = False  # the size of a change is a factor of a probability

    @property
    def n_hidden(self) -> int:
        """Number of hidden variables of one synapse."""
        return 0

    @property
    def constants(self) -> NDArray[np.float64]:
        """The constants ``p`` of ``apply``."""
        return np.zeros(0)

    def start(
        self, shape: tuple[int, int], random_state: np.random.RandomState
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the weights and hidden variables of new synapses.

        Parameters
        ----------
        shape : tuple of 2 ints
            Numbers of inputs and outputs.
        random_state : RandomState
            Source of random numbers.

        Returns
        -------
        weights : ndarray of the given shape
        hidden : ndarray of shape (n_inputs, n_outputs, n_hidden)
        """
        return np.zeros(shape), np.zeros((*shape, self.n_hidden))

    def check_hidden(self, hidden: NDArray[np.float64]) -> None:
        """Raise ValueError if hidden variables from a file are not valid for such synapses.

        For models whose ``apply`` uses them as indices: it would read out of bounds.

        Parameters
        ----------
        hidden : ndarray of shape (n_inputs, n_outputs, n_hidden)
            Hidden variables.
        """

    def store(
        self,
        rows: NDArray[Any],
        columns: NDArray[Any],
        step: float,
        weights: NDArray[np.float64],
        hidden: NDArray[np.float64],
        seed: int,
        clock: int,
    ) -> int:
        """Apply changes to synapses, each an outer product, one after another.

        Parameters
        ----------
        rows : ndarray of shape (n_writes, n_inputs)
            The factor of each input.
        columns : ndarray of shape (n_writes, n_outputs)
            The factor of each output; a proposed change is the product of both.
        step : float
            Factor of all changes.
        weights : ndarray of shape (n_inputs, n_outputs)
            Weights, changed in place.
        hidden : ndarray of shape (n_inputs, n_outputs, n_hidden)
            Hidden variables, changed in place.
        seed : int
            Seed of random numbers, together with the number of the write.
        clock : int
            Number of writes before.

        Returns
        -------
        clock : int
            Number of writes after.
        """
        given = {".synapse_interface": type(self).__module__}
        module = load_module(assemble(f"{KERNELS}.write", given, switches=self.switches))
        return module.store(
            rows, columns, float(step), weights, hidden, self.constants, seed, clock
        )

    def components(
        self, weights: NDArray[np.float64], hidden: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return what an ideal observer reads of each synapse, one row per component.

        Parameters
        ----------
        weights : ndarray of shape (n_synapses,)
            Weights.
        hidden : ndarray of shape (n_synapses, n_hidden)
            Hidden variables.

        Returns
        -------
        readings : ndarray of shape (n_components, n_synapses)
            0 for synapses that are not in a component.
        """
        return weights[None]

    def response(self) -> Response:
        """Return how memories decay, exactly.

        Returns
        -------
        response : Response

        Raises
        ------
        NotImplementedError
            If there is no such theory for this model.
        """
        raise NotImplementedError(f"the decay of memories in {self} has no closed form here")


def two_level_start(
    shape: tuple[int, ...], bound: Any, random_state: np.random.RandomState
) -> NDArray[np.float64]:
    """Return weights of plus or minus the bound, with equal probability."""
    return bound * (2.0 * random_state.randint(0, 2, size=shape) - 1.0)


def markov_response(up: NDArray[Any], down: NDArray[Any], values: NDArray[Any]) -> Response:
    """Return the response of synapses that are Markov chains of states of given weights.

    ``up[i, j]`` is the probability to move from state i to j by a write of +1, ``down`` by one
    of -1.
    """
    n = len(values)
    mean = (up + down) / 2
    balance = np.vstack([mean.T - np.eye(n), np.ones(n)])
    stationary = np.linalg.lstsq(balance, np.append(np.zeros(n), 1.0), rcond=None)[0]
    square = stationary @ values**2  # over all patterns, a mean weight is noise, too
    entry = stationary @ (up - down) / 2
    return Response(mean.T, entry, values[None], np.array([square]), np.ones(1))


def check_kind(synapse: Synapse, before: str) -> None:
    """Refuse to continue with the state of other synapses."""
    if repr(synapse) != before:
        raise ValueError(
            f"synapse={synapse!r} cannot continue from the state of {before}; call fit instead"
        )


def check_number(
    synapse: Any, name: str, low: float, high: float, *, open_low: bool = False
) -> None:
    """Refuse a parameter that is not a number from low to high."""
    value = getattr(synapse, name)
    is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not is_number or not low <= value <= high or (open_low and value == low):
        allowed = f"{'above' if open_low else 'at least'} {low} and at most {high}"
        raise ValueError(f"{name} of {type(synapse).__name__} must be {allowed}, got {value!r}")


def check_count(synapse: Any, name: str, least: int) -> None:
    """Refuse a parameter that is not an integer or is too small."""
    value = getattr(synapse, name)
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
        raise ValueError(
            f"{name} of {type(synapse).__name__} must be an integer of at least {least}, "
            f"got {value!r}"
        )


def check_rates(synapse: Any) -> None:
    """Refuse ``rates`` that are not probabilities above 0; make them a tuple of floats."""
    rates = np.atleast_1d(np.asarray(synapse.rates, dtype=np.float64))
    if rates.ndim != 1 or rates.size == 0 or not ((rates > 0) & (rates <= 1)).all():
        raise ValueError(
            f"rates of {type(synapse).__name__} must be numbers above 0 and at most 1, "
            f"got {synapse.rates!r}"
        )
    object.__setattr__(synapse, "rates", tuple(rates.tolist()))
