"""Small networks of each architecture, and what diffusers computes with them.

    python make_networks.py ../../data/networks

Needs torch, diffusers and safetensors; the tests need none of these. Weights are numbers made from the
tensor's name (weights.py), so that a file holds their shapes and what they give, and the test makes the
same weights itself (network_case.cpp).
"""

import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, UNet2DConditionModel
from diffusers.models.attention_processor import PAGIdentitySelfAttnProcessor2_0
from safetensors.torch import save_file

from ldm_layout import unet_tensors, vae_tensors
from weights import fill

SD_BLOCKS = {"down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
             "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"]}

# name: (metadata, configuration, pooled width, numbers of size)
UNETS = {
    # As SD 1: convolutions around the attention, 8 heads whatever the width.
    "sd1_unet": ({}, dict(block_out_channels=(32, 64), layers_per_block=1, cross_attention_dim=24,
                          attention_head_dim=8, **SD_BLOCKS), 0, 0),
    # As SD 2: linear layers instead, heads of width 64, v prediction.
    "sd2_unet": ({"modelspec.prediction_type": "v"},
                 dict(block_out_channels=(64, 128), layers_per_block=1, cross_attention_dim=40,
                      attention_head_dim=(1, 2), use_linear_projection=True, **SD_BLOCKS), 0, 0),
    # As SDXL base: no attention at the first level, deep at the last, a label of pooled text and 6 sizes.
    "sdxl_unet": ({}, dict(block_out_channels=(64, 64, 128), layers_per_block=1, cross_attention_dim=48,
                           attention_head_dim=(1, 1, 2), use_linear_projection=True,
                           transformer_layers_per_block=(1, 1, 2), addition_embed_type="text_time",
                           addition_time_embed_dim=256,
                           projection_class_embeddings_input_dim=32 + 6 * 256,
                           down_block_types=["DownBlock2D", "CrossAttnDownBlock2D",
                                             "CrossAttnDownBlock2D"],
                           up_block_types=["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"]),
                  32, 6),
    # As its refiner: no attention at the last level either, a label of pooled text and 5 numbers. Heads of
    # another width than the architecture's, as the metadata says.
    "refiner_unet": ({"ksampler.head_width": "16"},
                     dict(block_out_channels=(32, 64, 64), layers_per_block=1, cross_attention_dim=32,
                          attention_head_dim=(2, 4, 4), use_linear_projection=True,
                          transformer_layers_per_block=1, addition_embed_type="text_time",
                          addition_time_embed_dim=256,
                          projection_class_embeddings_input_dim=32 + 5 * 256,
                          down_block_types=["DownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
                          up_block_types=["UpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"]), 32, 5),
}
VAE = dict(block_out_channels=(32, 64), layers_per_block=1, latent_channels=4,
           down_block_types=["DownEncoderBlock2D"] * 2, up_block_types=["UpDecoderBlock2D"] * 2)


def shapes(tensors, metadata):
    """Names and shapes, for the metadata of a case."""
    listed = {"tensor:" + name: " ".join(map(str, t.shape)) for name, t in tensors.items()}
    return listed | {"metadata:" + key: value for key, value in metadata.items()}


def tiny_decoder(folder):
    """A decoder of previews in the original's numbered layers, which diffusers has one place earlier."""
    model = AutoencoderTiny(latent_channels=4, encoder_block_out_channels=(16, 16, 16, 16),
                            decoder_block_out_channels=(16, 16, 16, 16), num_decoder_blocks=(3, 3, 3, 1)).eval()
    tensors = {}
    for name, tensor in model.decoder.state_dict().items():
        number, rest = name.removeprefix("layers.").split(".", 1)
        tensors[f"{int(number) + 1}.{rest}"] = tensor
    fill(tensors)
    torch.manual_seed(320)
    x = torch.randn(2, 4, 5, 6) * 2
    save_file({"x": x, "out": (model.decoder(x) / 2 + 0.5).clamp(0, 1)}, folder / "tiny_decoder.safetensors",
              shapes(tensors, {}))


def perturbed(unet, x, t, context, added):
    """The prediction with the identity for the map of the middle's self-attention: PAG's processor takes it
    for the second half of a batch."""
    before = unet.attn_processors
    unet.set_attn_processor({
        name: PAGIdentitySelfAttnProcessor2_0() if "mid_block" in name and "attn1" in name else processor
        for name, processor in before.items()})
    twice = {k: torch.cat([v, v]) for k, v in (added or {}).items()} or None
    out = unet(torch.cat([x, x]), torch.cat([t, t]), torch.cat([context, context]),
               added_cond_kwargs=twice).sample
    unet.set_attn_processor(before)
    return out.chunk(2)[1]


def unet_case(folder, name, seed):
    metadata, config, pooled_width, sizes = UNETS[name]
    unet = UNet2DConditionModel(sample_size=16, **config).eval()
    tensors = fill(unet_tensors(unet))
    torch.manual_seed(seed)
    case = {}
    # An odd height too: halved it rounds up, and must come back to what it was.
    for key, (batch, height, width, tokens) in {"even": (2, 8, 12, 7), "odd": (1, 9, 6, 5)}.items():
        x = torch.randn(batch, 4, height, width)
        t = torch.linspace(999, 37.5, batch)
        context = torch.randn(batch, tokens, config["cross_attention_dim"])
        added = None
        if sizes:
            pooled = torch.randn(batch, pooled_width)
            ids = torch.tensor([{5: [64.0, 96, 0, 8, 6], 6: [64.0, 96, 0, 8, 64, 96]}[sizes]] * batch)
            added = {"text_embeds": pooled, "time_ids": ids}
            case |= {f"{key}.pooled": pooled, f"{key}.sizes": ids}
        out = unet(x, t, context, added_cond_kwargs=added).sample
        case |= {f"{key}.x": x, f"{key}.t": t, f"{key}.context": context, f"{key}.out": out}
        if unet.mid_block.attentions[0] is not None:
            case[f"{key}.perturbed"] = perturbed(unet, x, t, context, added)
    save_file({k: v.contiguous() for k, v in case.items()}, folder / f"{name}.safetensors",
              shapes(tensors, metadata))


def vae_case(folder, seed):
    vae = AutoencoderKL(norm_num_groups=32, sample_size=32, **VAE).eval()
    tensors = fill(vae_tensors(vae))
    torch.manual_seed(seed)
    pixels = torch.rand(2, 3, 24, 36) * 2 - 1
    latent = torch.randn(2, 4, 6, 9)
    save_file({"pixels": pixels, "mean": vae.encode(pixels).latent_dist.mean.contiguous(),
               "latent": latent, "decoded": vae.decode(latent).sample.contiguous()},
              folder / "vae.safetensors", shapes(tensors, {}))


if __name__ == "__main__":
    out = Path(sys.argv[1])
    with torch.no_grad():
        for number, unet_name_ in enumerate(UNETS):
            unet_case(out, unet_name_, 100 + number)
        vae_case(out, 200)
        tiny_decoder(out)
