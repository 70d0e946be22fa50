r"""FitzHugh-Nagumo unit: the simplest equations that are excitable.

.. math::
    \tau \dot v &= v - v^3 / 3 - w + i + \text{drive} \\
    \tau \dot w &= \varepsilon (v + a - b w)

A spike adds its weight, with its sign, to the current :math:`i`. The potential has no unit and is
-1.2 at rest; a spike reaches about 2, is counted where :math:`v` crosses ``v_threshold`` upwards,
and takes some 40 :math:`\tau`. There is no reset. For theory: every claim about it can be drawn in
the plane.

References
----------
FitzHugh, "Impulses and physiological states in theoretical models of nerve membrane",
Biophysical Journal 1, 445-466, 1961.
"""

from .._neuron_model import NeuronModel

FitzHughNagumo = NeuronModel(
    name="FitzHughNagumo",
    equations="""
        dv/dt = (v - v**3 / 3 - w + i + drive) / tau
        dw/dt = epsilon * (v + a - b * w) / tau
        di/dt = -i / tau_syn
    """,
    threshold="v >= v_threshold and v_previous < v_threshold",
    excitatory="i",
    parameters={
        "tau": 1.0,
        "tau_syn": 5.0,
        "a": 0.7,
        "b": 0.8,
        "epsilon": 0.08,
        "v_threshold": 1.0,
    },
    units={"tau": "ms", "tau_syn": "ms"},
    # where the equations stand still at the default parameters
    initial={"v": -1.199408, "w": -0.62426004},
)
