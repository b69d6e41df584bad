"""What diffusers calls the tensors of the small networks, and of which rows of the single-file layout each is: as its
own converters make them.

    python make_diffusers_names.py ../../data/networks

Writes diffusers_names.txt there, a line a tensor: the case, diffusers' name, the name in the single file, the ranges of
rows of it, and the shape where that is not what the rows give.
"""

import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.loaders import single_file_utils as single
from safetensors import safe_open

import make_networks
import make_transformers as small
from ldm_layout import unet_tensors, vae_tensors

PREFIX = "model.diffusion_model."


def shapes_in(folder, case):
    with safe_open(folder / f"{case}.safetensors", "pt") as file:
        return {name.removeprefix("tensor:").removeprefix(PREFIX): tuple(map(int, shape.split()))
                for name, shape in file.metadata().items() if name.startswith("tensor:")}


def rows_of(shapes):
    """Each row is filled by its number among the rows of all tensors."""
    tensors, places, first = {}, [], 0
    for name, shape in shapes.items():
        rows = torch.arange(first, first + shape[0]).view(-1, *[1] * (len(shape) - 1))
        tensors[name] = rows.expand(shape).contiguous()
        places.append((first, shape[0], name))
        first += shape[0]
    return tensors, places


def described(tensor, places, shapes):
    numbers = tensor.flatten().unique_consecutive().tolist()
    first, _, name = next(place for place in places if place[0] <= numbers[0] < place[0] + place[1])
    ranges = []
    for number in (n - first for n in numbers):
        if ranges and ranges[-1][1] == number:
            ranges[-1][1] += 1
        else:
            ranges.append([number, number + 1])
    natural = (len(numbers), *shapes[name][1:])
    return name, ",".join(f"{a}:{b}" for a, b in ranges), "" if natural == tuple(tensor.shape) else (
        "x".join(map(str, tensor.shape)))


def converted(case, folder, convert):
    shapes = shapes_in(folder, case)
    tensors, places = rows_of(shapes)
    for there, tensor in convert(dict(tensors)).items():
        yield case, there, *described(tensor, places, shapes)


def renamed(case, model, single_tensors):
    """`single_tensors`: the model's own, by the names of the single file."""
    of_memory = {tensor.data_ptr(): (name.removeprefix(PREFIX).removeprefix("first_stage_model."), tensor.shape)
                 for name, tensor in single_tensors.items()}
    for there, tensor in model.state_dict().items():
        if not tensor.shape:
            continue  # a count of batches
        name, shape = of_memory[tensor.data_ptr()]
        yield case, there, name, f"0:{shape[0]}", "" if shape == tensor.shape else "x".join(map(str, tensor.shape))


def lines(folder):
    for case in "sd1_unet", "sdxl_unet", "refiner_unet":
        config = make_networks.UNETS[case][1]
        unet = UNet2DConditionModel(sample_size=16, **config)
        yield from renamed(case, unet, unet_tensors(unet))
    vae = AutoencoderKL(norm_num_groups=32, sample_size=32, **make_networks.VAE)
    yield from renamed("vae", vae, vae_tensors(vae))
    vae16 = small.vae16()
    yield from renamed("vae16", vae16, vae_tensors(vae16))
    flux2_vae, tensors = small.flux2_vae()
    yield from renamed("flux2_vae", flux2_vae, tensors)
    yield from converted("wan_vae", folder, single.convert_wan_vae_to_diffusers)
    yield from converted("flux", folder, small.flux_converter(64))
    yield from converted("flux2_dev", folder, single.convert_flux2_transformer_checkpoint_to_diffusers)
    yield from converted("chroma", folder, small.flux_converter(64, single.convert_chroma_transformer_checkpoint_to_diffusers))
    for case in "sd3", "sd35":
        yield from converted(case, folder, single.convert_sd3_transformer_checkpoint_to_diffusers)
    yield from converted("z_image", folder, single.convert_z_image_transformer_checkpoint_to_diffusers)
    yield from converted("krea2", folder, single.convert_krea2_transformer_checkpoint_to_diffusers)


if __name__ == "__main__":
    out = Path(sys.argv[1])
    (out / "diffusers_names.txt").write_text("".join(" ".join(x or "-" for x in line) + "\n" for line in lines(out)))
