#!/usr/bin/env python3
"""Writes docs/performance.md: our samplers beside k-diffusion's and ComfyUI's, measured here and now.

    build/venv/bin/python bench/compare.py [--build build/release] [--turns 3]

Run by a Python that has torch (setup.sh puts one into build/venv). k-diffusion is installed below the
build folder. Both programs run in turns, on one thread; each figure is the median of the turns.
"""
import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

import busy
import compare_networks

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHAPES = ["1x4x64x64", "1x4x128x128", "4x4x128x128"]
# Milliseconds a step at the first and the last shape: ComfyUI's own KSampler around a model that costs
# nothing, on one thread of a machine like the one the first figures here come from; not measured again.
COMFYUI = {"euler": (0.49, 2.1), "euler_ancestral": (0.66, 4.7), "dpmpp_2m": (0.60, 4.3), "uni_pc": (1.4, 5.5),
           "dpmpp_2m_sde": (8.9, 105)}


def ours(build):
    command = [build / "bin/ksampler_bench", "--benchmark_filter=^(sampler|behind|together|isolated)/", "--benchmark_format=json",
               "--benchmark_min_time=0.2"]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    rows = {}
    for row in json.loads(output)["benchmarks"]:
        kind, sampler, shape = row["name"].split("/")[:3]
        rows[kind, sampler, shape] = (row["step_us"], row.get("times_floor", 0))
    return rows


def theirs(build):
    site = build / "k-diffusion"
    if not site.exists():
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site,
                        "-r", ROOT / "bench/k_diffusion/requirements.txt"], check=True)
    environment = dict(os.environ, PYTHONPATH=str(site), OMP_NUM_THREADS="1", PYTHONWARNINGS="ignore")
    output = subprocess.run([sys.executable, ROOT / "bench/k_diffusion/time_samplers.py"], check=True,
                            stdout=subprocess.PIPE, env=environment).stdout
    return {tuple(name.split("/")): microseconds for name, microseconds in json.loads(output).items()}


def middle(turns, key, part=None):
    return statistics.median(turn[key] if part is None else turn[key][part] for turn in turns)


def microseconds(value):
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def ratio(of, to):
    return f"{of / to:.0f}" if of / to >= 9.5 else f"{of / to:.1f}"


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|---|" + "---:|" * (len(head) - 1)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def report(mine, other, swaps):
    samplers = sorted({sampler for kind, sampler, _ in mine[0] if kind == "sampler"})
    torch_version = subprocess.run([sys.executable, "-c", "import torch; print(torch.__version__)"],
                                   stdout=subprocess.PIPE, text=True).stdout.strip()
    yield from f"""# Performance

Written by `bench/compare.py`: {len(mine)} turn{"s" * (len(mine) > 1)} on {processor()}, {os.cpu_count()} processors, LibTorch
{torch_version}, one thread for LibTorch. Microseconds of wall time a step, float32, with a model that costs
nothing, 20 steps of karras, from the model's first call to the end. Compare ratios, not figures: they were
measured in turns on one machine, the figures are that machine's.

What is measured of ours is the whole of KSampler: guidance (cfg 8), the plugin behind its C interface, noise.
Of k-diffusion it is the sampling function alone.

## Beside k-diffusion 0.1.1

""".splitlines()
    rows = []
    for sampler in samplers:
        if (sampler, SHAPES[0]) not in other[0]:
            continue
        row = [f"`{sampler}`"]
        for shape in SHAPES:
            a, b = middle(mine, ("sampler", sampler, shape), 0), middle(other, (sampler, shape))
            row += [microseconds(a), microseconds(b), ratio(b, a)]
        rows.append(row)
    head = ["sampler"]
    for shape in SHAPES:
        head += [f"[{shape.replace('x', ',')}] µs", "k-diffusion µs", "times faster"]
    yield from table(head, rows)
    yield from """
## Beside ComfyUI

ComfyUI's figures are of its own KSampler node on a machine like the one that is named above, measured when its
reference outputs were made, not again.

""".splitlines()
    rows = []
    for sampler, figures in COMFYUI.items():
        row = [f"`{sampler}`"]
        for shape, figure in zip((SHAPES[0], SHAPES[-1]), figures):
            a = middle(mine, ("sampler", sampler, shape), 0)
            row += [microseconds(a), microseconds(figure * 1000), ratio(figure * 1000, a)]
        rows.append(row)
    yield from table(["sampler", "[1,4,64,64] µs", "ComfyUI µs", "times faster", "[4,4,128,128] µs", "ComfyUI µs",
                      "times faster"], rows)
    yield from """
## All samplers

*of memory*: processor time of the sampling thread, divided by that of copying (`memcpy`) as many bytes as the
sampler's linear combinations read and write. 1 is as fast as the memory; noise and guidance come on top.
*behind a model*: what a step takes besides the model, at [4,4,128,128], where the model takes 20 ms of another
device: noise is drawn ahead meanwhile.

""".splitlines()
    rows = []
    for sampler in samplers:
        row = [f"`{sampler}`"] + [microseconds(middle(mine, ("sampler", sampler, shape), 0)) for shape in SHAPES]
        row.append(f"{middle(mine, ('sampler', sampler, SHAPES[-1]), 1):.1f}")
        behind = ("behind", sampler, SHAPES[-1])
        row.append(microseconds(middle(mine, behind, 0)) if behind in mine[0] else "")
        rows.append(row)
    yield from table(["sampler"] + [f"[{shape.replace('x', ',')}] µs" for shape in SHAPES]
                     + ["of memory", "behind a model µs"], rows)
    yield from """
## In a process of its own

What a step takes besides a model of 10 ms a call, at [1,4,64,64], with the plugins in this process and isolated in their own.

""".splitlines()
    rows = []
    for sampler, calls in (("euler", 1), ("dpmpp_2m", 1), ("res_3s", 3), ("restart", 2.5), ("euler+apg", 1)):
        a, b = (middle(mine, (kind, sampler, SHAPES[0]), 0) for kind in ("together", "isolated"))
        rows.append([f"`{sampler}`", f"{calls:g}", microseconds(a), microseconds(b), f"{(b - a) / calls / 10000:.1%}"])
    yield from table(["sampler, and guider", "model calls", "together µs", "isolated µs", "more of a step"], rows)
    yield from swaps.splitlines()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/performance.md")
    arguments = parser.parse_args()
    mine, other = [], []
    for turn in range(arguments.turns):
        print(f"turn {turn + 1} of {arguments.turns}", flush=True)
        mine.append(ours(arguments.build.resolve()))
        other.append(theirs(arguments.build.resolve()))
    swaps = subprocess.run([arguments.build.resolve() / "bin/ksampler_swap_bench"], check=True, text=True,
                           stdout=subprocess.PIPE).stdout
    text = "\n".join(report(mine, other, swaps)) + "\n"
    if arguments.out.exists():  # what the other programs wrote stays
        old = arguments.out.read_text()
        for title in (compare_networks.TITLE, busy.TITLE):
            first, last = compare_networks.section(old, title)
            text += "\n" * (first < last) + old[first:last].rstrip("\n") + "\n" * (first < last)
    arguments.out.write_text(text)
    print(arguments.out)


main()
