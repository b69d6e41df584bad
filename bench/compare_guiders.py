#!/usr/bin/env python3
"""A guided prediction, ours beside diffusers' (PyPI): microseconds at [4,4,128,128], float32, one thread.

    pip install torch diffusers && python bench/compare_guiders.py build/release/bin/ksampler_bench

Ours goes through the plugin's C interface. The two take turns, so that a machine's mood meets both.
"""
import json
import statistics
import subprocess
import sys
import time

import torch
from diffusers.guiders import adaptive_projected_guidance as apg
from diffusers.guiders import classifier_free_zero_star_guidance as zero
from diffusers.guiders import guider_utils
from diffusers.guiders import tangential_classifier_free_guidance as tangential

CFG, TURNS, CALLS = 7.5, 7, 20


def zero_star(positive, negative):
    scale = zero.cfg_zero_star_scale(positive.flatten(1), negative.flatten(1)).view(-1, 1, 1, 1)
    negative = negative * scale
    return negative + CFG * (positive - negative)


def rescaled(positive, negative):
    return guider_utils.rescale_noise_cfg(negative + CFG * (positive - negative), positive, 0.7)


THEIRS = {
    "cfg": lambda positive, negative: negative + CFG * (positive - negative),
    "apg": lambda positive, negative: apg.normalized_guidance(positive, negative, CFG, None, 1.0, 5.0, True),
    "cfg_zero_star": zero_star,
    "rescale_cfg": rescaled,
    "tcfg": lambda positive, negative: tangential.normalized_guidance(positive, negative, CFG),
}


def ours(program, name):
    run = subprocess.run(
        [program, f"--benchmark_filter=guider/4x4x128x128/{name}/", "--benchmark_format=json", "--benchmark_min_time=0.1"],
        capture_output=True, check=True, text=True)
    (row,) = json.loads(run.stdout)["benchmarks"]
    return row["cpu_time"]


def theirs(function):
    positive, negative = torch.randn(2, 4, 4, 128, 128)
    function(positive, negative)
    begin = time.thread_time()
    for _ in range(CALLS):
        function(positive, negative)
    return (time.thread_time() - begin) / CALLS * 1e6


torch.set_num_threads(1)
print("| guider | ours µs | diffusers µs | times faster |\n| --- | ---: | ---: | ---: |")
with torch.inference_mode():
    for name, function in THEIRS.items():
        turns = [(ours(sys.argv[1], name), theirs(function)) for _ in range(TURNS)]
        mine, other = (statistics.median(column) for column in zip(*turns))
        print(f"| `{name}` | {mine:.0f} | {other:.0f} | {other / mine:.1f} |", flush=True)
