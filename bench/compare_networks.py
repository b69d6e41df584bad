#!/usr/bin/env python3
"""Our networks beside diffusers in PyTorch eager, in turns in one run; writes a section of docs/performance.md.

    python bench/compare_networks.py --build build/release --models FOLDER [--turns 5] [--small]

Run by a Python that has torch, diffusers, transformers, accelerate and safetensors. --ggml names one that has
stable-diffusion-cpp-python, which is then measured, too. FOLDER gets random networks of SD 1.5's
shape where it has none: 6 GB. Both sides compute in float32, from files in float16, on the same number of threads.
While one computes, the other waits for its next command. Memory and loading are measured in processes of their own.
"""
import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TITLE = "## Networks beside diffusers"
CLOCKS = {"seconds": "", "processor": " of the processors' time (loading: of the wall's), as others used the machine"}


class Side:
    """A process that does what it is told, a line each."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)

    def __call__(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args[0]} failed at {words}")
        return json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


class Comparison:
    def __init__(self, options):
        self.options = options
        self.environment = dict(os.environ, OMP_NUM_THREADS=str(options.threads), PYTHONWARNINGS="ignore")
        self.context = "32" if options.small else "768"

    def side(self, name):
        if name == "ggml":
            return Side([self.options.ggml, str(ROOT / "bench/networks/ggml.py"), str(self.options.threads)], self.environment)
        tail = [str(self.options.threads), self.context]
        if name == "ours":
            return Side([str(self.options.build.resolve() / "bin/ksampler_network_worker"), *tail], self.environment)
        return Side([sys.executable, str(ROOT / "bench/networks/eager.py"), *tail], self.environment)

    def model(self, name, part):
        return self.options.models / (part + ".safetensors" if name == "ours" else part)

    def files(self, name, part):
        place = self.model(name, part)
        return list(place.glob("*.safetensors")) if place.is_dir() else [place]

    def loading(self, part):
        """{side: {"cold": [...], "warm": [...]}} with what each load took."""
        result = {name: {"cold": [], "warm": []} for name in ("ours", "eager")}
        for _ in range(self.options.turns):
            for name in result:
                for state in ("cold", "warm"):
                    if state == "cold":
                        forget(self.files(name, part))
                    with self.side(name) as side:
                        side_part = ("load", part, self.model(name, part))
                        result[name][state].append(side(*side_part))
        return result

    def in_turns(self, part, *command):
        """{side: [what each run took]}, after one that does not count."""
        with self.side("ours") as ours, self.side("eager") as eager:
            sides = {"ours": ours, "eager": eager}
            for name, side in sides.items():
                side("load", part, self.model(name, part))
                side(*command)
            runs = {name: [] for name in sides}
            for _ in range(self.options.turns):
                for name, side in sides.items():
                    runs[name].append(side(*command))
            return runs

    def beside_ggml(self, cells):
        """[(what, ours, ggml's)], medians of seconds"""
        size, tile = self.options.size, self.options.tile
        ours_do = {"step": ("step", cells, cells), "decode": ("decode", cells, cells),
                   "tiled": ("tiled", cells, cells, tile, tile // 4)}
        ours_took, ggml_took = {what: [] for what in ours_do}, {what: [] for what in ours_do}
        with self.side("ours") as ours, self.side("ggml") as ggml:
            for part in ("unet", "vae"):
                ours("load", part, self.model("ours", part))
            ggml("load", self.options.models / "whole.safetensors", "f32")
            for _ in range(self.options.ggml_turns):
                for what, command in ours_do.items():
                    ours_took[what].append(ours(*command)["seconds"])
                plain, tiled = ggml("picture", size), ggml("tiled", size, tile, tile // 4)
                for what, took in (("step", plain["step"]), ("decode", plain["decode"]), ("tiled", tiled["decode"])):
                    ggml_took[what].append(took)
        return [(what, statistics.median(ours_took[what]), statistics.median(ggml_took[what])) for what in ours_do]

    def memory(self, part, *command):
        """{side: how far a first run grows the process}"""
        grown = {}
        for name in ("ours", "eager"):
            with self.side(name) as side:
                side("load", part, self.model(name, part))
                grown[name] = side(*command)["bytes"]
        return grown


def forget(files):
    """Of what the system keeps of files in memory."""
    for file in files:
        descriptor = os.open(file, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def weights_bytes(files):
    """As float32, as both sides hold them."""
    size = 0
    for file in files:
        with open(file, "rb") as opened:
            header = json.loads(opened.read(int.from_bytes(opened.read(8), "little")))
        for name, entry in header.items():
            if name != "__metadata__":
                first, last = entry["data_offsets"]
                size += (last - first) * (2 if entry["dtype"] in ("F16", "BF16") else 1)
    return size


def middle(runs, key):
    return statistics.median(run[key] for run in runs)


def short(number):
    """Three digits, without an exponent: 0.00123, 1,230."""
    return f"{float(f'{number:.3g}'):,g}"


def row(what, ours, eager, unit):
    return f"| {what} | {short(ours)} {unit} | {short(eager)} {unit} | {ours / eager:.2f} |"


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def report(comparison):
    options = comparison.options
    cells = options.size // 8
    yield from f"""{TITLE}

Written by `bench/compare_networks.py`: {options.turns} turns on {processor()}, {options.threads} threads, both sides in turns
in one run. SD 1.5's networks{" in small" if options.small else ""} with random weights, float16 in the file and float32 in memory; pictures of {options.size} by
{options.size}, batch 1. Beside PyTorch eager with diffusers; below 1.00 is better than that. Medians{CLOCKS[options.clock]}.

| | here | diffusers | times |
|---|---:|---:|---:|""".splitlines()
    runs = comparison.in_turns("unet", "step", cells, cells)
    yield row("UNet, a step", middle(runs["ours"], options.clock), middle(runs["eager"], options.clock), "s")
    for name, command in (("VAE, decode", ("decode", cells, cells)),
                          (f"VAE, decode in tiles of {options.tile}", ("tiled", cells, cells, options.tile, options.tile // 4))):
        runs = comparison.in_turns("vae", *command)
        yield row(name, middle(runs["ours"], options.clock), middle(runs["eager"], options.clock), "s")
        grown = comparison.memory("vae", *command)
        yield row(f"{name}: peak memory", grown["ours"] / 1e6, grown["eager"] / 1e6, "MB")
    size = weights_bytes(comparison.files("ours", "unet"))
    loads = comparison.loading("unet")
    for state in ("cold", "warm"):
        yield row(f"UNet, loading, file {state}", *(middle(loads[name][state], "seconds") for name in ("ours", "eager")), "s")
    yield row("UNet, peak memory while loading, of the weights' size",
              *(middle(loads[name]["warm"], "bytes") / size for name in ("ours", "eager")), "")
    yield from f"""
*Loading* is from opening the file until a first step on 8 by 8 cells is done, so that every weight has been
read; *cold* after the system was told to forget the file. The weights are {size / 1e6:,.0f} MB as float32. *Tiles*: here three
tilings are averaged, as ComfyUI does, so that no seam shows; diffusers does one. Memory is resident memory, pages of mapped files
among it. Eager gains as much as is gained here by keeping freed memory (`docs/decisions.md`) where it is started with
`GLIBC_TUNABLES=glibc.malloc.mmap_threshold=268435456:glibc.malloc.trim_threshold=1073741824`; it is measured as it comes.
""".splitlines()
    if options.ggml:
        yield from report_ggml(comparison, cells)


def report_ggml(comparison, cells):
    options = comparison.options
    yield from f"""
Beside stable-diffusion.cpp, through its Python package `stable-diffusion-cpp-python`, built where this was measured, without a BLAS:
float32 weights (`wtype="f32"`), on the processor, turns: {options.ggml_turns}. Seconds of the wall.

| | here | stable-diffusion.cpp | times |
|---|---:|---:|---:|""".splitlines()
    names = {"step": "UNet, a step", "decode": "VAE, decode", "tiled": f"VAE, decode in tiles of {options.tile}"}
    for what, ours, theirs in comparison.beside_ggml(cells):
        yield row(names[what], ours, theirs, "s")


def section(text, title=TITLE):
    """Where the section with this title is in the file: (first, last). At its end, where there is none."""
    if title not in text:
        return len(text), len(text)
    first = text.index(title)
    last = text.find("\n## ", first)
    return first, len(text) if last < 0 else last + 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--models", type=pathlib.Path, required=True)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--ggml", metavar="PYTHON", help="a Python with stable-diffusion-cpp-python")
    parser.add_argument("--ggml-turns", type=int, default=2)
    parser.add_argument("--clock", choices=["seconds", "processor"], default="seconds",
                        help="processor: the time of the processors, for a machine that others use too")
    parser.add_argument("--size", type=int, default=512, help="of the pictures")
    parser.add_argument("--tile", type=int, default=256)
    parser.add_argument("--small", action="store_true", help="small networks, to try this program")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/performance.md")
    options = parser.parse_args()
    if not (options.models / "vae.safetensors").exists():
        subprocess.run([sys.executable, str(ROOT / "bench/networks/make_models.py"), str(options.models)]
                       + ["--small"] * options.small, check=True)
    lines = []
    for line in report(Comparison(options)):
        lines.append(line)
        print(line, flush=True)
    text = options.out.read_text() if options.out.exists() else ""
    first, last = section(text)
    options.out.write_text(text[:first].rstrip("\n") + "\n" * 2 * bool(text[:first]) + "\n".join(lines) + "\n" + "\n" * bool(text[last:]) + text[last:])


if __name__ == "__main__":
    main()
