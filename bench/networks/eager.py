"""The other side of compare_networks.py: diffusers in PyTorch eager. See worker.cpp.

    python eager.py THREADS CONTEXT_WIDTH
"""
import json
import sys
import time

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel

SMALL, TOKENS = 8, 77


def kibibytes(key):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(key))


class Worker:
    def __init__(self, context_width):
        self.context_width = context_width

    def step(self, height, width):
        x = torch.randn(1, self.unet.config.in_channels, height, width)
        text = torch.randn(1, TOKENS, self.context_width)
        self.unet(x, torch.tensor([500.0]), text)

    def decode(self, height, width, tile=None, overlap=None):
        if tile:
            self.vae.enable_tiling()
            self.vae.tile_sample_min_size, self.vae.tile_latent_min_size = tile, tile // 8
            self.vae.tile_overlap_factor = overlap / tile
        else:
            self.vae.disable_tiling()
        self.vae.decode(torch.randn(1, self.vae.config.latent_channels, height, width))

    def load(self, part, folder):
        kind = UNet2DConditionModel if part == "unet" else AutoencoderKL
        setattr(self, part, kind.from_pretrained(folder, torch_dtype=torch.float32).eval())
        (self.step if part == "unet" else self.decode)(SMALL, SMALL)

    def run(self, what, *words):
        if what == "load":
            return self.load(*words)
        {"step": self.step, "decode": self.decode, "tiled": self.decode}[what](*map(int, words))


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]))
    worker = Worker(int(sys.argv[2]))
    with torch.inference_mode():
        for line in sys.stdin:
            before = kibibytes("VmRSS:")
            with open("/proc/self/clear_refs", "w") as refs:
                refs.write("5")
            start, busy = time.perf_counter(), time.process_time()
            worker.run(*line.split())
            seconds, busy = time.perf_counter() - start, time.process_time() - busy
            print(json.dumps({"seconds": seconds, "processor": busy, "bytes": 1024 * (kibibytes("VmHWM:") - before)}),
                  flush=True)
