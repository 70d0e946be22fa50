"""Pages of the neuron models: equations, defaults, and figures drawn when the docs are built."""

from __future__ import annotations

import inspect
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from matplotlib import pyplot as plt

from sparcelearn.reservoir import EchoStateReservoir, NeuronModel, SpikingReservoir, neurons

FOLDER = Path(__file__).parent.parent / "models"
DT = 0.1  # ms
SECONDS, TRACE = 1.0, 150.0  # of the curve; ms of the trace
MODELS = {name: getattr(neurons, name) for name in neurons.__all__}


def write_pages(_app: Any, _config: Any) -> None:
    """Write a page for each model, its figure, and a page that lists them."""
    FOLDER.mkdir(exist_ok=True)
    missing = [name for name in MODELS if not (FOLDER / f"{name}.png").exists()]
    tasks = [delayed(save_figure)(name) for name in missing]  # each compiles a kernel
    Parallel(n_jobs=-1, backend="multiprocessing")(tasks)
    for name, model in MODELS.items():
        write(FOLDER / f"{name}.rst", page(name, model))
    write(FOLDER / "index.rst", index())


def write(path: Path, text: str) -> None:
    """Write a file, unless it is as it must be."""
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def save_figure(name: str) -> None:
    """Draw a model into a file of its own."""
    with warnings.catch_warnings():
        # A single unit may be silent; a refractory period may be no whole number of steps.
        warnings.simplefilter("ignore")
        draw(MODELS[name]).savefig(FOLDER / f"{name}.png", dpi=110)
    plt.close("all")


def docstring(name: str) -> str:
    """Return the docstring of the file of a model."""
    for module in vars(neurons).values():
        if inspect.ismodule(module) and vars(module).get(name) is MODELS[name]:
            return inspect.cleandoc(module.__doc__)
    raise KeyError(name)


def page(name: str, model: NeuronModel) -> str:
    """Return the page of a model."""
    text, _, references = docstring(name).partition("References\n----------\n")
    lines = [name, "=" * len(name), "", f"``sparcelearn.reservoir.{name}``", "", text.strip(), ""]
    lines += [f".. image:: {name}.png", ""]
    lines += ["What it says", "------------", "", "::", ""]
    lines += [f"    {line.strip()}" for line in model.equations.strip().splitlines()]
    for label in ("threshold", "reset", "refractory", "excitatory", "inhibitory"):
        value = getattr(model, label)
        if value:
            lines.append(f"    {label}: {'; '.join(value.split(chr(10))).strip('; ')}")
    if model.channels:
        lines.append(f"    channels: {', '.join(model.channels)}")
    lines += [
        "",
        "Defaults",
        "--------",
        "",
        ".. csv-table::",
        '   :header: "parameter", "value", "unit"',
    ]
    lines += ["", *(row(model, key) for key in model.parameters), ""]
    if model.initial:
        starts = ", ".join(f"``{x} = {value}``" for x, value in model.initial.items())
        lines += [f"At rest, {starts}; all else is 0.", ""]
    if references:
        lines += ["Source", "------", "", references.strip(), ""]
    return "\n".join(lines)


def row(model: NeuronModel, key: str) -> str:
    """Return a line of the table of defaults."""
    value = model.parameters[key]
    shown = f"{value:.6g}" if isinstance(value, float) else repr(value)
    return f'   "``{key}``", "{shown}", "{model.units.get(key, "")}"'


def index() -> str:
    """Return the page that lists the models."""
    lines = ["Neuron models", "=============", ""]
    lines += ["Call one with other values for a variant, ``LIF(tau_mem=30.0)``.", ""]
    lines += [".. csv-table::", '   :header: "model", "what it is"', ""]
    for name in MODELS:
        first = docstring(name).splitlines()[0].replace('"', '""')
        lines.append(f'   ":doc:`{name}`", "{first}"')
    return "\n".join(
        [*lines, "", ".. toctree::", "   :hidden:", "", *(f"   {x}" for x in MODELS), ""]
    )


def draw(model: NeuronModel) -> plt.Figure:
    """Draw the rate over the drive and the first variable over time; of rates, what they are."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 2.6), layout="constrained")
    if not model.is_spiking:
        return draw_rate(model, figure, left, right)
    auto = SpikingReservoir(1, neuron=model, dt=DT, random_state=0).fit([[0.0], [1.0]])
    drives = np.append(np.linspace(0, 3, 41), 1.5) * float(auto.rheobase_[0])
    counts, states = responses(model, drives, substeps=auto.substeps_, method=auto.method_)
    left.plot(drives[:-1], counts.sum(axis=0)[:-1] / SECONDS, color="k")
    left.set(xlabel="drive", ylabel="rate (Hz)")
    trace = states[: round(TRACE / DT), -1]
    right.plot(DT * np.arange(1, len(trace) + 1), trace, color="k", lw=0.8)
    first = next(iter(model.parsed.derivatives))
    right.set(xlabel="time (ms)", ylabel=first, title=f"drive {drives[-1]:.3g}")
    return figure


def responses(
    model: NeuronModel, drives: np.ndarray, **steps: object
) -> tuple[np.ndarray, np.ndarray]:
    """Return spikes and first variables in every step, of uncoupled units with a drive each."""
    n_units, n_steps = len(drives), round(1000 * SECONDS / DT)
    reservoir = SpikingReservoir(
        n_units,
        neuron=model,
        wiring=np.zeros((n_units, n_units)),
        input_wiring=drives[np.newaxis],
        input_scaling=1.0,
        dt=DT,
        steps_per_input=n_steps,
        n_readouts=n_steps,
        features=("count", "membrane"),
        feature_scaling=None,
        random_state=0,
        **steps,
    )
    features = reservoir.fit_transform([[1.0]])[0].reshape(n_steps, 2, n_units)
    return features[:, 0], features[:, 1]


def draw_rate(
    model: NeuronModel, figure: plt.Figure, left: plt.Axes, right: plt.Axes
) -> plt.Figure:
    """Draw where a rate unit settles, and how it follows a step."""
    drives = np.linspace(-3, 3, 41)
    units = EchoStateReservoir(
        41, neuron=model, wiring=np.zeros((41, 41)), input_wiring=drives[np.newaxis], n_readouts=50
    ).fit_transform(np.ones((1, 50, 1)))
    states = units.reshape(50, 41)
    left.plot(drives, states[-1], color="k")
    left.set(xlabel="drive", ylabel="state after 50 steps")
    right.plot(np.arange(1, 51), states[:, 27], color="k", lw=0.8)
    right.set(xlabel="step", ylabel="v", title=f"drive {drives[27]:.3g}")
    return figure


def setup(app: Any) -> dict[str, bool]:
    """Write the pages before Sphinx reads any."""
    app.connect("config-inited", write_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
