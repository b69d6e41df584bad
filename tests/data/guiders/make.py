#!/usr/bin/env python3
"""Predictions guided by diffusers (PyPI, Apache-2.0), for tests/sampling/guiders_test.cpp.

    pip install torch diffusers safetensors && python make.py

Writes reference.safetensors beside itself: x, positive and negative predictions (D) of two items, and what
diffusers.guiders makes of them at cfg 4.5 and sigma 1.7. APG works on D; CFG-Zero* and TCFG on x - D, the
direction of velocity and score; rescaling on v of v-prediction.
"""
import os

import torch
from diffusers.guiders import guider_utils
from diffusers.guiders import adaptive_projected_guidance as apg
from diffusers.guiders import classifier_free_zero_star_guidance as zero
from diffusers.guiders import tangential_classifier_free_guidance as tangential
from safetensors.torch import save_file

CFG, SIGMA = 4.5, 1.7

generator = torch.Generator().manual_seed(14)
x, positive, negative = (torch.randn(2, 4, 8, 8, generator=generator, dtype=torch.float64) for _ in range(3))
x = 2 * x
negative = 0.6 * positive + 0.5 * negative
for tensor in (x, positive, negative):
    tensor[1] *= 3
    tensor.copy_(tensor.float())

projected = dict(eta=0.3, norm_threshold=5.0, use_original_formulation=True)
buffer = apg.MomentumBuffer(-0.5)
results = {"apg": apg.normalized_guidance(positive, negative, CFG, None, **projected)}
for call in ("first", "second"):
    results["apg_momentum_" + call] = apg.normalized_guidance(positive, negative, CFG, buffer, **projected)

c, u = x - positive, x - negative
scale = zero.cfg_zero_star_scale(c.flatten(1), u.flatten(1)).view(-1, 1, 1, 1)
results["cfg_zero_star"] = x - (u * scale + CFG * (c - u * scale))
results["tcfg"] = x - tangential.normalized_guidance(c, u, CFG)

to_v, part = (SIGMA**2 + 1) ** 0.5 / SIGMA, 1 / (SIGMA**2 + 1)
v_c, v_u = ((part * x - d) * to_v for d in (positive, negative))
v = guider_utils.rescale_noise_cfg(v_u + CFG * (v_c - v_u), v_c, 0.7)
results["rescale_cfg"] = part * x - v / to_v

tensors = {"x": x, "positive": positive, "negative": negative, **results}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference.safetensors")
save_file({name: tensor.float().contiguous() for name, tensor in tensors.items()}, path)
