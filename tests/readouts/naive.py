"""SpaRCe and the P-square algorithm, slow and obvious: the oracles of these tests."""

import numpy as np


def sparse_code(X, theta):
    return np.sign(X) * np.where(np.abs(X) > theta, np.abs(X) - theta, 0.0)


def outputs(X, theta, W, b):
    return sparse_code(X, theta) @ W + b


def sample_losses(name, Y, T):
    """Loss of each sample, written as in a textbook."""
    if name == "sigmoid":
        P = 1 / (1 + np.exp(-Y))
        return -np.mean(T * np.log(P) + (1 - T) * np.log(1 - P), axis=1)
    if name == "softmax":
        P = np.exp(Y) / np.exp(Y).sum(axis=1, keepdims=True)
        return -np.sum(T * np.log(P), axis=1)
    return np.mean(counted(name, Y, T) * (Y - T) ** 2, axis=1)


def counted(name, Y, T):
    """Share of an error that counts: a tenth of an asymmetric one beyond a target of 1 or -1."""
    return np.where((name == "asymmetric") & ((Y - T) * T > 0), 0.1, 1.0)


def output_errors(name, Y, T):
    if name == "sigmoid":
        return (1 / (1 + np.exp(-Y)) - T) / Y.shape[1]
    if name == "softmax":
        return np.exp(Y) / np.exp(Y).sum(axis=1, keepdims=True) - T
    return 2 * counted(name, Y, T) * (Y - T) / Y.shape[1]


def spared_errors(name, Y, T, shares):
    """Errors in whose loss each class counts as its share says; 1 for the label."""
    counts = np.where(T > 0, 1.0, shares / shares.max(axis=1, keepdims=True))
    if name != "softmax":
        return counts * output_errors(name, Y, T)
    P = counts * np.exp(Y)
    return P / P.sum(axis=1, keepdims=True) - T


def gradients(X, E, theta, W):
    """Gradients of the batch's mean loss with respect to W, b and theta, from those of outputs."""
    x = sparse_code(X, theta)
    return x.T @ E, E.sum(axis=0), -np.sum(np.sign(X) * (np.abs(X) > theta) * (E @ W.T), axis=0)


class Mean:
    """Means of W and b, each over the updates of its feature."""

    def __init__(self, p):
        self.W, self.b = p[0].copy(), p[1].copy()
        self.counts = np.zeros(len(self.W), dtype=int)
        self.n_updates = 0

    def follow(self, p, active, memory):
        """Take in what was just learned."""
        self.counts, self.n_updates = self.counts + active, self.n_updates + 1
        sums = np.cumsum((1 - 1 / memory) ** np.arange(5000))  # of the weights of updates
        moves = (p[0] - self.W) / sums[self.counts - 1][:, None]
        self.W += np.where(active[:, None], moves, 0.0)
        self.b += (p[1] - self.b) / sums[self.n_updates - 1]


