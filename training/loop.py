"""What both trainings share: how long to run, the learning rate over that time, checkpoints, the command line."""
import argparse
import os
import time

import torch

WARM_UP_STEPS = 60
COOL_DOWN = 0.25  # the last part of a run, in which the learning rate falls
FLOOR = 0.03  # of the learning rate at the end


def arguments(description, **defaults):
    """The options of a training; a script adds its own."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--out", default=defaults["out"], help="checkpoint that is written")
    parser.add_argument("--resume", action="store_true", help="go on from --out, its optimiser and step included")
    parser.add_argument("--minutes", type=float, default=defaults["minutes"], help="how long this run lasts")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--batch", type=int, default=defaults["batch"])
    parser.add_argument("--rate", type=float, default=defaults["rate"], help="learning rate")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def pick_device(name):
    return ("cuda" if torch.cuda.is_available() else "cpu") if name == "auto" else name


class Run:
    """Steps until the time is over. `step` counts over all runs of a checkpoint, `minutes` too."""

    def __init__(self, options):
        self.options = options
        self.step = 0
        self.minutes_before = 0.0
        self.first_step = 0
        self.start = time.monotonic()

    def resume(self, saved):
        self.step = self.first_step = saved["step"]
        self.minutes_before = saved["minutes"]

    def minutes(self):
        return (time.monotonic() - self.start) / 60.0

    def over(self):
        return self.minutes() >= self.options.minutes

    def rate(self):
        warm = min(1.0, (self.step - self.first_step + 1) / WARM_UP_STEPS)
        left = 1.0 - self.minutes() / self.options.minutes
        return self.options.rate * warm * max(FLOOR, min(1.0, left / COOL_DOWN))

    def save(self, path, **state):
        """Written beside and moved, so that a run that is stopped leaves a whole file."""
        state |= {"step": self.step, "minutes": self.minutes_before + self.minutes(), "seed": self.options.seed,
                  "batch": self.options.batch}
        torch.save(state, path + ".part")
        os.replace(path + ".part", path)
