#!/usr/bin/env python3
"""Writes python.safetensors beside this script, with the reference implementation of the format.

    pip install safetensors==0.8.0 numpy==2.4.6
    python3 Data/references/safetensors/make_safetensors.py
"""
import json
import pathlib
import struct

import numpy as np
from safetensors.numpy import save_file

values = np.arange(6).reshape(2, 3) / 4 - 0.5
tensors = {
    "layer.weight": values.astype(np.float32),
    "layer.bias": np.array([0.1, -1e300, np.inf], dtype=np.float64),
    "half": np.array([1.0, -2.5, 65504.0, 6e-8, np.inf], dtype=np.float16),
    "steps": np.array([-(2**63), 0, 2**63 - 1], dtype=np.int64),
    "small": np.array([[-1], [7]], dtype=np.int32),
    "bytes": np.array([0, 255], dtype=np.uint8),
    "mask": np.array([True, False]),
    "grüße": np.array(3.5, dtype=np.float32),
    "empty": np.zeros((0, 4), dtype=np.float32),
}
path = pathlib.Path(__file__).resolve().parent / "python.safetensors"
save_file(tensors, path, metadata={"format": "np", "note": "made by\npython"})

# numpy knows no bfloat16: the file with that is put together by hand and read by the reference implementation.
from safetensors import safe_open  # noqa: E402

words = np.array([0x3F80, 0xC049, 0x7F80, 0x0001], dtype="<u2")
header = json.dumps({"brain": {"dtype": "BF16", "shape": [4], "data_offsets": [0, 8]}}).encode()
path = path.with_name("bfloat16.safetensors")
path.write_bytes(struct.pack("<Q", len(header)) + header + words.tobytes())
with safe_open(path, framework="np") as file:
    assert list(file.keys()) == ["brain"] and file.get_slice("brain").get_dtype() == "BF16"
