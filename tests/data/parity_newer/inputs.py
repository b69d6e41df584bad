"""The tensors that the cases are given, drawn from seeds."""

import torch


def _drawn(seed, *shape):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


def _normal(seed, *shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def inputs():
    """Pictures [N,H,W,C], masks [N,H,W], latents [N,C,H,W], sigmas [N]."""
    steps = torch.tensor([0.0, 0.25, 0.5, 0.75, 1.0])
    flat = _drawn(30, 2, 6, 5, 3)
    flat[0, 1:3] = torch.tensor([1.0, 128 / 255, 0.0])  # 0xff8000
    flat[1, 2, 2] = torch.tensor([0.9999, 0.5, 0.001])  # that colour, not quite
    return {
        "picture": _drawn(1, 1, 9, 13, 3),
        "pictures": _drawn(2, 3, 9, 13, 3),
        "other": _drawn(32, 1, 9, 13, 3),
        "tall": _drawn(3, 1, 12, 7, 3),
        "talls": _drawn(4, 2, 12, 7, 3),
        "square": _drawn(5, 1, 8, 8, 3),
        "clear": _drawn(6, 1, 9, 13, 4),
        "tall_clear": _drawn(7, 2, 12, 7, 4),
        "beyond": _drawn(8, 1, 9, 13, 3) * 1.6 - 0.3,  # values below 0 and above 1
        "steps": steps.view(1, 1, 5, 1).expand(1, 5, 5, 3) * steps.view(1, 5, 1, 1),
        "flat": flat,
        "pixel": _drawn(31, 1, 1, 1, 3),
        "mask": _drawn(9, 1, 9, 13),
        "masks": _drawn(10, 3, 9, 13),
        "two_masks": _drawn(11, 2, 9, 13),
        "tall_mask": _drawn(12, 1, 12, 7),
        "tall_masks": _drawn(13, 2, 12, 7),
        "small_mask": _drawn(14, 1, 3, 4),
        "hard_mask": (_drawn(15, 1, 9, 13) > 0.8).float(),
        "box": torch.nn.functional.pad(torch.ones(1, 5, 5), (4, 4, 2, 2)),
        "halves": _drawn(16, 1, 9, 13).mul(4).round().div(4),  # 0.5 among them, where comparisons turn
        "half_box": torch.nn.functional.pad(torch.ones(1, 32, 32), (32, 0, 0, 32)) * 0.5,
        "ramp": torch.linspace(0, 1, 64).view(1, 1, 64).expand(1, 64, 64),
        "latent": _normal(17, 1, 4, 10, 9),
        "latents": _normal(18, 3, 4, 10, 9),
        "wide_latents": _normal(19, 2, 4, 6, 13),
        "small": _normal(20, 1, 4, 8, 8) * 3,
        "two_small": _normal(21, 2, 4, 8, 8) * 3,
        "start_small": _normal(22, 1, 4, 8, 8),
        "index_3": torch.tensor([4, 0, 7]),
        "index_2": torch.tensor([9, 2]),
        "latent_mask": _drawn(23, 1, 20, 18),
        "empty_small": torch.zeros(1, 4, 8, 8),
        "picture_small": _normal(33, 1, 4, 8, 8) * 3,
        "pictures_small": _normal(34, 3, 4, 8, 8) * 3,
        "picture_wide": _normal(35, 1, 4, 6, 13) * 3,
        "cell_mask": _drawn(36, 1, 1, 8, 8),
        "pixel_mask": _drawn(37, 1, 1, 64, 64),
        "pixel_masks": (_drawn(38, 3, 1, 64, 64) > 0.4).float(),
        "pixel_mask_wide": _drawn(39, 1, 1, 48, 104),
        "text": _normal(24, 1, 7, 64),
        "other_text": _normal(25, 1, 7, 64),
        "third_text": _normal(26, 1, 7, 64),
        "empty_text": _normal(27, 1, 7, 64),
        "pooled": _normal(28, 1, 64),
        "falling": torch.tensor([14.5, 9.25, 5.5, 3.0, 1.5, 0.5, 0.0]),
        "falling_flow": torch.tensor([1.0, 0.875, 0.625, 0.375, 0.125, 0.0]),
        "one": torch.tensor([2.5]),
        "none": torch.zeros(0),
        "above": torch.tensor([10.0, 5.0, 2.0]),
    }
