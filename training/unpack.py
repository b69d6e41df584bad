"""Writes the trainings' checkpoints from the shipped file, to go on from it with --resume: the inverse of export.py.

The optimisers' state is not in the file: a training that goes on from it begins with a fresh one.
"""
import argparse

import torch
from safetensors import safe_open

import autoencoder
import unet
from export import PREFIXES
from train_diffusion import used_tokens

TABLE = "embeddings.token_embedding.weight"


def states(tensors, token_ids):
    """(autoencoder's state, text's and UNet's state) of the file's tensors; fp32, with the trainings' epsilons."""
    parts = {part: {name.removeprefix(prefix): value.float() for name, value in tensors.items()
                    if name.startswith(prefix) and value.is_floating_point()} for part, prefix in PREFIXES.items()}
    parts["text"][TABLE] = parts["text"][TABLE][token_ids].clone()
    parts["unet"] = unet.unfold_epsilon(parts["unet"])
    diffusion = {f"{part}.{name}": value for part in ("text", "unet") for name, value in parts[part].items()}
    return autoencoder.unfold_epsilon(parts["autoencoder"]), diffusion


def figures(metadata, part):
    """What export.py wrote of a training: "autoencoder 0, diffusion 0" under training.seeds."""
    def number(key):
        named = dict(entry.split() for entry in metadata[f"training.{key}"].split(", "))
        return int(named[part])

    return {"seed": number("seeds"), "step": number("steps"), "batch": number("batch"), "minutes": number("minutes")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--file", default="../configs/models/shapes.safetensors")
    parser.add_argument("--autoencoder", default="autoencoder.pt")
    parser.add_argument("--diffusion", default="diffusion.pt")
    options = parser.parse_args()

    with safe_open(options.file, "pt") as file:
        metadata, tensors = file.metadata(), {name: file.get_tensor(name) for name in file.keys()}
    token_ids = used_tokens()
    first, second = states(tensors, token_ids)
    # `training` is the state before normalising; the file has the one after, which is normalised again to itself.
    torch.save({"model": first, "training": first, **figures(metadata, "autoencoder")}, options.autoencoder)
    torch.save({"networks": second, "mean": second, "tokens": token_ids, "scenes": int(metadata["training.scenes"]),
                **figures(metadata, "diffusion")}, options.diffusion)
    print(f"{options.autoencoder}, {options.diffusion} of {options.file}")


if __name__ == "__main__":
    main()
