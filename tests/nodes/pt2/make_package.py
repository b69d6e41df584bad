"""A small UNet of SD 1's layout with random weights, twice: unet.safetensors, and compiled as unet.pt2.

    python make_package.py FOLDER

Run by the build where LibTorch is a Python wheel; needs nothing but that and a compiler.
"""
import json
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "training"))
import export_pt2  # noqa: E402
import unet  # noqa: E402

CONTEXT = 24


def write_safetensors(path, tensors):
    header, blocks, offset = {}, [], 0
    for name, tensor in tensors.items():
        data = bytes(tensor.contiguous().untyped_storage())
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
        blocks.append(data)
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    path.write_bytes(len(head).to_bytes(8, "little") + head + b"".join(blocks))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(5)
    model = unet.UNet(width=32, multipliers=(1, 2), attention=(False, True), context_width=CONTEXT)
    # Each layer keeps the size of what it gets; none of them is nothing, as in an untrained network.
    state = {}
    for name, value in model.state_dict().items():
        fan_in = value[0].numel()
        noise = torch.randn(value.shape)
        state[name] = noise / fan_in**0.5 if value.dim() > 1 else noise / 4 + float("norm" in name and "weight" in name)
    write_safetensors(folder / "unet.safetensors", {export_pt2.PREFIX + name: value for name, value in state.items()})
    export_pt2.main([str(folder / "unet.safetensors"), str(folder / "unet.pt2"), "--batch", "1:2", "--height", "8:16",
                     "--width", "8:16", "--tokens", "1:80"])
