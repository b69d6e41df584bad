"""Memory of a transformer whose weights lie in its file, and what it costs to have them come and go.

    python compare_streaming.py build/release/bin/ksampler_streamed_step [--layers 4] [--size 64] [--turns 3]

Makes files of Z-Image's transformer at full width with some of its thirty layers, random values, in bf16 and int8. Needs what
compare_transformers.py needs. Memory is the process's resident memory; `room` is what weights may have of it. Steps with and
without alternate in one process, the file in the page cache; the ratio is that of the medians. Writes two tables.
"""

import argparse
import statistics
import subprocess
import tempfile
from pathlib import Path

import compare_transformers as made_of
import torch
from safetensors.torch import save_file

MEGA = 1e6


def call(program, *arguments):
    out = subprocess.run([program, *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    if out.returncode != 0:
        raise SystemExit(1)
    return [line.split() for line in out.stdout.splitlines()]


def memory(program, file, size, turns):
    """Without a limit, and with one that leaves half of the file for weights: rows of numbers in MB."""
    whole = file.stat().st_size
    before, loading, peak = map(int, call(program, "memory", file, "bf16", size, turns, 0)[0])
    rest = before + peak - whole
    limit = rest + whole // 2
    limited = call(program, "memory", file, "bf16", size, turns, limit)
    start, _, grown = map(int, limited[0])
    return (f"{whole / MEGA:.0f}", f"{loading / MEGA:.0f}", f"{peak / MEGA:.0f}", f"{(peak - whole) / MEGA:.0f}",
            f"{before / MEGA:.0f}", f"{limit / MEGA:.0f}", f"{(start + grown) / MEGA:.0f}", " ".join(limited[1][:3]))


def ratio(program, file, size, turns, share):
    pairs = [tuple(map(float, line))
             for line in call(program, "time", file, "bf16", size, turns, int(share * file.stat().st_size))]
    without, streamed, work, streamed_work = (statistics.median(column) for column in zip(*pairs))
    return f"{without:.2f}", f"{streamed:.2f}", f"{streamed / without:.2f}", f"{streamed_work / work:.2f}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args()
    made_of.LAYERS = given.layers
    made = made_of.tensors()
    with tempfile.TemporaryDirectory() as folder:
        files = {kind: Path(folder) / f"{kind}.safetensors" for kind in ("bf16", "int8")}
        save_file({made_of.PREFIX + k: v for k, v in made.items()}, files["bf16"])
        save_file({made_of.PREFIX + k: v.contiguous() for k, v in made_of.rounded(made, torch.int8, 127).items()},
                  files["int8"])
        print("| weights | file MB | loading | computing | beyond the file | program before | limit | peak below it | stay |\n"
              "|---|---:|---:|---:|---:|---:|---:|---:|---|")
        for kind, file in files.items():
            print(f"| {kind} | " + " | ".join(memory(given.program, file, given.size, 3)) + " |", flush=True)
        print("\n| weights | cells | in memory, of the file | s without | s with | ratio | of processor time |\n"
              "|---|---:|---:|---:|---:|---:|---:|")
        for size in (given.size, 8):
            for kind, file in files.items():
                for share in 0.5, 0.25:
                    times = ratio(given.program, file, size, given.turns, share)
                    print(f"| {kind} | {size} | {share} | " + " | ".join(times) + " |", flush=True)


if __name__ == "__main__":
    main()
