"""PyTorch eager, for busy.py: convolutions and products of matrices of the sizes of a run of configs/quickstart.yaml
(18 latents of 16 by 16, 64 and 128 channels, 20 steps; then 9 pictures of 128 by 128). It draws nothing."""
import torch
from torch.nn import functional


def step(x, conv64, deep, conv128, into, out):
    for _ in range(8):  # residual blocks at full size
        x = x + functional.silu(functional.conv2d(functional.group_norm(x, 32), conv64, padding=1))
    for _ in range(12):
        deep = deep + functional.silu(functional.conv2d(functional.group_norm(deep, 32), conv128, padding=1))
    tokens = deep.flatten(2).transpose(1, 2)
    for _ in range(4):  # transformer blocks
        tokens = tokens + functional.scaled_dot_product_attention(tokens, tokens, tokens)
        tokens = tokens + functional.gelu(tokens @ into) @ out
    return x, tokens.transpose(1, 2).reshape(deep.shape)


@torch.inference_mode()
def main():
    small = 0.01
    conv64, conv128 = small * torch.randn(64, 64, 3, 3), small * torch.randn(128, 128, 3, 3)
    into, out = small * torch.randn(128, 512), small * torch.randn(512, 128)
    x, deep = torch.randn(18, 64, 16, 16), torch.randn(18, 128, 8, 8)
    for _ in range(20):
        x, deep = step(x, conv64, deep, conv128, into, out)
    picture = torch.randn(9, 64, 128, 128)
    for _ in range(4):  # a decoder's last blocks
        picture = picture + functional.silu(functional.conv2d(functional.group_norm(picture, 32), conv64, padding=1))


main()
