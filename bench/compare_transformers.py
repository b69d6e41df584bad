"""A step of Z-Image's transformer at full width, with two of its thirty layers, beside diffusers in PyTorch eager;
and with weights in 8 bits and in ggml's blocks.

    python compare_transformers.py build/release/bin/ksampler_transformer_step [--size 128] [--turns 2]

Needs torch, diffusers, safetensors, gguf and numpy. Sizes in cells: 128 is 1024 pixels. Writes a table.
"""

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

import gguf
import torch
from diffusers import ZImageTransformer2DModel
from diffusers.loaders import single_file_utils as single
from safetensors.torch import save_file

PREFIX = "model.diffusion_model."
WIDTH, HIDDEN, TEXT, LAYERS, TOKENS = 3840, 10240, 2560, 2, 32


def tensors():
    """ComfyUI's names, random values as large as trained ones, bfloat16."""
    made = {}

    def add(name, *shape, bias=False):
        scale = shape[-1] ** -0.5 if len(shape) > 1 else 0.02
        made[name] = (torch.randn(*shape) * scale).to(torch.bfloat16)
        if bias:
            made[name.removesuffix("weight") + "bias"] = torch.zeros(shape[0], dtype=torch.bfloat16)

    torch.manual_seed(1)
    add("x_pad_token", 1, WIDTH)
    add("cap_pad_token", 1, WIDTH)
    made["cap_embedder.0.weight"] = torch.ones(TEXT, dtype=torch.bfloat16)
    add("x_embedder.weight", WIDTH, 64, bias=True)
    add("cap_embedder.1.weight", WIDTH, TEXT, bias=True)
    add("t_embedder.mlp.0.weight", 1024, 256, bias=True)
    add("t_embedder.mlp.2.weight", 256, 1024, bias=True)
    for i in range(LAYERS):
        begin = f"layers.{i}."
        add(begin + "attention.qkv.weight", 3 * WIDTH, WIDTH)
        add(begin + "attention.out.weight", WIDTH, WIDTH)
        for norm, width in ("attention.q_norm", 128), ("attention.k_norm", 128), ("attention_norm1", WIDTH), (
                "attention_norm2", WIDTH), ("ffn_norm1", WIDTH), ("ffn_norm2", WIDTH):
            made[begin + norm + ".weight"] = torch.ones(width, dtype=torch.bfloat16)
        add(begin + "feed_forward.w1.weight", HIDDEN, WIDTH)
        add(begin + "feed_forward.w2.weight", WIDTH, HIDDEN)
        add(begin + "feed_forward.w3.weight", HIDDEN, WIDTH)
        add(begin + "adaLN_modulation.0.weight", 4 * WIDTH, 256, bias=True)
    add("final_layer.adaLN_modulation.1.weight", WIDTH, 256, bias=True)
    add("final_layer.linear.weight", 64, WIDTH, bias=True)
    return made


def is_large(tensor):
    return tensor.dim() == 2 and tensor.numel() > 1_000_000


def rounded(made, type_, most):
    """Large weights in 8 bits with one scale each, as ComfyUI's files have them."""
    result = {}
    for name, tensor in made.items():
        if not is_large(tensor):
            result[name] = tensor
            continue
        scale = tensor.float().abs().max() / most
        values = tensor.float() / scale
        result[name] = (values.round() if type_ == torch.int8 else values).to(type_)
        result[name.removesuffix("weight") + "weight_scale"] = scale
    return result


def write_gguf(path, made):
    writer = gguf.GGUFWriter(path, "lumina2")
    for name, tensor in made.items():
        kind = gguf.GGMLQuantizationType.F32
        if is_large(tensor):  # its own package rounds to no Q4_K: blocks of Q8_0 and Q4_0
            kind = gguf.GGMLQuantizationType.Q4_0
        values = gguf.quants.quantize(tensor.float().numpy(), kind)
        writer.add_tensor(PREFIX + name, values, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def ours(program, file, type_, size, turns):
    out = subprocess.run([program, str(file), type_, str(size), str(size), str(TOKENS), str(turns)],
                         check=True, capture_output=True, text=True).stdout.split("\n")
    memory = next(float(line.split()[1]) for line in out if line.startswith("memory"))
    return min(float(line) for line in out if line and not line.startswith("memory")), memory


def theirs(made, type_, size, turns):
    model = ZImageTransformer2DModel(dim=WIDTH, n_layers=LAYERS, n_refiner_layers=0, n_heads=30, n_kv_heads=30,
                                     cap_feat_dim=TEXT).eval().to(type_)
    model.load_state_dict(single.convert_z_image_transformer_checkpoint_to_diffusers(dict(made)))
    x, text = torch.randn(16, 1, size, size, dtype=type_), torch.randn(TOKENS, TEXT, dtype=type_)
    seconds = []
    with torch.inference_mode():
        for _ in range(turns + 1):
            start = time.perf_counter()
            model([x], torch.tensor([0.5], dtype=type_), [text])
            seconds.append(time.perf_counter() - start)
    return min(seconds[1:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--turns", type=int, default=2)
    given = parser.parse_args()
    made = tensors()
    with tempfile.TemporaryDirectory() as folder:
        files = {kind: Path(folder) / f"{kind}.safetensors" for kind in ("bf16", "int8", "fp8")}
        save_file({PREFIX + k: v for k, v in made.items()}, files["bf16"])
        save_file({PREFIX + k: v.contiguous() for k, v in rounded(made, torch.int8, 127).items()}, files["int8"])
        save_file({PREFIX + k: v.contiguous() for k, v in rounded(made, torch.float8_e4m3fn, 448).items()}, files["fp8"])
        files["Q4_0"] = Path(folder) / "q4.gguf"
        write_gguf(files["Q4_0"], made)
        print("| weights | computed in | s | of diffusers' | of bf16's | memory, of the file |\n|---|---|---:|---:|---:|---:|")
        for type_, torch_type in ("fp32", torch.float32), ("bf16", torch.bfloat16):
            eager = theirs(made, torch_type, given.size, given.turns)
            print(f"| bf16, diffusers | {type_} | {eager:.2f} | 1 | | |", flush=True)
            base = None
            for kind, file in files.items():
                seconds, memory = ours(given.program, file, type_, given.size, given.turns)
                base = base or seconds
                print(f"| {kind} | {type_} | {seconds:.2f} | {seconds / eager:.2f} | {seconds / base:.2f} | "
                      f"{memory / file.stat().st_size:.2f} |", flush=True)


if __name__ == "__main__":
    main()
