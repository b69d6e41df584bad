#!/usr/bin/env python3
"""Writes the names and shapes of the tensors of today's models at their published sizes, `tests/data/keys/*.txt`.

    list_keys.py CHECKOUT

makes ComfyUI's own modules (0.12.1) on the meta device, so that no weight takes memory. A model takes the sizes of its published file. One line
is a tensor, or several: `double_blocks.0..18.img_attn.qkv.weight 9216 3072` is nineteen of them.
"""

import pathlib
import re
import sys

import torch

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parents[1] / "data"
sys.path.insert(0, str(DATA / "parity_newer"))


def folded(shapes):
    """Runs of one number in a name, the first of its numbers, are one line."""
    runs = {}
    for name, shape in shapes.items():
        number = re.search(r"(?<=\.)\d+(?=\.)", name)
        if number is None:
            runs[name, "", tuple(shape)] = None
            continue
        key = name[: number.start()], name[number.end() :], tuple(shape)
        runs.setdefault(key, []).append(int(number.group()))
    lines = []
    for (before, after, shape), numbers in runs.items():
        sizes = " ".join(str(size) for size in shape)
        start = 0
        while numbers is not None and start < len(numbers):
            end = start
            while end + 1 < len(numbers) and numbers[end + 1] == numbers[end] + 1:
                end += 1
            span = str(numbers[start]) if start == end else f"{numbers[start]}..{numbers[end]}"
            lines.append(f"{before}{span}{after} {sizes}".rstrip())
            start = end + 1
        if numbers is None:
            lines.append(f"{before} {sizes}".rstrip())
    return sorted(lines)


def write(name, module, prefix="", without=()):
    """`without`: what the module makes for itself and no file has."""
    shapes = {prefix + key: list(value.shape) for key, value in module.state_dict().items() if key not in without}
    folder = DATA / "keys"
    folder.mkdir(exist_ok=True)
    lines = folded(shapes)
    (folder / f"{name}.txt").write_text("\n".join(lines) + "\n")
    print(f"{name}: {len(shapes)} tensors in {len(lines)} lines")


def transformers(made_of):
    from comfy.ldm.anima.model import Anima
    from comfy.ldm.chroma.model import Chroma
    from comfy.ldm.flux.model import Flux
    from comfy.ldm.lumina.model import NextDiT
    from comfy.ldm.modules.diffusionmodules.mmdit import OpenAISignatureMMDITWrapper
    from comfy.ldm.qwen_image.model import QwenImageTransformer2DModel

    flux = {"patch_size": 2, "out_channels": 16, "hidden_size": 3072, "context_in_dim": 4096, "mlp_ratio": 4.0,
            "num_heads": 24, "depth": 19, "depth_single_blocks": 38, "axes_dim": [16, 56, 56], "theta": 10000,
            "qkv_bias": True, "txt_ids_dims": []}
    flux1 = {**flux, "vec_in_dim": 768}
    write("flux1-dev", made_of(Flux, in_channels=16, guidance_embed=True, **flux1))
    write("flux1-schnell", made_of(Flux, in_channels=16, guidance_embed=False, **flux1))
    write("flux1-depth-dev", made_of(Flux, in_channels=32, guidance_embed=True, **flux1))
    write("flux1-fill-dev", made_of(Flux, in_channels=96, guidance_embed=True, **flux1))
    write("chroma1-hd", made_of(Chroma, **{**flux, "in_channels": 64, "out_channels": 64, "in_dim": 64, "out_dim": 3072,
                                           "hidden_dim": 5120, "n_layers": 5, "vec_in_dim": None}))
    flux2 = {"in_channels": 128, "out_channels": 128, "patch_size": 1, "axes_dim": [32, 32, 32, 32], "mlp_ratio": 3.0,
             "theta": 2000, "global_modulation": True, "mlp_silu_act": True, "qkv_bias": False, "ops_bias": False,
             "txt_ids_dims": [3], "vec_in_dim": None}
    sizes = {"flux2-dev": (6144, 15360, 8, 48, True), "flux2-klein-4b": (3072, 7680, 5, 20, False),
             "flux2-klein-9b": (4096, 12288, 8, 24, False)}
    for name, (width, text, double, single, guidance) in sizes.items():
        write(name, made_of(Flux, hidden_size=width, num_heads=width // 128, context_in_dim=text, depth=double,
                            depth_single_blocks=single, guidance_embed=guidance, **flux2))
    write("z-image", made_of(NextDiT, in_channels=16, dim=3840, cap_feat_dim=2560, n_layers=30, qk_norm=True, n_heads=30,
                             n_kv_heads=30, axes_dims=[32, 48, 48], axes_lens=[1536, 512, 512], rope_theta=256.0,
                             ffn_dim_multiplier=8.0 / 3.0, z_image_modulation=True, pad_tokens_multiple=32))
    write("lumina2", made_of(NextDiT, in_channels=16, dim=2304, cap_feat_dim=2304, n_layers=26, qk_norm=True, n_heads=24,
                             n_kv_heads=8, axes_dims=[32, 32, 32], axes_lens=[300, 512, 512], rope_theta=10000.0,
                             ffn_dim_multiplier=4.0))
    write("qwen-image", made_of(QwenImageTransformer2DModel))
    write("qwen-image-layered", made_of(QwenImageTransformer2DModel, use_additional_t_cond=True))
    write("anima", made_of(Anima, max_img_h=240, max_img_w=240, max_frames=128, in_channels=16, out_channels=16,
                           patch_spatial=2, patch_temporal=1, concat_padding_mask=True, model_channels=2048,
                           num_blocks=28, num_heads=16, crossattn_emb_channels=1024, pos_emb_cls="rope3d",
                           pos_emb_learnable=True, pos_emb_interpolation="crop", min_fps=1, max_fps=30,
                           use_adaln_lora=True, adaln_lora_dim=256))
    sd3 = {"input_size": None, "patch_size": 2, "in_channels": 16, "adm_in_channels": 2048,
           "pos_embed_scaling_factor": None, "qkv_bias": True}
    for name, depth, norm, places, dual in [("sd3-medium", 24, None, 192, None), ("sd3.5-large", 38, "rms", 192, None),
                                            ("sd3.5-medium", 24, "rms", 384, list(range(13)))]:
        text = {"target": "torch.nn.Linear", "params": {"in_features": 4096, "out_features": 64 * depth}}
        write(name, made_of(OpenAISignatureMMDITWrapper, depth=depth, qk_norm=norm, context_embedder_config=text,
                            num_patches=places * places, pos_embed_max_size=places,
                            x_block_self_attn_layers=dual, **sd3), "model.diffusion_model.")


