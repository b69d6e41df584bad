"""Tiled decoding and encoding as ComfyUI computes it, with networks that differ from tile to tile.

    python make_tiles.py ../../data/networks

The formula (comfy/utils.py, tiled_scale; comfy/sd.py, decode_tiled_ and encode_tiled_):

    tiles begin at 0, tile - overlap, ... below size - overlap, or at 0 alone where one covers the side
    out = sum w f(tile) / sum w;   w = the product over rows and columns of (t + 1) / feather at t cells from
    either end, for t < feather = round(overlap * scale); 1 along a side that has no more than feather cells
    result = the mean over tiles of (h, w) = (2 size, size / 2), (size / 2, 2 size), (size, size)

It is written as loops over single cells, in float64, and is slow. VAEDecodeTiled takes at most a quarter of
the tile as overlap, VAEEncodeTiled takes what is asked for.

A case is NAME.in, NAME.out and NAME.tiles (size, overlap). Stand-ins: a 3x3 convolution padded with zeros, and
a ramp that begins anew in each tile; "decode" repeats each cell 8 by 8, "encode" first takes means of 8 by 8.
"vae" is the small autoencoder of make_networks.py, its sizes in pixels, pictures [B,H,W,3] of 0 to 1.
"""

import itertools
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from safetensors.torch import save_file
from torch.nn.functional import avg_pool2d, conv2d, interpolate

from ldm_layout import vae_tensors
from make_networks import VAE
from weights import fill

DECODE = torch.tensor([[[[0.5, -1, 0.25], [2, 1, -0.5], [0.75, 0.125, -2]],
                        [[1, 0.5, -1], [0.25, -2, 1], [-0.5, 2, 0.75]]]])  # [1,2,3,3]
ENCODE = DECODE.transpose(0, 1).clone()  # [2,1,3,3]


def ramped(y):
    rows, columns = torch.arange(y.shape[2]).view(-1, 1), torch.arange(y.shape[3])
    return y + 0.03 * rows - 0.02 * columns


def decode(tile):
    return ramped(interpolate(conv2d(tile, DECODE.to(tile), padding=1), scale_factor=8, mode="nearest"))


def encode(tile):
    return ramped(conv2d(avg_pool2d(tile, 8), ENCODE.to(tile), padding=1))


def starts(size, tile, overlap):
    return [0] if size <= tile else list(range(0, size - overlap, tile - overlap))


def weight(size, feather):
    if feather >= size:
        return [1.0] * size
    return [min((t + 1) / feather, 1) * min((size - t) / feather, 1) if feather else 1.0 for t in range(size)]


def tiling(x, function, tile, overlap, scale):
    if all(x.shape[d + 2] <= tile[d] for d in (0, 1)):
        return function(x)
    total = weights = None
    for y0, x0 in itertools.product(*(starts(x.shape[d + 2], tile[d], overlap) for d in (0, 1))):
        part = function(x[:, :, y0:y0 + tile[0], x0:x0 + tile[1]])
        if total is None:
            total = torch.zeros(1, part.shape[1], *(round(n * scale) for n in x.shape[2:]), dtype=torch.float64)
            weights = torch.zeros_like(total)
        rows, columns = (weight(n, round(overlap * scale)) for n in part.shape[2:])
        for i, row in enumerate(rows):
            for j, column in enumerate(columns):
                at = (slice(None), slice(None), round(y0 * scale) + i, round(x0 * scale) + j)
                total[at] += part[:, :, i, j] * row * column
                weights[at] += row * column
    return total / weights


def tiled(x, function, size, overlap, scale):
    x = x.double()
    items = [sum(tiling(x[i:i + 1], function, tile, overlap, scale) for tile in
                 ((2 * size, size // 2), (size // 2, 2 * size), (size, size))) / 3 for i in range(len(x))]
    return torch.cat(items)


# name: (function, scale, shape, size, overlap)
CASES = {
    "decode_ragged": (decode, 8, (2, 2, 13, 11), 8, 2),  # neither side is whole tiles
    "decode_long": (decode, 8, (1, 2, 5, 21), 8, 2),  # one tile high in two tilings
    "decode_square_fits": (decode, 8, (1, 2, 8, 7), 8, 2),  # whole in the square tiling alone
    "decode_fits": (decode, 8, (1, 2, 4, 3), 8, 2),  # whole in all
    "decode_deep": (decode, 8, (1, 2, 10, 11), 8, 3),  # ramps meet: they are more than half of a tile
    "decode_hard": (decode, 8, (1, 2, 12, 9), 8, 0),  # no ramp at all
    "encode_ragged": (encode, 1 / 8, (2, 1, 104, 88), 64, 16),
    "encode_long": (encode, 1 / 8, (1, 1, 40, 168), 64, 16),
    "encode_fits": (encode, 1 / 8, (1, 1, 32, 24), 64, 16),
    "encode_deep": (encode, 1 / 8, (1, 1, 80, 88), 64, 24),
}


def vae_cases():
    vae = AutoencoderKL(norm_num_groups=32, sample_size=32, **VAE).eval()
    fill(vae_tensors(vae))
    vae.double()
    latent, picture = torch.randn(1, 4, 20, 27), torch.rand(1, 50, 39, 3)
    cases = {}
    for name, overlap in (("vae_decode", 6), ("vae_decode_clamped", 12)):
        out = tiled(latent, lambda x: vae.decode(x).sample, 32 // 2, min(overlap, 32 // 4) // 2, 2)
        cases |= {f"{name}.in": latent.clone(), f"{name}.tiles": torch.tensor([32, overlap]),
                  f"{name}.out": ((out + 1) / 2).clamp(0, 1).permute(0, 2, 3, 1)}
    cut = (picture[:, :, 0:38] * 2 - 1).permute(0, 3, 1, 2)  # 39 is no multiple of 2: the middle begins at 1 // 2
    out = tiled(cut, lambda x: vae.encode(x).latent_dist.mean, 32, 12, 1 / 2)
    return cases | {"vae_encode.in": picture, "vae_encode.tiles": torch.tensor([32, 12]), "vae_encode.out": out}


if __name__ == "__main__":
    torch.manual_seed(7)
    with torch.no_grad():
        case = {"decode.weight": DECODE, "encode.weight": ENCODE} | vae_cases()
        for name, (function, scale, shape, size, overlap) in CASES.items():
            x = torch.randn(shape)
            case |= {f"{name}.in": x, f"{name}.tiles": torch.tensor([size, overlap]),
                     f"{name}.out": tiled(x, function, size, overlap, scale)}
    case = {k: (v if v.dtype == torch.int64 else v.float()).contiguous() for k, v in case.items()}
    save_file(case, Path(sys.argv[1]) / "tiles.safetensors")
