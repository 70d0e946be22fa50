"""The rows of the table of speed: what is done, by whom, and how fast it should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import _works
from _contenders import Contender

OURS = "sparcelearn"
SECONDS = "biological s/s"
SHAPE = "1000 features x 10 classes"
SIGMOID = {"loss": "sigmoid"}


@dataclass(frozen=True)
class Row:
    """One piece of work, its contenders, and the goals for the ratios."""

    name: str
    unit: str
    work: Callable[[], _works.Work]
    contenders: dict[str, Contender]
    goals: dict[str, float]
    turns: int = 9


def network_row(
    name: str, work: Callable[[], _works.Work], goals: dict[str, float], repeats: int = 8
) -> Row:
    """Return a row of a network; runs of milliseconds are repeated, for caches to be warm."""
    in_32, in_64 = ({"dtype": dtype, "repeats": repeats} for dtype in ("float32", "float64"))
    contenders = {
        OURS: Contender("sparcelearn", "network", in_32),
        "ours, float64": Contender("sparcelearn", "network", in_64),
        "by hand": Contender("hand", "network", in_32),
        "by hand, float64": Contender("hand", "network", in_64),
        "Brian2 standalone": Contender("brian2", "network"),
        "NEST": Contender("nest", "network"),
    }
    return Row(name, SECONDS, work, contenders, goals)


def coba_row() -> Row:
    """Return a row of the network of conductances; its activity is chaotic, only rates agree."""
    in_32, in_64 = ({"dtype": dtype} for dtype in ("float32", "float64"))
    by_hand = {"name": "ConductanceLIF"}
    contenders = {
        OURS: Contender("sparcelearn", "conductances", in_32),
        "ours, float64": Contender("sparcelearn", "conductances", in_64),
        "by hand": Contender("hand_models", "network", in_32 | by_hand),
        "by hand, float64": Contender("hand_models", "network", in_64 | by_hand),
        "Brian2 standalone": Contender("brian2", "conductances"),
        "NEST": Contender("nest", "conductances"),
    }
    goals = {"Brian2 standalone": 4, "NEST": 10}
    return Row("COBA 4000, dt 0.1 ms", SECONDS, _works.coba_network, contenders, goals)


def large_row() -> Row:
    """Return the row of a network whose weights (60 MB) fit into no cache near the core."""
    contenders = {
        OURS: Contender("sparcelearn", "network"),
        "NEST, two threads": Contender("nest", "network", {"threads": 2}),
    }
    work = lambda: _works.lif_network(100_000, 1.0, 200.0, heard=0.02, input_weight=18.0)  # noqa: E731
    name = "LIF reservoir 100,000 at 10 Hz, dt 1 ms"
    return Row(name, SECONDS, work, contenders, {"NEST, two threads": 10}, turns=5)


def network_rows() -> list[Row]:
    rows = [
        network_row(
            "CUBA 4000, dt 0.1 ms", _works.cuba_network, {"Brian2 standalone": 5, "NEST": 15}
        )
    ]
    for n, dt, loop, nest in (
        (1000, 1.0, 3.5, 25), (4000, 1.0, 4.5, 35), (1000, 0.1, 6, 45), (4000, 0.1, 6, 80)
    ):  # fmt: skip
        goals = {"Brian2 standalone": loop, "NEST": nest}
        if dt == 1:
            goals |= {"Brian2 standalone, whole run": 8, "by hand": 1.1}
        name = f"LIF reservoir {n}, dt {dt:g} ms"
        work = lambda n=n, dt=dt: _works.lif_network(n, dt)  # noqa: E731
        rows.append(network_row(name, work, goals, repeats=40 if dt == 1 else 20))
    rows[0].goals["by hand"] = 0.9
    contenders = {
        OURS: Contender("sparcelearn", "network", {"repeats": 8}),
        "scattered additions": Contender("hand", "additions", {"dtype": "float32"}),
    }
    work = lambda: _works.lif_network(1000, 1.0)  # noqa: E731
    goals, name = {"scattered additions": 0.8}, "synaptic events, LIF reservoir 1000, dt 1 ms"
    return [*rows, large_row(), coba_row(), Row(name, "events/s", work, contenders, goals)]


def rate_rows() -> list[Row]:
    rows = []
    for density, one, many in ((0.1, 2.5, 4), (0.01, 5, 6)):
        for n_series, n_steps, goal in ((1, 3000, one), (100, 100, many)):
            contenders = {
                OURS: Contender("sparcelearn", "series"),
                "ours, float64": Contender("sparcelearn", "series", {"dtype": "float64"}),
                "scipy loop": Contender("scipy", "series", {"dtype": "float32"}),
                "scipy loop, float64": Contender("scipy", "series", {"dtype": "float64"}),
                "ReservoirPy": Contender("reservoirpy", "series"),
            }
            scipy = 1.8 if density == 0.1 else 1.6
            goals = {"ReservoirPy": goal} | ({"scipy loop": scipy} if n_series > 1 else {})
            kind = "one series" if n_series == 1 else f"{n_series} series of {n_steps} steps"
            name = f"echo state 1000, density {density}, {kind}"
            work = lambda d=density, k=n_series, t=n_steps: _works.rate_network(d, k, t)  # noqa: E731
            rows.append(Row(name, "steps/s", work, contenders, goals, turns=7))
    return rows


def model_rows() -> list[Row]:
    """Return rows of models that are integrated by steps, each as in ``model_speed.py``."""
    rows = []
    for name in ("HodgkinHuxley", "AdEx", "Izhikevich"):
        contenders = {
            OURS: Contender("sparcelearn", "model", {"name": name}),
            "ours, float64": Contender("sparcelearn", "model", {"name": name, "dtype": "float64"}),
            "Brian2 standalone": Contender("brian2", "model", {"name": name}),
        }
        work = lambda name=name: _works.model_network(*_works.MODELS[name])  # noqa: E731
        goals = {"Brian2 standalone": 4}
        rows.append(Row(f"{name} 1000, dt 0.1 ms", SECONDS, work, contenders, goals))
    return rows


def feature_row() -> Row:
    """Return the row of features of long series."""
    contenders = {
        OURS: Contender("sparcelearn", "features", {"n_units": 2000}),
        "MiniRocket": Contender("aeon", "minirocket"),
    }
    name = "features of 442 series of 427 steps"
    return Row(name, "features/s", _works.long_series, contenders, {"MiniRocket": 0.5}, turns=5)


def sample_rows() -> list[Row]:
    """Return rows of SpaRCe, one sample an update, by the share of features that is active."""
    lms = Contender("reservoirpy", "readout", {"kind": "lms", "n": 1000, "learning_rate": 1e-6})
    by_hand, hand = "dense softmax by hand", Contender("hand", "dense_softmax", {"n": 10_000})
    rows = []
    for share, goal in ((1, 3), (10, 1.5), (30, 1), (100, 0.9)):
        options = {"n": 10_000, "sparsity": 1 - share / 100}
        contenders = {OURS: Contender("sparcelearn_readouts", "sparce", options), by_hand: hand}
        goals = {by_hand: goal}
        if share == 10:
            contenders |= {
                "ours, sigmoid loss": replace(contenders[OURS], options=options | SIGMOID),
                "ours, averaged": replace(
                    contenders[OURS], options=options | {"average": "adaptive"}
                ),
                "ReservoirPy LMS": lms,
                "SGDClassifier": Contender("sklearn", "rows", {"n": 40}),
            }
            goals |= {"ReservoirPy LMS": 40, "SGDClassifier": 3000}
        name = f"SpaRCe sample-wise, {SHAPE}, {share} % active"
        rows.append(Row(name, "samples/s", many_samples, contenders, goals))
    adam = {OURS: Contender("sparcelearn_readouts", "sparce", {"n": 5_000, "solver": "adam"})}
    name = f"SpaRCe sample-wise by Adam, {SHAPE}, 10 % active"
    both = adam | {"ReservoirPy LMS": lms}
    rows.append(Row(name, "samples/s", many_samples, both, {"ReservoirPy LMS": 20}))
    batches = {
        OURS: Contender("sparcelearn_readouts", "sparce", {"n": 10_000, "batch_size": 20}),
        "torch": Contender("torch", "minibatches", {"n": 10_000, "size": 20}),
        "numpy": Contender("numpy", "minibatches", {"n": 10_000, "size": 20}),
    }
    name = f"SpaRCe in batches of 20, {SHAPE}, 10 % active"
    rows.append(Row(name, "samples/s", many_samples, batches, {"torch": 2, "numpy": 3}))
    single = {
        OURS: Contender("sparcelearn_readouts", "sparce_rows", {"n": 200}),
        "SGDClassifier": Contender("sklearn", "rows", {"n": 40}),
    }
    name = f"SpaRCe, one row a call, {SHAPE}"
    return [*rows, Row(name, "samples/s", few_samples, single, {"SGDClassifier": 8})]


def readout_rows() -> list[Row]:
    tenth = {
        OURS: Contender("sparcelearn_readouts", "sparce", {"n": 10_000, "sparsity": 0.0}),
        "river softmax": Contender("river", "softmax", {"n": 200}),
    }
    rls = {
        OURS: Contender("sparcelearn_readouts", "rls", {"n": 100}),
        "ReservoirPy RLS": Contender("reservoirpy", "readout", {"kind": "rls", "n": 50}),
        "numpy": Contender("numpy", "rls", {"n": 100}),
    }
    fit = {
        OURS: Contender("sparcelearn_readouts", "fit_digits"),
        "RidgeClassifierCV": Contender("sparcelearn_readouts", "fit_digits", {"by_ridge": True}),
    }
    stream = {
        OURS: Contender("sparcelearn_readouts", "stream"),
        "bare kernels": Contender("sparcelearn_readouts", "kernels"),
        "ReservoirPy LIF + LMS": Contender("reservoirpy", "stream"),
    }
    piece = {
        OURS: Contender("sparcelearn_readouts", "stream", {"whole": True}),
        "ReservoirPy LIF + LMS": Contender("reservoirpy", "stream", {"n": 200, "whole": True}),
    }
    return [
        *sample_rows(),
        Row(
            f"softmax on {SHAPE}, 10 % not 0",
            "samples/s",
            lambda: _works.samples(10_000, active=0.1),
            tenth,
            {},
        ),
        Row(f"RLS, {SHAPE}", "samples/s", few_samples, rls, {"ReservoirPy RLS": 10, "numpy": 1.5}),
        Row(
            "one fit on digits, 500 units, 30 epochs",
            "fits/s",
            _works.nothing,
            fit,
            {"RidgeClassifierCV": 1.5},
        ),
        Row(
            "step + learn, LIF 500, 1 output",
            "rows/s",
            _works.stream,
            stream,
            {"bare kernels": 0.6, "ReservoirPy LIF + LMS": 10},
            turns=25,
        ),
        Row(
            "partial_fit of 1000 rows, LIF 500, 1 output",
            "rows/s",
            lambda: _works.stream(n_rows=1000),
            piece,
            {},
            turns=25,
        ),
    ]


def all_rows() -> list[Row]:
    """Return every row, in the order of the page."""
    return [*network_rows(), *model_rows(), *rate_rows(), feature_row(), *readout_rows()]


def many_samples() -> _works.Work:
    return _works.samples(10_000)


def few_samples() -> _works.Work:
    return _works.samples(1000)
