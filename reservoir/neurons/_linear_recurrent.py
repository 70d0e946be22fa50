r"""Linear recurrent unit: a damped rotation in the complex plane, driven by the input.

.. math::
    \dot z = (-1 / \tau + 2 \pi i f) z + \sqrt{2 / \tau} \, \text{drive}, \qquad z = v + i q

A diagonal linear recurrent network: units are not connected, and each remembers the input at
its frequency (cycles per unit of time) for its time constant. White noise
of variance 1 gives rates of variance near 1/2. A rate unit for ``EchoStateReservoir``:
with ``method="exact"`` and ``leak_rate=1`` a row of input is one unit of time and
:math:`z \leftarrow e^{-1/\tau + 2 \pi i f} z + \dots`; with ``connectivity=0`` no unused
weights are drawn.

References
----------
Orvieto, Smith, Gu, Fernando, Gulcehre, Pascanu, De, "Resurrecting recurrent neural networks
for long sequences", ICML 2023.
"""

from .._distributions import Uniform
from .._neuron_model import NeuronModel

LinearRecurrent = NeuronModel(
    name="LinearRecurrent",
    equations="""
        omega = 6.283185307179586 * frequency
        dv/dt = -v / tau - omega * q + sqrt(2 / tau) * drive
        dq/dt = -q / tau + omega * v
    """,
    parameters={"tau": Uniform(2.0, 50.0), "frequency": Uniform(0.0, 0.05)},
)
