"""Our own numpy prototype of the Kronecker SBL family: the peer that `lacuna bench krosbl` times itself against.

It is not the authors' code. It was derived from the paper independently of Lacuna's Swift sources, shares no code with
them, and made the answers in Data/references/kronecker. Kept as it was written, for reading and timing only.

Model: y = (A1 x A2 x ... x AI) x + n, vec order: first factor slowest (numpy kron order).
"""
import numpy as np
from scipy.optimize import nnls


def kron_apply(factors, t):
    """Apply the Kronecker product of `factors` to the tensor `t` (one mode per factor)."""
    for i, f in enumerate(factors):
        t = np.moveaxis(np.tensordot(f, t, axes=(1, i)), 0, i)
    return t


def kron_vec(*v):
    r = v[0]
    for b in v[1:]:
        r = np.kron(r, b)
    return r


def outer(v):
    r = v[0]
    for b in v[1:]:
        r = np.multiply.outer(r, b)
    return r


def posterior(gs, As, Y, nv):
    """Posterior mean and variances, both as tensors, by one eigendecomposition per factor."""
    U, W, B = [], [], []
    for g, A in zip(gs, As):
        w, V = np.linalg.eigh((A * g) @ A.conj().T)
        U.append(V)
        W.append(np.maximum(w, 0))
        B.append(g[:, None] * (A.conj().T @ V))
    inv = 1.0 / (nv + outer(W))
    mean = kron_apply(B, inv * kron_apply([V.conj().T for V in U], Y))
    var = outer(gs) - kron_apply([np.abs(b) ** 2 for b in B], inv)
    return mean, var


def contract(L, gs, i):
    r = np.moveaxis(L, i, 0)
    others = [1.0 / g for k, g in enumerate(gs) if k != i]
    for v in reversed(others):
        r = r @ v
    return r


def rank1_nonneg(L):
    """Successive leading singular vectors: scale is left in the last factor."""
    out, T = [], L
    while T.ndim > 1:
        u, s, v = np.linalg.svd(T.reshape(T.shape[0], -1), full_matrices=False)
        out.append(np.abs(u[:, 0]))
        T = np.abs(s[0] * v[0]).reshape(T.shape[1:])
    return out + [T]


def solve(As, y, nv, method, prune=1e-2, prune_abs=0.0, tol=1e-4, inner_tol=1e-5, inner_relative=False,
          max_iter=150, normalised_start=True, learn_noise=False, inner_max=10**6):
    As = [np.asarray(A) for A in As]
    I = len(As)
    N = [A.shape[1] for A in As]
    Y = np.asarray(y).reshape([A.shape[0] for A in As])
    prune = [prune] * I if np.isscalar(prune) else prune
    gs = [np.ones(n) for n in N]
    if normalised_start:
        s = 1.0
        for i in range(I - 1):
            n = np.linalg.norm(gs[i]); gs[i] = gs[i] / n; s *= n
        gs[-1] = gs[-1] * s
    keep = [np.arange(n) for n in N]

    def full():
        f = []
        for k, g, n in zip(keep, gs, N):
            v = np.zeros(n); v[k] = g; f.append(v)
        return outer(f)
    old = full(); it = 0; change = 1.0
    while it < max_iter and change > tol:
        for i in range(I):
            k = ~((gs[i] < prune[i] * gs[i].max()) | (gs[i] < prune_abs))
            gs[i], keep[i], As[i] = gs[i][k], keep[i][k], As[i][:, k]
        mean, var = posterior(gs, As, Y, nv)
        L = var + np.abs(mean) ** 2
        prev = [g.copy() for g in gs]
        if method == 'svd':
            gs = rank1_nonneg(L)
        else:
            c = 0
            while True:
                o = outer(gs)
                for i in range(I):
                    gs[i] = contract(L, gs, i) * len(gs[i]) / L.size
                s = 1.0
                if method == 'am':
                    for i in range(I - 1):
                        n = np.linalg.norm(gs[i]); gs[i] = gs[i] / n; s *= n
                    gs[-1] = gs[-1] * s
                c += 1
                d = np.linalg.norm(outer(gs) - o)
                if method == 'ksbl' or d <= inner_tol * (np.linalg.norm(o) if inner_relative else 1.0) or c >= inner_max:
                    break
        if learn_noise:
            resid = Y - kron_apply(As, mean)
            nv = (np.linalg.norm(resid) ** 2 + nv * np.sum(1 - var / outer(prev))) / Y.size
        new = full(); change = np.linalg.norm(new - old) / np.linalg.norm(old); old = new; it += 1
    mean, var = posterior(gs, As, Y, nv)
    x = np.zeros(N, dtype=mean.dtype); x[np.ix_(*keep)] = mean
    return dict(x=x.ravel(), gammas=[np.bincount(k, weights=g, minlength=n) for k, g, n in zip(keep, gs, N)],
                iterations=it, noise_variance=nv)


