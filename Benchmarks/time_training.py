#!/usr/bin/env python3
"""Times an epoch of PyTorch on random images of MNIST's size, single-threaded; prints one JSON object.

usage: Benchmarks/time_training.py lenet-300-100|lenet-5 [--samples 60000] [--batch 128] [--threads 1]

Adam, cross-entropy, batches in random order, the last one smaller, as `lacuna bench training` has it. Loading and a warm-up of
ten steps are not counted. PyTorch is Debian's python3-torch (1.13) or PyPI's torch. Exits with 3 and one line where it is missing.
"""
import argparse
import json
import sys
import time

try:
    import torch
except ImportError as error:
    print(f"{error.msg}; apt-get install python3-torch, and --peer /usr/bin/python3", file=sys.stderr)
    sys.exit(3)

from torch import nn


def network(name):
    if name == "lenet-300-100":
        return nn.Sequential(nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10))
    return nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10))


def epoch(model, optimizer, images, labels, batch):
    order = torch.randperm(len(images))
    for first in range(0, len(images), batch):
        chosen = order[first:first + batch]
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images[chosen]), labels[chosen])
        loss.backward()
        optimizer.step()
    return loss.item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("network", choices=["lenet-300-100", "lenet-5"])
    parser.add_argument("--samples", type=int, default=60000)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    shape = (784,) if arguments.network == "lenet-300-100" else (1, 28, 28)
    images = torch.rand(arguments.samples, *shape)
    labels = torch.arange(arguments.samples) % 10
    model = network(arguments.network)
    optimizer = torch.optim.Adam(model.parameters())
    few = min(10 * arguments.batch, arguments.samples)
    epoch(model, optimizer, images[:few], labels[:few], arguments.batch)
    began = time.perf_counter()
    epoch(model, optimizer, images, labels, arguments.batch)
    print(json.dumps({"seconds": time.perf_counter() - began, "name": f"PyTorch {torch.__version__}"}))


if __name__ == "__main__":
    main()
