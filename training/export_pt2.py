"""Compiles a denoiser to a .pt2 package of AOTInductor, which ksampler's node Pt2Loader runs.

    python export_pt2.py model.safetensors model.pt2             # the UNet of an SD 1 checkpoint
    python export_pt2.py --diffusers FOLDER model.pt2            # a UNet2DConditionModel, or a pipeline with one

Needs PyTorch of the version that ksampler runs on, a C++ compiler and, for --diffusers, diffusers. The package
holds machine code for the processor (or GPU) that it is made on. docs/exported-networks.md says what a network
of another kind must look like: `export` takes any module.
"""
import argparse
import json
import mmap
import sys
from pathlib import Path

import torch
import torch._inductor
from torch import nn

import unet

DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
STORED = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
          "I64": torch.int64, "I32": torch.int32, "U8": torch.uint8, "BOOL": torch.bool}
PREFIX = "model.diffusion_model."
PREDICTIONS = ("eps", "v", "v_zsnr", "x0", "edm", "flow", "flux")


def read_safetensors(path):
    """The tensors, which share the file's pages, and the metadata."""
    with open(path, "rb") as file:
        pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    data = 8 + int.from_bytes(pages[:8], "little")
    header = json.loads(pages[8:data])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        if first < last:
            flat = torch.frombuffer(pages, dtype=torch.uint8, count=last - first, offset=data + first)
            tensors[name] = flat.view(STORED[entry["dtype"]]).view(entry["shape"])
    return tensors, metadata


