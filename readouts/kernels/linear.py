"""A linear readout's outputs, compiled: ``Y = X W + b``, row by row.

A row's outputs do not depend on the rows around it, to the bit, as they may in a
product of matrices.
"""

from sparcelearn._core.jit import jit


@jit
def predict(X, rows, W, b, Y):
    """Fill ``Y``, of shape (rows.size, K), with the outputs of the given rows of X.

    ``W`` is (D, K), one row per feature, and ``b`` is (K,).
    """
    D, K = W.shape
    for s in range(rows.size):
        x, y = X[rows[s]], Y[s]
        for k in range(K):
            y[k] = b[k]
        for i in range(D):
            if x[i] != 0.0:
                for k in range(K):
                    y[k] += x[i] * W[i, k]
