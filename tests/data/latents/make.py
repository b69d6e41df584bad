"""Writes cases.json and cases.safetensors: what the nodes on latents and images are to give, made with torch,
numpy and Pillow. Each case names a node, its inputs, and the tensors that it takes and gives.

    python make.py        (seeds are fixed: the same bytes each time)
"""
import json
import struct
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.nn.functional import interpolate

here = Path(__file__).parent
tensors, cases = {}, []
generator = torch.Generator().manual_seed(20)


def random(*shape):
    return torch.randn(*shape, generator=generator)


def case(node, inputs, given, result, tolerance):
    names = {}
    for key, value in given.items():  # what several cases take is there once
        known = [name for name, tensor in tensors.items() if tensor.shape == value.shape and torch.equal(tensor, value)]
        names[key] = known[0] if known else f"given_{len(tensors):03d}"
        tensors[names[key]] = value
    tensors[f"result_{len(cases):02d}"] = result.float()
    cases.append({"node": node, "inputs": inputs, "given": names, "result": f"result_{len(cases):02d}",
                  "tolerance": tolerance})


def center(x, width, height):
    """What is left after cutting to the ratio of width to height."""
    h, w = x.shape[-2:]
    dx = round((w - w * ((width / height) / (w / h))) / 2) if w / h > width / height else 0
    dy = round((h - h * ((w / h) / (width / height))) / 2) if w / h < width / height else 0
    return x[..., dy : h - dy, dx : w - dx]


def slerp_side(x, new, axis):
    """Spherical interpolation along an axis of [C, ...] in float64, one vector at a time."""
    x = np.moveaxis(x, axis, -1)
    old = x.shape[-1]
    out = np.zeros(x.shape[:-1] + (new,))
    for i in range(new):
        middle = min(max((i + 0.5) * old / new - 0.5, 0), old - 1)
        lo = int(middle)
        hi, r = min(lo + 1, old - 1), middle - lo
        for at in np.ndindex(x.shape[1:-1]):
            a, b = x[(slice(None), *at, lo)], x[(slice(None), *at, hi)]
            na, nb = np.linalg.norm(a), np.linalg.norm(b)
            ua, ub = a / na if na else a * 0, b / nb if nb else b * 0
            dot = float(ua @ ub)
            if dot > 1 - 1e-5:
                value = a
            elif dot < 1e-5 - 1:
                value = a * (1 - r) + b * r
            else:
                omega = np.arccos(dot)
                turned = (np.sin((1 - r) * omega) * ua + np.sin(r * omega) * ub) / np.sin(omega)
                value = turned * (na * (1 - r) + nb * r)
            out[(slice(None), *at, i)] = value
    return np.moveaxis(out, -1, axis)


def resize(x, width, height, method, crop="disabled"):
    if crop == "center":
        x = center(x, width, height)
    if method == "bislerp":
        return torch.stack([torch.from_numpy(slerp_side(slerp_side(i.double().numpy(), width, 2), height, 1))
                            for i in x])
    return interpolate(x, size=(height, width), mode=method)


