#!/usr/bin/env python3
"""How a run fares on a machine that others use; writes a section of docs/performance.md.

    build/venv/bin/python bench/busy.py [--build build/release] [--turns 5] [--busy 2]

Run by a Python that has torch. Times `ksampler run configs/quickstart.yaml`, whole, with nothing else on the machine and
beside processes that take all they can get: as the program sets GOMP_SPINCOUNT itself, and with other values of it.
The same for a loop of PyTorch eager of the same sizes (eager_loop.py), as PyTorch comes. All of it in turns.
"""
import argparse
import contextlib
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from compare_networks import processor, section

ROOT = pathlib.Path(__file__).resolve().parent.parent
TITLE = "## On a busy machine"
MOST = 3.0  # times a quiet run
LIBGOMPS_OWN = "300000"  # what libgomp takes where nothing is said
WAITING = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "OMP_NUM_THREADS")


@contextlib.contextmanager
def others(count):
    """Processes that take all they can get."""
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        time.sleep(0.3 * bool(count))  # they are started
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


class Run:
    """A command, timed."""

    def __init__(self, name, command, spins=None):
        self.name, self.command = name, command
        self.environment = {key: value for key, value in os.environ.items() if key not in WAITING}
        if spins is not None:
            self.environment["GOMP_SPINCOUNT"] = spins
        self.took = {}

    def once(self, busy):
        with tempfile.TemporaryDirectory() as folder, others(busy):
            start = time.monotonic()
            subprocess.run(self.command, check=True, cwd=folder, env=self.environment, stdout=subprocess.DEVNULL,
                           timeout=600)
            self.took.setdefault(busy, []).append(time.monotonic() - start)

    def middle(self, busy):
        return statistics.median(self.took[busy])


def runs(build):
    ours = [str(build.resolve() / "bin/ksampler"), "run", str(ROOT / "configs/quickstart.yaml"), "--device", "cpu", "--quiet"]
    eager = [sys.executable, "-W", "ignore", str(ROOT / "bench/eager_loop.py")]
    return [Run("`ksampler`, as it comes (1000)", ours), Run("GOMP_SPINCOUNT=0", ours, "0"),
            Run("GOMP_SPINCOUNT=10000", ours, "10000"), Run("as libgomp would by itself", ours, LIBGOMPS_OWN),
            Run("PyTorch eager, as it comes", eager), Run("PyTorch eager, GOMP_SPINCOUNT=1000", eager, "1000")]


def report(measured, options):
    ours, own = measured[0], measured[3]
    yield from f"""{TITLE}

Written by `bench/busy.py`: turns: {options.turns}; {processor()}, {os.cpu_count()} processors; medians of the wall's seconds.
`ksampler run configs/quickstart.yaml`, whole, with nothing else on the machine and beside {options.busy} processes that take all they
can get. While they wait, threads of LibTorch (libgomp's) turn in a loop so many times before they sleep; the program says
1000 where the user says nothing (`GOMP_SPINCOUNT`, `OMP_WAIT_POLICY`). PyTorch eager is a loop of convolutions and products of matrices
of the same sizes, not the same network: compare its ratio, not its seconds.

| | quiet s | busy s | busy / quiet |
|---|---:|---:|---:|""".splitlines()
    for run in measured:
        quiet, busy = run.middle(0), run.middle(options.busy)
        yield f"| {run.name} | {quiet:.2f} | {busy:.2f} | {busy / quiet:.1f} |"
    yield from f"""
Quiet, as it comes / as libgomp would: {ours.middle(0) / own.middle(0):.2f}. Busy: {ours.middle(options.busy) / own.middle(options.busy):.2f}.""".splitlines()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--busy", type=int, default=2, help="processes that take all they can get")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/performance.md")
    options = parser.parse_args()
    measured = runs(options.build)
    for run in measured:  # files are read from the disk once, and that does not count
        run.once(0)
    for run in measured:
        run.took.clear()
    for turn in range(options.turns):
        print(f"turn {turn + 1} of {options.turns}", flush=True)
        for busy in (0, options.busy):
            for run in measured:
                run.once(busy)
    lines = list(report(measured, options))
    print(*lines, sep="\n")
    text = options.out.read_text() if options.out.exists() else ""
    first, last = section(text, TITLE)
    options.out.write_text(text[:first].rstrip("\n") + "\n" * 2 * bool(text[:first]) + "\n".join(lines) + "\n"
                           + "\n" * bool(text[last:]) + text[last:])
    times = measured[0].middle(options.busy) / measured[0].middle(0)
    if times > MOST:
        raise SystemExit(f"busy is {times:.1f} times quiet; at most {MOST:.1f} is wanted")


if __name__ == "__main__":
    main()
