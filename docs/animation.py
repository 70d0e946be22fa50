"""Draw the animation of spikes: sixty units that hear two waves, as a picture that moves by itself.

Run from the repository's root::

    python docs/animation.py
"""

from pathlib import Path

import numpy as np

from sparcelearn.reservoir import SpikingReservoir

N_UNITS, AGAIN = 60, 6.0  # the sample is stretched to six seconds, and starts again

waves = np.sin(np.arange(120)[:, np.newaxis] / (9.5, 6.0))[np.newaxis]  # 120 ms
reservoir = SpikingReservoir(
    N_UNITS, features="spikes", excitability=(0.7, 0.97), padding=0, random_state=0
)
trains = reservoir.fit_transform(waves)
scale = AGAIN / float(trains.durations[0])
rng = np.random.default_rng(0)
places = np.stack(np.divmod(np.arange(N_UNITS), 15), axis=1) + rng.uniform(-0.2, 0.2, (N_UNITS, 2))

lines = [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 200">',
    '<rect width="760" height="200" fill="#fff"/>',
]
for unit, (row, column) in enumerate(places):
    lines.append(
        f'<circle cx="{30 + 50 * column:.0f}" cy="{30 + 46 * row:.0f}" r="11" fill="#e2e2e2">'
    )
    times = trains.times[trains.channels == unit] * scale
    keys, colours = [0.0], ["#e2e2e2"]
    for time in times:
        start, end = time / AGAIN, min(0.999, time / AGAIN + 0.02)
        if start > keys[-1]:
            keys += [start, start, end]
            colours += ["#e2e2e2", "#D55E00", "#e2e2e2"]
    values = ";".join([*colours, "#e2e2e2"])
    moments = ";".join(f"{key:.3f}" for key in [*keys, 1.0])
    lines.append(
        f'<animate attributeName="fill" dur="{AGAIN}s" repeatCount="indefinite" '
        f'values="{values}" keyTimes="{moments}"/></circle>'
    )
lines.append("</svg>")
path = Path(__file__).parent / "_static" / "spikes.svg"
path.write_text("\n".join(lines) + "\n", encoding="utf-8")
print(f"wrote {path}: {len(trains.times)} spikes in {float(trains.durations[0]):.0f} ms")
