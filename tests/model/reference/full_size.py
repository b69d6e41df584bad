"""A UNet of full width and what diffusers computes with it: run by hand, for minutes and gigabytes.

    python full_size.py sd15|sdxl FOLDER
    ksampler_network_forward FOLDER/sd15.safetensors FOLDER/sd15.case.safetensors

The second command says how far this project's network is from that, and how long each takes.
"""

import sys
import time
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import save_file

from ldm_layout import unet_tensors
from weights import made

CONFIGS = {
    "sd15": dict(block_out_channels=(320, 640, 1280, 1280), layers_per_block=2, cross_attention_dim=768,
                 attention_head_dim=8,
                 down_block_types=["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"],
                 up_block_types=["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3),
    "sdxl": dict(block_out_channels=(320, 640, 1280), layers_per_block=2, cross_attention_dim=2048,
                 attention_head_dim=(5, 10, 20), use_linear_projection=True,
                 transformer_layers_per_block=(1, 2, 10), addition_embed_type="text_time",
                 addition_time_embed_dim=256, projection_class_embeddings_input_dim=2816,
                 down_block_types=["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
                 up_block_types=["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"]),
}
RUNS = {"sd15": 3, "sdxl": 1}

if __name__ == "__main__":
    name, folder = sys.argv[1], Path(sys.argv[2])
    torch.nn.init.kaiming_uniform_ = lambda tensor, *_, **__: tensor  # filled below
    with torch.no_grad():
        unet = UNet2DConditionModel(sample_size=64, **CONFIGS[name]).eval()
        tensors = unet_tensors(unet)
        for key, tensor in tensors.items():
            tensor.copy_(made(key, tensor.shape).half())
        save_file({k: t.half().contiguous() for k, t in tensors.items()}, folder / f"{name}.safetensors")
        torch.manual_seed(1)
        case = {"x": torch.randn(1, 4, 64, 64), "t": torch.tensor([500.0]),
                "context": torch.randn(1, 77, CONFIGS[name]["cross_attention_dim"])}
        added = None
        if name == "sdxl":
            case |= {"pooled": torch.randn(1, 1280), "sizes": torch.tensor([[512.0, 512, 0, 0, 512, 512]])}
            added = {"text_embeds": case["pooled"], "time_ids": case["sizes"]}
        seconds = []
        for _ in range(RUNS[name]):
            start = time.perf_counter()
            case["out"] = unet(case["x"], case["t"], case["context"], added_cond_kwargs=added).sample
            seconds.append(time.perf_counter() - start)
    case["seconds"] = torch.tensor(min(seconds)).view(1)
    save_file({k: v.contiguous() for k, v in case.items()}, folder / f"{name}.case.safetensors")
    print(f"{name}: {sum(t.numel() for t in tensors.values()) / 1e6:.0f} million weights, "
          f"diffusers {min(seconds):.2f} s")
