"""Neuron models as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from numbers import Real
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from ._model_parameters import Parameter, as_parameter, computed, draw_parameter
from .equations import ParsedModel, parse_model
from .equations._statements import normal

__all__ = ["NeuronModel"]


@dataclass(frozen=True, eq=False, repr=False)
class NeuronModel:
    """Differential equations of a unit, as in a paper.

    The text is parsed with a fixed grammar and never evaluated, so a model from
    a stranger runs no code. Models are immutable: calling one with new parameter
    values gives another, ``LIF(tau_mem=30.0)``.

    Parameters
    ----------
    equations : str
        One line ``dx/dt = ...`` for each state variable (or separated by semicolons); the first
        is the membrane. ``name = ...`` names a shorthand, wherever it stands. May read state
        variables, parameters, ``drive`` (what the input weights deliver, constant over a step), or
        with a threshold several such inputs, ``drive_soma`` and ``drive_dendrite`` or the like, in
        a rate unit ``recurrent`` (what other units deliver), ``dt``, ``pi``, and linearly ``xi``,
        white noise of unit strength: ``... + sigma * sqrt(2 / tau) * xi`` gives ``v`` the standard
        deviation ``sigma`` at any step; ``xi_1`` is another noise. So it may read
        ``poisson(rate)``, pulses that come at random, ``rate`` (Hz) of them in a second, an
        expression of parameters: with ``... + w * poisson(rate)`` each adds ``w`` to ``v`` as a
        spike would. Units have trains of their own; in a unit's equations the same rate is the
        same train, and another parameter another one. Brian2's text may be pasted as it stands: a
        line may end in a unit, ``: volt``, and flags, of which ``(unless refractory)`` says what
        stands still after a spike; ``x : volt`` declares a parameter, or a variable that changes
        at spikes only; ``10*ms`` and ``-70*mV`` are numbers in ms and mV, and all others are in
        units that go with them: pA, nS, pF, GOhm. Where units are said, they must fit.
    threshold : str, default=None
        Condition of a spike, such as ``"v >= v_threshold"``. ``v_previous`` is what a variable
        ``v`` was one step before: ``"v >= 0 and v_previous < 0"`` is an upward crossing.
        ``rand()`` and ``randn()`` are numbers drawn for every unit and step; a shorthand for one
        is the same number wherever it is read. None makes a rate unit, which sends the value of
        its first variable at every step.
    reset : str, default=""
        Assignments made at a spike, in order, such as ``"v = v_reset; w += b"``. Where one sets a
        variable that runs away, as in AdEx and Izhikevich's unit, the equations are followed no
        further than the threshold.
    refractory : str or float, default=None
        Refractory period (ms), a number or an expression of parameters. For
        ``refractory / dt`` steps, rounded, after a spike the unit does not spike, and variables
        whose equation is marked ``(unless refractory)`` stay where the reset left them; all others
        go on.
    excitatory, inhibitory : str, default=None
        State variables to which spikes add their weights: positive weights to
        ``excitatory``, the size of negative ones to ``inhibitory``. With both the
        same variable, or ``inhibitory`` None, weights are added with their sign.
    parameters : mapping of str to float, array-like of shape (n_units,) or Distribution
        Value of each symbol. One whose name starts with ``tau`` is a time constant
        (ms) and must be positive and not shorter than a step.
    units : mapping of str to str, default={}
        Units of parameters, such as ``"nS"``. Where they are known, equations are checked.
    initial : mapping of str to float, array-like or Distribution, default={}
        State at rest, where it is not 0: a number, an expression of parameters, or
        a distribution.
    name : str, default="NeuronModel"
        What the model is called when printed.
    channels : tuple of str, default=()
        State variables that synapses may act on by name, for synapses of several kinds:
        ``("g_ampa", "g_nmda")``. A reservoir then takes a matrix or a topology for each,
        ``wiring={"g_ampa": ..., "g_nmda": ...}``, and adds its weights with their sign.

    Raises
    ------
    ValueError
        If the text does not parse, or a symbol is unknown; the message names the
        line and the symbol.
    TypeError
        If a field is of the wrong type.

    Examples
    --------
    A leaky integrator whose spikes are added to its voltage:

    >>> from sparcelearn.reservoir import NeuronModel
    >>> unit = NeuronModel(
    ...     "dv/dt = (drive - v) / tau", threshold="v >= 1", reset="v = 0",
    ...     excitatory="v", parameters={"tau": 20.0}, name="Integrator",
    ... )
    >>> unit(tau=30.0)
    Integrator(tau=30.0)
    """

    equations: str
    threshold: str | None = None
    reset: str = ""
    refractory: str | float | None = None
    excitatory: str | None = None
    inhibitory: str | None = None
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    initial: Mapping[str, Parameter | str] = field(default_factory=dict)
    name: str = "NeuronModel"
    channels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for text in ("equations", "threshold", "reset", "refractory", "excitatory", "inhibitory"):
            value = getattr(self, text)
            if text == "refractory" and isinstance(value, Real) and not isinstance(value, bool):
                self._set(text, str(float(value)))
            elif not isinstance(value, str) and not (value is None and text not in _REQUIRED):
                is_number = text == "threshold" and type(value) in (int, float)
                hint = f", as in 'v >= {value}'" if is_number else ""
                raise TypeError(f"{text} must be a string{hint}, not {type(value).__name__}.")
        for mapping in ("parameters", "units", "initial"):
            if not isinstance(getattr(self, mapping), Mapping):
                kind = type(getattr(self, mapping)).__name__
                raise TypeError(f"{mapping} must be a mapping, not {kind}.")
        for channel in ("excitatory", "inhibitory"):
            self._set(channel, normal(getattr(self, channel) or "") or None)
        if isinstance(self.channels, str) or not all(isinstance(x, str) for x in self.channels):
            raise TypeError(f"channels must be names of state variables, not {self.channels!r}.")
        self._set("channels", tuple(normal(name) for name in self.channels))
        if len(set(self.channels)) < len(self.channels):
            raise ValueError(f"channels must name each variable once, not {self.channels!r}.")
        for mapping in ("parameters", "units", "initial"):
            given = getattr(self, mapping).items()
            self._set(mapping, MappingProxyType({_name(mapping, k): v for k, v in given}))
        checked = {k: as_parameter(k, v) for k, v in self.parameters.items()}
        self._set("parameters", MappingProxyType(checked))
        starts = {
            k: v if isinstance(v, str) else as_parameter(k, v) for k, v in self.initial.items()
        }
        self._set("initial", MappingProxyType(starts))
        states = list(self.parsed.derivatives)
        named = [("channels", name) for name in self.channels]
        for field_, name in (*self._by_sign.items(), *named):
            if name not in (None, *states):
                raise ValueError(
                    f"{field_}={name!r} is not a state variable ({', '.join(states)})."
                )
        if self.inhibitory is not None and self.excitatory is None:
            raise ValueError("inhibitory is given but excitatory is not.")
        for key in self.units:
            if key not in (*states, *self.parameters):
                raise ValueError(
                    f"units names {key!r}, which is neither a variable nor a parameter."
                )
        for key in self.initial:
            if key not in states:
                raise ValueError(f"initial names {key!r}, not a state variable ({states}).")

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)  # frozen for everyone else

    @property
    def parsed(self) -> ParsedModel:
        """The text as checked expressions."""
        moved = {*self.initial, *self._by_sign.values(), *self.channels} - {None}
        return parse_model(
            self.equations,
            self.threshold,
            self.reset,
            None if self.refractory is None else str(self.refractory),
            tuple(self.parameters),
            tuple((name, str(unit)) for name, unit in self.units.items()),
            tuple(sorted(map(str, moved))),
        )

    @property
    def _by_sign(self) -> dict[str, str | None]:
        return {"excitatory": self.excitatory, "inhibitory": self.inhibitory}

    @property
    def is_spiking(self) -> bool:
        """Whether units send spikes rather than rates."""
        return self.threshold is not None

    def __call__(self, **parameters: Parameter) -> NeuronModel:
        """Return the model with some parameter values replaced."""
        for key in parameters:
            if key not in self.parameters:
                known = ", ".join(self.parameters)
                raise ValueError(f"{self.name} has no parameter {key!r}; it has {known}.")
        return replace(self, parameters={**self.parameters, **parameters})

    def get_params(self, deep: bool = True) -> dict[str, Parameter]:
        """Return the parameter values, so that searches can reach them.

        Parameters
        ----------
        deep : bool, default=True
            Makes no difference: values hold no estimators.

        Returns
        -------
        dict of str to float, ndarray or Distribution
        """
        return dict(self.parameters)

    def draw(
        self, random_state: RandomState, n_units: int
    ) -> tuple[dict[str, Any], NDArray[np.float64]]:
        """Give every parameter its numbers and every unit its state at rest.

        Parameters
        ----------
        random_state : RandomState
            Source of randomness, for parameters that are distributions.
        n_units : int
            Number of units.

        Returns
        -------
        tuple of (dict of str to float or ndarray of shape (n_units,), \
                ndarray of shape (n_states, n_units))

        Raises
        ------
        ValueError
            If an array has not one value per unit, or a time constant is not positive.
        """
        values: dict[str, Any] = {}
        for key, parameter in self.parameters.items():
            values[key] = draw_parameter(key, parameter, random_state, n_units)
            if key.startswith("tau") and np.any(np.asarray(values[key]) <= 0):
                raise ValueError(
                    f"{key} is a time constant and must be above 0, not {parameter!r}."
                )
        parsed = self.parsed
        rest = np.zeros((len(parsed.states), n_units))
        for row, state in enumerate(parsed.derivatives):
            start = self.initial.get(state, 0.0)
            if isinstance(start, str):
                rest[row] = computed(f"initial[{state!r}]={start!r}", start, values)
            else:
                rest[row] = draw_parameter(state, start, random_state, n_units)
        for name, state in (parsed.previous | parsed.saved).items():
            rest[parsed.states.index(name)] = rest[parsed.states.index(state)]
        return values, rest

    def _key(self) -> tuple[Any, ...]:
        def plain(value: Any) -> Any:
            if isinstance(value, Mapping):
                return tuple((k, plain(v)) for k, v in value.items())
            return tuple(value.tolist()) if isinstance(value, np.ndarray) else value

        return tuple(plain(getattr(self, f.name)) for f in fields(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NeuronModel) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __reduce__(self) -> tuple[Any, ...]:
        values = (getattr(self, f.name) for f in fields(self))
        return type(self), tuple(dict(v) if isinstance(v, Mapping) else v for v in values)

    def __sklearn_clone__(self) -> NeuronModel:
        return self  # immutable

    def __repr__(self) -> str:
        values = ", ".join(f"{key}={value!r}" for key, value in self.parameters.items())
        return f"{self.name}({values})"

    def __str__(self) -> str:
        lines = [self.name, *(f"    {line.strip()}" for line in self.equations.strip().split("\n"))]
        for label in ("threshold", "reset", "refractory", "excitatory", "inhibitory"):
            if getattr(self, label):
                lines.append(f"    {label}: {getattr(self, label)}")
        if self.channels:
            lines.append(f"    channels: {', '.join(self.channels)}")
        for key, value in self.parameters.items():
            lines.append(f"    {key} = {value!r} {self.units.get(key, '')}".rstrip())
        return "\n".join(lines)


_REQUIRED = ("equations", "reset")


def _name(mapping: str, key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{mapping} must have names as keys, not {key!r}.")
    return normal(key)
