"""Leaky rate units: the units of an echo state network."""

from .._neuron_model import NeuronModel

LeakyTanh = NeuronModel(
    name="LeakyTanh",
    equations="dv/dt = (tanh(recurrent + drive) - v) / tau",
    parameters={"tau": 1.0},
)

LeakyReLU = NeuronModel(
    name="LeakyReLU",
    equations="dv/dt = (maximum(recurrent + drive, 0) - v) / tau",
    parameters={"tau": 1.0},
)
