"""Trains the text encoder and the UNet together, on latents of scenes that are encoded once and kept.

The target is the noise (eps). A tenth of the prompts is empty, for classifier-free guidance. What is exported is the
running mean of the weights.
"""
import copy
import itertools
import random
from pathlib import Path

import torch

import captions
import diffusion
import loop
import scenes
import tokens
from autoencoder import SCALE, AutoencoderKL
from text import TextModel
from train_autoencoder import to_tensor
from unet import UNet

EMPTY_PERCENT = 10
# Of the prompts: what they leave unsaid, so that "a star" means one of any colour, on any background.
LEFT_OUT_PERCENT = {("background",): 8, ("colour",): 4, ("colour", "background"): 4}
PAIRS_PERCENT = 30  # of the training's scenes: two things are rarer than that among the seeds, and harder than one
OFFSET = 0.3
MEAN_DECAY = 0.999
TEXT_WIDTH, TEXT_LAYERS = 64, 3
UNET = {"width": 64, "multipliers": (1, 2), "attention": (False, True), "blocks": 1, "context_width": TEXT_WIDTH}
SAVE_MINUTES = 2.0


def used_tokens():
    """The tokens that captions have, sorted; the training's table has a row for each of these and no more."""
    return torch.tensor(sorted({token for word in captions.words() for token in tokens.tokenize(word)}))


