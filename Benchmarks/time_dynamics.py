#!/usr/bin/env python3
"""Times what `lacuna bench dynamics` is compared with, single-threaded; prints one JSON object.

usage: Benchmarks/time_dynamics.py CASE [--samples 100000] [--repetitions 3]

CASE is stlsq-2, stlsq-5 (PySINDy, polynomials of that degree), ensemble-2, ensemble-5 (PySINDy, 1000 bags of all rows, timed on a few and
multiplied), delays (numpy.linalg.svd of 100 delays), runge-kutta (a loop over lists of floats, for any system), unrolled-runge-kutta (the
same written out for this one) or dormand-prince
(scipy.integrate.ode); gradient is PyTorch's loss and gradient of the dense delay network 24-96-3 on 2492 windows. Data are Lorenz's, steps of 0.002. Exits with 3 and one line where a package is missing.
"""
import argparse
import json
import os
import sys
import time
import warnings

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
warnings.filterwarnings("ignore")

SIGMA, RHO, BETA = 10.0, 28.0, 8.0 / 3.0


def rate(x, y, z):
    return SIGMA * (y - x), x * (RHO - z) - y, x * y - BETA * z


def runge_kutta(steps, h, keep=True):
    x, y, z = -8.0, 8.0, 27.0
    states = [(x, y, z)]
    for _ in range(steps):
        a, b, c = rate(x, y, z)
        d, e, f = rate(x + h / 2 * a, y + h / 2 * b, z + h / 2 * c)
        g, i, j = rate(x + h / 2 * d, y + h / 2 * e, z + h / 2 * f)
        k, l, m = rate(x + h * g, y + h * i, z + h * j)
        x += h / 6 * (a + 2 * d + 2 * g + k)
        y += h / 6 * (b + 2 * e + 2 * i + l)
        z += h / 6 * (c + 2 * f + 2 * j + m)
        if keep:
            states.append((x, y, z))
    return states


def generic_runge_kutta(steps, h):
    def derivative(state):
        x, y, z = state
        return [SIGMA * (y - x), x * (RHO - z) - y, x * y - BETA * z]

    state = [-8.0, 8.0, 27.0]
    for _ in range(steps):
        k1 = derivative(state)
        k2 = derivative([a + h / 2 * b for a, b in zip(state, k1)])
        k3 = derivative([a + h / 2 * b for a, b in zip(state, k2)])
        k4 = derivative([a + h * b for a, b in zip(state, k3)])
        state = [a + h / 6 * (b + 2 * c + 2 * d + e) for a, b, c, d, e in zip(state, k1, k2, k3, k4)]
    return state


def best(repetitions, body):
    times = []
    for _ in range(repetitions):
        began = time.perf_counter()
        body()
        times.append(time.perf_counter() - began)
    return min(times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("case")
    parser.add_argument("--samples", type=int, default=100000)
    parser.add_argument("--repetitions", type=int, default=3)
    arguments = parser.parse_args()
    kind, _, degree = arguments.case.partition("-")
    step = 0.002
    try:
        if kind == "gradient":
            import torch
        import numpy
        if kind in ("stlsq", "ensemble"):
            import pysindy
        if kind == "dormand":
            import scipy
            import scipy.integrate
    except ImportError as error:
        print(f"{error.msg}; python3 -m pip install -r Benchmarks/requirements.txt installs it", file=sys.stderr)
        sys.exit(3)
    if kind == "runge":
        seconds = best(arguments.repetitions, lambda: generic_runge_kutta(arguments.samples, step))
        name = "Python " + sys.version.split()[0]
    elif kind == "unrolled":
        seconds = best(arguments.repetitions, lambda: runge_kutta(arguments.samples, step, keep=False))
        name = "Python " + sys.version.split()[0]
    elif kind == "gradient":
        torch.set_num_threads(1)
        torch.set_default_dtype(torch.float64)
        inputs, targets = torch.randn(2492, 24), torch.randn(2492, 3)
        model = torch.nn.Sequential(torch.nn.Linear(24, 96), torch.nn.Tanh(), torch.nn.Linear(96, 3))

        def gradient():
            for _ in range(20):
                model.zero_grad()
                torch.nn.functional.mse_loss(model(inputs), targets).backward()
        gradient()
        seconds = best(arguments.repetitions, gradient) / 20
        name = "PyTorch " + torch.__version__
    elif kind == "dormand":
        def integrate():
            solver = scipy.integrate.ode(lambda t, s: rate(*s)).set_integrator("dopri5", rtol=1e-8, atol=1e-10, nsteps=10**8)
            solver.set_initial_value([-8.0, 8.0, 27.0], 0.0)
            solver.integrate(arguments.samples * step)
        seconds = best(1, integrate)
        name = "scipy " + scipy.__version__
    else:
        states = numpy.array(runge_kutta(arguments.samples - 1, step))
        if kind == "delays":
            windows = numpy.lib.stride_tricks.sliding_window_view(states[:, 0], arguments.samples - 99)
            seconds = best(1, lambda: numpy.linalg.svd(windows, full_matrices=False))
            name = "numpy " + numpy.__version__
        else:
            library = pysindy.PolynomialLibrary(degree=int(degree))
            if kind == "stlsq":
                def fit():
                    model = pysindy.SINDy(optimizer=pysindy.STLSQ(threshold=0.1), feature_library=library)
                    model.fit(states, t=step)
                seconds = best(arguments.repetitions, fit)
            else:
                bags = 5
                def fit():
                    optimizer = pysindy.EnsembleOptimizer(
                        opt=pysindy.STLSQ(threshold=0.1), bagging=True, n_models=bags, n_subset=arguments.samples)
                    pysindy.SINDy(optimizer=optimizer, feature_library=library).fit(states, t=step)
                seconds = best(1, fit) * 1000 / bags
            name = "PySINDy " + pysindy.__version__
    print(json.dumps({"seconds": seconds, "name": name}))


if __name__ == "__main__":
    main()
