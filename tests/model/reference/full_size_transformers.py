"""Blocks of full width of each transformer, and what diffusers computes with them: run by hand, for gigabytes.

    python full_size_transformers.py flux|chroma|flux2|sd35|z_image|qwen_image|anima|lumina2 FOLDER
    ksampler_network_forward FOLDER/flux.safetensors FOLDER/flux.case.safetensors

The second command says how far this project's network is from that, and how long each takes. Weights are stored in
float16 and computed with in float32.
"""

import sys
import time
from pathlib import Path

import torch
from diffusers import FluxTransformer2DModel, SD3Transformer2DModel, ZImageTransformer2DModel
from diffusers.loaders import single_file_utils as single
from safetensors.torch import save_file

import make_transformers as small
from weights import made

HEIGHT, WIDTH, TOKENS = 48, 64, 77


def halves(names):
    return {small.PREFIX + name: made(small.PREFIX + name, shape).half() for name, shape in names.items()}


def round_weights(*models):
    """As files have them. What else a model keeps is not rounded."""
    for model in models:
        for weight in model.parameters():
            weight.copy_(weight.half())


def flux():
    tensors = halves(small.flux_shapes(3072, 24, 1, 1, 4096, 768, True))
    model = FluxTransformer2DModel(num_layers=1, num_single_layers=1, guidance_embeds=True)
    model.load_state_dict(single.convert_flux_transformer_checkpoint_to_diffusers(dict(tensors)))
    case = {"pooled": torch.randn(1, 768), "guidance": torch.tensor([3.5]), "context": torch.randn(1, TOKENS, 4096),
            "t": torch.tensor([0.5])}

    def run(x):
        ids = small.picture_ids(HEIGHT // 2, WIDTH // 2)
        out = model(small.packed(x), case["context"], case["pooled"], case["t"], ids, torch.zeros(TOKENS, 3),
                    case["guidance"]).sample
        return small.unpacked(out, HEIGHT, WIDTH)
    return model, tensors, case, run


def chroma():
    sizes = dict(width=3072, head=128, doubles=1, singles=1, text=4096, hidden=5120, layers=5)
    tensors = halves(small.chroma_shapes(3072, 24, 1, 1, 4096, 5120, 5))
    model = small.chroma_model(**sizes, tensors=tensors)
    case = {"context": torch.randn(1, TOKENS, 4096), "t": torch.tensor([0.5]), "guidance": torch.zeros(1)}

    def run(x):
        ids = small.picture_ids(HEIGHT // 2, WIDTH // 2)
        out = model(small.packed(x), case["context"], case["t"], ids, torch.zeros(TOKENS, 3)).sample
        return small.unpacked(out, HEIGHT, WIDTH)
    return model, tensors, case, run


def flux2():
    """Klein of 4 billion weights. A cell is 16 pixels, where the others' tokens are 2 by 2 cells of 8."""
    names = small.flux2_shapes(3072, 128, 1, 1, 7680, False)
    tensors = halves(names)
    model = small.flux2_model(3072, 128, 1, 1, 7680, False, dict(tensors))
    case = {"context": torch.randn(1, TOKENS, 7680), "t": torch.tensor([0.5]),
            "x": torch.randn(1, 128, HEIGHT // 2, WIDTH // 2)}

    def run(x):
        ids = small.cell_ids(*x.shape[2:])
        out = model(small.cells(x), case["context"], case["t"], ids, small.word_ids(TOKENS)).sample
        return out.transpose(1, 2).reshape(x.shape)
    return model, tensors, case, run


def sd35():
    tensors = halves(small.sd3_shapes(2432, 64, 2, 4096, 2048, 192, True, ()))
    model = SD3Transformer2DModel(sample_size=128, num_layers=2, num_attention_heads=38, joint_attention_dim=4096,
                                  caption_projection_dim=2432, pooled_projection_dim=2048, out_channels=16,
                                  pos_embed_max_size=192, qk_norm="rms_norm")
    model.load_state_dict(single.convert_sd3_transformer_checkpoint_to_diffusers(dict(tensors)))
    case = {"pooled": torch.randn(1, 2048), "context": torch.randn(1, TOKENS, 4096), "t": torch.tensor([500.0])}
    return model, tensors, case, lambda x: model(x, case["context"], case["pooled"], case["t"]).sample


def z_image():
    tensors = halves(small.z_image_shapes(3840, 30, 1, 1, 2560))
    model = ZImageTransformer2DModel(n_layers=1, n_refiner_layers=1)
    model.load_state_dict(single.convert_z_image_transformer_checkpoint_to_diffusers(dict(tensors)))
    case = {"context": torch.randn(1, TOKENS, 2560), "t": torch.tensor([0.5])}
    return model, tensors, case, lambda x: -model(list(x.unsqueeze(2)), 1 - case["t"],
                                                  list(case["context"])).sample[0].squeeze(1).unsqueeze(0)


def qwen_image():
    model = small.qwen_image_model(3072, 128, 1, 3584)
    tensors = {small.PREFIX + k: made(small.PREFIX + k, v.shape).half() for k, v in model.state_dict().items()}
    model.load_state_dict({k.removeprefix(small.PREFIX): v for k, v in tensors.items()})
    case = {"context": torch.randn(1, TOKENS, 3584), "t": torch.tensor([0.5])}

    def run(x):
        sizes = [[(1, HEIGHT // 2, WIDTH // 2)]]
        return small.unpacked(model(small.packed(x), case["context"], None, case["t"], sizes).sample, HEIGHT, WIDTH)
    return model, tensors, case, run


def anima():
    """With two layers of the adapter."""
    model, adapter, names = small.anima_model(width=2048, head=128, layers=1, text=1024, columns=256, source=1024,
                                              adapter_head=64)
    ids = torch.randint(0, 32100, (1, TOKENS))
    case = {"context": torch.randn(1, TOKENS, 1024), "t": torch.tensor([0.5]), "token_ids": ids,
            "token_weights": torch.ones(1, TOKENS)}
    round_weights(model, adapter)
    padding = torch.zeros(1, 1, 8 * HEIGHT, 8 * WIDTH)
    return model, halves(names), case, lambda x: model(x.unsqueeze(2), case["t"], adapter(case["context"], ids),
                                                       padding_mask=padding).sample[:, :, 0]


def lumina2():
    model, names = small.lumina2_model(width=2304, head=96, shared=8, layers=1, text=2304)
    round_weights(model)
    case = {"context": torch.randn(1, TOKENS, 2304), "t": torch.tensor([0.5])}
    mask = torch.ones(1, TOKENS, dtype=torch.long)
    return model, halves(names), case, lambda x: -model(x, 1 - case["t"], case["context"], mask).sample


if __name__ == "__main__":
    name, folder = sys.argv[1], Path(sys.argv[2])
    torch.manual_seed(1)
    with torch.no_grad():
        networks = {"flux": flux, "chroma": chroma, "flux2": flux2, "sd35": sd35, "z_image": z_image,
                    "qwen_image": qwen_image, "anima": anima, "lumina2": lumina2}
        model, tensors, case, run = networks[name]()
        model.eval().float()
        case.setdefault("x", torch.randn(1, 16, HEIGHT, WIDTH))
        seconds = []
        for _ in range(2):
            start = time.perf_counter()
            case["out"] = run(case["x"])
            seconds.append(time.perf_counter() - start)
    save_file(tensors, folder / f"{name}.safetensors")
    case["seconds"] = torch.tensor(min(seconds)).view(1)
    save_file({k: v.contiguous() for k, v in case.items()}, folder / f"{name}.case.safetensors")
    print(f"{name}: {sum(t.numel() for t in tensors.values()) / 1e6:.0f} million weights, "
          f"diffusers {min(seconds):.2f} s")
