# SPDX-License-Identifier: Apache-2.0
"""The program `ksampler`, with the LibTorch of the Python package torch."""

import importlib.util
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAM = HERE / "bin" / "ksampler"


def environment():
    """That of this process, with the torch that `import torch` would take here; it is not imported."""
    found = importlib.util.find_spec("torch")
    known = dict(os.environ)
    if found is not None and found.submodule_search_locations:
        known.setdefault("LIBTORCH_ROOT", os.fspath(next(iter(found.submodule_search_locations))))
    return known


def main() -> None:
    os.execve(PROGRAM, ["ksampler", *sys.argv[1:]], environment())
