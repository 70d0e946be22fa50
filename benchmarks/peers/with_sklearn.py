"""scikit-learn's SGDClassifier, one row per call: its only way to learn online."""

import numpy as np
from _serve import serve, timed
from sklearn.linear_model import SGDClassifier


def rows(work, n):
    """Learn from the first n samples, one call each."""
    X, y, classes = work["X"][:n], work["y"][:n], np.arange(int(work["n_classes"]))

    def run():
        model = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=1e-3, alpha=1e-7)
        for k in range(n):
            model.partial_fit(X[k : k + 1], y[k : k + 1], classes=classes)

    def turn():
        return {"seconds": timed(run)[0], "amount": n}

    return turn


if __name__ == "__main__":
    serve(globals())
