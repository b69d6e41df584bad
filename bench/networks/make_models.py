"""Random networks of SD 1.5's shape in both layouts: FOLDER/unet.safetensors and FOLDER/unet/, the same for vae.
FOLDER/whole.safetensors is a checkpoint of both and a text encoder.

    python make_models.py FOLDER [--small] [--dtype fp16]
"""
import argparse
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests/model/reference"))
from ldm_layout import unet_tensors, vae_tensors  # noqa: E402

LEVELS = {False: (320, 640, 1280, 1280), True: (32, 64, 64, 64)}
VAE_LEVELS = {False: (128, 256, 512, 512), True: (32, 64, 64, 64)}
CONTEXT = {False: 768, True: 32}
HEAD_WIDTH = {False: 64, True: 16}


def fill(model):
    for parameter in model.parameters():
        if parameter.dim() > 1:
            parameter.normal_(0, parameter[0].numel() ** -0.5)
        else:
            parameter.uniform_(0.5, 1.5)  # of a norm, or a bias: neither nothing nor large
    return model


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--dtype", choices=["fp16", "fp32"], default="fp16")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    torch.nn.init.kaiming_uniform_ = lambda tensor, *_, **__: tensor  # filled below
    with torch.no_grad():
        unet = UNet2DConditionModel(
            sample_size=64, block_out_channels=LEVELS[options.small], layers_per_block=2, attention_head_dim=8,
            cross_attention_dim=CONTEXT[options.small], down_block_types=["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"],
            up_block_types=["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3)
        vae = AutoencoderKL(
            block_out_channels=VAE_LEVELS[options.small], layers_per_block=2, latent_channels=4, sample_size=512,
            down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4)
        text = CLIPTextModel(CLIPTextConfig(
            vocab_size=49408, hidden_size=CONTEXT[options.small], intermediate_size=4 * CONTEXT[options.small],
            num_hidden_layers=12, num_attention_heads=CONTEXT[options.small] // HEAD_WIDTH[options.small]))
        kind, whole = torch.float16 if options.dtype == "fp16" else torch.float32, {}
        for name, model, tensors in (("unet", unet, unet_tensors), ("vae", vae, vae_tensors)):
            fill(model).to(kind)
            model.save_pretrained(options.folder / name)
            named = {key: value.contiguous() for key, value in tensors(model).items()}
            save_file(named, options.folder / f"{name}.safetensors")
            whole |= named
        whole |= {f"cond_stage_model.transformer.{key if key.startswith('text_model.') else 'text_model.' + key}": value
                  for key, value in fill(text).to(kind).state_dict().items()}
        save_file(whole, options.folder / "whole.safetensors")
