r"""Leaky integrate-and-fire unit whose spikes are jumps of the potential.

.. math:: \tau_{mem} \dot v = v_{rest} - v + r_{mem} \, \text{drive}

A spike adds its weight, with its sign, to :math:`v`; a refractory unit ignores
it. The rest is as in ``LIF``. Affine, hence integrated exactly.

References
----------
Brunel, "Dynamics of sparsely connected networks of excitatory and inhibitory spiking
neurons", Journal of Computational Neuroscience 8, 183-208, 2000.
"""

from .._neuron_model import NeuronModel

DeltaLIF = NeuronModel(
    name="DeltaLIF",
    equations="dv/dt = (v_rest - v + r_mem * drive) / tau_mem (unless refractory)",
    threshold="v >= v_threshold",
    reset="v = v_reset",
    refractory="t_ref",
    excitatory="v",
    parameters={
        "tau_mem": 20.0,
        "t_ref": 2.0,
        "v_rest": 0.0,
        "v_reset": 0.0,
        "v_threshold": 1.0,
        "r_mem": 1.0,
    },
    units={"tau_mem": "ms", "t_ref": "ms"},
    initial={"v": "v_rest"},
)
