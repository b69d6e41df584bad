"""Low-rank additions to the UNet's layers: W + alpha / rank * up * down, with alpha = rank."""
import torch
import torch.nn.functional as F
from torch import nn

import unet


class Addition(nn.Module):
    """A layer that stays as it is, plus what is learned; at first nothing is added."""

    def __init__(self, layer, rank):
        super().__init__()
        self.layer = layer.requires_grad_(False)
        if isinstance(layer, nn.Conv2d):
            self.down = nn.Parameter(torch.empty(rank, *layer.weight.shape[1:]))
            self.up = nn.Parameter(torch.zeros(layer.out_channels, rank, 1, 1))
        else:
            self.down = nn.Parameter(torch.empty(rank, layer.in_features))
            self.up = nn.Parameter(torch.zeros(layer.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=5**0.5)

    def forward(self, x, *time_and_text):
        if isinstance(self.layer, nn.Linear):
            return self.layer(x) + F.linear(F.linear(x, self.down), self.up)
        low = F.conv2d(x, self.down, stride=self.layer.stride, padding=self.layer.padding)
        return self.layer(x, *time_and_text) + F.conv2d(low, self.up)


def add(module, rank, prefix=""):
    """Puts an Addition in place of each layer of attention and of residual blocks; {name: Addition}."""
    added = {}
    for name, child in list(module.named_children()):
        path = f"{prefix}{name}"
        if isinstance(child, (nn.Linear, nn.Conv2d)) and _takes_one(path):
            added[path] = Addition(child, rank)
            setattr(module, name, added[path])
        else:
            added |= add(child, rank, path + ".")
    return added


def _takes_one(path):
    return ".transformer_blocks." in path or path.endswith(("in_layers.2", "out_layers.3"))


@torch.no_grad()
def tensors(added):
    """The file's tensors, under the checkpoint's own names, for weights with SD1's epsilons (see fold_epsilon)."""
    found = {}
    for path, addition in added.items():
        up = unet.fold_epsilon({f"{path}.weight": addition.up})[f"{path}.weight"]
        found |= {f"diffusion_model.{path}.lora_down.weight": addition.down.detach(),
                  f"diffusion_model.{path}.lora_up.weight": up.detach(),
                  f"diffusion_model.{path}.alpha": torch.tensor(float(addition.down.shape[0]))}
    return found
