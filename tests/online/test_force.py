"""Outputs fed back while they are learned."""

import copy

import numpy as np
import pytest
from sklearn.base import clone

from sparcelearn import ForceRegressor, load, save
from sparcelearn.readouts import DeltaRegressor, RLSRegressor
from sparcelearn.reservoir import EchoStateReservoir, SpikingReservoir
from tests.online.streams import digest

T = np.arange(900)
WAVE, NOTHING = np.sin(T / 10), np.zeros((900, 1))


def echo(**parameters):
    defaults = {"n_units": 60, "carry_state": True, "random_state": 0, "spectral_radius": 1.2}
    defaults["input_scaling"] = 1.0
    return EchoStateReservoir(**defaults | parameters)


@pytest.mark.parametrize("teacher_forcing", [False, True])
def test_it_is_a_loop_by_hand(teacher_forcing):
    model = ForceRegressor(
        echo(), RLSRegressor(alpha=0.5), feedback_scaling=0.7, teacher_forcing=teacher_forcing
    ).fit(NOTHING[:100], WAVE[:100])
    network = echo().fit(np.column_stack([NOTHING[:100], WAVE[:100]]))
    readout, fed_back = RLSRegressor(alpha=0.5), 0.0
    for y in WAVE[:100]:
        row = np.array([[0.0, fed_back]])
        features = network.transform(row)
        network.partial_fit(row)
        output = readout.predict(features)[0] if hasattr(readout, "coef_") else 0.0
        readout.partial_fit(features, [y])
        fed_back = 0.7 * (y if teacher_forcing else output)
    np.testing.assert_allclose(model.readout_.coef_, readout.coef_)
    np.testing.assert_allclose(model.feedback_, [fed_back])
    free = []
    for _ in range(5):
        features = network.transform([[0.0, fed_back]])
        network.partial_fit([[0.0, fed_back]])
        free.append(readout.predict(features)[0])
        fed_back = 0.7 * free[-1]
    np.testing.assert_allclose(model.predict(NOTHING[:5]), free)


def test_pieces_of_any_size_give_the_same_and_looking_changes_nothing():
    model = ForceRegressor(echo(), feedback_noise=0.1, learn_every=3, washout=5, random_state=0)
    whole = clone(model).fit(NOTHING[:200], WAVE[:200]).partial_fit(NOTHING[200:400], WAVE[200:400])
    pieces = clone(model).fit(NOTHING[:200], WAVE[:200])
    pieces.predict(NOTHING[:50])
    for rows in np.split(np.arange(200, 400), [1, 20, 21, 150]):
        pieces.partial_fit(NOTHING[rows], WAVE[rows])
    assert digest(pieces) == digest(whole)
    assert whole.counters["updates"] == 400 // 3 - 1


@pytest.mark.parametrize("seed", range(3))
def test_a_chaotic_network_learns_to_draw_a_wave(seed):
    model = ForceRegressor(echo(n_units=150, leak_rate=0.1, spectral_radius=1.5, random_state=seed))
    untaught = clone(model).fit(NOTHING[:2], WAVE[:2]).predict(NOTHING[:300])
    drawn = model.fit(NOTHING[:600], WAVE[:600]).predict(NOTHING[:300])
    assert np.corrcoef(drawn, WAVE[600:])[0, 1] > 0.95
    assert np.abs(untaught - WAVE[2:302]).mean() > 0.5


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_spiking_units_learn_to_draw_two_waves():
    Y = np.column_stack([WAVE, np.cos(T / 15)])
    network = SpikingReservoir(120, carry_state=True, steps_per_input=10, random_state=0)
    model = ForceRegressor(
        network, teacher_forcing=True, feedback_noise=0.02, washout=20, random_state=0
    ).fit(NOTHING[:600], Y[:600])
    drawn = model.predict(NOTHING[:200])
    assert np.corrcoef(drawn[:, 0], Y[600:800, 0])[0, 1] > 0.95
    assert np.corrcoef(drawn[:, 1], Y[600:800, 1])[0, 1] > 0.95
    assert model.spike_counts_.sum() > 1000


def test_a_local_rule_learns_too():
    model = ForceRegressor(echo(), DeltaRegressor(learning_rate=0.5), teacher_forcing=True)
    errors = []
    model.fit(NOTHING[:1], WAVE[:1])
    for x, y in zip(NOTHING[1:], WAVE[1:], strict=True):
        errors.append(abs(model.step(x) - y))
        model.feedback_ = np.array([y])
        model.learn(y)
    assert np.mean(errors[-100:]) < 0.05 * np.abs(WAVE).mean()


def test_bad_targets_change_nothing_and_copies_go_on(tmp_path):
    model = ForceRegressor(echo()).fit(NOTHING[:100], WAVE[:100])
    before = digest(model)
    for bad in (np.where(T[:50] == 40, np.nan, 1.0), np.ones((50, 2)), np.ones(49)):
        with pytest.raises(ValueError, match=r"NaN|outputs|inconsistent"):
            model.partial_fit(NOTHING[:50], bad)
        assert digest(model) == before
    save(tmp_path / "model", model)
    twins = [load(tmp_path / "model"), copy.deepcopy(model)]
    for twin in (model, *twins):
        twin.partial_fit(NOTHING[100:150], WAVE[100:150])
    assert digest(model) == digest(twins[0]) == digest(twins[1])
    model.reset_state()
    assert model.feedback_ == 0
    with pytest.raises(ValueError, match="carry_state=True"):
        ForceRegressor(echo(carry_state=False)).fit(NOTHING, WAVE)
