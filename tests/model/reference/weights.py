"""Weights made from a tensor's name: any size without a file, and exact in float32 everywhere.

    h = FNV-1a of the name;  k(i) = the upper 10 bits of a mix of h and i;  u = (2k - 1023) / 1024
    weight of a layer: u * 2^-floor(log2(sqrt(fan_in)));  of a norm (weight or scale), a variance: 1 + u / 4
    bias, a mean: u / 8
"""

import math

import numpy as np
import torch


def fnv1a(text):
    value = 2166136261
    for byte in text.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def made(name, shape):
    mixed = np.arange(math.prod(shape), dtype=np.uint32) * np.uint32(2654435761) + np.uint32(fnv1a(name))
    mixed ^= mixed >> np.uint32(16)
    mixed *= np.uint32(0x45D9F3B)
    mixed ^= mixed >> np.uint32(16)
    u = (2.0 * (mixed >> np.uint32(22)) - 1023) / 1024
    if len(shape) > 1:
        fan_in = math.prod(shape[1:])
        u *= 2.0 ** -math.floor(math.log2(math.sqrt(fan_in)))
    else:
        u = 1 + u / 4 if name.endswith(("weight", "scale", "running_var")) else u / 8
    return torch.from_numpy(u.astype(np.float32)).view(*shape)


def fill(tensors):
    """Puts made weights into tensors, which share memory with the network's."""
    with torch.no_grad():
        for name, tensor in tensors.items():
            tensor.copy_(made(name, tensor.shape))
    return tensors
