"""The other networks of full width, and what diffusers and transformers compute with them: run by hand.

    python full_size_parts.py vae|clip_l|clip_g FOLDER
    ksampler_network_forward FOLDER/vae.safetensors FOLDER/vae.case.safetensors

Weights are made from their names (weights.py), stored as float16 and computed with in float32; nothing in the
metadata says how wide a head is, so that the families' own rules are what is compared.
"""

import sys
import time
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from ldm_layout import vae_tensors
from weights import made

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "text/reference"))
from make_text_encoders import open_clip_tensors  # noqa: E402

START, END, RUNS = 49406, 49407, 2


def seconds(function):
    """The result, and the best time of a few."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - start)
    return result, torch.tensor([min(times)])


def fill(model):
    """Made weights, each as float16 can hold it. In place: what shares memory with them sees them."""
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            tensor.copy_(made(name, tensor.shape).half())
    return model.eval()


def vae():
    """SD's: a picture of 256 by 256 each way."""
    model = fill(AutoencoderKL(
        block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=4, sample_size=256,
        down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4))
    pixels, latent = torch.rand(1, 3, 256, 256) * 2 - 1, torch.randn(1, 4, 32, 32)
    mean, encode = seconds(lambda: model.encode(pixels).latent_dist.mean)
    decoded, decode = seconds(lambda: model.decode(latent).sample)
    return vae_tensors(model), {"pixels": pixels, "mean": mean, "latent": latent, "decoded": decoded,
                                "seconds.encode": encode, "seconds.decode": decode}


def text(model):
    """Two prompts of 77 tokens: a short one, padded with ends, and a full one."""
    tokens = torch.randint(0, START, (2, 77))
    tokens[:, 0] = START
    tokens[0, 9:] = END
    tokens[1, -1] = END
    made_by, took = seconds(lambda: model(tokens, output_hidden_states=True))
    norm = getattr(model, "text_model", model).final_layer_norm
    case = {"tokens": tokens, "last": made_by.last_hidden_state, "hidden_2": made_by.hidden_states[-2],
            "normed_2": norm(made_by.hidden_states[-2]), "seconds.text": took}
    case["pooled"] = made_by.text_embeds if "text_embeds" in made_by else made_by.pooler_output
    return case


def clip_l():
    """SD 1's text encoder, in transformers' layout."""
    model = fill(CLIPTextModel(CLIPTextConfig(
        vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
        hidden_act="quick_gelu", bos_token_id=START, eos_token_id=END, pad_token_id=END)))
    tensors = {"cond_stage_model.transformer." + ("" if name.startswith("text_model.") else "text_model.") + name: t
               for name, t in model.state_dict().items()}
    return tensors, text(model)


def clip_g():
    """SDXL's second text encoder, in OpenCLIP's layout, where its refiner has it."""
    model = fill(CLIPTextModelWithProjection(CLIPTextConfig(
        vocab_size=49408, hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=20,
        hidden_act="gelu", projection_dim=1280, bos_token_id=START, eos_token_id=END, pad_token_id=END)))
    return {"conditioner.embedders.0.model." + name: t for name, t in open_clip_tensors(model).items()}, text(model)


if __name__ == "__main__":
    which, folder = sys.argv[1], Path(sys.argv[2])
    torch.nn.init.kaiming_uniform_ = lambda tensor, *_, **__: tensor  # filled afterwards
    torch.manual_seed(1)
    with torch.no_grad():
        tensors, case = {"vae": vae, "clip_l": clip_l, "clip_g": clip_g}[which]()
    save_file({k: t.half().contiguous() for k, t in tensors.items()}, folder / f"{which}.safetensors")
    save_file({k: t.contiguous() for k, t in case.items()}, folder / f"{which}.case.safetensors")
    print(f"{which}: {sum(t.numel() for t in tensors.values()) / 1e6:.0f} million weights")
