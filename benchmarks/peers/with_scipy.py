"""An echo state network as a loop over scipy's sparse product, all series side by side."""

import numpy as np
from _serve import serve, timed
from scipy import sparse


def series(work, dtype):
    """Run all series and keep every state, in the layout that the product gives."""
    n, X = int(work["n"]), work["series"].astype(dtype)
    shape, coordinates = (n, n), (work["targets"], work["sources"])
    W = sparse.csr_array(sparse.coo_array((work["weights"].astype(dtype), coordinates), shape))
    W_in = work["in_weights"].astype(dtype)[:, None]
    leak, keep = X.dtype.type(work["leak"]), X.dtype.type(1 - work["leak"])

    def run():
        V = np.zeros((n, len(X)), dtype)
        states = np.empty((X.shape[1], n, len(X)), dtype)
        for k in range(X.shape[1]):
            V = keep * V + leak * np.tanh(W @ V + W_in @ X[:, k].T)
            states[k] = V
        return V

    def turn():
        seconds, last = timed(run)
        return {"seconds": seconds, "amount": X.size, "check": np.abs(last).mean()}

    return turn


if __name__ == "__main__":
    serve(globals())
