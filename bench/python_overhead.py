#!/usr/bin/env python3
"""What a step costs from Python around a model that costs nothing: ksampler beside k-diffusion's functions, in one
run, on one thread, on the same tensors.

    PYTHON bench/python_overhead.py [--turns 5]

PYTHON has torch, ksampler (pip install .) and k_diffusion (pip install --no-deps k-diffusion, with bench/k_diffusion/requirements.txt).
Prints a table: microseconds a step, the median of the turns, and the ratio. "call": a session's questions alone,
on 16 numbers: what is Python's.
"""
import argparse
import importlib
import statistics
import sys
import time
import types

import torch

import ksampler

SHAPES = ([1, 4, 64, 64], [4, 4, 128, 128])
SAMPLERS = ("euler", "heun", "euler_ancestral", "dpmpp_2m", "dpmpp_2m_sde")
STEPS = 20


def k_diffusion():
    """k_diffusion.sampling alone: the package's __init__ imports what sampling needs none of."""
    package = importlib.util.find_spec("k_diffusion")
    if package is None:
        sys.exit("there is no k_diffusion: pip install --no-deps k-diffusion")
    bare = types.ModuleType("k_diffusion")
    bare.__path__ = list(package.submodule_search_locations)
    sys.modules["k_diffusion"] = bare
    return importlib.import_module("k_diffusion.sampling")


def timed(run, turns):
    run()
    seconds = []
    for _ in range(turns):
        begin = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds) / STEPS * 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=5)
    turns = parser.parse_args().turns
    torch.set_num_threads(1)
    theirs = k_diffusion()
    sigmas = ksampler.schedule("karras", STEPS, "eps")
    print("| sampler | latent | k-diffusion | ksampler | ratio |\n| --- | --- | --- | --- | --- |")
    for shape in SHAPES:
        x = torch.randn(shape) * sigmas[0]
        answer = torch.randn(shape)
        for name in SAMPLERS:
            function = getattr(theirs, "sample_" + name)
            reference = timed(lambda: function(lambda x, s, **_: answer, x, torch.tensor(sigmas), disable=True), turns)
            ours = timed(lambda: ksampler.sample(name, x, sigmas, lambda x, s: answer), turns)
            size = "x".join(map(str, shape))
            print(f"| {name} | {size} | {reference:.0f} us | {ours:.0f} us | {ours / reference:.2f} |", flush=True)
    few = torch.zeros(1, 1, 4, 4)

    def questions():
        for want in ksampler.Session("euler", few, sigmas):
            want.answer(few)

    print(f"call: {timed(questions, turns * 20):.1f} us a question")


if __name__ == "__main__":
    main()
