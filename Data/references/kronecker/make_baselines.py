#!/usr/bin/env python3
"""Writes baselines.h5: answers of the baseline estimators on two of the problem files beside this script.

Each estimator is a literal transcription of its definition on the explicit dictionary H = A1 (x) A2 (x) ... ,
independent of Lacuna's code: its tests compare with these. Needs numpy and h5py; run in this folder.
Group <file>/<method>: dataset x, attributes `settings` (JSON) and `iterations` (0 for closed forms).
"""
import json
from functools import reduce

import h5py
import numpy as np


def read(path):
    with h5py.File(path) as file:
        factors = [file["dictionary"][name][()] for name in sorted(file["dictionary"])]
        return factors, file["y"][()], float(file["noise_variance"][()]), file["truth/x"][()]


def omp(H, y, s2, normalised):
    """Orthogonal matching pursuit: add the column most correlated with the residual, fit on all columns chosen."""
    M = len(y)
    norms = np.linalg.norm(H, axis=0) if normalised else np.ones(H.shape[1])
    limit, atoms = np.sqrt(M * s2), M // 4
    chosen, coefficients, residual = [], np.zeros(0), y
    while len(chosen) < atoms and np.linalg.norm(residual) > limit:
        score = np.abs(H.conj().T @ residual) / norms
        score[chosen] = -1
        chosen.append(int(np.argmax(score)))
        coefficients = np.linalg.lstsq(H[:, chosen], y, rcond=None)[0]
        residual = y - H[:, chosen] @ coefficients
    x = np.zeros(H.shape[1], H.dtype)
    x[chosen] = coefficients
    return x, len(chosen), dict(residual_limit=limit, atoms=atoms, normalised_correlation=normalised)


def kronecker_omp(factors, y, normalised, atoms_per_mode=10, tolerance=1e-2):
    """Caiafa & Cichocki (2013): the tensor's largest correlation adds one index to the index set of each mode."""
    Y = y.reshape([A.shape[0] for A in factors])
    norms = [np.linalg.norm(A, axis=0) if normalised else np.ones(A.shape[1]) for A in factors]
    weights = reduce(np.multiply.outer, norms)
    sets, residual, iterations = [[] for _ in factors], Y, 0
    while np.linalg.norm(residual) >= tolerance * np.linalg.norm(Y):
        score = np.abs(modes([A.conj().T for A in factors], residual)) / weights
        position = np.unravel_index(np.argmax(score), score.shape)
        grew = False
        for index, chosen in zip(position, sets):
            if int(index) not in chosen and len(chosen) < atoms_per_mode:
                chosen.append(int(index))
                grew = True
        if not grew:
            break
        iterations += 1
        inside = [A[:, chosen] for A, chosen in zip(factors, sets)]
        # The pseudo-inverse of a Kronecker product is that of the factors: of least norm where a set outgrows its rows.
        coefficients = modes([np.linalg.pinv(A) for A in inside], Y)
        residual = Y - modes(inside, coefficients)
    X = np.zeros([A.shape[1] for A in factors], Y.dtype)
    if iterations:
        X[np.ix_(*sets)] = coefficients
    settings = dict(
        atoms_per_mode=atoms_per_mode, tolerance=tolerance, normalised_correlation=normalised,
        sets=[sorted(chosen) for chosen in sets])
    return X.ravel(), iterations, settings


def modes(factors, tensor):
    """Mode-wise product: the Kronecker product of `factors` applied to the row-major flattening of `tensor`."""
    for mode, factor in enumerate(factors):
        tensor = np.moveaxis(np.tensordot(factor, tensor, axes=(1, mode)), 0, mode)
    return tensor


