"""The reference cases of tests/data/parity in torch: their models, exactly as its README defines them."""

import json
import struct
from pathlib import Path

import torch

FOLDER = Path(__file__).resolve().parents[1] / "data" / "parity"
_TYPES = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}


def tensors(name):
    """All tensors of a safetensors file."""
    data = (FOLDER / name).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    body = bytearray(data[8 + length :])
    found = {}
    for key, entry in header.items():
        if key == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(body, dtype=_TYPES[entry["dtype"]], offset=begin, count=(end - begin) // 4)
        found[key] = flat.reshape(entry["shape"])
    return found


def cases():
    return [json.loads(line) for line in (FOLDER / "cases.jsonl").read_text().splitlines() if line]


MODEL = tensors("model.safetensors")


def denoised(kind, label, x, sigma, flow):
    """D(x, sigma, label) in float64, rounded to float32 once."""
    a, b = (1 - sigma, sigma) if flow else (1.0, sigma)
    s = float(MODEL["scale"])
    x = x.double()
    v = a * a * s * s + b * b
    if kind == "gaussian":
        mean = MODEL["channel_means"][label].double().reshape(1, -1, 1, 1)
    else:
        means = MODEL["means"].double()
        distance = (x[:, None] - a * means[None]).square().sum(dim=(2, 3, 4))
        logits = MODEL["log_weights"][label].double() - float(MODEL["temper"]) * distance / (2 * v)
        mean = torch.einsum("bk,kchw->bchw", torch.softmax(logits, dim=1), means)
    return ((mean * b * b + a * s * s * x) / v).float()


def latent_of(name):
    return {"empty": torch.zeros(1, 4, 16, 16), "empty3": torch.zeros(3, 4, 16, 16)}.get(name, MODEL.get(name))


def is_plain(case):
    """One conditioning each, of a label alone, and no mask: what needs nothing but a sampler."""
    plain = all(set(one) == {"label"} for one in case["positive"] + case["negative"])
    return plain and len(case["positive"]) == len(case["negative"]) == 1 and not case.get("noise_mask")
