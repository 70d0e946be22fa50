"""Sound as a sequence of mel spectra, as input to a reservoir."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
import scipy  # its submodules are read when they are first used
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.as_fitted import keep_parameters, with_fitted_parameters
from sparcelearn._core.callbacks import CallbackSupportMixin, fit_task, with_callbacks
from sparcelearn._core.sequences import as_sequences
from sparcelearn._core.validation import Interval, check_parameters, unchanged_on_error

__all__ = ["MelSpectrogram"]


@dataclass(eq=False, repr=False)
class MelSpectrogram(
    CallbackSupportMixin, ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator
):
    r"""Loudness in frequency bands of equal width on the mel scale, frame by frame.

    A frame is a piece of the sound under a Hann window; frame :math:`k` is centred at
    :math:`k` times ``hop``. Triangular bands :math:`b`, equally spaced in mel,
    :math:`m = 2595 \log_{10}(1 + f / 700)`, sum its power :math:`P_b`, and

    .. math:: x_b = \max(0,\; 1 + 10 \log_{10}(P_b / P_{ref}) / \text{dynamic\_range})

    so that 1 is as loud as the reference and 0 is silent. Nothing is learned.

    Parameters
    ----------
    sample_rate : float, default=8000.0
        Sample rate of the sound (Hz).
    n_bands : int, default=32
        Number of frequency bands.
    window : float, default=32.0
        Length of a frame (ms).
    hop : float, default=10.0
        Time from one frame to the next (ms).
    f_min, f_max : float, default=50.0 and None
        Range of the bands (Hz); None is half the sample rate.
    dynamic_range : float, default=50.0
        Level of silence below the reference (dB).
    normalize : bool, default=True
        Whether the reference is the loudest value of each sound, so that all are equally
        loud. Otherwise it is a sine of amplitude 1, which also works online.

    Attributes
    ----------
    bands_ : ndarray of shape (n_bands, n_frequencies)
        Weight of each frequency of a frame in each band; 1 at the peak.
    n_features_in_ : int
        Number of channels of the sound.

    References
    ----------
    S. S. Stevens, J. Volkmann, E. B. Newman, "A scale for the measurement of the
    psychological magnitude pitch", Journal of the Acoustical Society of America 8,
    185-190, 1937.

    Examples
    --------
    >>> import numpy as np
    >>> from sparcelearn.reservoir.encoders import MelSpectrogram
    >>> time = np.arange(4000) / 8000  # half a second of two tones, a list of one sound
    >>> sound = np.sin(2 * np.pi * np.where(time < 0.25, 300, 1200) * time)[:, np.newaxis]
    >>> (frames,) = MelSpectrogram(n_bands=20).fit_transform([sound])
    >>> frames.shape
    (50, 20)
    >>> frames[[10, 40]].argmax(axis=1)  # the loudest band of an early and a late frame
    array([ 2, 10])
    """

    sample_rate: float = 8000.0
    _: KW_ONLY
    n_bands: int = 32
    window: float = 32.0
    hop: float = 10.0
    f_min: float = 50.0
    f_max: float | None = None
    dynamic_range: float = 50.0
    normalize: bool = True

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "sample_rate": [Interval(Real, 0, None, closed="neither")],
        "n_bands": [Interval(Integral, 1, 10_000, closed="both")],
        "window": [Interval(Real, 0, None, closed="neither")],
        "hop": [Interval(Real, 0, None, closed="neither")],
        "f_min": [Interval(Real, 0, None, closed="left")],
        "f_max": [Interval(Real, 0, None, closed="neither"), None],
        "dynamic_range": [Interval(Real, 0, None, closed="neither")],
        "normalize": ["boolean"],
    }

    @unchanged_on_error
    @with_callbacks
    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Compute the bands; of ``X`` only the number of channels matters.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps, n_channels), or list of \
                (n_timesteps, n_channels)
            Sounds. Rows of a 2-D array are sounds of one time step.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        check_parameters(self)
        keep_parameters(self)
        as_sequences(self, X, reset=True, dtype="float64")
        task = fit_task(self, X, y)
        nyquist = self.sample_rate / 2
        f_max = nyquist if self.f_max is None else self.f_max
        if not self.f_min < f_max <= nyquist:
            raise ValueError(
                f"f_min={self.f_min} must be below f_max={f_max}, and f_max at most half the "
                f"sample rate, {nyquist}."
            )
        if self._n_samples(self.window) < 2:
            raise ValueError(f"window={self.window} ms has less than two samples of the sound.")
        frequencies = np.fft.rfftfreq(self._n_samples(self.window), 1 / self.sample_rate)
        edges = _to_hertz(np.linspace(_to_mel(self.f_min), _to_mel(f_max), self.n_bands + 2))
        self.bands_ = _triangles(frequencies, edges)
        task.end()
        return self

    @with_fitted_parameters
    def transform(self, X: Any) -> NDArray[np.floating] | list[NDArray[np.floating]]:
        """Return the loudness in each band, frame by frame.

        Parameters
        ----------
        X : array-like
            Sounds, in any form that ``fit`` takes.

        Returns
        -------
        ndarray or list of ndarray
            In the form of ``X``: (n_samples, n_channels * n_bands) for rows, (n_samples,
            n_frames, n_channels * n_bands) for an array of sounds, and a list of
            (n_frames, n_channels * n_bands) for a list. The bands of a channel are adjacent.
        """
        check_is_fitted(self)
        sequences = as_sequences(self, X, reset=False, dtype="float64")
        frames = [
            self._loudness(sequences.rows[first:last])
            for first, last in zip(sequences.starts[:-1], sequences.starts[1:], strict=True)
        ]
        if isinstance(X, np.ndarray) and X.ndim == 3:
            return np.stack(frames)
        is_container = isinstance(X, (list, tuple, np.ndarray))
        if is_container and any(np.ndim(sound) == 2 for sound in X):
            return frames
        return np.concatenate(frames)

    def _loudness(self, sound: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the frames of one sound of shape (n_timesteps, n_channels)."""
        length = self._n_samples(self.window)
        n_frames = int(np.ceil(1000 * len(sound) / (self.hop * self.sample_rate)))
        centres = np.round(np.arange(n_frames) * self.hop * self.sample_rate / 1000).astype(int)
        padded = np.pad(sound, ((length // 2, length), (0, 0)))
        pieces = padded[centres[:, np.newaxis] + np.arange(length)]  # (frames, time, channels)
        window = scipy.signal.windows.hann(length, sym=False)
        spectrum = np.fft.rfft(pieces * window[:, np.newaxis], axis=1) * (2 / window.sum())
        power = np.einsum("bf,kfc->kcb", self.bands_, np.abs(spectrum) ** 2)
        reference = power.max() if self.normalize else 1.0
        with np.errstate(divide="ignore", invalid="ignore"):
            decibel = 10 * np.log10(power / reference)  # -inf for silence, NaN if all is silent
        loudness: NDArray[np.floating] = np.fmax(0, 1 + decibel / self.dynamic_range)
        return loudness.reshape(n_frames, -1)

    def _n_samples(self, milliseconds: float) -> int:
        return round(milliseconds * self.sample_rate / 1000)

    @property
    def _n_features_out(self) -> int:
        return self.n_features_in_ * self.n_bands

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags


def _to_mel(hertz: Any) -> Any:
    return 2595 * np.log10(1 + hertz / 700)


def _to_hertz(mel: Any) -> Any:
    return 700 * (10 ** (mel / 2595) - 1)


def _triangles(
    frequencies: NDArray[np.floating], edges: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Return bands that rise from one edge to 1 at the next and fall to the one after."""
    lower, peak, upper = edges[:-2, np.newaxis], edges[1:-1, np.newaxis], edges[2:, np.newaxis]
    rise, fall = (frequencies - lower) / (peak - lower), (upper - frequencies) / (upper - peak)
    bands = np.maximum(0, np.minimum(rise, fall))
    # a band too narrow for any frequency takes the nearest one
    empty = np.flatnonzero(bands.sum(axis=1) == 0)
    bands[empty, np.abs(frequencies - peak[empty]).argmin(axis=1)] = 1
    return bands
