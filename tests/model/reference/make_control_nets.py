"""Small ControlNets of SD 1 and SDXL, and what diffusers computes with them in a UNet.

    python make_control_nets.py ../../data/networks

As make_networks.py: the UNets are its own, with the same weights. Each case has its names in the authors'
layout, and the metadata lists diffusers' names of the same tensors.
"""

import sys
from pathlib import Path

import torch
from diffusers import ControlNetModel, UNet2DConditionModel
from safetensors.torch import save_file

from ldm_layout import unet_name, unet_tensors
from make_networks import UNETS, shapes
from weights import fill

HINT_CHANNELS = (8, 12, 16, 24)


def control_name(name, layers):
    """The authors' name of a tensor."""
    if name.startswith("controlnet_cond_embedding."):
        part, rest = name.removeprefix("controlnet_cond_embedding.").rsplit(".", 1)
        number = 0 if part == "conv_in" else 2 * len(HINT_CHANNELS) - 1 if part == "conv_out" else \
            int(part.removeprefix("blocks.")) + 1
        return f"input_hint_block.{2 * number}.{rest}"
    if name.startswith("controlnet_down_blocks."):
        number, rest = name.removeprefix("controlnet_down_blocks.").split(".", 1)
        return f"zero_convs.{number}.0.{rest}"
    if name.startswith("controlnet_mid_block."):
        return "middle_block_out.0." + name.removeprefix("controlnet_mid_block.")
    return unet_name(name, layers, [])


def case(folder, name, unet_name_, seed):
    _, config, pooled_width, sizes = UNETS[unet_name_]
    unet = UNet2DConditionModel(sample_size=16, **config).eval()
    fill(unet_tensors(unet))
    control = ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=HINT_CHANNELS,
                                        load_weights_from_unet=False).eval()
    names = {key: "control_model." + control_name(key, config["layers_per_block"]) for key in control.state_dict()}
    tensors = fill({names[key]: tensor for key, tensor in control.state_dict().items()})
    torch.manual_seed(seed)
    batch, height, width, tokens = 2, 8, 6, 7
    x = torch.randn(batch, 4, height, width)
    t = torch.tensor([999.0, 37.5])
    context = torch.randn(batch, tokens, config["cross_attention_dim"])
    picture = torch.rand(1, 3, 8 * height, 8 * width)
    saved = {"x": x, "t": t, "context": context, "picture": picture}
    added = None
    if sizes:
        saved["pooled"] = torch.randn(batch, pooled_width)
        saved["sizes"] = torch.tensor([[64.0, 96, 0, 8, 64, 96]] * batch)
        added = {"text_embeds": saved["pooled"], "time_ids": saved["sizes"]}
    down, middle = control(x, t, context, picture.expand(batch, -1, -1, -1), conditioning_scale=0.75,
                           added_cond_kwargs=added, return_dict=False)
    saved["out"] = unet(x, t, context, added_cond_kwargs=added, down_block_additional_residuals=down,
                        mid_block_additional_residual=middle).sample
    saved["plain"] = unet(x, t, context, added_cond_kwargs=added).sample
    difference = (saved["out"] - saved["plain"]).abs().max() / saved["plain"].abs().max()
    print(f"{name}: changes the prediction by {difference:.2f} of its largest value")
    listed = shapes(tensors, {}) | {"diffusers:" + ours: key for key, ours in names.items()}
    save_file({k: v.contiguous() for k, v in saved.items()}, folder / f"{name}.safetensors", listed)


if __name__ == "__main__":
    out = Path(sys.argv[1])
    with torch.no_grad():
        case(out, "sd1_control", "sd1_unet", 600)
        case(out, "sdxl_control", "sdxl_unet", 601)