def fista(H, y, s2, tolerance=1e-12, limit=2_000_000):
    """min 1/2 ||y - H x||^2 + weight ||x||_1 by FISTA with restarts, until the optimality conditions hold to
    `tolerance` of the weight: H^H (y - H x) = weight x / |x| on the support, at most weight in modulus off it."""
    weight = np.sqrt(2 * s2 * np.log(H.shape[1])) * np.linalg.norm(H, axis=0).max()
    step = 1 / np.linalg.norm(H, 2) ** 2
    x = z = np.zeros(H.shape[1], H.dtype)
    t = 1.0
    for iteration in range(1, limit + 1):
        v = z + step * (H.conj().T @ (y - H @ z))
        modulus = np.abs(v)
        new = v * (np.maximum(modulus - step * weight, 0) / np.maximum(modulus, np.finfo(float).tiny))
        if np.vdot(z - new, new - x).real > 0:
            t, z = 1.0, new
        else:
            after = (1 + np.sqrt(1 + 4 * t * t)) / 2
            z, t = new + (t - 1) / after * (new - x), after
        x = new
        if iteration % 100 == 0:
            gradient = H.conj().T @ (y - H @ x)
            on = np.abs(x) > 0
            gap = max(
                np.abs(gradient[on] - weight * x[on] / np.abs(x[on])).max(initial=0),
                np.abs(gradient[~on]).max(initial=0) - weight)
            if gap <= tolerance * weight:
                break
    else:
        raise SystemExit(f"FISTA: optimality conditions off by {gap / weight:g} after {limit} iterations")
    objective = np.linalg.norm(y - H @ x) ** 2 / 2 + weight * np.abs(x).sum()
    return x, iteration, dict(weight=weight, tolerance=tolerance, objective=objective)


def pc_sbl(H, y, s2, eta=0.9, a=0.5, b=1e-4, tolerance=1e-4, limit=150):
    """Fang et al. (2015): SBL whose precisions are coupled to both neighbours in the flat vector; missing ones are 0."""

    def coupled(v):
        padded = np.pad(v, 1)
        return v + eta * (padded[:-2] + padded[2:])

    def posterior(precision):
        d = 1 / precision
        C = s2 * np.eye(len(y)) + (H * d) @ H.conj().T
        G = np.linalg.solve(C, H)
        return d * (G.conj().T @ y), d - d**2 * np.einsum("mn,mn->n", H.conj(), G).real

    mean, variance = posterior(np.ones(H.shape[1]))
    iterations, change = 0, np.inf
    while iterations < limit and change > tolerance:
        alpha = (a + 0.5) / (0.5 * coupled(np.abs(mean) ** 2 + variance) + b)
        alpha[alpha > 1e3 * alpha.min()] = 1e10
        old = mean
        mean, variance = posterior(coupled(alpha))
        change = np.linalg.norm(mean - old) / np.linalg.norm(old)
        iterations += 1
    return mean, iterations, dict(eta=eta, a=a, b=b, tolerance=tolerance, limit=limit, start="precision 1, uncoupled")


def lmmse(H, y, s2):
    """Linear MMSE under a white prior whose variance is read off the mean power of y."""
    M = len(y)
    prior = (np.linalg.norm(y) ** 2 / M - s2) * M / np.linalg.norm(H) ** 2
    x = prior * H.conj().T @ np.linalg.solve(prior * H @ H.conj().T + s2 * np.eye(M), y)
    return x, 0, dict(prior_variance=prior)


def oracle_least_squares(H, y, truth):
    support = np.flatnonzero(truth)
    x = np.zeros(H.shape[1], H.dtype)
    x[support] = np.linalg.pinv(H[:, support]) @ y
    return x, 0, dict(support=support.tolist())


def main():
    with h5py.File("baselines.h5", "w") as out:
        out.attrs["description"] = "baseline estimators on the problem files of this folder, made by make_baselines.py"
        for name in ["two-mode-real", "three-mode-complex"]:
            factors, y, s2, truth = read(f"{name}.h5")
            H = reduce(np.kron, factors)
            answers = {
                "omp": omp(H, y, s2, normalised=False),
                "omp-normalised": omp(H, y, s2, normalised=True),
                "kronecker-omp": kronecker_omp(factors, y, normalised=False),
                "kronecker-omp-normalised": kronecker_omp(factors, y, normalised=True),
                "fista": fista(H, y, s2),
                "lmmse": lmmse(H, y, s2),
                "least-squares": (np.linalg.pinv(H) @ y, 0, {}),
                "oracle-least-squares": oracle_least_squares(H, y, truth),
                "pc-sbl": pc_sbl(H, y, s2),
            }
            for method, (x, iterations, settings) in answers.items():
                group = out.create_group(f"{name}/{method}")
                group["x"] = x
                group.attrs["iterations"] = iterations
                group.attrs["settings"] = json.dumps(settings)
                nmse = np.linalg.norm(x - truth) ** 2 / np.linalg.norm(truth) ** 2
                print(f"{name:20} {method:26} {iterations:7} iterations  NMSE {nmse:.6g}  {settings}")


if __name__ == "__main__":
    main()
