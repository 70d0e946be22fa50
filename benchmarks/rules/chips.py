"""What chips cost: first spikes in the loop, learning on the chip, presets, and whole models.

Run from the repository's root::

    python benchmarks/rules/chips.py [loop] [devices] [presets] [models] [--json]

``loop``: Yin-Yang, a frozen random layer of 120 first-spike units in front of a trained one, on
6-bit weights with a mismatch of 20 % and spikes that jitter by 0.05 ms, 0.5 % of the time constant.
``devices``: ten Gaussian classes through 300 rectified random features, learned on a chip whose
devices differ by 50 %; the blind learner learns the same way without devices and is then put on
them. Error thresholds, too. ``presets``: the same task, written once. ``models``: reservoir and
readout as each chip has them, digits and Yin-Yang. Seeds 0 to 4; rates and passes
were chosen on seeds 10 and 11. With ``--json`` figures go to ``benchmarks/results``.
"""

from __future__ import annotations

import argparse
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

sys.path.insert(0, str(Path(__file__).parents[1]))

from _results import write

from sparcelearn import SpikeTrains
from sparcelearn.datasets import load_digits_sequence, make_yin_yang
from sparcelearn.readouts import DeltaClassifier, FirstSpikeClassifier, first_spike_times
from sparcelearn.readouts.hardware import (
    ChipReadout,
    InTheLoopTrainer,
    MockChip,
    OnChipReadout,
    chip_preset,
    generic_chip,
    quantize_reservoir,
)
from sparcelearn.reservoir import SpikingReservoir

SEEDS = range(5)
PRESETS = ("loihi", "brainscales2", "spinnaker", "dynapse")
TAU, JITTER, MISMATCH = 10.0, 0.05, 0.2


def first_spikes(X: NDArray[Any], weights: NDArray[Any]) -> SpikeTrains:
    """Return the first spikes of a frozen layer, for points of the plane."""
    inputs = np.hstack([1.5 + 18.5 * X, np.full((len(X), 1), 9.0)])
    times = first_spike_times(inputs, weights, tau_syn=TAU)
    samples = [(t[np.isfinite(t)], np.flatnonzero(np.isfinite(t))) for t in times]
    return SpikeTrains.from_samples(samples, n_channels=len(weights), durations=1000.0)


def yin_yang(seed: int) -> tuple[Any, ...]:
    """Return points and labels to train and to test on, and the weights of the frozen layer."""
    X, y = make_yin_yang(5000, random_state=seed)
    X_test, y_test = make_yin_yang(2000, random_state=100 + seed)
    return X, y, X_test, y_test, np.random.default_rng(seed).normal(1.5, 0.8, (120, 5))


def trained(train: SpikeTrains, y: NDArray[Any], seed: int) -> FirstSpikeClassifier:
    """Return a first-spike readout in floating point."""
    readout = FirstSpikeClassifier(TAU, bias_time=9.0, max_iter=30, random_state=seed)
    return readout.fit(train, y)


def looped(
    readout: Any, chip: MockChip, X: Any, y: NDArray[Any], rate: float, n_passes: int
) -> InTheLoopTrainer:
    """Return a readout after passes with the chip in the loop, the rate falling to 0."""
    largest = float(np.abs(readout.coef_).max())
    trainer = InTheLoopTrainer(readout, chip, batch_size=50, w_max=largest)
    for n in range(n_passes):
        trainer.learning_rate = rate * (1 - n / n_passes)
        rows = np.random.default_rng(n).permutation(len(y))
        trainer.partial_fit(X[rows], y[rows])
    return trainer


def loop(seed: int) -> dict[str, float]:
    """Return accuracies of first spikes on Yin-Yang."""
    X, y, X_test, y_test, weights = yin_yang(seed)
    train, test = first_spikes(X, weights), first_spikes(X_test, weights)
    readout = trained(train, y, seed)

    def chip() -> MockChip:
        preset = chip_preset("brainscales2")
        return MockChip(preset, mismatch=MISMATCH, jitter=JITTER, random_state=seed)

    found = {"float": readout.score(test, y_test)}
    found["written once"] = ChipReadout(readout, chip()).score(test, y_test)
    ideal = MockChip(generic_chip(20), jitter=JITTER, random_state=seed)
    found["float, with the same jitter"] = ChipReadout(readout, ideal).score(test, y_test)
    for derivative in ("exact", "simplified"):
        start = deepcopy(readout).set_params(derivative=derivative)
        found[f"in the loop, {derivative}"] = looped(start, chip(), train, y, 0.002, 16).score(
            test, y_test
        )
    return found


def gaussian(seed: int) -> tuple[NDArray[Any], ...]:
    """Return ten classes of one Gaussian each, seen through 300 rectified random features."""
    rng = np.random.default_rng(seed)
    centres, mix = rng.normal(size=(10, 20)), rng.normal(size=(20, 300)) / np.sqrt(20)
    labels = rng.integers(10, size=10_000)
    points = centres[labels] + 1.3 * rng.normal(size=(10_000, 20))
    features = np.maximum(points @ mix, 0)
    return features[:5000], labels[:5000], features[5000:], labels[5000:]


