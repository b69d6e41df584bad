"""Weights as ComfyUI's files keep them, and what they stand for, by the package comfy-kitchen's own arithmetic.

    python make.py .

Needs torch, safetensors and comfy-kitchen 0.2.40 (Apache-2.0); the tests need none of these. The file is laid out as
one of ComfyUI's is: `x.weight` with what is beside it; `x.wide` is the weight in float32.
"""

import json
import sys
from pathlib import Path

import torch
from comfy_kitchen.backends.eager import quantization as eager
from comfy_kitchen.float_utils import F4_E2M1_MAX, F8_E4M3_MAX
from safetensors.torch import save_file


def said(**what):
    return torch.tensor(list(json.dumps(what).encode()), dtype=torch.uint8)


def main(folder):
    torch.manual_seed(5)
    tensors = {}
    for name, group, shape in (("rotated", 256, (6, 512)), ("rotated_by_16", 16, (5, 48))):
        values, scale = eager.quantize_int8_convrot_weight(torch.randn(shape), group)
        tensors |= {f"{name}.weight": values, f"{name}.weight_scale": scale,
                    f"{name}.comfy_quant": said(format="int8_tensorwise", convrot=True, convrot_groupsize=group),
                    f"{name}.wide": eager.dequantize_int8_convrot_weight(values, scale, group)}

    # More rows than a tile of scales has, and more blocks of columns.
    weight = torch.randn(160, 192) * torch.logspace(-3, 3, 160).unsqueeze(1)
    values, scales = eager.quantize_mxfp8(weight)
    tensors |= {"mx.weight": values, "mx.weight_scale": scales, "mx.comfy_quant": said(format="mxfp8"),
                "mx.wide": eager.dequantize_mxfp8(values, scales, torch.float32)}

    weight = torch.randn(144, 96) * torch.logspace(-1, 1, 144).unsqueeze(1)
    scale = weight.abs().amax() / (F8_E4M3_MAX * F4_E2M1_MAX)
    values, scales = eager.quantize_nvfp4(weight, scale)
    tensors |= {"nv.weight": values, "nv.weight_scale": scales, "nv.weight_scale_2": scale,
                "nv.comfy_quant": said(format="nvfp4"),
                "nv.wide": eager.dequantize_nvfp4(values, scale, scales, torch.float32)}
    save_file({k: v.contiguous() for k, v in tensors.items()}, Path(folder) / "weights.safetensors")


if __name__ == "__main__":
    main(sys.argv[1])
