"""Neuron models: from the text of a paper to checked expressions."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from functools import lru_cache

from ._algebra import multiply
from ._dimensions import NOISE_POWERS, RATE, Dimensions
from ._expressions import POISSON, names, number
from ._grammar import read
from ._hints import quoted
from ._parsed_model import ParsedModel
from ._peaks import capped
from ._pulses import name_trains, split_pulses
from ._resets import Assignment, assigned, clamped, name_draws, read_reset, saved_rows
from ._shorthands import Shorthands
from ._statements import CONSTANT, HELD, Line, normal, not_a_unit, read_lines
from ._symbols import INPUTS, check_known, inputs_in, is_free, why_not_free, with_numbers
from ._units import TIME, Powers, read_unit
from ._white_noise import noises_in, split_noise

__all__ = ["ParsedModel", "normal", "parse_model"]

MAX_STATES = 50  # variables of a unit; the exact method takes time by their fourth power


@lru_cache(maxsize=256)
def parse_model(
    equations: str,
    threshold: str | None,
    reset: str,
    refractory: str | None,
    parameters: tuple[str, ...],
    units: tuple[tuple[str, str], ...] = (),
    moved: tuple[str, ...] = (),
) -> ParsedModel:
    """Parse and check the text of a neuron model.

    Parameters
    ----------
    equations : str
        One ``dx/dt = ...`` for each state variable, on lines of their own or separated by
        semicolons; ``name = ...`` defines a shorthand, ``name : unit`` declares a name.
    threshold, reset, refractory : str or None
        As in :class:`~sparcelearn.reservoir.NeuronModel`.
    parameters : tuple of str
        The names that have values.
    units : tuple of (str, str), default=()
        What these are measured in, where it is said.
    moved : tuple of str, default=()
        Variables that spikes or the state at rest change.

    Returns
    -------
    ParsedModel

    Raises
    ------
    ValueError
        If anything is missing, unknown, given twice or not allowed. The
        message has the line and the symbol, and what is known.
    """
    reader = _Reader(list(read_lines(equations)), parameters, units)
    reader.add_declared({*assigned(reset), *moved})
    condition = None if threshold is None else reader.threshold(threshold)
    resets = reader.resets(reset)
    if resets and condition is None:
        raise ValueError("reset is given but threshold is not.")
    derivatives, trains = reader.derivatives(is_spiking=condition is not None)
    period = None if refractory is None else reader.refractory(refractory, condition)
    held = reader.held if period is not None else ()
    taken = {*reader.states, *parameters, *reader.shorthands.written_out, *reader.previous}
    saved = saved_rows(held, resets, parameters, taken)
    return ParsedModel(
        lines=tuple(reader.lines),
        derivatives=capped(derivatives, condition, resets, parameters),
        shorthands=reader.shorthands.written_out,
        trains=trains,
        threshold=condition,
        resets=resets,
        refractory=period,
        previous=reader.previous,
        clamps=clamped(held, resets, saved),
        saved=saved,
        normals=tuple(reader.drawn["randn"].values()),
        uniforms=tuple(reader.drawn["rand"].values()),
        inputs=reader.inputs,
    )


class _Reader:
    """Reads the parts of a model one after another, each knowing those before it."""

    def __init__(
        self,
        lines: list[Line],
        parameters: tuple[str, ...],
        units: tuple[tuple[str, str], ...],
    ) -> None:
        self.parameters = set(parameters)
        self.declared = [line for line in lines if line.kind == "declaration"]
        self.where = {line.name: line.where for line in lines if line.kind != "declaration"}
        self._check_names(lines)
        self.states: dict[str, ast.expr] = {}
        definitions: dict[str, ast.expr] = {}
        self.lines = []
        for line in lines:
            if line.kind == "declaration":
                continue
            is_state = line.kind == "derivative"
            if is_state and len(self.states) == MAX_STATES:
                raise ValueError(f"{line.where} is one of more than {MAX_STATES} state variables.")
            tree = read(line.right, line.where)
            (self.states if is_state else definitions)[line.name] = tree
            start = f"d{line.name}/dt" if is_state else line.name
            self.lines.append(f"{start} = {ast.unparse(tree)}")
        if not self.states:
            raise ValueError("equations must hold at least one line 'dx/dt = ...'.")
        self.shorthands = Shorthands(definitions, self.where)
        self.held = tuple(line.name for line in lines if HELD in line.flags)
        self.previous: dict[str, str] = {}
        self.inputs: tuple[str, ...] = INPUTS[:1]
        self.drawn: dict[str, dict[ast.Call, str]] = {"rand": {}, "randn": {}}
        measured = [line for line in lines if line.kind == "derivative" and line.unit]
        self.is_strict = len(measured) == len(self.states)
        self.powers = self._powers(lines, units)

    def _check_names(self, lines: list[Line]) -> None:
        seen: set[str] = set()
        for line in lines:
            if line.name in seen:
                raise ValueError(f"{line.where} gives {line.name!r} a second time.")
            if not is_free(line.name):
                raise ValueError(
                    f"{line.where}: {line.name!r} cannot be used as the name of a variable: "
                    f"{why_not_free(line.name)}."
                )
            seen.add(line.name)
        for name in sorted(self.parameters):
            if name in self.where or not is_free(name):
                why = "equations define it" if name in self.where else why_not_free(name)
                raise ValueError(f"{name!r} in parameters is taken, or is not a name: {why}.")

    def _powers(self, lines: list[Line], units: tuple[tuple[str, str], ...]) -> dict[str, Powers]:
        """Return what each symbol is measured in, as far as it is said."""
        known = {line.name: line.unit.powers for line in lines if line.unit}
        for name, text in units:
            unit = read_unit(text)
            if unit is None:
                raise ValueError(f"units[{name!r}] = {quoted(text)} {not_a_unit(text)}.")
            told = known.get(name)
            if unit.factor != 1 and (told is not None or name.startswith("tau")):
                raise ValueError(
                    f"units[{name!r}] = {text!r}, but numbers here are in ms, mV, pA, nS, pF and "
                    "GOhm: convert it."
                )
            if told not in (None, unit.powers):
                raise ValueError(f"units[{name!r}] = {text!r} is not what equations say of it.")
            if name.startswith("tau") and unit.powers != TIME:
                raise ValueError(f"units[{name!r}] = {text!r}, but a time constant is in ms.")
            if unit.factor == 1:
                known[name] = unit.powers
        return {**known, "dt": TIME}

    def add_declared(self, changed: Collection[str]) -> None:
        """Make variables of what is declared without a value, and changes at spikes only."""
        for line in self.declared:
            if line.name in self.parameters:
                continue
            if CONSTANT in line.flags or line.name not in changed:
                raise ValueError(
                    f"{line.where}: {line.name!r} has no value; give it one in parameters. What "
                    "comes from outside is called 'drive', or of several each 'drive_<name>'."
                )
            self.states[line.name] = number(0)
            self.where[line.name] = line.where
            self.lines.append(f"d{line.name}/dt = 0")

    def derivatives(self, *, is_spiking: bool) -> tuple[dict[str, ast.expr], dict[str, ast.expr]]:
        """Return right-hand sides, and the rates of the trains of pulses they read."""
        known = {*self.states, *self.parameters}
        noises: set[str] = set()
        written: dict[str, ast.expr] = {}
        for name, tree in self.states.items():
            where = f"'d{name}/dt' in equations"
            written[name] = self.shorthands.expand(tree, self.where[name])
            noises |= noises_in(written[name]) - known
            if is_spiking and "recurrent" in names(written[name]):
                raise ValueError(
                    f"{where} reads 'recurrent', which is for rate units: a unit with a threshold "
                    "sends spikes, which are added to the variables named by excitatory and "
                    "inhibitory."
                )
        self.inputs = inputs_in(written.values(), known)
        if not is_spiking and self.inputs != INPUTS[:1]:
            raise ValueError(
                f"equations read {', '.join(self.inputs)}: several inputs are for units with a "
                "threshold; a rate unit has one, 'drive'."
            )
        known |= {*INPUTS, *self.inputs, "dt"}
        named, rates = name_trains(written)
        for name, tree in named.items():
            where = f"'d{name}/dt' in equations"
            check_known(tree, {*known, *rates, *noises}, where)
            named[name] = with_numbers(tree, {*known, *rates, *noises})
        trains = {train: self._rate(rate) for train, rate in rates.items()}
        drifts, _ = split_pulses(named, trains)
        split_noise(drifts)  # what is not linear is found here, not in fit
        dimensions = self._dimensions(noises)
        for name, tree in written.items():
            expected = self.powers.get(name)
            per_time = expected and (expected[0] - 1, *expected[1:])
            dimensions.check(tree, self.where[name], per_time)
        return named, trains

    def _rate(self, rate: ast.expr) -> ast.expr:
        where = f"{quoted(f'{POISSON}({ast.unparse(rate)})')} in equations"
        check_known(rate, self.parameters, where)
        is_in_units = self._dimensions().check(rate, where) == RATE
        plain = with_numbers(rate, self.parameters)
        return multiply(number(1000), plain) if is_in_units else plain  # from 1/ms to Hz

    def threshold(self, text: str) -> ast.expr:
        """Return the condition of a spike."""
        tree = self.shorthands.expand(read(text, "threshold", condition=True), "threshold")
        taken = {*self.parameters, *self.states}
        read_before = {f"{x}_previous": x for x in self.states if f"{x}_previous" not in taken}
        found = sorted(names(tree) & set(read_before))
        self.previous = {x: read_before[x] for x in found}
        tree = self._checked(name_draws(tree, self.drawn), "threshold", self.previous)
        self.lines.append(f"spike: {ast.unparse(tree)}")
        return tree

    def resets(self, text: str) -> tuple[Assignment, ...]:
        """Return the assignments made at a spike."""
        made = []
        for where, name, tree in read_reset(text, self.states, self.shorthands.written_out):
            expanded = name_draws(self.shorthands.expand(tree, where), self.drawn)
            made.append((name, self._checked(expanded, where, (), self.powers.get(name))))
        self.lines += [f"reset: {x} = {ast.unparse(tree)}" for x, tree in made]
        return tuple(made)

    def refractory(self, text: str, condition: ast.expr | None) -> ast.expr:
        """Return the refractory period."""
        if condition is None:
            raise ValueError("refractory is given but threshold is not.")
        if any(sign in text for sign in "<>"):
            raise ValueError(
                f"refractory must be a time, a number, not a comparison as {quoted(text)} is. For "
                "one spike at each crossing, write threshold='v > 0 and v_previous <= 0'."
            )
        tree = read(text, "refractory")
        check_known(tree, self.parameters, "refractory")
        self._dimensions().check(tree, "refractory", None if self.is_plain(tree) else TIME)
        tree = with_numbers(tree, self.parameters)
        self.lines.append(f"refractory: {ast.unparse(tree)}")
        return tree

    def is_plain(self, tree: ast.expr) -> bool:
        """Whether an expression is a number, which is then in ms."""
        return not names(tree)

    def _checked(
        self,
        tree: ast.expr,
        where: str,
        previous: Mapping[str, str] | Collection[str],
        expected: Powers | None = None,
    ) -> ast.expr:
        """Return an expression of a threshold or reset, if it reads what is known."""
        drawn = [name for drawn in self.drawn.values() for name in drawn.values()]
        known = {*self.states, *self.parameters, *previous, *drawn, "dt"}
        check_known(tree, known - set(drawn) | (names(tree) & set(drawn)), where, draws=True)
        self._dimensions().check(tree, where, expected)
        return with_numbers(tree, known)

    def _dimensions(self, noises: Collection[str] = ()) -> Dimensions:
        before = {x: self.powers[v] for x, v in self.previous.items() if v in self.powers}
        known = {**self.powers, **before, **dict.fromkeys(noises, NOISE_POWERS)}
        own = {*self.states, *self.parameters, *self.previous}
        return Dimensions(known, self.is_strict, frozenset(own))
