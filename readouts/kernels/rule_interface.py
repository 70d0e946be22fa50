"""What the file of a spiking rule gives; the loops in ``samples.py`` are checked against this.

A generated module holds these functions for one rule, followed by the loops. Above the mark
the rule's file has two named tuples: the numbers of the rule, whose ``new_state(D, K)`` returns
the other, arrays to work in for D channels and the K columns of W.

=========== ============ ==============================================================
symbol      shape        meaning
=========== ============ ==============================================================
s           -            number of the sample
T           (K, S)       its target outputs, in each step; or in all alike, where S is 1
weight      -            what multiplies the sample's gradient
eta         -            learning rate
=========== ============ ==============================================================
"""

from typing import Any

from .layout import Channels, Parameters, SpikingLearner, StepEvents


def learn(
    constants: Any,
    events: StepEvents,
    s: int,
    T: Any,
    weight: float,
    eta: float,
    learner: SpikingLearner,
    channels: Channels,
    state: Any,
) -> tuple[float, int]:
    """Run a sample from rest and add its gradient; return its loss and how many are active.

    A rule that moves parameters in every step moves them here.
    """
    raise NotImplementedError


def respond(
    constants: Any, events: StepEvents, s: int, parameters: Parameters, state: Any, out: Any
) -> None:
    """Run a sample from rest and fill ``out``, of shape (n_outputs, S), with its outputs."""
    raise NotImplementedError