def text_encoders(made_of):
    import json

    from comfy.text_encoders import llama
    from comfy.text_encoders.t5 import T5

    folder = pathlib.Path(sys.modules["comfy.text_encoders.llama"].__file__).parent

    def named(file):
        return json.loads((folder / file).read_text())

    write("t5xxl", made_of(T5, named("t5_config_xxl.json")))

    for name, kind in {"qwen_3_06b": llama.Qwen3_06B, "qwen_3_4b": llama.Qwen3_4B, "qwen_3_8b": llama.Qwen3_8B,
                       "qwen_2.5_vl_7b": llama.Qwen25_7BVLI, "gemma_2_2b": llama.Gemma2_2B,
                       "mistral_3_small_flux2": llama.Mistral3Small24B}.items():
        write(name, made_of(kind, {}))


def autoencoders():
    from comfy.ldm.models.autoencoder import AutoencoderKL, AutoencodingEngine
    from comfy.ldm.wan.vae import WanVAE

    sizes = {"double_z": True, "resolution": 256, "in_channels": 3, "out_ch": 3, "ch": 128, "ch_mult": [1, 2, 4, 4],
             "num_res_blocks": 2, "attn_resolutions": [], "dropout": 0.0}
    part = "comfy.ldm.modules.diffusionmodules.model."
    ae = {**sizes, "z_channels": 16}
    with torch.device("meta"):
        write("ae", AutoencodingEngine(
            regularizer_config={"target": "comfy.ldm.models.autoencoder.DiagonalGaussianRegularizer"},
            encoder_config={"target": part + "Encoder", "params": ae},
            decoder_config={"target": part + "Decoder", "params": ae}))
        write("flux2-vae", AutoencoderKL(ddconfig={**sizes, "z_channels": 32, "batch_norm_latent": True}, embed_dim=32),
              without=["bn.num_batches_tracked"])
        write("qwen_image_vae", WanVAE(dim=96, z_dim=16, dim_mult=[1, 2, 4, 4], num_res_blocks=2, attn_scales=[],
                                       temperal_downsample=[False, True, True], dropout=0.0))


def main(checkout):
    import comfyui

    comfyui.node_classes(checkout)
    import comfy.ops

    def made_of(kind, *given, **named):
        with torch.device("meta"):
            return kind(*given, dtype=torch.bfloat16, device="meta", operations=comfy.ops.disable_weight_init, **named)

    transformers(made_of)
    text_encoders(made_of)
    autoencoders()


if __name__ == "__main__":
    main(sys.argv[1])
