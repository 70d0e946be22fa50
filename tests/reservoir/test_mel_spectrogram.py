"""The front end for sound: tones in their bands, levels in decibel."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sparcelearn.reservoir.encoders import MelSpectrogram


def tone(frequency, amplitude=1.0, seconds=0.5, rate=8000.0):
    time = np.arange(round(seconds * rate)) / rate
    return amplitude * np.sin(2 * np.pi * frequency * time)[:, np.newaxis]


def mel(hertz):
    return 2595 * np.log10(1 + hertz / 700)


@pytest.mark.parametrize("frequency", [200.0, 440.0, 1000.0, 3000.0])
@pytest.mark.parametrize("rate", [8000.0, 16000.0])
def test_a_tone_is_loudest_in_the_band_nearest_in_mel(frequency, rate):
    front_end = MelSpectrogram(rate, n_bands=24, f_max=4000.0)
    (frames,) = front_end.fit_transform([tone(frequency, rate=rate)])
    centres = np.linspace(mel(50), mel(4000), 26)[1:-1]
    loudest = frames[5:-5].argmax(axis=1)
    assert set(loudest) == {np.abs(centres - mel(frequency)).argmin()}


def test_a_tenth_of_the_amplitude_is_20_decibel_less():
    front_end = MelSpectrogram(normalize=False, dynamic_range=60.0)
    loud, soft = front_end.fit_transform([tone(1000), tone(1000, 0.1)])
    is_heard = soft > 0
    assert_allclose((loud - soft)[is_heard], 20 / 60, atol=1e-9)
    assert 0.9 < loud.max() < 1.1  # an amplitude of 1 is the reference, but for the bands


def test_normalized_sounds_are_equally_loud_and_silence_is_0():
    front_end = MelSpectrogram()
    loud, soft, nothing = front_end.fit_transform([tone(1000), tone(1000, 0.1), tone(1000, 0.0)])
    assert_allclose(loud, soft, atol=1e-9)
    assert loud.max() == 1
    assert_array_equal(nothing, 0)


def test_the_form_of_the_output_is_that_of_the_input():
    X = np.random.RandomState(0).randn(3, 400, 2)
    front_end = MelSpectrogram(n_bands=5).fit(X)
    frames = front_end.transform(X)
    assert frames.shape == (3, 5, 10)
    for ours, alone in zip(frames, front_end.transform(list(X)), strict=True):
        assert_array_equal(ours, alone)
    assert_array_equal(
        frames[:, :, 5:], MelSpectrogram(n_bands=5, normalize=True).fit_transform(X)[:, :, 5:]
    )
    assert front_end.transform(X[:, 0]).shape == (3, 10)
    assert [len(f) for f in front_end.transform([X[0], X[0][:81], X[0][:80]])] == [5, 2, 1]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"f_min": 3000.0, "f_max": 2000.0}, "f_min"),
        ({"f_max": 5000.0}, "half the sample rate"),
        ({"window": 0.1}, "window=0.1 ms has less"),
        ({"hop": 0.0}, "'hop'"),
        ({"n_bands": 0}, "'n_bands'"),
        ({"dynamic_range": -1.0}, "'dynamic_range'"),
    ],
)
def test_parameters(parameters, message):
    with pytest.raises(ValueError, match=message):
        MelSpectrogram(**parameters).fit([tone(1000)])
