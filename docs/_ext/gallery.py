"""The gallery: scripts of ``examples``, by topic, in the order in which one would read them."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from sparcelearn.datasets._home import data_folder

HERE = Path(__file__).parent.parent
SOURCE, TARGET = HERE.parent / "examples", HERE / "examples"
# Topics: folder, title, what they are about, and their scripts without "plot_" and ".py". A script
# that is not listed goes to the last topic.
TOPICS = {
    "start": (
        "First steps",
        "A first result in a minute.",
        ["quick_start", "csv_and_names", "sparsity_search", "what_units_hear"],
    ),
    "series": (
        "Classify, forecast and generate",
        "Series: what they are, the next value, and going on alone.",
        ["beside_minirocket", "laser", "forecast", "generate_a_series", "force"],
    ),
    "streams": (
        "Learn from streams",
        "Predict, then learn, one row at a time, for as long as it takes.",
        [
            "drifting_stream",
            "drift_with_river",
            "checkpoint_and_resume",
            "keyword_spotting",
            "class_incremental",
        ],
    ),
    "events": (
        "Events and sound",
        "Spikes as input.",
        ["event_camera", "spoken_digits", "numbers_into_spikes", "first_spike"],
    ),
    "reservoirs": (
        "Reservoirs",
        "Neurons, wirings, and what they can do.",
        ["own_neuron", "reservoir_measures", "memory_of_a_loop", "who_sends_to_whom"],
    ),
    "readouts": (
        "Readouts, synapses and chips",
        "Rules of your own, weights of few bits.",
        ["own_readout", "no_free_lunch", "synaptic_memory", "mock_chip"],
    ),
    "together": (
        "With other libraries",
        "Searches, clusters, large data, other simulators.",
        ["optuna_search", "dask_blocks", "pynn_nest"],
    ),
}
# Examples that need files, or libraries that not every machine has (the extra ``gallery``). Where
# those are missing they are left out, so that none is blank.
NEEDS = {"plot_spoken_digits": "fsdd", "plot_laser": "santa_fe"}
LIBRARIES = {"plot_pynn_nest": "nest", "plot_beside_minirocket": "sktime"}


def collect() -> list[str]:
    """Copy the scripts into a folder for each topic; return the folders in order."""
    shutil.rmtree(TARGET, ignore_errors=True)
    paths = [path for path in SOURCE.glob("plot_*.py") if path.stem not in missing()]
    scripts = {path.stem.removeprefix("plot_"): path for path in paths}
    listed = {name for _, _, names in TOPICS.values() for name in names}
    folders = []
    for topic, (title, about, names) in TOPICS.items():
        folder = TARGET / topic
        folder.mkdir(parents=True)
        extra = sorted(scripts.keys() - listed) if topic == list(TOPICS)[-1] else []
        for name in [*names, *extra]:
            if name in scripts:
                shutil.copy2(scripts[name], folder / scripts[name].name)
        (folder / "README.txt").write_text(f"{title}\n{'-' * len(title)}\n\n{about}\n", "utf-8")
        folders.append(f"examples/{topic}")
    shutil.copy2(SOURCE / "README.txt", TARGET / "README.txt")
    return folders


def missing() -> list[str]:
    """Return the examples whose data or library are not there."""
    data = [name for name, folder in NEEDS.items() if not (data_folder(None) / folder).is_dir()]
    return data + [name for name, module in LIBRARIES.items() if find_spec(module) is None]


def by_place(filename: str) -> int:
    """Return the place of a script within its topic."""
    name = Path(filename).stem.removeprefix("plot_")
    names = [name for _, _, names in TOPICS.values() for name in names]
    return names.index(name) if name in names else len(names)
