r"""Generalised leaky integrate-and-fire units, of five levels: each adds a mechanism.

.. math::
    C \dot v &= g_{leak} (v_{rest} - v) + I_1 + I_2 + i_{exc} - i_{inh} + \text{drive}, \qquad
    \tau_j \dot I_j = -I_j \\
    \tau_{spike} \dot\theta_s &= -\theta_s, \qquad
    \dot\theta_v = a (v - v_{rest}) - \theta_v / \tau_{voltage}

The unit spikes at :math:`v \ge v_{threshold} + \theta_s + \theta_v`. ``GLIF1`` has the membrane
alone and is reset to ``v_reset``. ``GLIF2`` has the threshold :math:`\theta_s`, which a spike
raises by ``threshold_jump``, and its reset keeps a part of what the membrane was,
:math:`v \to v_{rest} + f (v - v_{rest}) + \delta`. ``GLIF3`` has the currents :math:`I_1, I_2`, to
which a spike adds ``jump_1`` and ``jump_2``. ``GLIF4`` has both. ``GLIF5`` has the threshold
:math:`\theta_v`, too, which follows the membrane. Jumps are those at the end of the refractory
period: :math:`I_j` is then :math:`r_j I_j e^{-t_{ref} / \tau_j} + \text{jump}_j`.

They were fitted to cells of the mouse; the defaults are those of one cell. For networks whose
units are to answer as recorded ones do, at the least cost. Affine, hence integrated exactly.
Potentials in mV, conductances in nS, currents in pA.

References
----------
Teeter et al., "Generalized leaky integrate-and-fire models classify multiple neuron types", Nature
Communications 9, 709, 2018; the defaults are those of NEST's ``glif_psc``, from cell 490626718 of
the Allen Cell Types Database.
"""

from typing import Any

from .._neuron_model import NeuronModel

_MEMBRANE = {
    "c_mem": 58.72,
    "g_leak": 9.43,
    "tau_exc": 5.0,
    "tau_inh": 10.0,
    "t_ref": 3.75,
    "v_rest": -78.85,
    "v_threshold": -51.68,
}
_RULES = {"tau_spike": 1 / 0.009, "threshold_jump": 0.37, "fraction": 0.2, "offset": 18.51}
_CURRENTS = {
    "tau_1": 1 / 0.003,
    "tau_2": 10.0,
    "jump_1": -9.18,
    "jump_2": -198.94,
    "kept_1": 1.0,
    "kept_2": 1.0,
}
_UNITS = {
    "c_mem": "pF",
    "g_leak": "nS",
    "tau_exc": "ms",
    "tau_inh": "ms",
    "t_ref": "ms",
    "v_rest": "mV",
    "v_threshold": "mV",
    "v_reset": "mV",
    "tau_spike": "ms",
    "threshold_jump": "mV",
    "offset": "mV",
    "tau_1": "ms",
    "tau_2": "ms",
    "jump_1": "pA",
    "jump_2": "pA",
    "tau_voltage": "ms",
    "a": "1/ms",
}
# parts of the text of several levels
_SYNAPSES = """
    di_exc/dt = -i_exc / tau_exc
    di_inh/dt = -i_inh / tau_inh
"""
_LEAK = "g_leak * (v_rest - v)"
_PLAIN = f"dv/dt = ({_LEAK} + i_exc - i_inh + drive) / c_mem (unless refractory)"
_ADAPTED = f"dv/dt = ({_LEAK} + I_1 + I_2 + i_exc - i_inh + drive) / c_mem (unless refractory)"
_AFTER = """
    dI_1/dt = -I_1 / tau_1
    dI_2/dt = -I_2 / tau_2
"""
_SPIKE = "dtheta_s/dt = -theta_s / tau_spike"
_VOLTAGE = "dtheta_v/dt = a * (v - v_rest) - theta_v / tau_voltage (unless refractory)"
_RESET = """
    v = v_rest + fraction * (v - v_rest) + offset
    theta_s += threshold_jump * exp(t_ref / tau_spike)
"""
_RESET_CURRENTS = """
    I_1 = kept_1 * I_1 + jump_1 * exp(t_ref / tau_1)
    I_2 = kept_2 * I_2 + jump_2 * exp(t_ref / tau_2)
"""


def _level(
    n: int, lines: list[str], threshold: str, reset: str, numbers: dict[str, Any]
) -> NeuronModel:
    parameters = {**_MEMBRANE, **numbers}
    return NeuronModel(
        name=f"GLIF{n}",
        equations="\n".join([*lines, _SYNAPSES]),
        threshold=threshold,
        reset=reset,
        refractory="t_ref",
        excitatory="i_exc",
        inhibitory="i_inh",
        parameters=parameters,
        units={name: unit for name, unit in _UNITS.items() if name in parameters},
        initial={"v": "v_rest"},
    )


GLIF1 = _level(1, [_PLAIN], "v >= v_threshold", "v = v_reset", {"v_reset": -78.85})
GLIF2 = _level(2, [_PLAIN, _SPIKE], "v >= v_threshold + theta_s", _RESET, _RULES)
GLIF3 = _level(
    3,
    [_ADAPTED, _AFTER],
    "v >= v_threshold",
    f"v = v_reset\n{_RESET_CURRENTS}",
    {"v_reset": -78.85, **_CURRENTS},
)
GLIF4 = _level(
    4,
    [_ADAPTED, _AFTER, _SPIKE],
    "v >= v_threshold + theta_s",
    _RESET + _RESET_CURRENTS,
    {**_RULES, **_CURRENTS},
)
GLIF5 = _level(
    5,
    [_ADAPTED, _AFTER, _SPIKE, _VOLTAGE],
    "v >= v_threshold + theta_s + theta_v",
    _RESET + _RESET_CURRENTS,
    {**_RULES, **_CURRENTS, "a": 0.005, "tau_voltage": 1 / 0.09},
)
