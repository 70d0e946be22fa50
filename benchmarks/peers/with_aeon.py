"""Aeon: the features of MiniRocket, about 10,000 of a series."""

from _serve import serve, timed
from aeon.transformations.collection.convolution_based import MiniRocket


def minirocket(work):
    """Transform all series."""
    X = work["X"][:, None]
    filters = MiniRocket(random_state=0).fit(X)

    def turn():
        seconds, features = timed(lambda: filters.transform(X))
        return {"seconds": seconds, "amount": features.size}

    return turn


if __name__ == "__main__":
    serve(globals())
