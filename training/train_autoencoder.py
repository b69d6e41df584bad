"""Trains the autoencoder on scenes: pieces of 64 x 64 around things, and whole pictures, by turns.

Loss: absolute error, plus squared error, plus KL_WEIGHT times the KL divergence from a unit Gaussian. At first also a
guide: three of the latents' channels are to be the mean colours, so that the decoder has colours to learn from at
once; it fades. In the end the latents are normalised to a variance of one at SD1's scale factor.
"""
import random

import numpy as np
import torch

import loop
import scenes
from autoencoder import SCALE, AutoencoderKL

KL_WEIGHT = 2e-3  # so large that neighbouring latents decode alike, so small that edges stay sharp
GUIDE_STEPS = 1500
PIECE = 64
NORMALISE_ON = 512  # scenes


def to_tensor(pictures):
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)


def piece(picture, scene, rng):
    """A part of the picture with at least a bit of a thing."""
    thing = rng.choice(scene.things)
    x, y = (int(v + rng.uniform(-1, 1) * thing.radius - PIECE / 2) for v in (thing.x, thing.y))
    x, y = (min(max(v, 0), scenes.SIZE - PIECE) for v in (x, y))
    return picture[y : y + PIECE, x : x + PIECE]


def batch(step, size, seed):
    """Odd steps: whole pictures, a quarter as many. Seeds of their own, apart from the diffusion's scenes."""
    rng = random.Random(f"{seed} {step}")
    drawn = [scenes.make_scene(rng.randrange(1 << 40)) for _ in range(size if step % 2 == 0 else max(1, size // 4))]
    pictures = [scenes.draw(scene) for scene in drawn]
    if step % 2 == 0:
        pictures = [piece(p, s, rng) for p, s in zip(pictures, drawn)]
    return to_tensor(pictures)


@torch.no_grad()
def normalise(model, device):
    pictures = [scenes.draw(scenes.make_scene(seed)) for seed in range(NORMALISE_ON)]
    means = torch.cat([model.encode(to_tensor(pictures[i : i + 32]).to(device))[0]
                       for i in range(0, NORMALISE_ON, 32)])
    model.normalise(means.mean(dim=(0, 2, 3)), means.std(dim=(0, 2, 3)))


@torch.no_grad()
def measure(model, device, count=64):
    """Mean absolute error of a byte (0 to 255), and the latents' deviation at SD1's scale, on held-out scenes."""
    pictures = to_tensor([scenes.draw(scenes.make_scene(seed, held_out=True)) for seed in range(count)]).to(device)
    latents = model.encode(pictures)[0]
    error = (model.decode(latents).clamp(-1, 1) - pictures).abs().mean() * 127.5
    return error.item(), (latents * SCALE).std().item()


def main():
    parser = loop.arguments(__doc__.split("\n")[0], out="autoencoder.pt", minutes=30, batch=4, rate=1e-3)
    parser.add_argument("--decoder-only", action="store_true",
                        help="with --resume: the encoder, and so the latents, stay as they are")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device = loop.pick_device(options.device)
    run = loop.Run(options)
    model = AutoencoderKL().to(device)
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, betas=(0.9, 0.99), weight_decay=0.0)
    if options.resume:
        saved = torch.load(options.out, map_location=device, weights_only=True)
        model.load_state_dict(saved["training"])
        if "optimiser" in saved:  # not after unpack.py
            optimiser.load_state_dict(saved["optimiser"])
        run.resume(saved)
    if options.decoder_only:
        model.encoder.requires_grad_(False)
        model.quant_conv.requires_grad_(False)

    smooth = None
    while not run.over():
        pictures = batch(run.step, options.batch, options.seed).to(device)
        for group in optimiser.param_groups:
            group["lr"] = run.rate()
        with torch.autocast(device, torch.bfloat16):
            mean, log_variance = model.encode(pictures)
            mean, log_variance = mean.float(), log_variance.float()
            latents = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
            difference = model.decode(latents).float() - pictures
        kl = 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance).mean()
        error = difference.abs().mean()
        colours = torch.nn.functional.avg_pool2d(pictures, 8)
        guide = max(0.0, 1.0 - run.step / GUIDE_STEPS) * (mean[:, :3] - 2.0 * colours).abs().mean()
        loss = guide + error + difference.square().mean() + KL_WEIGHT * kl
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        run.step += 1
        smooth = error.item() if smooth is None else 0.95 * smooth + 0.05 * error.item()
        if run.step % 100 == 0:
            print(f"{run.minutes():6.1f} min  step {run.step}  error {smooth * 127.5:.2f} of 255  "
                  f"kl {kl.item():.2f}  deviation of the noise {(0.5 * log_variance).exp().mean().item():.3f}",
                  flush=True)

    training = {name: value.clone() for name, value in model.state_dict().items()}  # before normalising: to resume
    normalise(model, device)
    run.save(options.out, model=model.state_dict(), training=training, optimiser=optimiser.state_dict())
    print("held-out scenes: error %.2f of 255; deviation of the scaled latents %.3f" % measure(model, device))


if __name__ == "__main__":
    main()
