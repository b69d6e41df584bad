"""Writes the shipped file: UNet, text encoder and autoencoder under the names of SD1 checkpoints, fp16 safetensors."""
import argparse

import torch
from safetensors.torch import save_file

import autoencoder
import unet
from text import HEAD_WIDTH, LENGTH, widen_vocabulary

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
