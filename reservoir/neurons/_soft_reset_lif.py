r"""Leaky integrate-and-fire unit whose reset subtracts the threshold: a spike loses nothing.

.. math::
    \tau_{mem} \dot v = i + \text{drive} - v, \qquad \tau_{syn} \dot i = -i, \qquad
    v \ge \theta: \; v \to v - \theta

A spike adds its weight to :math:`i`. There is no refractory period. Let :math:`s` be a trace of the
unit's own spikes: it decays with :math:`\tau_{mem}` and is raised by :math:`\theta` at each. Then
what a spike takes from :math:`v` it adds to :math:`s`, and

.. math:: \tau_{mem} \frac{d(v + s)}{dt} = i + \text{drive} - (v + s) :

membrane and trace together hold the exact filter of all that drives the unit, however it spikes.
At a constant drive :math:`I` well above threshold it fires at :math:`(I / \theta - 1/2) /
\tau_{mem}`. Affine, hence integrated exactly.

References
----------
Rueckauer, Lungu, Hu, Pfeiffer, Liu, "Conversion of continuous-valued deep networks to efficient
event-driven networks for image classification", Frontiers in Neuroscience 11, 682, 2017.
"""

from .._neuron_model import NeuronModel

SoftResetLIF = NeuronModel(
    name="SoftResetLIF",
    equations="""
        dv/dt = (i + drive - v) / tau_mem
        di/dt = -i / tau_syn
    """,
    threshold="v >= v_threshold",
    reset="v -= v_threshold",
    excitatory="i",
    parameters={"tau_mem": 5.0, "tau_syn": 20.0, "v_threshold": 1.0},
    units={"tau_mem": "ms", "tau_syn": "ms"},
)
