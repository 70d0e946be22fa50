"""River: a dictionary of the nonzero features for each sample."""

from _serve import serve, timed
from river import linear_model, optim


def softmax(work, n):
    """Learn from the first n samples."""
    samples = [{int(i): float(row[i]) for i in row.nonzero()[0]} for row in work["X"][:n]]
    labels = work["y"][:n].tolist()

    def run():
        model = linear_model.SoftmaxRegression(optim.SGD(1e-3), l2=0)
        for sample, label in zip(samples, labels, strict=True):
            model.learn_one(sample, label)

    def turn():
        return {"seconds": timed(run)[0], "amount": n}

    return turn


if __name__ == "__main__":
    serve(globals())
