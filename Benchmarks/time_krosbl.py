#!/usr/bin/env python3
"""Times the numpy prototype (krosbl_numpy.py) on a problem file, single-threaded; prints one JSON object.

usage: Benchmarks/time_krosbl.py FILE.h5 METHOD [--preset recovery|irs] [--solves 30]

METHOD is svd-krosbl, am-krosbl or pc-krosbl, with the settings that `lacuna solve --preset ...` has for it. `seconds` is
the best of the solves; reading the file and one warm-up solve are not counted. Exits with 3 and one line where a package
is missing.
"""
import argparse
import json
import os
import sys
import time

# Before numpy is loaded: its BLAS reads them once.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

try:
    import h5py
    import numpy
    import scipy

    import krosbl_numpy
except ImportError as error:
    print(f"{error.msg}; python3 -m pip install -r Benchmarks/requirements.txt installs it", file=sys.stderr)
    sys.exit(3)


def solver(method, preset, dictionaries, y, noise_variance):
    """The solve as a function without arguments."""
    irs = preset == "irs"
    if method == "pc-krosbl":
        return lambda: krosbl_numpy.pattern_coupled(
            dictionaries, y, noise_variance, beta=0.8, prune=[1e-2, 1e-1 if irs else 1e-2, 1e-2],
            prune_abs=1e-4 if irs else 0.0)
    if method == "svd-krosbl":
        settings = dict(method="svd", prune=0.0 if irs else 1e-3)
    else:
        settings = dict(method="am", prune=[1e-2, 1e-1, 1e-3] if irs else 1e-2)
    if irs:
        settings.update(prune_abs=1e-4, inner_tol=1e-4, inner_relative=True, normalised_start=False)
    return lambda: krosbl_numpy.solve(dictionaries, y, noise_variance, **settings)


def main():
    parser = argparse.ArgumentParser(description="Times the numpy prototype on a problem file.")
    parser.add_argument("file")
    parser.add_argument("method", choices=["svd-krosbl", "am-krosbl", "pc-krosbl"])
    parser.add_argument("--preset", choices=["recovery", "irs"], default="recovery")
    parser.add_argument("--solves", type=int, default=30)
    arguments = parser.parse_args()

    with h5py.File(arguments.file) as file:
        names = sorted(file["dictionary"], key=lambda name: int(name[1:]))
        dictionaries = [file["dictionary"][name][()] for name in names]
        y = file["y"][()]
        noise_variance = float(file["noise_variance"][()])

    solve = solver(arguments.method, arguments.preset, dictionaries, y, noise_variance)
    solution = solve()
    seconds = []
    for _ in range(arguments.solves):
        began = time.perf_counter()
        solution = solve()
        seconds.append(time.perf_counter() - began)
    print(json.dumps({
        "seconds": min(seconds),
        "iterations": int(solution["iterations"]),
        "norm": float(numpy.linalg.norm(solution["x"])),
        "name": f"numpy {numpy.__version__}, scipy {scipy.__version__}",
    }))


if __name__ == "__main__":
    main()