# Resizing latents: up, down, one side kept in ratio, cut.
tall = random(2, 4, 10, 14)
tall[0, :, 3, 4] = 0            # a vector without direction
tall[0, :, 5, 6] = tall[0, :, 5, 5]    # parallel
tall[0, :, 7, 6] = -tall[0, :, 7, 5]   # opposite
for method in ["nearest-exact", "bilinear", "area", "bicubic", "bislerp"]:
    # float32 against float64, and acos near parallel vectors loses half the digits
    tolerance = 2e-4 if method == "bislerp" else 0.0
    for width, height, crop in [(160, 128, "disabled"), (72, 64, "disabled"), (64, 128, "center"), (192, 64, "center")]:
        case("LatentUpscale", {"upscale_method": method, "width": width, "height": height, "crop": crop},
             {"samples": tall}, resize(tall, width // 8, height // 8, method, crop), tolerance)
    case("LatentUpscaleBy", {"upscale_method": method, "scale_by": 1.5}, {"samples": tall},
         resize(tall, 21, 15, method), tolerance)
case("LatentUpscale", {"upscale_method": "bilinear", "width": 0, "height": 160}, {"samples": tall},
     resize(tall, max(64, round(14 * 160 / 10)) // 8, 20, "bilinear"), 0.0)
case("LatentUpscale", {"upscale_method": "area", "width": 104, "height": 0}, {"samples": tall},
     resize(tall, 13, max(64, round(10 * 104 / 14)) // 8, "area"), 0.0)
case("LatentUpscale", {"upscale_method": "area", "width": 0, "height": 0}, {"samples": tall}, tall, 0.0)
case("LatentUpscale", {"upscale_method": "bilinear", "width": 8, "height": 16}, {"samples": tall},
     resize(tall, 8, 8, "bilinear"), 0.0)  # at least 64 pixels

# Laying latents onto each other.
below, above = random(2, 4, 10, 12), random(2, 4, 5, 6)


def composite(to, source, x, y, mask):
    out = to.clone()
    h, w = min(source.shape[2], to.shape[2] - y), min(source.shape[3], to.shape[3] - x)
    mask = mask[:, :, :h, :w]
    out[:, :, y : y + h, x : x + w] = source[:, :, :h, :w] * mask + out[:, :, y : y + h, x : x + w] * (1 - mask)
    return out


def feathered(x, y, feather, h, w):
    """1 inside; at borders that lie inside the latent below, i/n at the i-th cell."""
    rows, columns = torch.ones(h), torch.ones(w)
    for t in range(feather):
        if y > 0:
            rows[t] *= (t + 1) / feather
        if y + h < 10:
            rows[h - 1 - t] *= (t + 1) / feather
        if x > 0:
            columns[t] *= (t + 1) / feather
        if x + w < 12:
            columns[w - 1 - t] *= (t + 1) / feather
    return (rows[:, None] * columns[None, :])[None, None]


for x, y, feather in [(0, 0, 0), (3, 2, 0), (9, 8, 0), (3, 2, 2), (0, 5, 3), (6, 0, 4)]:
    h, w = min(5, 10 - y), min(6, 12 - x)
    # one rounding more or less in the product of the ramps
    case("LatentComposite", {"x": 8 * x, "y": 8 * y, "feather": 8 * feather}, {"samples_to": below, "samples_from": above},
         composite(below, above[:, :, :h, :w], x, y, feathered(x, y, feather, h, w)), 1e-6)
mask = torch.rand(1, 20, 24, generator=generator)
fit = interpolate(mask[None], size=(5, 6), mode="bilinear")
case("LatentCompositeMasked", {"x": 24, "y": 56}, {"destination": below, "source": above, "mask": mask},
     composite(below, above, 3, 7, fit), 1e-6)
case("LatentCompositeMasked", {"x": 8, "y": 0}, {"destination": below, "source": above[:1]},
     composite(below, above[:1].repeat(2, 1, 1, 1), 1, 0, torch.ones(1, 1, 5, 6)), 1e-6)
case("LatentCompositeMasked", {"x": 0, "y": 0, "resize_source": True},
     {"destination": below, "source": above, "mask": mask},
     composite(below, interpolate(above, size=(10, 12), mode="bilinear"), 0, 0,
               interpolate(mask[None], size=(10, 12), mode="bilinear")), 1e-6)

# Arithmetic. The second latent is fitted to the first.
one, two, other = random(2, 4, 6, 8), random(2, 4, 6, 8), random(1, 4, 9, 9)
fitted = resize(other, 8, 6, "bilinear", "center").repeat(2, 1, 1, 1)
cubic = resize(other, 8, 6, "bicubic", "center").repeat(2, 1, 1, 1)
case("LatentAdd", {}, {"samples1": one, "samples2": two}, one + two, 0.0)
case("LatentAdd", {}, {"samples1": one, "samples2": other}, one + fitted, 0.0)
case("LatentSubtract", {}, {"samples1": one, "samples2": other}, one - fitted, 0.0)
case("LatentMultiply", {"multiplier": -1.5}, {"samples": one}, one * -1.5, 0.0)
case("LatentBlend", {"blend_factor": 0.3}, {"samples1": one, "samples2": two}, one * 0.3 + two * 0.7, 1e-6)
case("LatentBlend", {"blend_factor": 0.3}, {"samples1": one, "samples2": other}, one * 0.3 + cubic * 0.7, 1e-6)
zero = one.clone()
zero[0, :, 0, 0] = 0


def norm(x):
    return x.double().norm(dim=1, keepdim=True)


mixed = torch.nan_to_num(zero / norm(zero)) * 0.25 + two / norm(two) * 0.75
case("LatentInterpolate", {"ratio": 0.25}, {"samples1": zero, "samples2": two},
     mixed / norm(mixed) * (norm(zero) * 0.25 + norm(two) * 0.75), 1e-5)  # float32 against float64

# Pictures, [B,H,W,3]; ImageScale.
picture = torch.rand(1, 9, 13, 3, generator=generator)
first = picture.permute(0, 3, 1, 2)
for method in ["nearest-exact", "bilinear", "area", "bicubic"]:
    for width, height, crop in [(20, 18, "disabled"), (7, 7, "center"), (0, 5, "disabled")]:
        w = width or max(1, round(13 * height / 9))
        case("ImageScale", {"upscale_method": method, "width": width, "height": height, "crop": crop},
             {"image": picture}, resize(first, w, height, method, crop).permute(0, 2, 3, 1), 0.0)
levels = np.clip(255.0 * picture[0].numpy(), 0, 255).astype(np.uint8)
for width, height in [(20, 18), (7, 5), (13, 30), (5, 9)]:
    pillow = np.asarray(Image.fromarray(levels).resize((width, height), Image.Resampling.LANCZOS))
    case("ImageScale", {"upscale_method": "lanczos", "width": width, "height": height}, {"image": picture},
         torch.from_numpy(pillow.astype(np.float32) / 255.0)[None], 0.0)

header, data = {}, b""
for name, tensor in tensors.items():
    values = tensor.contiguous().numpy().astype("<f4").tobytes()
    header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(values)]}
    data += values
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
(here / "cases.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
(here / "cases.json").write_text("[\n" + ",\n".join("  " + json.dumps(c) for c in cases) + "\n]\n")
