"""The UNet of Stable Diffusion 1 with the names of its checkpoints (latent-diffusion's UNetModel).

Latents [N, 4, H, W] of unit variance, timesteps [N] 0 to 999, text [N, 77, C]: gives the noise (eps).
"""
import math

import torch
import torch.nn.functional as F
from torch import nn

from attention import attention

HEADS = 8  # at every level, as SD1
EPSILON = 1e-5  # of the norms of SD1's residual blocks
TRANSFORMER_EPSILON = 1e-6
SHRINK = 10**-1.5  # training has norms of EPSILON / SHRINK^2, see autoencoder.py; fold_epsilon undoes it


class Norm(nn.GroupNorm):
    def __init__(self, channels, epsilon=EPSILON):
        super().__init__(32, channels, eps=epsilon / SHRINK**2)
        self.exported_epsilon = epsilon


def timestep_embedding(timesteps, width):
    half = width // 2
    rates = torch.exp(-math.log(10000.0) * torch.arange(half, device=timesteps.device) / half)
    angles = timesteps.float()[:, None] * rates[None]
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


def zeroed(layer):
    """Residual branches begin as nothing."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


class ResBlock(nn.Module):
    def __init__(self, channels, out_channels, time_width):
        super().__init__()
        self.in_layers = nn.Sequential(
            Norm(channels), nn.SiLU(), nn.Conv2d(channels, out_channels, 3, padding=1))
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(time_width, out_channels))
        self.out_layers = nn.Sequential(
            Norm(out_channels), nn.SiLU(), nn.Dropout(0.0),
            zeroed(nn.Conv2d(out_channels, out_channels, 3, padding=1)))
        same = channels == out_channels
        self.skip_connection = nn.Identity() if same else nn.Conv2d(channels, out_channels, 1)

    def forward(self, x, time, text):
        h = self.in_layers(x) + self.emb_layers(time)[:, :, None, None]
        return self.skip_connection(x) + self.out_layers(h)


class CrossAttention(nn.Module):
    def __init__(self, width, context_width):
        super().__init__()
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k = nn.Linear(context_width, width, bias=False)
        self.to_v = nn.Linear(context_width, width, bias=False)
        self.to_out = nn.Sequential(nn.Linear(width, width), nn.Dropout(0.0))

    def forward(self, x, context):
        n, length, width = x.shape
        q, k, v = (t.view(n, -1, HEADS, width // HEADS).transpose(1, 2)
                   for t in (self.to_q(x), self.to_k(context), self.to_v(context)))
        h = attention(q, k, v)
        return self.to_out(h.transpose(1, 2).reshape(n, length, width))


class GEGLU(nn.Module):
    def __init__(self, width, out_width):
        super().__init__()
        self.proj = nn.Linear(width, 2 * out_width)

    def forward(self, x):
        value, gate = self.proj(x).chunk(2, dim=-1)
        return value * F.gelu(gate)


class FeedForward(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(GEGLU(width, 4 * width), nn.Dropout(0.0), nn.Linear(4 * width, width))

    def forward(self, x):
        return self.net(x)


class TransformerBlock(nn.Module):
    def __init__(self, width, context_width):
        super().__init__()
        self.attn1 = CrossAttention(width, width)
        self.ff = FeedForward(width)
        self.attn2 = CrossAttention(width, context_width)
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width) for _ in range(3))

    def forward(self, x, context):
        h = self.norm1(x)
        x = x + self.attn1(h, h)
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff(self.norm3(x))


class SpatialTransformer(nn.Module):
    def __init__(self, channels, context_width):
        super().__init__()
        self.norm = Norm(channels, TRANSFORMER_EPSILON)
        self.proj_in = nn.Conv2d(channels, channels, 1)
        self.transformer_blocks = nn.ModuleList([TransformerBlock(channels, context_width)])
        self.proj_out = zeroed(nn.Conv2d(channels, channels, 1))

    def forward(self, x, time, text):
        n, c, h, w = x.shape
        tokens = self.proj_in(self.norm(x)).flatten(2).transpose(1, 2)
        for block in self.transformer_blocks:
            tokens = block(tokens, text)
        return x + self.proj_out(tokens.transpose(1, 2).reshape(n, c, h, w))


class Downsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.op = nn.Conv2d(channels, channels, 3, stride=2, padding=1)

    def forward(self, x, time, text):
        return self.op(x)


class Upsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x, time, text):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class Convolution(nn.Conv2d):
    def forward(self, x, time, text):
        return super().forward(x)


class UNet(nn.Module):
    """`attention`: which levels have it, the finest first; the middle always does.

    At 16 x 16 attention takes two thirds of the time and the convolutions do without, so only 8 x 8 has it.
    """

    def __init__(self, width=64, multipliers=(1, 2), attention=(False, True), blocks=1, context_width=64, channels=4):
        super().__init__()
        self.width = width
        time = 4 * width

        def block(channels, level):
            out = width * multipliers[level]
            layers = [ResBlock(channels, out, time)]
            return out, layers + ([SpatialTransformer(out, context_width)] if attention[level] else [])

        self.time_embed = nn.Sequential(nn.Linear(width, time), nn.SiLU(), nn.Linear(time, time))

        self.input_blocks = nn.ModuleList([nn.ModuleList([Convolution(channels, width, 3, padding=1)])])
        now, skips = width, [width]
        for level in range(len(multipliers)):
            for _ in range(blocks):
                now, layers = block(now, level)
                self.input_blocks.append(nn.ModuleList(layers))
                skips.append(now)
            if level + 1 < len(multipliers):
                self.input_blocks.append(nn.ModuleList([Downsample(now)]))
                skips.append(now)

        self.middle_block = nn.ModuleList(
            [ResBlock(now, now, time), SpatialTransformer(now, context_width), ResBlock(now, now, time)])

        self.output_blocks = nn.ModuleList()
        for level in reversed(range(len(multipliers))):
            for i in range(blocks + 1):
                now, layers = block(now + skips.pop(), level)
                if level > 0 and i == blocks:
                    layers.append(Upsample(now))
                self.output_blocks.append(nn.ModuleList(layers))

        self.out = nn.Sequential(
            Norm(now), nn.SiLU(), zeroed(nn.Conv2d(now, channels, 3, padding=1)))

    def forward(self, x, timesteps, text):
        time = self.time_embed(timestep_embedding(timesteps, self.width).to(x.dtype))
        skips = []
        for layers in self.input_blocks:
            for layer in layers:
                x = layer(x, time, text)
            skips.append(x)
        for layer in self.middle_block:
            x = layer(x, time, text)
        for layers in self.output_blocks:
            x = torch.cat([x, skips.pop()], dim=1)
            for layer in layers:
                x = layer(x, time, text)
        return self.out(x)


# What writes to the stream that norms read, and what only carries it on (linear, so its weight stays).
WRITERS = ("input_blocks.0.0", "in_layers.2", "emb_layers.1", "out_layers.3", "proj_out")
CARRIERS = ("skip_connection", "op", "conv")


@torch.no_grad()
def fold_epsilon(state, shrink=SHRINK):
    """The same function with SD1's epsilons."""
    folded = {}
    for name, value in state.items():
        layer, kind = name.rsplit(".", 1)
        shrinks = layer.endswith(WRITERS) or (layer.split(".")[-1] in CARRIERS and kind == "bias")
        folded[name] = value * shrink if shrinks else value.clone()
    return folded


def unfold_epsilon(state):
    """What fold_epsilon was given."""
    return fold_epsilon(state, 1.0 / SHRINK)


def set_exported_epsilon(model):
    for module in model.modules():
        if isinstance(module, Norm):
            module.eps = module.exported_epsilon
