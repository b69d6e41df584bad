"""LoRAs for the small networks of make_networks.py, and what diffusers computes with them merged.

    python make_loras.py ../../data/networks

The merging is done here, on diffusers' own weights by diffusers' own names:

    W += strength * alpha / rank * up @ down;   with a mid: sum_ab up[o,a] mid[a,b,h,w] down[b,i]

Matrices are made from their names (weights.py); a file holds their shapes, the alphas, and the prediction
for the "odd" input of the network's own case.
"""

import sys
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import load_file, save_file

from ldm_layout import unet_name, unet_tensors
from make_networks import UNETS, shapes
from weights import fill, made


def kohya(name):
    return "lora_unet_" + name.replace(".", "_"), ".lora_up.weight", ".lora_down.weight"


def peft(name):
    return "unet." + name, ".lora_B.weight", ".lora_A.weight"


def processor(name):  # diffusers before 0.20: beside the attention, "to_out" for "to_out.0"
    attention, layer = name.rsplit(".to_", 1)
    return (f"unet.{attention}.processor.to_{layer.removesuffix('.0')}", "_lora.up.weight",
            "_lora.down.weight")


def single_file(layers, attention_up):  # kohya's for SDXL: the names of the single-file layout
    def names(name):
        return kohya(unet_name(name + ".weight", layers, attention_up).removesuffix(".weight"))
    return names


def is_attention(name, module):
    return isinstance(module, torch.nn.Linear) and ".to_" in name


def is_any(name, module):
    return isinstance(module, (torch.nn.Linear, torch.nn.Conv2d))


SDXL_UP = [True, True, False]
# name: network, names, which modules, rank, strength, alpha (None: not said), whether 3x3 kernels have a mid
LORAS = {
    "sd1_lora_kohya": ("sd1_unet", kohya, is_any, 4, 0.7, 2.0, False),
    "sd1_lora_mid": ("sd1_unet", kohya, is_any, 2, 0.5, 1.0, True),
    "sd2_lora_processor": ("sd2_unet", processor, is_attention, 3, -0.5, None, False),
    "sdxl_lora_peft": ("sdxl_unet", peft, is_attention, 4, 1.0, None, False),
    "sdxl_lora_kohya": ("sdxl_unet", single_file(1, SDXL_UP), is_any, 4, 0.8, 8.0, False),
}


def matrices(weight, key, up_ending, down_ending, rank, with_mid):
    """The tensors of a layer by name, and up * down in the weight's shape."""
    out, inner = weight.shape[:2]
    kernel = tuple(weight.shape[2:])
    ones = (1,) * len(kernel)
    up = made(key + up_ending, (out, rank) + ones)
    if with_mid and kernel == (3, 3):
        down = made(key + down_ending, (rank, inner, 1, 1))
        mid = made(key + ".lora_mid.weight", (rank, rank, 3, 3))
        delta = torch.einsum("oa,abhw,bi->oihw", up.flatten(1), mid, down.flatten(1))
        return {key + up_ending: up, key + down_ending: down, key + ".lora_mid.weight": mid}, delta
    down = made(key + down_ending, (rank, inner) + kernel)
    delta = (up.flatten(1) @ down.flatten(1)).view(weight.shape)
    return {key + up_ending: up, key + down_ending: down}, delta


def lora_case(folder, name):
    network, names, wanted, rank, strength, alpha, with_mid = LORAS[name]
    unet = UNet2DConditionModel(sample_size=16, **UNETS[network][1]).eval()
    fill(unet_tensors(unet))
    tensors, case = {}, {}
    for module_name, module in unet.named_modules():
        if not wanted(module_name, module):
            continue
        key, up_ending, down_ending = names(module_name)
        made_here, delta = matrices(module.weight, key, up_ending, down_ending, rank, with_mid)
        tensors |= made_here
        if alpha is not None:
            case[f"alpha:{key}.alpha"] = torch.tensor(alpha)
        module.weight += strength * (1.0 if alpha is None else alpha / rank) * delta
    inputs = load_file(folder / f"{network}.safetensors")
    added = None
    if "odd.pooled" in inputs:
        added = {"text_embeds": inputs["odd.pooled"], "time_ids": inputs["odd.sizes"]}
    case["out"] = unet(inputs["odd.x"], inputs["odd.t"], inputs["odd.context"],
                       added_cond_kwargs=added).sample.contiguous()
    case["strength"] = torch.tensor([strength], dtype=torch.float64)
    difference = (case["out"] - inputs["odd.out"]).abs().max() / inputs["odd.out"].abs().max()
    print(f"{name}: {len(tensors)} tensors, the prediction differs by {difference:.3f}")
    save_file(case, folder / f"{name}.safetensors", shapes(tensors, {}))


if __name__ == "__main__":
    with torch.no_grad():
        for lora in LORAS:
            lora_case(Path(sys.argv[1]), lora)
