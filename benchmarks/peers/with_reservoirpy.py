"""ReservoirPy: echo state networks, online readouts, and a stream of single steps."""

import numpy as np
from _serve import serve, timed
from reservoirpy.nodes import LIF, LMS, RLS, Reservoir
from scipy import sparse


def series(work):
    """Run all series; one is given as an array of two dimensions."""
    n = int(work["n"])
    coordinates = (work["targets"], work["sources"])
    X = work["series"][0] if len(work["series"]) == 1 else work["series"]
    node = Reservoir(
        W=sparse.csr_array(sparse.coo_array((work["weights"], coordinates), shape=(n, n))),
        Win=work["in_weights"][:, None],
        bias=np.zeros(n),
        lr=float(work["leak"]),
    )

    def turn():
        if node.initialized:
            node.reset()
        seconds, states = timed(lambda: node.run(X))
        last = np.asarray(states)[..., -1, :]
        return {"seconds": seconds, "amount": work["series"].size, "check": np.abs(last).mean()}

    return turn


def readout(work, kind, n, **options):
    """Learn from the first n samples, one at a time inside of one call."""
    X, targets = work["X"][:n], np.eye(int(work["n_classes"]))[work["y"][:n]]

    def turn():
        node = {"lms": LMS, "rls": RLS}[kind](**options)
        node.partial_fit(X[:2], targets[:2])
        seconds, _ = timed(lambda: node.partial_fit(X, targets))
        return {"seconds": seconds, "amount": n}

    return turn


def stream(work, n=50, whole=False):
    """Step, predict and learn, row by row, or all rows in one call of each node."""
    rows, targets = work["rows"][:n], work["targets"][:n, None]
    units = int(work["n_units"])
    node = LIF(units=units, rc_connectivity=0.1, input_connectivity=1.0, seed=0)
    lms = LMS(learning_rate=1e-4)
    lms.partial_fit(node.run(rows[:10]), targets[:10])

    def run():
        for row, target in zip(rows, targets, strict=True):
            state = node.step(row)
            lms.step(state)
            lms.partial_fit(state[np.newaxis], target[np.newaxis])

    def run_whole():
        lms.partial_fit(node.run(rows), targets)

    def turn():
        return {"seconds": timed(run_whole if whole else run)[0], "amount": n}

    return turn


if __name__ == "__main__":
    serve(globals())