def classic_sbl(A, y, nv, prune=1e-3, tol=1e-4, max_iter=150):
    N = A.shape[1]; g = np.ones(N); keep = np.arange(N); Ak = A; it = 0; change = 1.0
    old = np.ones(N)
    while it < max_iter and change > tol:
        if g.min() < prune * g.max():
            k = g > prune * g.max(); g, keep, Ak = g[k], keep[k], Ak[:, k]
        C = nv * np.eye(A.shape[0]) + (Ak * g) @ Ak.conj().T
        L = np.linalg.cholesky(C)
        Z = np.linalg.solve(L, Ak)
        var = g - g ** 2 * np.sum(np.abs(Z) ** 2, axis=0)
        mean = g * (Z.conj().T @ np.linalg.solve(L, y))
        g = var + np.abs(mean) ** 2
        new = np.zeros(N); new[keep] = g
        change = np.linalg.norm(new - old) / np.linalg.norm(old); old = new; it += 1
    C = nv * np.eye(A.shape[0]) + (Ak * g) @ Ak.conj().T
    mean = g * (Ak.conj().T @ np.linalg.solve(C, y))
    x = np.zeros(N, dtype=mean.dtype); x[keep] = mean
    return dict(x=x, gamma=old, iterations=it)


def nmse(a, b):
    return float(np.linalg.norm(a - b) ** 2 / np.linalg.norm(b) ** 2)


def srr(a, b, delta=1e-3):
    s = set(np.flatnonzero(np.abs(a) > delta * np.abs(a).max())); t = set(np.flatnonzero(b))
    return len(s & t) / len(s | t)


def pattern_coupled(As, y, nv, beta, prune, prune_abs, tol=1e-4, inner_tol=1e-4, sweeps=9, max_iter=150, coupled=(0, 2)):
    As = list(As); N = [A.shape[1] for A in As]; Y = y.reshape([A.shape[0] for A in As])
    C = [np.eye(n) + beta * (np.eye(n, k=1) + np.eye(n, k=-1)) if i in coupled else None for i, n in enumerate(N)]
    ts = [np.ones(n) if c is None else c @ np.ones(n) for c, n in zip(C, N)]
    keep = [np.arange(n) for n in N]
    def full():
        f = []
        for k, g, n in zip(keep, ts, N):
            v = np.zeros(n); v[k] = g; f.append(v)
        return outer(f)
    old = full(); it = 0; change = 1.0
    while it < max_iter and change > tol:
        for i in range(3):
            k = ~((ts[i] < prune[i] * ts[i].max()) | (ts[i] < prune_abs))
            ts[i], keep[i], As[i] = ts[i][k], keep[i][k], As[i][:, k]
            if C[i] is not None: C[i] = C[i][np.ix_(k, k)]
        mean, var = posterior(ts, As, Y, nv); Lm = var + np.abs(mean) ** 2
        for c in range(sweeps):
            o = outer(ts)
            for i in range(3):
                u = contract(Lm, ts, i) * len(ts[i]) / Lm.size
                ts[i] = u if C[i] is None else 1e-5 + C[i] @ nnls(C[i], u)[0]
            a, b = np.linalg.norm(ts[0]), np.linalg.norm(ts[1]); ts[0] = ts[0] / a; ts[1] = ts[1] / b; ts[2] = ts[2] * a * b
            if np.linalg.norm(outer(ts) - o) <= inner_tol * np.linalg.norm(o): break
        new = full(); change = np.linalg.norm(new - old) / np.linalg.norm(old); old = new; it += 1
    mean, _ = posterior(ts, As, Y, nv)
    x = np.zeros(N, complex); x[np.ix_(*keep)] = mean
    return dict(x=x.ravel(), iterations=it)
