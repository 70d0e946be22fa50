"""PyTorch: a linear layer and plain gradient descent, in mini-batches, on one thread."""

import torch
from _serve import serve, timed

torch.set_num_threads(1)


def minibatches(work, n, size):
    """Learn a softmax from the first n samples, in order."""
    X, y = torch.from_numpy(work["X"][:n]), torch.from_numpy(work["y"][:n])
    layer = torch.nn.Linear(X.shape[1], int(work["n_classes"]))
    solver, loss = torch.optim.SGD(layer.parameters(), lr=1e-4), torch.nn.CrossEntropyLoss()

    def run():
        for start in range(0, n, size):
            solver.zero_grad()
            loss(layer(X[start : start + size]), y[start : start + size]).backward()
            solver.step()

    def turn():
        return {"seconds": timed(run)[0], "amount": n}

    return turn


if __name__ == "__main__":
    serve(globals())