def shape_of(state):
    """The arguments of unet.UNet, read off the tensors as ksampler does."""
    width, channels = state["input_blocks.0.0.weight"].shape[:2]
    levels = [[]]  # of (channels, has attention)
    block = 1
    while any(name.startswith(f"input_blocks.{block}.") for name in state):
        if f"input_blocks.{block}.0.op.weight" in state:
            levels.append([])
        else:
            out = state[f"input_blocks.{block}.0.out_layers.3.weight"].shape[0]
            levels[-1].append((out, f"input_blocks.{block}.1.proj_in.weight" in state))
        block += 1
    context = state["middle_block.1.transformer_blocks.0.attn2.to_k.weight"].shape[1]
    return dict(width=width, channels=channels, context_width=context, blocks=len(levels[0]),
                multipliers=[level[0][0] // width for level in levels],
                attention=[level[0][1] for level in levels])


def from_checkpoint(path):
    """The UNet of a single-file SD 1 checkpoint, and what the package says of it."""
    tensors, metadata = read_safetensors(path)
    state = {name.removeprefix(PREFIX): value for name, value in tensors.items() if name.startswith(PREFIX)}
    if not state and "input_blocks.0.0.weight" in tensors:
        state = tensors  # a file of the UNet alone
    if not state:
        raise SystemExit(f"{path}: holds no UNet (expected tensors '{PREFIX}...')")
    if state["middle_block.1.proj_in.weight"].dim() == 2:
        raise SystemExit(f"{path}: not of SD 1's architecture; export the model in diffusers' layout, with --diffusers")
    unet.HEADS = int(metadata.get("ksampler.heads", unet.HEADS))
    unet.attention = nn.functional.scaled_dot_product_attention  # never holds all scores at once
    with torch.device("meta"):
        model = unet.UNet(**shape_of(state))
    model.load_state_dict({name: value.float() for name, value in state.items()}, assign=True)
    unet.set_exported_epsilon(model)
    return model, {"channels": model.out[2].out_channels, "context_width": shape_of(state)["context_width"],
                   "multiple_of": 2 ** (len(shape_of(state)["multipliers"]) - 1), "latent_scale": 0.18215,
                   "prediction": metadata.get("ksampler.prediction", "eps")}


class FromDiffusers(nn.Module):
    """diffusers' UNet under the contract. Its label is embedded already: get_aug_embed would do it again."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        if model.config.addition_embed_type == "text_time":
            model.get_aug_embed = lambda **given: model.add_embedding(given["added_cond_kwargs"]["label"])

    def forward(self, x, timesteps, context, y=None):
        return self.model(x, timesteps, context, added_cond_kwargs={"label": y}, return_dict=False)[0]


def from_diffusers(folder):
    from diffusers import UNet2DConditionModel

    def config(part, file):
        path = folder / part / file
        return json.loads(path.read_text()) if path.exists() else {}

    model = UNet2DConditionModel.from_pretrained(folder, subfolder="unet" if (folder / "unet").exists() else None)
    label, sizes = 0, 0
    if model.config.addition_embed_type == "text_time":
        label = model.config.projection_class_embeddings_input_dim
        # Six numbers of sizes, or five in the refiner, whose pooled text is as wide as its text.
        width = model.config.addition_time_embed_dim
        sizes = 5 if label - 5 * width == model.config.cross_attention_dim else 6
    scheduler = config("scheduler", "scheduler_config.json")
    prediction = {"v_prediction": "v", "sample": "x0"}.get(scheduler.get("prediction_type"), "eps")
    if prediction == "v" and scheduler.get("rescale_betas_zero_snr"):
        prediction = "v_zsnr"
    return FromDiffusers(model), {
        "channels": model.config.out_channels, "context_width": model.config.cross_attention_dim,
        "multiple_of": 2 ** (len(model.config.block_out_channels) - 1), "label_width": label, "size_numbers": sizes,
        "latent_scale": config("vae", "config.json").get("scaling_factor", 0.13025 if sizes else 0.18215),
        "prediction": prediction}


def span(text):
    """`64` or `16:128`: the least and the most."""
    low, _, high = text.partition(":")
    low, high = int(low), int(high or low)
    if not 1 <= low <= high:
        raise argparse.ArgumentTypeError(f"'{text}': expected N, or LEAST:MOST with 1 <= LEAST <= MOST")
    return low, high


def export(model, facts, out, batch=(1, 16), height=(16, 128), width=(16, 128), tokens=(1, 231), dtype="fp32",
           device="cpu"):
    """`facts`: what the package says of the network, see docs/exported-networks.md. Spans are (least, most)."""
    step = facts["multiple_of"]
    height, width = (((low + step - 1) // step * step, high // step * step) for low, high in (height, width))
    if height[0] > height[1] or width[0] > width[1]:
        raise SystemExit(f"height and width must leave room for a multiple of {step}")

    def dimension(name, limits, step=1):
        low, high = limits
        return None if low == high else step * torch.export.Dim(name, min=low // step, max=high // step)

    def example(limits, step=1):  # not 1, which would be taken for a constant
        return limits[0] if limits[0] == limits[1] else max(limits[0], min(2 * step, limits[1]))

    model = model.to(device, DTYPES[dtype]).eval().requires_grad_(False)
    n, h, w, t = example(batch), example(height, step), example(width, step), example(tokens)
    options = dict(device=device, dtype=DTYPES[dtype])
    arguments = [torch.randn(n, facts["channels"], h, w, **options), torch.full((n,), 500.0, device=device),
                 torch.randn(n, t, facts["context_width"], **options)]
    rows = dimension("batch", batch)
    shapes = [{0: rows, 2: dimension("height", height, step), 3: dimension("width", width, step)}, {0: rows},
              {0: rows, 1: dimension("tokens", tokens)}]
    if facts.get("label_width"):
        arguments.append(torch.randn(n, facts["label_width"], **options))
        shapes.append({0: rows})
    if any(size == 1 and limits[1] > 1 for size, limits in ((h, height), (w, width))):
        raise SystemExit("height and width that vary must be able to be 2")

    ranges = {"batch": batch, "height": height, "width": width, "tokens": tokens}
    metadata = {"label_width": 0, "size_numbers": 0, "latent_scale": 1.0} | facts | {
        "format": 1, "torch": torch.__version__.split("+")[0], "dtype": dtype}
    metadata |= {name: f"{low}:{high}" for name, (low, high) in ranges.items()}
    with torch.no_grad():
        program = torch.export.export(model, tuple(arguments), dynamic_shapes=shapes)
        torch._inductor.aoti_compile_and_package(program, package_path=str(out), inductor_configs={
            "aot_inductor.metadata": {"ksampler." + key: str(value) for key, value in metadata.items()},
            "cpp.dynamic_threads": True})  # as many as there are where it runs


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], epilog="Sizes: N, or LEAST:MOST.",
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("model", type=Path, help="a safetensors file, or with --diffusers a folder")
    parser.add_argument("out", type=Path, help="the package; ends in .pt2")
    parser.add_argument("--diffusers", action="store_true", help="the model is a folder in diffusers' layout")
    parser.add_argument("--prediction", choices=PREDICTIONS, help="what the network predicts, where its files don't say")
    parser.add_argument("--batch", type=span, default="1:16", help="items at once")
    parser.add_argument("--height", type=span, default="16:128", help="of the latent: an eighth of the picture's")
    parser.add_argument("--width", type=span, default="16:128")
    parser.add_argument("--tokens", type=span, default="1:231", help="of the text; each chunk of a prompt is 77")
    parser.add_argument("--dtype", choices=DTYPES, default="fp32")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    options = parser.parse_args(arguments)
    if options.out.suffix != ".pt2":
        parser.error(f"'{options.out}': a package's name ends in .pt2")

    model, facts = (from_diffusers if options.diffusers else from_checkpoint)(options.model)
    if options.prediction:
        facts["prediction"] = options.prediction
    export(model, facts, options.out.absolute(), options.batch, options.height, options.width, options.tokens,
           options.dtype, options.device)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.0f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
