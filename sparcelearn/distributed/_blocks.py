"""Features of more samples than fit into memory, block by block."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from sparcelearn._core.atomic_file import replacing


def transform(transformer: Any, X: Any) -> Any:
    """Transform a Dask array or bag of samples, lazily and block by block.

    Nothing is simulated until the result is computed, stored or used for training. Because
    samples are independent, the features are the same as those of one call on all of them.

    Parameters
    ----------
    transformer : transformer
        Fitted on some of the data: a reservoir, or a pipeline that ends in one.
    X : dask array of shape (n_samples, n_channels) or (n_samples, n_timesteps, n_channels), \
            or dask bag of (n_timesteps, n_channels)
        Samples; each block or partition becomes a task.

    Returns
    -------
    dask array of shape (n_samples, n_features)
        A block of rows for each block of samples. For a bag, the number of rows is unknown
        until it is computed.

    Raises
    ------
    ValueError
        If the transformer carries a state from sample to sample.
    NotFittedError
        If it is not fitted.

    See Also
    --------
    transform_to_file : The same without Dask, into a file.

    Examples
    --------
    >>> import dask.array as da
    >>> from sparcelearn import distributed
    >>> from sparcelearn.reservoir import EchoStateReservoir
    >>> X = da.random.default_rng(0).random((1000, 20, 3), chunks=(100, 20, 3))
    >>> reservoir = EchoStateReservoir(n_units=50, random_state=0).fit(X[:10].compute())
    >>> distributed.transform(reservoir, X)[:2].compute().shape
    (2, 50)
    """
    import dask.array as da
    from dask import delayed

    n_features = _check(transformer)
    dtype = np.dtype(getattr(transformer, "dtype", np.float64))
    shared = delayed(transformer, pure=True)  # one task, not a copy in every task
    if isinstance(X, da.Array):
        X = X.rechunk(dict.fromkeys(range(1, X.ndim), -1))
        return X.map_blocks(
            _transform_block,
            shared,
            dtype=dtype,
            chunks=(X.chunks[0], (n_features,)),
            drop_axis=range(2, X.ndim),
            meta=np.empty((0, n_features), dtype),
        )
    blocks = [delayed(_transform_block)(list_, shared) for list_ in X.to_delayed()]
    shape = (np.nan, n_features)
    return da.concatenate([da.from_delayed(block, shape, dtype) for block in blocks])


def transform_to_file(
    transformer: Any, X: Any, path: str | os.PathLike[str], *, block_size: int = 1024
) -> NDArray[Any]:
    """Transform samples block by block into a file of numpy, and map it into memory.

    For features larger than memory, on one machine. Readouts use such an array without
    copying it.

    Parameters
    ----------
    transformer : transformer
        Fitted.
    X : array, list or SpikeTrains
        Samples, in any form the transformer takes; may be a memory-mapped array.
    path : str or path-like
        The file, usually ``.npy``. It appears when it is complete.
    block_size : int, default=1024
        Samples in a block.

    Returns
    -------
    ndarray of shape (n_samples, n_features)
        Mapped read-only.

    Raises
    ------
    ValueError
        If the transformer carries a state from sample to sample, or ``block_size`` is
        below 1.
    NotFittedError
        If it is not fitted.

    Examples
    --------
    >>> import os, tempfile
    >>> import numpy as np
    >>> from sparcelearn.distributed import transform_to_file
    >>> from sparcelearn.reservoir import EchoStateReservoir
    >>> X = np.random.RandomState(0).rand(100, 20, 3)
    >>> reservoir = EchoStateReservoir(n_units=50, random_state=0).fit(X)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     states = transform_to_file(reservoir, X, os.path.join(folder, "states.npy"))
    >>> states.shape
    (100, 50)
    """
    n_features = _check(transformer)
    if block_size < 1:
        raise ValueError(f"block_size must be at least 1, not {block_size}.")
    first = transformer.transform(X[:block_size])
    shape = (len(X), n_features)
    described = {"descr": first.dtype.str, "fortran_order": False, "shape": shape}
    with replacing(path) as file:
        np.lib.format.write_array_header_2_0(file, described)
        file.write(np.ascontiguousarray(first).data)
        for start in range(block_size, len(X), block_size):
            features = transformer.transform(X[start : start + block_size])
            file.write(np.ascontiguousarray(features).data)
    return np.load(path, mmap_mode="r")


def _transform_block(samples: Any, transformer: Any) -> NDArray[Any]:
    return np.asarray(transformer.transform(samples))


def _check(transformer: Any) -> int:
    """Return the number of features of a transformer whose samples are independent."""
    check_is_fitted(transformer)
    if getattr(transformer, "carry_state", False):
        raise ValueError(
            "carry_state=True makes every sample depend on those before it, so blocks cannot "
            "be transformed separately. Transform the stream piece by piece instead."
        )
    return len(transformer.get_feature_names_out())
