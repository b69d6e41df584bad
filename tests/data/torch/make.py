"""Writes what torch.save writes, for tests/files/torch_file_test.cpp, which knows the same numbers: `plain(type)` is
0 to 5 as [2, 3].

    python make.py        (needs torch alone; the same bytes each time for one version of it, but for keys of storages in
                          the files of before 1.6, which are addresses, and the folder of script.pt)
"""
import argparse
import collections
import os
import sys
import types
import warnings
import zipfile
from pathlib import Path

import torch

warnings.filterwarnings("ignore")
torch.manual_seed(13)
here = Path(__file__).parent

TYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64", "uint16",
         "uint32", "uint64", "float8_e4m3fn", "float8_e5m2", "complex64"]


def plain(dtype=torch.float32):
    return torch.arange(6, dtype=torch.float32).to(dtype).view(2, 3)


def save(value, name, **options):
    torch.save(value, here / name, **options)


def rewritten(name, source, change, compression=zipfile.ZIP_STORED):
    """The zip `source`, with what `change` makes of each entry's bytes; dates are zip's first, not today's."""
    with zipfile.ZipFile(here / source) as old, zipfile.ZipFile(here / name, "w", compression) as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename)
            info.compress_type = compression
            new.writestr(info, change(entry.filename, old.read(entry)))


class Lightning:
    """Stands for pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint, which old checkpoints name as a key."""


class RunsACommand:
    def __reduce__(self):
        return os.system, ("echo run",)


class OwnNetwork(torch.nn.Linear):
    pass


def as_module(cls, module, name):
    parts = module.split(".")
    for i in range(1, len(parts) + 1):
        sys.modules.setdefault(".".join(parts[:i]), types.ModuleType(".".join(parts[:i])))
    cls.__module__, cls.__qualname__, cls.__name__ = module, name, name
    setattr(sys.modules[module], name, cls)


# Types and protocols.
of_types = {name: plain(getattr(torch, name)) for name in TYPES}
save(of_types, "types.pt")
for protocol in (3, 4, 5):
    save(of_types, f"protocol{protocol}.pt", pickle_protocol=protocol)
save(of_types, "before_1_6.pt", _use_new_zipfile_serialization=False)
save(of_types, "before_1_6_protocol4.pt", _use_new_zipfile_serialization=False, pickle_protocol=4)

# Views: one memory, seen in many ways.
memory = torch.arange(24, dtype=torch.float32)
views = {
    "all": memory,
    "rows": memory.view(4, 6)[1:3],
    "columns": memory.view(4, 6)[:, 1:3],
    "turned": memory.view(4, 6).t(),
    "permuted": memory.view(2, 3, 4).permute(2, 0, 1),
    "every_second": memory[1::2],
    "one": memory[5],
    "none": memory[3:3],
    "size_one": torch.as_strided(memory, (1, 3), (17, 1), 2),
}
save(views, "views.pt")
save(views, "views_before_1_6.pt", _use_new_zipfile_serialization=False)

# What holds the tensors.
layer = torch.nn.Linear(3, 2)
with torch.no_grad():
    layer.weight.copy_(plain())
    layer.bias.copy_(torch.tensor([7.0, 8.0]))
save(layer.state_dict(), "state_dict.pth")
save({"weight": layer.weight, "bias": layer.bias}, "parameters.bin")
save({"params": {"weight": plain()}}, "one_dictionary.pth")
save({"string_to_token": {"*": 265}, "string_to_param": {"*": plain()}, "name": "style", "step": 10**30}, "embedding.pt")
save({"a": [plain(), {"b": plain() + 1}], 5: (plain() + 2,), "note": "text", "none": None, "half": 0.5, "yes": True,
      "size": torch.Size([1, 2]), "type": torch.float16}, "nested.pt")
save({}, "nothing.pt")

as_module(Lightning, "pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint")
optimizer = torch.optim.AdamW(layer.parameters())
layer(torch.ones(1, 3)).sum().backward()
optimizer.step()
with torch.no_grad():
    layer.weight.copy_(plain())
checkpoint = {
    "epoch": 3, "global_step": 470000, "pytorch-lightning_version": "1.4.2",
    "state_dict": collections.OrderedDict({"model.weight": layer.weight.detach(), "model.bias": torch.tensor([7.0, 8.0])}),
    "callbacks": {Lightning: {"monitor": "val/loss", "best_model_score": torch.tensor(0.5), "best_k_models": {}}},
    "optimizer_states": [optimizer.state_dict()], "lr_schedulers": [collections.Counter([1, 1])],
    "hparams": argparse.Namespace(rate=1e-4), "defaults": collections.defaultdict(list, {"a": [1]}), "names": {"a"},
}
save(checkpoint, "lightning.ckpt")

# What is refused.
save({"weight": plain(), "note": RunsACommand()}, "os_system.pt")
save({"weight": plain(), "note": RunsACommand()}, "os_system_protocol4.pt", pickle_protocol=4)
save(torch.nn.Linear(3, 2), "module.pt")
as_module(OwnNetwork, "my.networks", "OwnNetwork")
save({"network": OwnNetwork(3, 2), "b": 1}, "own_network.pt")
save({"layers": torch.nn.ParameterDict({"weight": plain()}), "b": 1}, "parameter_dict.pt")
save({"weight": plain().to_sparse()}, "sparse.pt")
save({"weight": plain(torch.complex64).conj()}, "conjugated.pt")
save({"weight": torch.ones(1).expand(1000)}, "expanded.pt")
save([plain()], "list.pt")
save(plain(), "tensor.pt")
save({"state_dict": plain()}, "odd_state_dict.pt")
save({"a.b": plain(), "a": {"b": plain()}}, "twice.pt")
torch.jit.save(torch.jit.script(torch.nn.Linear(1, 1)), here / "script.pt")
rewritten("compressed.pt", "one_dictionary.pth", lambda name, data: data, zipfile.ZIP_DEFLATED)
rewritten("big_endian.pt", "one_dictionary.pth", lambda name, data: b"big" if name.endswith("/byteorder") else data)
with zipfile.ZipFile(here / "other.zip", "w") as other:
    other.writestr(zipfile.ZipInfo("readme.txt"), "no tensors")
