"""Samples held-out prompts with dpmpp_2m on Karras' sigmas, judges the pictures and writes a sheet of them.

With --program the exported file makes the pictures in the native host; without, the trainings' checkpoints do here.
"""
import argparse
import json
import random
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import captions
import diffusion
import judge
import scenes
import tokens
from autoencoder import SCALE, AutoencoderKL
from text import widen_vocabulary
from train_diffusion import Networks

COLUMNS = 10
BATCH = 40  # prompts at once


class Model:
    """A checkpoint of the trainings: the running means of the weights."""

    def __init__(self, autoencoder, diffusion_checkpoint):
        saved = torch.load(diffusion_checkpoint, map_location="cpu", weights_only=True)
        self.networks = Networks(len(saved["tokens"])).eval()
        self.networks.load_state_dict(saved["mean"])
        table = widen_vocabulary(saved["mean"]["text.embeddings.token_embedding.weight"], saved["tokens"])
        self.networks.text.embeddings.token_embedding = torch.nn.Embedding.from_pretrained(table)
        self.autoencoder = AutoencoderKL().eval()
        self.autoencoder.load_state_dict(torch.load(autoencoder, map_location="cpu", weights_only=True)["model"])
        self.step, self.minutes = saved["step"], saved["minutes"]

    @torch.no_grad()
    def pictures(self, prompts, seeds, steps=20, cfg=5.0, negatives=None):
        """uint8 [N, H, W, 3]; each prompt has a seed and, where there are any, a negative prompt of its own."""
        text = self.networks.text(tokens.batch(prompts))
        empty = self.networks.text(tokens.batch(negatives or [""]))
        sigmas = diffusion.karras(steps)
        noise = torch.stack([torch.randn((4, 16, 16), generator=torch.Generator().manual_seed(seed)) for seed in seeds])
        denoise = diffusion.Guided(self.networks.unet, text, empty, cfg)
        latents = diffusion.dpmpp_2m(denoise, noise * (1 + sigmas[0] ** 2).sqrt(), sigmas)
        decoded = self.autoencoder.decode(latents / SCALE).float().clamp(-1, 1)
        return ((decoded + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()


class Native:
    """The exported file in the native host: one pipeline of as many samplings as there are prompts."""

    def __init__(self, program, checkpoint):
        self.program, self.checkpoint = program, str(Path(checkpoint).resolve())

    def pipeline(self, prompts, seeds, steps, cfg, negatives):
        nodes = {"checkpoint": {"type": "CheckpointLoaderSimple", "ckpt_name": self.checkpoint},
                 "canvas": {"type": "EmptyLatentImage", "width": scenes.SIZE, "height": scenes.SIZE}}
        for i, (prompt, seed, negative) in enumerate(zip(prompts, seeds, negatives)):
            nodes |= {
                f"negative{i}": {"type": "CLIPTextEncode", "clip": "$checkpoint.clip", "text": negative},
                f"positive{i}": {"type": "CLIPTextEncode", "clip": "$checkpoint.clip", "text": prompt},
                f"base{i}": {"type": "KSampler", "model": "$checkpoint.model", "positive": f"$positive{i}",
                             "negative": f"$negative{i}", "latent_image": "$canvas", "seed": seed, "steps": steps,
                             "cfg": cfg, "sampler_name": "dpmpp_2m", "scheduler": "karras"},
                f"image{i}": {"type": "VAEDecode", "vae": "$checkpoint.vae", "samples": f"$base{i}"},
                f"save{i}": {"type": "SaveImage", "images": f"$image{i}", "filename_prefix": f"{i}"}}
        return json.dumps({"nodes": nodes})  # JSON is YAML

    def pictures(self, prompts, seeds, steps=20, cfg=5.0, negatives=None):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "prompts.yaml")
            file.write_text(self.pipeline(prompts, seeds, steps, cfg, negatives or [""] * len(prompts)))
            subprocess.run([self.program, "run", file, "--out", folder, "--quiet"], check=True, stdout=subprocess.DEVNULL)
            return np.stack([np.asarray(Image.open(Path(folder, f"{i}_00001_.png"))) for i in range(len(prompts))])


def held_out(count, first=0):
    """(scene, prompt) pairs of combinations that no training has seen."""
    drawn = [(seed, scenes.make_scene(seed, held_out=True)) for seed in range(first, first + count)]
    return [(scene, captions.caption(scene, (1 << 31) + seed)) for seed, scene in drawn]


def plain_prompts(count):
    """(scene, prompt) of "a red circle on a blue background" and the like, held out or not, in an order by lot."""
    combinations = [(shape, colour, ground) for shape in scenes.SHAPES for colour in scenes.COLOURS
                    for ground in scenes.COLOURS if colour != ground]
    random.Random(0).shuffle(combinations)
    return [(scenes.Scene((scenes.Thing(shape, colour, "medium", 0, 0, 0),), ground, "centre", ()),
             f"{captions.with_article(f'{colour} {shape}')} on {captions.with_article(ground)} background")
            for shape, colour, ground in combinations[:count]]


def sheet(pictures, path):
    blank = np.full_like(pictures[0], 128)
    rows = [list(pictures[i : i + COLUMNS]) for i in range(0, len(pictures), COLUMNS)]
    rows[-1] += [blank] * (COLUMNS - len(rows[-1]))
    Image.fromarray(np.concatenate([np.concatenate(row, axis=1) for row in rows])).save(path)


def measure(model, options):
    """How many of the held-out prompts came out right, of those with one thing and of those with two; the pictures."""
    right, pictures = {1: Counter(), 2: Counter()}, []
    pairs = held_out(options.count, options.first)
    for first in range(0, len(pairs), BATCH):
        chunk = pairs[first : first + BATCH]
        made = model.pictures([prompt for _, prompt in chunk], range(first, first + len(chunk)), options.steps, options.cfg)
        pictures.extend(made)
        for (scene, prompt), picture in zip(chunk, made):
            verdict = judge.verdict(scene, picture)
            counts = right[len(scene.things)]
            counts.update({"prompts": 1, **verdict})
            if len(scene.things) == 2 and captions.says_order(prompt) and verdict["shape and colour"]:
                counts.update({"with an order": 1, "in order": judge.in_order(scene, picture)})
            if options.verbose and not verdict["all"]:
                print(f"{prompt}: {judge.judge(picture)}")
    return right, pictures


def report(right):
    for label, counts in (("one thing", right[1]), ("two things", right[2]), ("all", right[1] + right[2])):
        n = max(1, counts["prompts"])
        figures = ", ".join(f"{key} {100 * counts[key] / n:.1f} %"
                            for key in ("shape and colour", "shape", "colour", "background", "all"))
        print(f"{label}: {counts['prompts']} prompts: {figures}")
    print(f"of {right[2]['with an order']} right pairs whose prompt says which is where: {right[2]['in order']} are there")


def measure_plain(model, options):
    """Plain prompts, each with several seeds of its own: how many pictures show the shape, its colour and the ground's."""
    counts, wrong = Counter(), []
    pairs = plain_prompts(options.count)
    jobs = [(*pair, options.first + seed) for seed, pair in enumerate(pair for pair in pairs for _ in range(options.seeds))]
    for first in range(0, len(jobs), BATCH):
        chunk = jobs[first : first + BATCH]
        made = model.pictures([prompt for _, prompt, _ in chunk], [seed for *_, seed in chunk], options.steps, options.cfg)
        for (scene, prompt, seed), picture in zip(chunk, made):
            verdict = judge.verdict(scene, picture)
            counts.update({"pictures": 1, **verdict})
            if scenes.is_held_out(scene.things[0].shape, scene.things[0].colour, scene.background):
                counts.update({"held out": 1, "held out and right": verdict["all"]})
            if not verdict["all"]:
                wrong.append(picture)
                if options.verbose:
                    print(f"{prompt}, seed {seed}: {judge.judge(picture)}", flush=True)
    print(f"{counts['pictures']} pictures: " + ", ".join(
        f"{key} {100 * counts[key] / max(1, counts['pictures']):.1f} %" for key in ("shape", "colour", "background", "all")))
    print(f"of {counts['held out']} of held-out combinations: {counts['held out and right']}")
    return wrong


def measure_negatives(model, options):
    """Of pictures of "a star on a blue background": is the colour that the star takes taken away by "a red star"?"""
    counts, pictures = Counter(), []
    drawn = [scenes.make_scene(seed) for seed in range(options.first, options.first + 2 * options.count)]
    drawn = [scene for scene in drawn if len(scene.things) == 1][: options.count]
    prompts = [captions.caption(scene, seed, leave_out=("colour",)) for seed, scene in enumerate(drawn)]
    for first in range(0, len(drawn), BATCH):
        chunk = slice(first, first + BATCH)
        rest = {"seeds": range(first, first + len(drawn[chunk])), "steps": options.steps, "cfg": options.cfg}
        before = model.pictures(prompts[chunk], **rest)
        seen = [judge.judge(picture)[1] for picture in before]
        chosen = [things[0].colour if things else "" for things in seen]
        negatives = [f"a {colour} {scene.things[0].shape}" if colour else "" for colour, scene in zip(chosen, drawn[chunk])]
        after = model.pictures(prompts[chunk], negatives=negatives, **rest)
        pictures += [picture for pair in zip(before, after) for picture in pair]
        for scene, colour, things, picture in zip(drawn[chunk], chosen, seen, after):
            if [thing.shape for thing in things] != [scene.things[0].shape]:
                continue  # of what was wrong before, nothing is said
            later = judge.judge(picture)[1]
            counts.update({"prompts": 1, "gone": all(thing.colour != colour for thing in later),
                           "kept": [thing.shape for thing in later] == [scene.things[0].shape]})
    n = max(1, counts["prompts"])
    print(f"negative prompts: {n}; the colour is gone in {100 * counts['gone'] / n:.1f} %, the shape is kept in "
          f"{100 * counts['kept'] / n:.1f} %")
    return pictures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--autoencoder", default="autoencoder.pt")
    parser.add_argument("--diffusion", default="diffusion.pt")
    parser.add_argument("--program", help="ksampler; then --checkpoint is measured")
    parser.add_argument("--checkpoint", default="../configs/models/shapes.safetensors")
    parser.add_argument("--negatives", action="store_true", help="measure what negative prompts take away, instead")
    parser.add_argument("--plain", action="store_true", help="measure plain prompts of one thing, --seeds pictures each, "
                        "instead; the sheet is of those that came out wrong")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--bf16", action="store_true", help="compute in bfloat16 (in PyTorch)")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="the first seed; what is chosen by a measure is chosen on other scenes")
    parser.add_argument("--cfg", type=float, default=7.0)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--sheet", default="sheet.png")
    parser.add_argument("--verbose", action="store_true", help="each prompt that came out wrong, and what was seen")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    native = options.program is not None
    model = Native(options.program, options.checkpoint) if native else Model(options.autoencoder, options.diffusion)
    print(f"{options.checkpoint} in {options.program}" if native else
          f"step {model.step}, {model.minutes:.0f} minutes of training")
    with torch.autocast("cpu", torch.bfloat16, enabled=options.bf16):
        if options.negatives:
            pictures = measure_negatives(model, options)
        elif options.plain:
            pictures = measure_plain(model, options)
        else:
            right, pictures = measure(model, options)
            report(right)
    if pictures:
        sheet(pictures, options.sheet)


if __name__ == "__main__":
    main()
