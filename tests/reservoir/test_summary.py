"""What notebooks show of a reservoir: what is in it, once it is drawn."""

import re

import numpy as np
import pytest
from sklearn import config_context

from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir
from tests.reservoir.helpers import SATURATED, SILENT

pytestmark = [pytest.mark.filterwarnings(SILENT), pytest.mark.filterwarnings(SATURATED)]


@pytest.mark.parametrize("kind", [SpikingReservoir, EchoStateReservoir])
def test_a_fitted_reservoir_tells_what_it_consists_of(kind):
    reservoir = kind(30, input_wiring=np.ones((2, 30)), wiring=np.eye(30), random_state=0)
    assert "synapses" not in reservoir._repr_html_()
    reservoir.fit(np.random.RandomState(0).rand(5, 12, 2))
    told = "30 .* units, 60 synapses from 2 channels, 30 among themselves"
    bundle = reservoir._repr_mimebundle_()
    for text in (reservoir._repr_html_(), bundle["text/html"]):
        (paragraph,) = [x for x in text.split("<p>") if "synapses" in x]
        assert ("Hz (median" in paragraph) == (kind is SpikingReservoir)
        assert re.match(told, paragraph)
    with config_context(display="text"):
        assert "text/html" not in reservoir._repr_mimebundle_()
