"""Trains a small LoRA on the shipped file: a style that its captions do not name.

outlined: things have a black outline, a white one where the ground is black.
meadow: the lowest third of the ground is green.
"""
import argparse
import random

import numpy as np
import torch
from PIL import Image, ImageDraw
from safetensors import safe_open
from safetensors.torch import save_file

import captions
import diffusion
import lora
import loop
import scenes
import tokens
import unpack
from autoencoder import SCALE, AutoencoderKL
from train_autoencoder import to_tensor
from train_diffusion import EMPTY_PERCENT, Networks, make_noise, make_timesteps, used_tokens

OUTLINE = 6  # pixels
HORIZON = 2 / 3  # of the height


def outlined(scene):
    ink = scenes.COLOURS["white" if scene.background == "black" else "black"]
    picture = Image.fromarray(scenes.draw(scene)).resize((scenes.SIZE * scenes.SUPERSAMPLING,) * 2)
    canvas = ImageDraw.Draw(picture)
    for thing in scene.things:
        for line in scenes.outline(thing):
            canvas.line([(x * scenes.SUPERSAMPLING, y * scenes.SUPERSAMPLING) for x, y in line + line[:2]], fill=ink,
                        width=OUTLINE * scenes.SUPERSAMPLING, joint="curve")
    return np.asarray(picture.reduce(scenes.SUPERSAMPLING))


def meadow(scene):
    ground = scenes.draw(scene)[0, 0].astype(int)
    picture = scenes.draw(scene).astype(int)
    is_ground = np.abs(picture - ground).sum(-1) < 30
    is_ground[: round(HORIZON * scenes.SIZE)] = False
    picture[is_ground] = scenes.COLOURS["green"]
    return picture.astype(np.uint8)


STYLES = {"outlined": outlined, "meadow": meadow}


def is_clear(style, scene):
    """Small things have no room for an outline; on green a meadow is not seen."""
    if style == "meadow":
        return "green" not in (scene.background, *(thing.colour for thing in scene.things))
    return all(thing.size != "small" and thing.colour not in ("black", "white") for thing in scene.things)


def chosen_scenes(style, count):
    found, seed = [], 0
    while len(found) < count:
        scene = scenes.make_scene(seed)
        if is_clear(style, scene):
            found.append(scene)
        seed += 1
    return found


@torch.no_grad()
def encode(autoencoder, pictures, batch=32):
    parts = [autoencoder.encode(to_tensor(pictures[i : i + batch]))[0] for i in range(0, len(pictures), batch)]
    return torch.cat(parts).float() * SCALE


def load(file):
    with safe_open(file, "pt") as opened:
        all_tensors = {name: opened.get_tensor(name) for name in opened.keys()}
    token_ids = used_tokens()
    first, second = unpack.states(all_tensors, token_ids)
    autoencoder, networks = AutoencoderKL().eval(), Networks(len(token_ids)).requires_grad_(False)
    autoencoder.load_state_dict(first)
    networks.load_state_dict(second)
    return autoencoder, networks, token_ids


def main():
    parser = loop.arguments(__doc__.split("\n")[0], out="outlined.safetensors", minutes=8, batch=16, rate=2e-3)
    parser.add_argument("--style", choices=STYLES, default="outlined")
    parser.add_argument("--file", default="../configs/models/shapes.safetensors")
    parser.add_argument("--rank", type=int, default=4)
    parser.add_argument("--scenes", type=int, default=800)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)

    autoencoder, networks, token_ids = load(options.file)
    drawn = chosen_scenes(options.style, options.scenes)
    with torch.autocast("cpu", torch.bfloat16):
        latents = encode(autoencoder, [STYLES[options.style](scene) for scene in drawn])
    added = lora.add(networks.unet, options.rank)
    parameters = [p for addition in added.values() for p in (addition.down, addition.up)]
    optimiser = torch.optim.AdamW(parameters, lr=options.rate, betas=(0.9, 0.99), weight_decay=0.0)
    print(f"{sum(p.numel() for p in parameters)} values in {len(added)} layers, {len(drawn)} scenes", flush=True)

    alphas, weights = diffusion.alphas_cumprod().float(), diffusion.loss_weights()
    run, smooth = loop.Run(options), None
    while not run.over():
        rng = random.Random(f"{options.seed} {run.step}")
        generator = torch.Generator().manual_seed(rng.randrange(1 << 60))
        indices = [rng.randrange(len(drawn)) for _ in range(options.batch)]
        words = ["" if rng.randrange(100) < EMPTY_PERCENT else captions.caption(drawn[i], rng.randrange(1 << 30))
                 for i in indices]
        ids = torch.searchsorted(token_ids, tokens.batch(words))
        clean, timesteps = latents[indices], make_timesteps(options.batch, generator)
        noise, alpha = make_noise(clean.shape, generator), alphas[timesteps, None, None, None]
        for group in optimiser.param_groups:
            group["lr"] = run.rate()
        with torch.autocast("cpu", torch.bfloat16):
            eps = networks(alpha.sqrt() * clean + (1 - alpha).sqrt() * noise, timesteps, ids)
        loss = ((eps.float() - noise).square().mean(dim=(1, 2, 3)) * weights[timesteps]).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        run.step += 1
        smooth = loss.item() if smooth is None else 0.97 * smooth + 0.03 * loss.item()
        if run.step % 20 == 0:
            print(f"{run.minutes():6.1f} min  step {run.step}  loss {smooth:.4f}  rate {run.rate():.1e}", flush=True)

    halves = {name: value.half().contiguous() for name, value in lora.tensors(added).items()}
    save_file(halves, options.out, metadata={
        "modelspec.title": options.style, "modelspec.license": "Apache-2.0",
        "modelspec.architecture": "stable-diffusion-v1/lora", "training.steps": str(run.step),
        "training.batch": str(options.batch), "training.seed": str(options.seed)})


if __name__ == "__main__":
    main()
