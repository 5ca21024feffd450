#!/usr/bin/env python3
"""Writes scikit-learn's digits into this folder as IDX files, named as MNIST's.

    pip install scikit-learn==1.9.1
    python3 Data/digits/export_digits.py

The 1,797 images of 8x8 pixels, values 0 to 16, are cut into 1,437 to train and 360 to test with, every class in the
same proportion (train_test_split, random_state 0), and keep scikit-learn's order within each part.
"""
import gzip
import pathlib
import struct

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

UNSIGNED_BYTES = 0x08


def write_idx(path, array):
    """Magic 0, 0, type, number of axes; the sizes as big-endian 32-bit integers; the bytes, last index fastest."""
    header = struct.pack(">BBBB", 0, 0, UNSIGNED_BYTES, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    # No name and no time: the same data are the same bytes.
    path.write_bytes(gzip.compress(header + array.tobytes(), compresslevel=9, mtime=0))


def main():
    digits = load_digits()
    images = digits.images.astype(np.uint8)
    labels = digits.target.astype(np.uint8)
    assert images.shape == (1797, 8, 8) and np.array_equal(images, digits.images) and images.max() == 16
    train, test = train_test_split(np.arange(len(labels)), test_size=360, random_state=0, stratify=labels)
    folder = pathlib.Path(__file__).resolve().parent
    for name, rows in [("train", np.sort(train)), ("t10k", np.sort(test))]:
        write_idx(folder / f"{name}-images-idx3-ubyte.gz", images[rows])
        write_idx(folder / f"{name}-labels-idx1-ubyte.gz", labels[rows])


if __name__ == "__main__":
    main()
