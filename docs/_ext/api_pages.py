"""A page for each package, whose names are grouped by what one wants to do."""

from __future__ import annotations

import importlib.util
import inspect
import re
from pathlib import Path
from typing import Any

from sparcelearn.reservoir import NeuronModel

FOLDER = Path(__file__).parent.parent / "api"
PACKAGES = {
    "sparcelearn": "Online estimators and files",
    "sparcelearn.reservoir": "Reservoirs",
    "sparcelearn.reservoir.encoders": "Encoders",
    "sparcelearn.readouts": "Readouts",
    "sparcelearn.readouts.synapses": "Synapses",
    "sparcelearn.readouts.hardware": "Hardware",
    "sparcelearn.interop": "Other libraries",
    "sparcelearn.distributed": "Clusters and large data",
    "sparcelearn.measures": "Measures",
    "sparcelearn.datasets": "Data sets",
    "sparcelearn.displays": "Displays",
}
# Groups of a package, each with patterns of its names. A name goes to the first that matches,
# and to "More" where none does.
GROUPS: dict[str, dict[str, str]] = {
    "sparcelearn": {
        "Forecast": "Forecast|ReservoirForecaster|FieldForecaster|AdaptiveIntervals|ForceRegressor",
        "Learn from a stream": "Reservoir.*",
        "Events": "SpikeTrains",
        "Save and load": "save|load|trusted_types",
        "Report a bug": "show_versions",
    },
    "sparcelearn.reservoir": {
        "Networks": ".*Reservoir",
        "What units hear": "Delays|InputWiring|OfChannels|Patches|Projection|TemporalFilters",
        "Write your own neuron": "NeuronModel",
        "Parameters that differ from unit to unit": "Constant|Gamma|LogNormal|Normal|Uniform",
        "Who sends to whom": "Cycle.*|ErdosRenyi|Fixed.*|Hierarchical|Lattice|Orthogonal"
        "|Permutation|Ring|SmallWorld|Topology|scale_.*",
        "Synapses between units": "TsodyksMarkram",
        "Exchange with other libraries": ".*_nir",
    },
    "sparcelearn.reservoir.encoders": {
        "Sound": "Mel.*",
        "A value becomes spikes": "Rate.*|Latency.*|DirectCurrent.*|Population.*",
        "A change becomes spikes": ".*",
    },
    "sparcelearn.readouts": {
        "SpaRCe": "Sparce.*|SparseCode",
        "Local rules": "Delta.*|NodePerturbation.*|Prototype.*|Hopfield.*",
        "Rules with sums of all samples": "RLS.*|Streaming.*",
        "Readouts of spikes": "Eprop.*|.*Decolle.*|FirstSpike.*|SuperSpike.*|Stdp.*"
        "|ThreeFactor.*|first_spike.*|surrogate.*",
        "Side by side on a stream": "WeightedMajority.*",
        "Against forgetting": "Replay.*|PseudoReplay.*|reptile.*|.*Rehearsal.*",
    },
    "sparcelearn.interop": {
        "Spike trains": "(from|to)_(neo|pandas|tonic)",
        "Networks on other simulators": ".*[pP]y[nN][nN].*",
        "Sequences": "as_.*",
    },
    "sparcelearn.measures": {
        "Memory of a reservoir": "memory_capacity|memory_function|information.*",
        "Dimension and separation": ".*rank|kernel_quality|.*dimension|participation.*|separation"
        "|mean_abs.*",
        "Activity": "firing.*|isi.*|synchrony|branching.*|lyapunov.*|van_rossum|peristimulus.*"
        "|reverse.*",
        "The code": "coding_level|sparseness|specificity|[pP]runing.*",
        "Risk": ".*[rR]isk.*|[gG]eneralization.*",
        "Forgetting": "[fF]orgetting.*",
        "Memory of synapses": "memory_.*",
    },
    "sparcelearn.datasets": {
        "Real data": "fetch_.*|load_.*",
        "Read and write files": "(read|write)_.*",
        "Series to forecast": "to_forecasting|make_(channel|double|henon|kuramoto|logistic|lorenz"
        "|mackey|multi|narma|pattern|rabinovich|rossler).*",
        "Memory": "make_(delayed|temporal).*",
        "Streams and classes that change": ".*(drift|incremental).*",
        "Spikes": ".*spike.*",
        "Classes": ".*",
    },
}


def grouped(package: str, names: list[str]) -> dict[str, list[str]]:
    """Sort names into the groups of a package; those of no group go to "More"."""
    groups = GROUPS.get(package, {"": ".*"})
    found: dict[str, list[str]] = {title: [] for title in [*groups, "More"]}
    for name in names:
        fits = (title for title, pattern in groups.items() if re.fullmatch(pattern, name))
        found[next(fits, "More")].append(name)
    return {title: members for title, members in found.items() if members}


def page(package: str, title: str) -> str | None:
    """Return the page of a package, or None if it has nothing public."""
    module = importlib.import_module(package)
    public = [n for n in getattr(module, "__all__", ()) if not n.startswith("_")]
    models = [n for n in public if isinstance(getattr(module, n), NeuronModel)]
    names = [n for n in public if callable(getattr(module, n)) and n not in models]
    constants = [n for n in public if n not in {*names, *models}]
    if not names:
        return None
    lines = [title, "=" * len(title), "", inspect.cleandoc(module.__doc__ or ""), ""]
    lines += [f"All names are in ``{package}``.", "", f".. currentmodule:: {package}", ""]
    for heading, members in grouped(package, names).items():
        if heading:
            lines += [heading, "-" * len(heading), ""]
        lines += [".. autosummary::", "   :toctree: generated", "   :nosignatures:", ""]
        lines += [f"   {name}" for name in members] + [""]
    if models:
        listed = ", ".join(f":doc:`{name} </models/{name}>`" for name in models)
        lines += [
            "Neurons",
            "-------",
            "",
            f"Each on :doc:`a page of its own </models/index>`: {listed}.",
        ]
        lines += [""]
    if constants:
        lines += ["Constants: " + ", ".join(f"``{name}``" for name in constants) + ".", ""]
    return "\n".join(lines)


def write_api_pages(_app: Any, _config: Any) -> None:
    """Write a page for each package, with all names in its ``__all__``."""
    FOLDER.mkdir(exist_ok=True)
    for package, title in PACKAGES.items():
        if importlib.util.find_spec(package) is None:
            continue
        text = page(package, title)
        path = FOLDER / f"{package}.rst"
        if text and (not path.exists() or path.read_text("utf-8") != text):
            path.write_text(text, "utf-8")


def plain_words(_app: Any, _what: str, _name: str, _obj: Any, _options: Any, lines: list) -> None:
    """Replace references that only scikit-learn's documentation has; escape names ending in _."""
    for k, line in enumerate(lines):
        plain = re.sub(r":ref:`([^<`]+?)(?: <[^>]*>)?`", r"``\1``", line)
        lines[k] = plain.replace("(n_features_in_,)", r"(n_features_in\_,)")


def is_skipped(_app: Any, _what: str, name: str, *_: Any) -> bool | None:
    """Leave out what scikit-learn gives to every estimator for its routing of metadata."""
    return True if re.fullmatch(r"set_\w+_request|get_metadata_routing", name) else None


def setup(app: Any) -> dict[str, bool]:
    """Write the generated pages before Sphinx reads any."""
    app.connect("config-inited", write_api_pages)  # before autosummary looks for them
    app.connect("autodoc-skip-member", is_skipped)
    app.connect("autodoc-process-docstring", plain_words, priority=400)  # before numpydoc
    return {"parallel_read_safe": True, "parallel_write_safe": True}
