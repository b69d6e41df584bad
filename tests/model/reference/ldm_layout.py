"""diffusers' names of tensors as the single-file layout has them (Rombach et al.'s code)."""

import re

RESIDUAL = {
    "norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0", "conv2": "out_layers.3", "conv_shortcut": "skip_connection",
}
UNET_ENDS = {
    "time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0", "add_embedding.linear_2": "label_emb.0.2",
    "conv_in": "input_blocks.0.0", "conv_norm_out": "out.0", "conv_out": "out.2",
}


def unet_name(name, layers, attention_up):
    """`layers`: residual blocks a level; `attention_up`: of each up block, whether it has attention."""
    for ours, theirs in UNET_ENDS.items():
        if name.startswith(ours + "."):
            return theirs + name[len(ours):]
    kind, rest = re.match(r"(down_blocks|mid_block|up_blocks)\.(.*)", name).groups()
    if kind == "mid_block":
        part, j, rest = re.match(r"(resnets|attentions)\.(\d+)\.(.*)", rest).groups()
        place = "middle_block." + (str(2 * int(j)) if part == "resnets" else "1")
    else:
        i, part, j, rest = re.match(r"(\d+)\.(\w+)\.(\d+)\.(.*)", rest).groups()
        i, j = int(i), int(j)
        if part == "downsamplers":
            return f"input_blocks.{(layers + 1) * (i + 1)}.0.op" + rest[len("conv"):]
        if part == "upsamplers":
            return f"output_blocks.{(layers + 1) * i + layers}.{2 if attention_up[i] else 1}.{rest}"
        sub = 0 if part == "resnets" else 1
        if kind == "down_blocks":
            place = f"input_blocks.{(layers + 1) * i + j + 1}.{sub}"
        else:
            place = f"output_blocks.{(layers + 1) * i + j}.{sub}"
    if part == "resnets":
        layer, rest = rest.split(".", 1)
        rest = RESIDUAL[layer] + "." + rest
    return f"{place}.{rest}"


def unet_tensors(unet):
    attention_up = ["CrossAttn" in kind for kind in unet.config.up_block_types]
    layers = unet.config.layers_per_block
    return {"model.diffusion_model." + unet_name(name, layers, attention_up): tensor
            for name, tensor in unet.state_dict().items()}


VAE_ATTENTION = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}


def vae_name(name, levels):
    name = name.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
    name = re.sub(r"mid_block\.resnets\.(\d)", lambda m: f"mid.block_{int(m[1]) + 1}", name)
    name = re.sub(r"mid_block\.attentions\.0\.(group_norm|to_q|to_k|to_v|to_out\.0)",
                  lambda m: "mid.attn_1." + VAE_ATTENTION[m[1]], name)
    name = re.sub(r"down_blocks\.(\d)\.resnets", r"down.\1.block", name)
    name = re.sub(r"down_blocks\.(\d)\.downsamplers\.0", r"down.\1.downsample", name)
    name = re.sub(r"up_blocks\.(\d)\.resnets", lambda m: f"up.{levels - 1 - int(m[1])}.block", name)
    name = re.sub(r"up_blocks\.(\d)\.upsamplers\.0",
                  lambda m: f"up.{levels - 1 - int(m[1])}.upsample", name)
    return name


def vae_tensors(vae):
    levels = len(vae.config.block_out_channels)
    result = {}
    for name, tensor in vae.state_dict().items():
        ldm = vae_name(name, levels)
        if re.search(r"attn_1\.(q|k|v|proj_out)\.weight", ldm):
            tensor = tensor[:, :, None, None]
        result["first_stage_model." + ldm] = tensor
    return result
