"""The autoencoder of Stable Diffusion 1 (AutoencoderKL), with the names of its checkpoints.

Pictures [N, 3, H, W] in -1 to 1; latents [N, 4, H/8, W/8].

Group norms have 32 groups and divide by sqrt(variance + 1e-6). With few channels a group and flat pictures that
forgets the colour: of a group of two constant channels a, b only the sign of a - b is left. So training uses the
larger TRAINING_EPSILON, and fold_epsilon turns the result into the same function with 1e-6.
"""
import torch
import torch.nn.functional as F
from torch import nn

LATENT_CHANNELS = 4
EPSILON = 1e-6  # of SD1's norms
TRAINING_EPSILON = 4.0
SCALE = 0.18215  # latents times this have a variance of one: what the UNet works on


class Norm(nn.GroupNorm):
    def __init__(self, channels):
        super().__init__(32, channels, eps=TRAINING_EPSILON)


class ResnetBlock(nn.Module):
    def __init__(self, channels, out_channels):
        super().__init__()
        self.norm1 = Norm(channels)
        self.conv1 = nn.Conv2d(channels, out_channels, 3, padding=1)
        self.norm2 = Norm(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)  # residual branches begin as nothing
        if channels != out_channels:
            self.nin_shortcut = nn.Conv2d(channels, out_channels, 1)

    def forward(self, x):
        h = self.conv1(F.silu(self.norm1(x)))
        h = self.conv2(F.silu(self.norm2(h)))
        return h + (self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x)


class AttnBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = Norm(channels)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(channels, channels, 1) for _ in range(4))
        nn.init.zeros_(self.proj_out.weight)

    def forward(self, x):
        h = self.norm(x)
        q, k, v = (layer(h).flatten(2).transpose(1, 2) for layer in (self.q, self.k, self.v))
        h = F.scaled_dot_product_attention(q, k, v)  # one head
        return x + self.proj_out(h.transpose(1, 2).reshape(x.shape))


class Downsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x):
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class Upsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class Middle(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.block_1 = ResnetBlock(channels, channels)
        self.attn_1 = AttnBlock(channels)
        self.block_2 = ResnetBlock(channels, channels)

    def forward(self, x):
        return self.block_2(self.attn_1(self.block_1(x)))


class Level(nn.Module):
    """The blocks of one resolution; `resample` is named downsample or upsample."""

    def __init__(self, channels, out_channels, blocks):
        super().__init__()
        widths = [channels] + [out_channels] * blocks
        self.block = nn.ModuleList(ResnetBlock(a, b) for a, b in zip(widths, widths[1:]))


class Encoder(nn.Module):
    def __init__(self, width, multipliers, blocks):
        super().__init__()
        widths = [width * m for m in multipliers]
        self.conv_in = nn.Conv2d(3, width, 3, padding=1)
        self.down = nn.ModuleList(Level(*sizes) for sizes in zip([width] + widths, widths, blocks))
        for level, channels in zip(self.down[:-1], widths):
            level.downsample = Downsample(channels)
        self.mid = Middle(widths[-1])
        self.norm_out = Norm(widths[-1])
        self.conv_out = nn.Conv2d(widths[-1], 2 * LATENT_CHANNELS, 3, padding=1)

    def forward(self, x):
        h = self.conv_in(x)
        for level in self.down:
            for block in level.block:
                h = block(h)
            h = level.downsample(h) if hasattr(level, "downsample") else h
        return self.conv_out(F.silu(self.norm_out(self.mid(h))))


class Decoder(nn.Module):
    def __init__(self, width, multipliers, blocks):
        super().__init__()
        widths = [width * m for m in multipliers]
        self.conv_in = nn.Conv2d(LATENT_CHANNELS, widths[-1], 3, padding=1)
        self.mid = Middle(widths[-1])
        # up.0 is the finest level, and the last to run.
        self.up = nn.ModuleList(Level(*sizes) for sizes in zip(widths[1:] + widths[-1:], widths, blocks))
        for level, channels in zip(self.up[1:], widths[1:]):
            level.upsample = Upsample(channels)
        self.norm_out = Norm(widths[0])
        self.conv_out = nn.Conv2d(widths[0], 3, 3, padding=1)

    def forward(self, z):
        h = self.mid(self.conv_in(z))
        for level in reversed(self.up):
            for block in level.block:
                h = block(h)
            h = level.upsample(h) if hasattr(level, "upsample") else h
        return self.conv_out(F.silu(self.norm_out(h)))


class AutoencoderKL(nn.Module):
    """Blocks are per level, the finest first, where a block takes most of the time: fewer than SD1 has."""

    def __init__(self, width=64, multipliers=(1, 1, 1, 2), encoder_blocks=(0, 1, 1, 1), decoder_blocks=(1, 2, 2, 2)):
        super().__init__()
        self.encoder = Encoder(width, multipliers, encoder_blocks)
        self.decoder = Decoder(width, multipliers, decoder_blocks)
        self.quant_conv = nn.Conv2d(2 * LATENT_CHANNELS, 2 * LATENT_CHANNELS, 1)
        self.post_quant_conv = nn.Conv2d(LATENT_CHANNELS, LATENT_CHANNELS, 1)
        self.quant_conv.bias.data[LATENT_CHANNELS:] = -5.0  # little noise, until there is something to drown

    def encode(self, pictures):
        """Mean and log variance of the latents."""
        mean, log_variance = self.quant_conv(self.encoder(pictures)).chunk(2, dim=1)
        return mean, log_variance.clamp(-30.0, 20.0)

    def decode(self, latents):
        return self.decoder(self.post_quant_conv(latents))

    @torch.no_grad()
    def normalise(self, mean, deviation):
        """Makes latents that have this mean and deviation per channel have mean 0 and deviation 1 / SCALE.

        Only quant_conv and post_quant_conv change; encoding then decoding gives what it gave before.
        """
        factor = 1.0 / (SCALE * deviation)
        quant, post = self.quant_conv, self.post_quant_conv
        n = LATENT_CHANNELS
        quant.weight[:n] *= factor[:, None, None, None]
        quant.bias[:n] = (quant.bias[:n] - mean) * factor
        quant.bias[n:] += 2.0 * factor.log()  # the variance grows with the square
        post.bias += post.weight[:, :, 0, 0] @ mean
        post.weight /= factor[None, :, None, None]


# What writes to the stream that norms read, and what only carries it on (linear, so its weight stays).
WRITERS = ("conv_in", "conv1", "conv2", "attn_1.proj_out")
CARRIERS = ("nin_shortcut", "downsample.conv", "upsample.conv")


SHRINK = (EPSILON / TRAINING_EPSILON) ** 0.5


@torch.no_grad()
def fold_epsilon(state, shrink=SHRINK):
    """The same function with norms of EPSILON: norm(s h; e) = norm(h; e / s^2), so all that norms read shrinks by s."""
    folded = {}
    for name, value in state.items():
        layer, kind = name.rsplit(".", 1)
        shrinks = layer.endswith(WRITERS) or (layer.endswith(CARRIERS) and kind == "bias")
        folded[name] = value * shrink if shrinks else value.clone()
    return folded


def unfold_epsilon(state):
    """What fold_epsilon was given."""
    return fold_epsilon(state, 1.0 / SHRINK)


def set_epsilon(model, epsilon):
    for module in model.modules():
        if isinstance(module, Norm):
            module.eps = epsilon