class Networks(torch.nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.text = TextModel(TEXT_WIDTH, TEXT_LAYERS, vocabulary)
        self.unet = UNet(**UNET)

    def forward(self, x, timesteps, ids):
        return self.unet(x, timesteps, self.text(ids))


def training_seeds(count):
    """The first `count` seeds of scenes of which PAIRS_PERCENT have two things."""
    seeds, pairs = [], 0
    for seed in itertools.count():
        if len(seeds) == count:
            return seeds
        is_pair = len(scenes.make_scene(seed).things) > 1
        if is_pair or 100 * pairs >= PAIRS_PERCENT * len(seeds):
            seeds.append(seed)
            pairs += is_pair


@torch.no_grad()
def encode_scenes(autoencoder, seeds, path, device, batch=32):
    """Scaled latents [N, 4, 16, 16] of the scenes with these seeds; kept in a file and extended."""
    path = Path(path)
    known = torch.load(path, weights_only=True) if path.exists() else torch.empty(0, 4, 16, 16, dtype=torch.float16)
    parts = [known[: len(seeds)]]
    for first in range(len(known), len(seeds), batch):
        pictures = to_tensor([scenes.draw(scenes.make_scene(seed)) for seed in seeds[first : first + batch]]).to(device)
        with torch.autocast(device, torch.bfloat16):
            mean = autoencoder.encode(pictures)[0]
        parts.append((mean.float() * SCALE).half().cpu())
        if len(parts) % 50 == 0:
            print(f"encoded {first + len(pictures)} of {len(seeds)} scenes", flush=True)
    latents = torch.cat(parts)
    if len(latents) > len(known):
        torch.save(latents, path)
    return latents.float()


def prompt(seed, rng):
    if rng.randrange(100) < EMPTY_PERCENT:
        return ""
    whole = 100 - sum(LEFT_OUT_PERCENT.values())
    leave_out = rng.choices([(), *LEFT_OUT_PERCENT], [whole, *LEFT_OUT_PERCENT.values()])[0]
    return captions.caption(scenes.make_scene(seed), rng.randrange(1 << 30), leave_out)


def make_timesteps(count, generator):
    """Of all timesteps, half of them of the noisiest third: there the colours and places are decided."""
    first = torch.where(torch.rand(count, generator=generator) < 0.5, 0.0, 2.0 / 3.0)
    return ((first + (1.0 - first) * torch.rand(count, generator=generator)) * diffusion.STEPS).long()


def make_noise(shape, generator):
    """Unit noise and of each item and channel a constant, of a size of its own up to OFFSET.

    At the noisiest steps a latent's mean still shows through noise that has none; without the constant a network
    reads the background's colour from that mean, and when it samples from what the noise happens to have there.
    """
    size = OFFSET * torch.rand((shape[0], 1, 1, 1), generator=generator)
    offset = torch.randn((*shape[:2], 1, 1), generator=generator)
    return torch.randn(shape, generator=generator) + size * offset


def parse():
    parser = loop.arguments(__doc__.split("\n")[0], out="diffusion.pt", minutes=90, batch=32, rate=1e-3)
    parser.add_argument("--autoencoder", default="autoencoder.pt")
    parser.add_argument("--latents", default="latents.pt", help="kept from run to run; delete it with the autoencoder")
    parser.add_argument("--scenes", type=int, default=48000)
    parser.add_argument("--eager", action="store_true", help="do not compile: minutes saved, then slower steps")
    return parser.parse_args()


def main():
    options = parse()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device = loop.pick_device(options.device)

    autoencoder = AutoencoderKL().to(device).eval()
    autoencoder.load_state_dict(torch.load(options.autoencoder, map_location=device, weights_only=True)["model"])
    seeds = training_seeds(options.scenes)
    latents = encode_scenes(autoencoder, seeds, options.latents, device)
    print(f"{len(latents)} latents, deviation {latents.std():.3f}", flush=True)

    token_ids = used_tokens()
    networks = Networks(len(token_ids)).to(device)
    mean = copy.deepcopy(networks).requires_grad_(False)
    compiled = networks if options.eager else torch.compile(networks)  # 1.2 times faster on a CPU
    optimiser = torch.optim.AdamW(networks.parameters(), lr=options.rate, betas=(0.9, 0.99), weight_decay=0.01)
    run = loop.Run(options)
    most_scenes = options.scenes
    if options.resume:
        saved = torch.load(options.out, map_location=device, weights_only=True)
        networks.load_state_dict(saved["networks"])
        mean.load_state_dict(saved["mean"])
        if "optimiser" in saved:  # not after unpack.py
            optimiser.load_state_dict(saved["optimiser"])
        run.resume(saved)
        most_scenes = max(most_scenes, saved["scenes"])

    def save():
        run.save(options.out, networks=networks.state_dict(), mean=mean.state_dict(), tokens=token_ids,
                 optimiser=optimiser.state_dict(), scenes=most_scenes)

    alphas, weights = diffusion.alphas_cumprod().float(), diffusion.loss_weights()
    smooth, saved_at = None, 0.0
    while not run.over():
        rng = random.Random(f"{options.seed} {run.step}")
        generator = torch.Generator().manual_seed(rng.randrange(1 << 60))
        chosen = [rng.randrange(len(seeds)) for _ in range(options.batch)]
        ids = torch.searchsorted(token_ids, tokens.batch([prompt(seeds[i], rng) for i in chosen]))
        clean = latents[chosen]
        timesteps = make_timesteps(options.batch, generator)
        noise = make_noise(clean.shape, generator)
        alpha = alphas[timesteps, None, None, None]
        noisy = alpha.sqrt() * clean + (1 - alpha).sqrt() * noise

        for group in optimiser.param_groups:
            group["lr"] = run.rate()
        with torch.autocast(device, torch.bfloat16):
            eps = compiled(noisy.to(device), timesteps.to(device), ids.to(device))
        errors = (eps.float() - noise.to(device)).square().mean(dim=(1, 2, 3))
        loss = (errors * weights[timesteps].to(device)).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(networks.parameters(), 1.0)
        optimiser.step()
        run.step += 1

        since = run.step - run.first_step
        decay = min(MEAN_DECAY, (1 + since) / (10 + since))
        torch._foreach_lerp_(list(mean.parameters()), list(networks.parameters()), 1 - decay)
        smooth = loss.item() if smooth is None else 0.99 * smooth + 0.01 * loss.item()
        if run.step % 100 == 0:
            print(f"{run.minutes():6.1f} min  step {run.step}  loss {smooth:.4f}  rate {run.rate():.1e}", flush=True)
        if run.minutes() - saved_at > SAVE_MINUTES:
            save()
            saved_at = run.minutes()
    save()


if __name__ == "__main__":
    main()