class Learner:
    """W, b and delta, moved by a solver, one mini-batch after the other."""

    def __init__(
        self,
        base,
        W,
        b,
        delta,
        loss,
        solver,
        rates=(1.0, 0.1),
        scale=1.0,
        alpha=0.0,
        class_memory=None,
    ):
        self.scale, self.alpha = scale * np.ones(len(base)), alpha
        self.base, self.p = base, [W.copy(), b.copy(), delta.copy()]
        self.loss, self.solver, self.factors = loss, solver, (1.0, *rates)
        self.m = [np.zeros_like(p) for p in self.p]
        self.v = [np.zeros_like(p) for p in self.p]
        self.steps = [np.zeros(len(p), dtype=int) for p in self.p]
        self.total = 0.0
        self.mean = Mean(self.p)
        self.class_memory, self.shares = class_memory, np.zeros(len(b))

    def learn(self, X, T, weights, batch_size, eta, eta_end=None, memory=1):
        eta_end = eta if eta_end is None else eta_end
        for start in range(0, len(X), batch_size):
            part = slice(start, start + batch_size)
            self.update(X[part], T[part], weights[part], eta + (eta_end - eta) * start / len(X))
            self.mean.follow(self.p, self.active, memory)

    def update(self, X, T, weights, eta):
        W, b, delta = self.p
        theta = self.base + delta
        self.total += np.sum(weights * sample_losses(self.loss, outputs(X, theta, W, b), T))
        if not weights.any():
            return
        E = self.errors(X, T, weights, theta)
        g = gradients(X, E, theta, W)
        active = self.active = (sparse_code(X[weights > 0], theta) != 0).any(axis=0)
        if self.solver == "nlms":
            g, eta = self.normalized(X, E, weights, theta, eta)
        W *= np.where(active, 1 - self.alpha, 1)[:, None]
        for i, moving in enumerate((active, slice(None), active)):
            if self.solver != "adam":
                self.p[i] = self.p[i] - eta * self.factors[i] * g[i]
                continue
            self.steps[i][moving] += 1  # the moments see only steps with activity
            self.m[i][moving] = 0.9 * self.m[i][moving] + 0.1 * g[i][moving]
            self.v[i][moving] = 0.999 * self.v[i][moving] + 0.001 * g[i][moving] ** 2
            t = self.steps[i][moving]
            rate = eta * self.factors[i] * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
            step = self.m[i][moving] / (np.sqrt(self.v[i][moving]) + 1e-8)
            self.p[i][moving] -= (rate * step.T).T

    def errors(self, X, T, weights, theta):
        """Derivatives of the batch's mean loss with respect to outputs."""
        Y = outputs(X, theta, *self.p[:2])
        if self.class_memory is None:
            E = output_errors(self.loss, Y, T)
        else:
            rows = []
            for t, weight in zip(T, weights, strict=True):
                if weight > 0:
                    self.shares = self.shares + ((t > 0) - self.shares) / self.class_memory
                rows.append(self.shares if self.shares.any() else np.ones(len(t)))
            E = spared_errors(self.loss, Y, T, np.array(rows))
        return E * weights[:, None] / len(X)

    def normalized(self, X, E, weights, theta, eta):
        """Gradients in units of outputs and of sizes, and the step over the squared length.

        That of thresholds is taken with the weights that half of their step leads to.
        """
        W, _, _ = self.p
        units = {"sigmoid": E.shape[1], "softmax": 1}
        E = E * units.get(self.loss, E.shape[1] / 2)
        g_W, g_b, _ = gradients(X, E, theta, W)
        lengths = np.sum((sparse_code(X, theta) / self.scale) ** 2, axis=1) + self.factors[1]
        mean_weight = np.sum(weights * lengths) / np.sum(lengths)
        step = min(eta, max(eta, 1) / mean_weight) / (1e-8 + lengths.mean())
        g_W = g_W / self.scale[:, None] ** 2
        h = np.sign(X) * (np.abs(X) > theta)
        g_theta = -np.sum(h * (E @ (W - step * g_W / 2).T), axis=0)
        return (g_W, g_b, g_theta * self.scale**2), step


def sizes(codes, thresholds):
    """Root mean squares where codes are not 0; a share of the threshold, or 1, where they are."""
    found = []
    for column, threshold in zip(codes.T, thresholds, strict=True):
        active = [x for x in column if x != 0]
        size = np.sqrt(np.mean(np.square(active))) if active else 0.0
        found.append(max(size, 1e-3 * threshold) or 1.0)
    return np.array(found)


class PSquare:
    """One running quantile, with lists, as in Jain and Chlamtac's box of five steps."""

    def __init__(self, p):
        self.places = [0.0, 0.5 * p, p, 0.5 * (1.0 + p), 1.0]
        self.q, self.n, self.count = [], [], 0

    def observe(self, a):
        self.count += 1
        if self.count <= 5:
            self.q = sorted([*self.q, a])
            self.n = list(range(1, self.count + 1))
            return
        q, n = self.q, self.n
        if a < q[0]:
            q[0], cell = a, 0
        elif a >= q[4]:
            q[4], cell = a, 3
        else:
            cell = max(i for i in range(4) if q[i] <= a)
        for i in range(cell + 1, 5):
            n[i] += 1
        for i in (1, 2, 3):
            lag = 1.0 + (self.count - 1) * self.places[i] - n[i]
            if (lag >= 1 and n[i + 1] - n[i] > 1) or (lag <= -1 and n[i - 1] - n[i] < -1):
                d = 1 if lag > 0 else -1
                height = self.parabolic(i, d)
                q[i] = height if q[i - 1] < height < q[i + 1] else self.linear(i, d)
                n[i] += d

    def parabolic(self, i, d):
        q, n = self.q, self.n
        up = (n[i] - n[i - 1] + d) * (q[i + 1] - q[i]) / (n[i + 1] - n[i])
        down = (n[i + 1] - n[i] - d) * (q[i] - q[i - 1]) / (n[i] - n[i - 1])
        return q[i] + d / (n[i + 1] - n[i - 1]) * (up + down)

    def linear(self, i, d):
        q, n = self.q, self.n
        return q[i] + d * (q[i + d] - q[i]) / (n[i + d] - n[i])

    def estimate(self):
        if len(self.q) == 1:
            return self.q[0]
        place = 1.0 + (self.count - 1) * self.places[2]
        for j in range(len(self.q) - 1):
            if place <= self.n[j + 1] or j == len(self.q) - 2:
                share = (place - self.n[j]) / (self.n[j + 1] - self.n[j])
                return self.q[j] + share * (self.q[j + 1] - self.q[j])
        raise AssertionError("nothing observed")
