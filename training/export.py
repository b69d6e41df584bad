"""Writes the shipped file: UNet, text encoder and autoencoder under the names of SD1 checkpoints, fp16 safetensors."""
import argparse

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

import autoencoder
import scenes
import unet
from text import HEAD_WIDTH, LENGTH, widen_vocabulary
from train_autoencoder import to_tensor

PREFIXES = {"unet": "model.diffusion_model.", "text": "cond_stage_model.transformer.text_model.",
            "autoencoder": "first_stage_model."}


def checkpoint(autoencoder_state, diffusion_state, token_ids):
    """All tensors of the file, fp32, from the trainings' states."""
    parts = {part: {name.removeprefix(part + "."): value for name, value in diffusion_state.items()
                    if name.startswith(part + ".")} for part in ("unet", "text")}
    parts["unet"] = unet.fold_epsilon(parts["unet"])
    parts["autoencoder"] = autoencoder.fold_epsilon(autoencoder_state)
    table = "embeddings.token_embedding.weight"
    parts["text"][table] = widen_vocabulary(parts["text"][table], token_ids)
    tensors = {PREFIXES[part] + name: value for part, state in parts.items() for name, value in state.items()}
    tensors[PREFIXES["text"] + "embeddings.position_ids"] = torch.arange(LENGTH)[None]
    return tensors


@torch.no_grad()
def latent_rgb(autoencoder_state, count=200):
    """What a preview takes for the colour of a scaled latent cell: 4 x 3 numbers and an offset, least squares."""
    network = autoencoder.AutoencoderKL().eval()
    network.load_state_dict(autoencoder_state)
    latents, colours = [], []
    for seed in range(count):
        picture = to_tensor([scenes.draw(scenes.make_scene(seed))])
        latents.append((network.encode(picture)[0] * autoencoder.SCALE).flatten(2)[0].T)
        colours.append(F.avg_pool2d(picture, 8).flatten(2)[0].T)
    latents = torch.cat(latents).double()
    with_one = torch.cat([latents, torch.ones(len(latents), 1, dtype=torch.float64)], dim=1)
    return torch.linalg.lstsq(with_one, torch.cat(colours).double()).solution.flatten().tolist()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--autoencoder", default="autoencoder.pt")
    parser.add_argument("--diffusion", default="diffusion.pt")
    parser.add_argument("--out", default="shapes.safetensors")
    options = parser.parse_args()

    first = torch.load(options.autoencoder, map_location="cpu", weights_only=True)
    second = torch.load(options.diffusion, map_location="cpu", weights_only=True)
    tensors = checkpoint(first["model"], second["mean"], second["tokens"])
    tensors = {name: (value.half() if value.is_floating_point() else value).contiguous()
               for name, value in tensors.items()}
    not_finite = [name for name, value in tensors.items() if not value.isfinite().all()]
    if not_finite:
        raise SystemExit(f"not finite in fp16: {', '.join(not_finite)}")
    metadata = {
        "modelspec.title": "Shapes", "modelspec.architecture": "stable-diffusion-v1",
        "modelspec.license": "Apache-2.0", "modelspec.description": "Plain shapes on plain backgrounds, 128x128",
        "ksampler.text_head_width": str(HEAD_WIDTH),
        "ksampler.latent_rgb": " ".join(f"{number:.4f}" for number in latent_rgb(first["model"])),
        "training.seeds": f"autoencoder {first['seed']}, diffusion {second['seed']}",
        "training.steps": f"autoencoder {first['step']}, diffusion {second['step']}",
        "training.batch": f"autoencoder {first['batch']}, diffusion {second['batch']}",
        "training.minutes": f"autoencoder {first['minutes']:.0f}, diffusion {second['minutes']:.0f}",
        "training.scenes": str(second["scenes"]),
    }
    save_file(tensors, options.out, metadata=metadata)
    count = sum(value.numel() for value in tensors.values())
    print(f"{options.out}: {len(tensors)} tensors, {count / 1e6:.2f} M values")


if __name__ == "__main__":
    main()
