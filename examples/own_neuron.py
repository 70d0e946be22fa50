"""A neuron of one's own: adaptation as a second equation, and what it does to a reservoir.

A unit that tires answers a constant input with a burst and then falls silent. Its
equations are text; the reservoir integrates and compiles them.
"""

import numpy as np

from sparcelearn.reservoir import NeuronModel, SpikingReservoir

ADAPTIVE = NeuronModel(
    name="Adaptive",
    equations="""
        dv/dt = (drive + i - w - v) / tau_mem
        dw/dt = -w / tau_w
        di/dt = -i / tau_syn
    """,
    threshold="v >= 1",
    reset="v = 0; w += jump",
    refractory="2",
    excitatory="i",
    parameters={"tau_mem": 20.0, "tau_w": 200.0, "tau_syn": 5.0, "jump": 0.3},
)

step = np.ones((1, 60, 1))  # one sample: a constant input, held for 60 rows of 10 ms
for jump in (0.0, 0.1, 0.3):
    reservoir = SpikingReservoir(
        200,
        neuron=ADAPTIVE(jump=jump),
        features="count",
        n_readouts=6,  # spikes in six windows of 100 ms
        input_scaling=5.0,
        random_state=0,
    )
    counts = reservoir.fit_transform(step).reshape(6, 200).mean(axis=1)
    print(f"jump {jump:.1f}: spikes per unit in each 100 ms:", np.round(counts, 1))
