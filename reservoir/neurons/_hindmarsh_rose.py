r"""Hindmarsh-Rose unit: spikes in bursts, from three polynomials.

.. math::
    \tau \dot v &= y - a v^3 + b v^2 - z + i + \text{drive} \\
    \tau \dot y &= c - d v^2 - y \\
    \tau \dot z &= r (s (v - v_{rest}) - z)

The slow :math:`z` ends a burst and begins the next: with the defaults a drive of 2 gives bursts,
about 3.25 chaotic ones, 4 single spikes. A spike of another unit adds its weight, with its sign,
to the current :math:`i`. Nothing is reset: a spike is counted where :math:`v` crosses
``v_threshold`` upwards. Variables have no units.

References
----------
Hindmarsh, Rose, "A model of neuronal bursting using three coupled first order differential
equations", Proceedings of the Royal Society of London B 221, 87-102, 1984.
"""

from .._neuron_model import NeuronModel

HindmarshRose = NeuronModel(
    name="HindmarshRose",
    equations="""
        dv/dt = (y - a * v**3 + b * v**2 - z + i + drive) / tau
        dy/dt = (c - d * v**2 - y) / tau
        dz/dt = r * (s * (v - v_rest) - z) / tau
        di/dt = -i / tau_syn
    """,
    threshold="v >= v_threshold and v_previous < v_threshold",
    excitatory="i",
    parameters={
        "tau": 1.0,
        "tau_syn": 5.0,
        "a": 1.0,
        "b": 3.0,
        "c": 1.0,
        "d": 5.0,
        "r": 0.005,
        "s": 4.0,
        "v_rest": -1.6,
        "v_threshold": 1.0,
    },
    units={"tau": "ms", "tau_syn": "ms"},
    # where the equations stand still at the default parameters
    initial={"v": -1.6045345, "y": -11.872655, "z": -0.018138131},
)
