"""The third side of compare_networks.py: stable-diffusion.cpp through its Python package (stable-diffusion-cpp-python).

    python ggml.py THREADS

Reads lines: load FILE TYPE | picture PIXELS | tiled PIXELS TILE OVERLAP. It samples with the whole pipeline, as there is no
other way in: a picture is two steps of euler at cfg 1, of which the second is timed, and what comes after them, decoding.
"""
import json
import sys
import time

import stable_diffusion_cpp

STEPS = 2


class Worker:
    def __init__(self, threads):
        self.threads = threads

    def load(self, file, kind):
        self.model = stable_diffusion_cpp.StableDiffusion(
            model_path=file, n_threads=self.threads, wtype=kind, vae_decode_only=True, verbose=False)

    def picture(self, pixels, **tiling):
        times = []

        def progress(_step, steps, _seconds):
            if steps == STEPS:  # tiles are reported, too
                times.append(time.perf_counter())

        self.model.generate_image("a cat", width=pixels, height=pixels, cfg_scale=1.0, sample_method="euler",
                                  sample_steps=STEPS, progress_callback=progress, **tiling)
        return {"step": times[-1] - times[-2], "decode": time.perf_counter() - times[-1]}

    def tiled(self, pixels, tile, overlap):
        cells = tile // 8
        return self.picture(pixels, vae_tiling=True, vae_tile_size=f"{cells}x{cells}", vae_tile_overlap=overlap / tile)


if __name__ == "__main__":
    worker = Worker(int(sys.argv[1]))
    for line in sys.stdin:
        what, *words = line.split()
        result = worker.load(*words) if what == "load" else getattr(worker, what)(*map(int, words))
        print(json.dumps(result), flush=True)