def on_chip(mismatch: float, threshold: float, seed: int, data: Any) -> OnChipReadout:
    """Return a readout that learned on a chip, in four epochs."""
    rule = DeltaClassifier(
        0.01, loss="sigmoid", normalized=False, error_threshold=threshold, max_iter=4,
        random_state=seed,
    )  # fmt: skip
    chip = MockChip(generic_chip(8), mismatch=mismatch, random_state=seed)
    return OnChipReadout(rule, chip, w_max=0.5).fit(*data[:2])


def devices(seed: int) -> dict[str, float]:
    """Return accuracies of learning on a chip, and shares of updates."""
    data = gaussian(seed)
    blind, seeing = on_chip(0.0, 0.0, seed, data), on_chip(0.5, 0.0, seed, data)
    ideal = blind.score(*data[2:])
    spread = MockChip(generic_chip(8), mismatch=0.5, random_state=seed)
    spread.write(blind.chip.read(), 0.5)
    blind.chip = spread
    found = {
        "equal devices": ideal,
        "blind, on other devices": blind.score(*data[2:]),
        "through these devices": seeing.score(*data[2:]),
    }
    for threshold in (0.1, 0.2, 0.3):
        triggered = on_chip(0.2, threshold, seed, data)
        found[f"threshold {threshold}, accuracy"] = triggered.score(*data[2:])
        found[f"threshold {threshold}, updates"] = triggered.update_rate_
    every = on_chip(0.2, 0.0, seed, data)
    found["threshold 0, accuracy"], found["threshold 0, updates"] = (
        every.score(*data[2:]),
        every.update_rate_,
    )
    return found


def presets(seed: int) -> dict[str, float]:
    """Return accuracies of a linear readout of 300 features, written once."""
    X, y, X_test, y_test = gaussian(seed)
    readout = DeltaClassifier(0.01, normalized=False, max_iter=4, random_state=seed).fit(X, y)
    found = {"float": readout.score(X_test, y_test)}
    for name in PRESETS:
        chip = MockChip(chip_preset(name), random_state=seed)
        found[name] = ChipReadout(readout, chip).score(X_test, y_test)
    trainer = InTheLoopTrainer(readout, MockChip(chip_preset("dynapse"), random_state=seed))
    for n in range(4):
        trainer.learning_rate = 0.02 * (1 - n / 4)
        trainer.partial_fit(X, y)
    found["dynapse, in the loop"] = trainer.score(X_test, y_test)
    return found


def digits_model(seed: int) -> dict[str, float]:
    """Return accuracies of a spiking reservoir of 200 units and a linear readout, on digits."""
    X, y = load_digits_sequence(return_X_y=True)
    A, B, a, b = train_test_split(X, y, test_size=0.3, stratify=y, random_state=seed)
    network = SpikingReservoir(200, n_readouts=1, loop_gain=0.3, random_state=seed).fit(A)

    def readout(states: NDArray[Any]) -> DeltaClassifier:
        rule = DeltaClassifier(0.002, normalized=False, max_iter=30, random_state=seed)
        return rule.fit(states, a)

    found = {"float": readout(network.transform(A)).score(network.transform(B), b)}
    for name in PRESETS:
        preset = chip_preset(name)
        on_chip = quantize_reservoir(network, preset, random_state=seed)
        train, test = on_chip.transform(A), on_chip.transform(B)
        chip = MockChip(preset, random_state=seed)
        found[name] = ChipReadout(readout(train), chip).score(test, b)
    return found


def yin_yang_model(seed: int) -> dict[str, float]:
    """Return accuracies of a frozen first-spike layer and a readout, both on the chip."""
    X, y, X_test, y_test, weights = yin_yang(seed)
    found = {}
    for name in (None, *PRESETS):
        hidden, preset = weights, None if name is None else chip_preset(name)
        if preset is not None:
            w_max = preset.range_for(weights)
            noise = np.random.default_rng(seed).normal(size=weights.shape)
            codes = preset.codes(weights, w_max)
            hidden = preset.scale(w_max) * codes * (1 + preset.mismatch * noise)
        train, test = first_spikes(X, hidden), first_spikes(X_test, hidden)
        readout = trained(train, y, seed)
        if preset is None:
            found["float"] = readout.score(test, y_test)
        else:
            chip = MockChip(preset, random_state=seed)
            found[preset.name] = ChipReadout(readout, chip).score(test, y_test)
    return found


PARTS = {
    "loop": {"yin-yang": loop},
    "devices": {"ten Gaussian classes": devices},
    "presets": {"ten Gaussian classes": presets},
    "models": {"digits": digits_model, "yin-yang": yin_yang_model},
}


def main() -> None:
    """Print mean and spread over the seeds, write the figures if requested."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(PARTS))
    parser.add_argument("--json", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args()
    for name in options.names:
        tables: dict[str, dict[str, list[float]]] = {}
        for title, measure in PARTS[name].items():
            rows = [measure(seed) for seed in SEEDS]
            tables[title] = {key: [round(float(row[key]), 4) for row in rows] for key in rows[0]}
            print(f"{name}: {title}")
            for key, values in tables[title].items():
                print(f"  {key:28}{np.mean(values):.3f} +- {np.std(values):.3f}", flush=True)
        if options.json:
            command = f"python benchmarks/rules/chips.py {name} --json"
            write(f"rules_chips_{name}", command, {"seeds": list(SEEDS), "figures": tables})


if __name__ == "__main__":
    main()
