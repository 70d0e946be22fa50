"""Codes of change and of filtered signals: definitions by hand, and how well they decode."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparcelearn.reservoir.encoders import (
    BSAEncoder,
    DeltaEncoder,
    HSAEncoder,
    ModifiedHSAEncoder,
    MovingWindowEncoder,
    StepForwardEncoder,
    TemporalContrastEncoder,
)
from tests.reservoir.helpers import series


def test_delta_is_snntorchs():
    on, off = DeltaEncoder(1.0).fit_transform(series([1, 2, 2.9, 3, 3.9]))[0].T
    assert on.tolist() == [1, 1, 0, 0, 0] and not off.any()


def two_sines(seconds=2.0):
    """Return 1.5 and 4 Hz at 1 kHz, scaled to [0, 1]."""
    t = np.arange(0, seconds, 1e-3)
    s = np.sin(2 * np.pi * 1.5 * t) + np.sin(2 * np.pi * 4 * t)
    return series((s - s.min()) / np.ptp(s))


def decibels(signal, decoded):
    return 10 * np.log10(np.sum(signal**2) / np.sum((signal - decoded) ** 2))


@pytest.mark.parametrize("threshold, floor", [(0.01, 38), (0.02, 30), (0.05, 24)])
def test_step_forward_is_never_off_by_more_than_its_threshold(threshold, floor):
    signal = two_sines()
    encoder = StepForwardEncoder(threshold, start=signal[0, 0, 0])
    decoded = encoder.fit(signal).inverse_transform(encoder.transform(signal))
    assert abs(np.diff(signal[0, :, 0])).max() < 0.01
    assert abs(decoded - signal).max() <= threshold + 1e-12
    assert decibels(signal, decoded) > floor


def test_temporal_contrast_decodes_with_drift():
    signal = two_sines()
    encoder = TemporalContrastEncoder(start=signal[0, 0, 0]).fit(signal)
    sizes = abs(np.diff(signal[0, :, 0]))
    assert encoder.thresholds_[0] == pytest.approx(sizes.mean() + 0.5 * sizes.std())
    assert 8 < decibels(signal, encoder.inverse_transform(encoder.transform(signal))) < 15


values = st.lists(st.integers(-8, 8), min_size=1, max_size=30)


@given(values, st.integers(1, 4))
def test_step_forward_follows_its_definition(signal, threshold):
    base, expected = 0, []
    for s in signal:
        sign = (s > base + threshold) - (s < base - threshold)
        base += sign * threshold
        expected.append(sign)
    on, off = StepForwardEncoder(threshold).fit_transform(series(signal))[0].T
    np.testing.assert_array_equal(on - off, expected)


@given(values, st.integers(1, 4))
def test_moving_window_follows_its_definition(signal, window):
    signal = [s / 4 + 0.01 for s in signal]
    encoder = MovingWindowEncoder(0.5, window=window, start=0.3)
    on, off = encoder.fit_transform(series(signal))[0].T
    expected = []
    for k, s in enumerate(signal):
        past = signal[max(k - window, 0) : k]
        base = sum(past[::-1]) / len(past) if past else 0.3
        expected.append(int(s - base > 0.5) - int(s - base < -0.5))
    np.testing.assert_array_equal(on - off, expected)


def by_hand(signal, fir, spikes_here):
    """Subtract the filter wherever the rule, given what is ahead, says so."""
    left = np.concatenate([signal, np.zeros(len(fir))])
    spikes = np.zeros(len(signal))
    for k in range(len(signal)):
        ahead = left[k : k + len(fir)].copy()
        ahead[len(signal) - k :] = 0
        if spikes_here(ahead, fir, min(len(fir), len(signal) - k)):
            spikes[k] = 1
            left[k : k + len(fir)] -= fir
    return spikes


RULES = {
    HSAEncoder: lambda s, h, n: all(s >= h),
    ModifiedHSAEncoder: lambda s, h, n: np.maximum(h - s, 0).sum() <= 0.25,
    BSAEncoder: lambda s, h, n: abs(s - h)[:n].sum() <= abs(s)[:n].sum() - 0.75,
}


@pytest.mark.parametrize("kind", RULES)
@given(st.lists(st.integers(-2, 9), min_size=1, max_size=30))
def test_filters_are_subtracted_by_their_rule(kind, signal):
    fir = np.array([0.25, 0.5, 0.25, 0.125])
    signal = np.array(signal) / 8  # so that sums are exact in any order
    thresholds = {ModifiedHSAEncoder: {"threshold": 0.25}, BSAEncoder: {"threshold": 0.75}}
    encoder = kind(fir, **thresholds.get(kind, {}))
    spikes = encoder.fit_transform(series(signal))[0, :, 0]
    np.testing.assert_array_equal(spikes, by_hand(signal, fir, RULES[kind]))
    decoded = encoder.inverse_transform(spikes.reshape(1, -1, 1)).ravel()
    np.testing.assert_allclose(decoded, np.convolve(spikes, fir)[: len(signal)], atol=1e-12)


def test_bens_algorithm_beats_houghs():
    signal = two_sines()
    inside = slice(100, -100)  # filters cannot build up at once, nor look past the end

    def quality(encoder):
        spikes = encoder.fit_transform(signal)
        decoded = encoder.inverse_transform(spikes)
        return decibels(signal[0, inside], decoded[0, inside]), spikes.mean()

    hamming = np.hamming(20) / np.hamming(20).sum()
    for fir in (20, hamming):
        hough, (bens, spikes_per_step) = quality(HSAEncoder(fir))[0], quality(BSAEncoder(fir))
        assert hough >= 14
        assert bens >= 20
        assert bens > hough
        assert spikes_per_step == pytest.approx(0.48, abs=0.03)
    assert quality(BSAEncoder(40))[0] > quality(BSAEncoder(20))[0]


@pytest.mark.parametrize("kind", [BSAEncoder, HSAEncoder, ModifiedHSAEncoder, StepForwardEncoder])
def test_samples_are_coded_as_if_alone(kind):
    signals = [two_sines(seconds)[0] for seconds in (0.3, 0.1, 0.2)]
    encoder = kind().fit(signals)
    together = encoder.transform(signals)
    for signal, coded in zip(signals, together, strict=True):
        np.testing.assert_array_equal(coded, encoder.transform([signal])[0])
    assert all(np.any(coded) for coded in together)
