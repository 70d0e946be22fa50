r"""Resonate-and-fire unit: it responds to spikes at its resonance frequency.

.. math::
    \dot v = -v / \tau + \omega x, \qquad
    \dot x = -x / \tau - \omega v + \text{drive}, \qquad \omega = 2 \pi f

a damped oscillation of the potential :math:`v` with a current :math:`x`, to which a
spike adds its weight, with its sign. The unit spikes where :math:`v` crosses
``v_threshold`` upwards, and continues from ``v_reset`` with :math:`x = 0`. Affine, hence integrated
exactly.

References
----------
Izhikevich, "Resonate-and-fire neurons", Neural Networks 14, 883-894, 2001.
"""

from .._neuron_model import NeuronModel

ResonateAndFire = NeuronModel(
    name="ResonateAndFire",
    equations="""
        omega = 0.006283185307179586 * frequency   # radians per ms
        dv/dt = -v / tau + omega * x
        dx/dt = -x / tau - omega * v + drive
    """,
    threshold="v >= v_threshold and v_previous < v_threshold",
    reset="v = v_reset; x = 0",
    excitatory="x",
    parameters={"tau": 20.0, "frequency": 40.0, "v_threshold": 1.0, "v_reset": 1.0},
    units={"tau": "ms", "frequency": "Hz"},
)
