"""LoRAs of other kinds than two matrices a layer, and what diffusers computes with them merged.

    python make_lycoris.py ../../data/networks

The differences are LyCORIS' own (lycoris-lora 4.1), and all is peft's own (0.21) for its DoRA; ComfyUI's formula,
written again, is used where it is another: a DoRA's strength, and a DoRA of outputs. As in make_loras.py, values are
made from the tensors' names, and a file holds shapes, alphas and the prediction.
"""

import sys
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from lycoris.modules.full import FullModule
from lycoris.modules.glora import GLoRAModule
from lycoris.modules.locon import LoConModule
from lycoris.modules.loha import LohaModule
from lycoris.modules.lokr import LokrModule
from lycoris.modules.norms import NormModule
from peft import LoraConfig, inject_adapter_in_model
from safetensors.torch import load_file, save_file

from ldm_layout import unet_tensors
from make_loras import is_any, is_attention, kohya
from make_networks import UNETS, shapes
from weights import fill, made

NORMS = (torch.nn.GroupNorm, torch.nn.LayerNorm)


def is_any_or_norm(name, module):
    return is_any(name, module) or isinstance(module, NORMS)


def full(name, module, **_):
    return (NormModule if isinstance(module, NORMS) else FullModule)(name, module)


# name: network, which modules, kind, its options, strength
LORAS = {
    "sd1_loha": ("sd1_unet", is_any, LohaModule, dict(lora_dim=3, alpha=2.0), 0.7),
    "sd1_loha_tucker": ("sd1_unet", is_any, LohaModule, dict(lora_dim=3, alpha=2.0, use_tucker=True), -0.7),
    "sd1_lokr": ("sd1_unet", is_any, LokrModule, dict(lora_dim=3, alpha=2.0, factor=4), 0.7),
    "sd1_lokr_both": ("sd1_unet", is_any, LokrModule,
                      dict(lora_dim=1, alpha=0.5, decompose_both=True, use_tucker=True), 0.7),
    "sd1_glora": ("sd1_unet", is_any, GLoRAModule, dict(lora_dim=3, alpha=1.0), 0.7),
    "sd1_full": ("sd1_unet", is_any_or_norm, full, {}, 0.25),
    "sd1_dora": ("sd1_unet", is_any, LoConModule,
                 dict(lora_dim=3, alpha=2.0, weight_decompose=True, wd_on_out=False), 1.0),
    "sd1_dora_outputs": ("sd1_unet", is_any, LoConModule,
                         dict(lora_dim=3, alpha=2.0, weight_decompose=True, wd_on_out=True), 0.7),
    "sd1_doha": ("sd1_unet", is_any, LohaModule,
                 dict(lora_dim=3, alpha=2.0, weight_decompose=True, wd_on_out=False), 0.7),
    "sd1_dokr": ("sd1_unet", is_attention, LokrModule,
                 dict(lora_dim=3, alpha=2.0, weight_decompose=True, wd_on_out=False), 1.0),
}


def delta(adapter, shape):
    """Of LoHa and LoKr, get_diff_weight() multiplies by alpha / rank twice; what they train with is this."""
    if hasattr(adapter, "get_weight"):
        return adapter.get_weight(shape).view(shape)
    return adapter.get_diff_weight(1.0)[0].view(shape)


def comfy_dora(weight, changed, adapter, strength):
    """W + s (W' - W), W' = m / |.| (W + delta); of outputs, |.| is that of W alone."""
    measured = weight if adapter.wd_on_out else changed
    dims = [i for i in range(weight.dim()) if i != (0 if adapter.wd_on_out else 1)]
    changed = changed * adapter.dora_scale / torch.linalg.vector_norm(measured, dim=dims, keepdim=True)
    return weight + strength * (changed - weight)


def merged(adapter, weight, strength, is_dora):
    changed = weight + delta(adapter, weight.shape)
    if not is_dora:
        return weight + strength * (changed - weight)
    if strength == 1.0 and not adapter.wd_on_out:
        return adapter.apply_weight_decompose(changed)
    return comfy_dora(weight, changed, adapter, strength)


def apply_lycoris(unet, name, case):
    _, wanted, kind, options, strength = LORAS[name]
    tensors = {}
    for module_name, module in unet.named_modules():
        if not wanted(module_name, module):
            continue
        key = kohya(module_name)[0]
        adapter = kind(key, module, **options)
        for part, parameter in adapter.named_parameters():
            part = {"weight": "diff", "bias": "diff_b"}.get(part, part)
            parameter.data = made(f"{key}.{part}", parameter.shape)
            tensors[f"{key}.{part}"] = parameter
        if "alpha" in options:
            case[f"alpha:{key}.alpha"] = adapter.alpha.clone()
        if kind is not full:
            module.weight.copy_(merged(adapter, module.weight, strength, "weight_decompose" in options))
            continue
        difference, bias = ((adapter.w_norm, adapter.b_norm) if isinstance(adapter, NormModule)
                            else (adapter.weight, adapter.bias))
        module.weight += strength * difference
        if bias is not None:
            module.bias += strength * bias
    return tensors, strength


def apply_peft(unet, case):
    """With peft's names, and the alpha in the metadata alone."""
    inject_adapter_in_model(LoraConfig(r=3, lora_alpha=6, use_dora=True,
                                       target_modules=["to_q", "to_k", "to_v", "to_out.0", "conv1"]), unet)
    tensors = {}
    for name, parameter in unet.named_parameters():
        if ".lora_" not in name:
            continue
        key = "unet." + name.replace(".default", "", 1)
        parameter.copy_(made(key, parameter.shape))
        tensors[key] = parameter
    return tensors, 1.0


def lora_case(folder, name):
    network = LORAS[name][0] if name in LORAS else "sd1_unet"
    unet = UNet2DConditionModel(sample_size=16, **UNETS[network][1]).eval()
    fill(unet_tensors(unet))
    case, metadata = {}, {}
    if name in LORAS:
        tensors, strength = apply_lycoris(unet, name, case)
    else:
        tensors, strength = apply_peft(unet, case)
        metadata = {"lora_adapter_metadata": '{"unet.r": 3, "unet.lora_alpha": 6}'}
    inputs = load_file(folder / f"{network}.safetensors")
    case["out"] = unet(inputs["odd.x"], inputs["odd.t"], inputs["odd.context"]).sample.contiguous()
    case["strength"] = torch.tensor([strength], dtype=torch.float64)
    difference = (case["out"] - inputs["odd.out"]).abs().max() / inputs["odd.out"].abs().max()
    print(f"{name}: {len(tensors)} tensors, the prediction differs by {difference:.3f}")
    save_file(case, folder / f"{name}.safetensors", shapes(tensors, metadata))


if __name__ == "__main__":
    with torch.no_grad():
        for lora in [*LORAS, "sd1_dora_peft"]:
            lora_case(Path(sys.argv[1]), lora)
