"""Small transformers of each family, their text encoders and autoencoder, and what diffusers and transformers
compute with them.

    python make_transformers.py ../../data/networks

Needs torch, diffusers, transformers and safetensors; the tests need none of these. Weights are numbers made from
the tensor's name (weights.py): a file holds their shapes and what they give. Names are those of ComfyUI's single
files; diffusers' own converters rename them.
"""

import inspect
import math
import sys
from pathlib import Path
from types import SimpleNamespace

import torch
from diffusers import (AnimaTextConditioner, AutoencoderKL, AutoencoderKLFlux2, AutoencoderKLQwenImage, AutoencoderKLQwenImage21,
                       ChromaTransformer2DModel, CosmosTransformer3DModel, Krea2Transformer2DModel,
                       Lumina2Transformer2DModel, QwenImage21Transformer2DModel,
                       Flux2Transformer2DModel, FluxTransformer2DModel, QwenImageTransformer2DModel,
                       SD3Transformer2DModel, ZImageTransformer2DModel)
from diffusers.loaders import single_file_utils as single
from diffusers.models.transformers import transformer_cosmos
from safetensors.torch import save_file
from transformers import (Gemma2Config, Gemma2Model, MistralConfig, MistralModel, Qwen2_5_VLConfig, Qwen2_5_VLModel, Qwen2Config,
                          Qwen2Model, Qwen3Config, Qwen3Model, Qwen3VLConfig, Qwen3VLModel, T5Config,
                          T5EncoderModel, UMT5Config, UMT5EncoderModel)

from ldm_layout import vae_tensors
from make_networks import shapes
from weights import fill, made


def linear(names, name, out, in_, bias=True):
    names[name + ".weight"] = (out, in_)
    if bias:
        names[name + ".bias"] = (out,)


def flux_shapes(width, heads, doubles, singles, text, pooled, guided, channels=16):
    names = {}
    hidden, head = 4 * width, width // heads
    linear(names, "img_in", width, 4 * channels)
    linear(names, "txt_in", width, text)
    for name, in_ in [("time_in", 256), ("vector_in", pooled)] + [("guidance_in", 256)] * guided:
        linear(names, name + ".in_layer", width, in_)
        linear(names, name + ".out_layer", width, width)
    for i in range(doubles):
        for side in "img", "txt":
            begin = f"double_blocks.{i}.{side}_"
            linear(names, begin + "mod.lin", 6 * width, width)
            linear(names, begin + "attn.qkv", 3 * width, width)
            linear(names, begin + "attn.proj", width, width)
            linear(names, begin + "mlp.0", hidden, width)
            linear(names, begin + "mlp.2", width, hidden)
            names[begin + "attn.norm.query_norm.scale"] = names[begin + "attn.norm.key_norm.scale"] = (head,)
    for i in range(singles):
        begin = f"single_blocks.{i}."
        linear(names, begin + "modulation.lin", 3 * width, width)
        linear(names, begin + "linear1", 3 * width + hidden, width)
        linear(names, begin + "linear2", width, width + hidden)
        names[begin + "norm.query_norm.scale"] = names[begin + "norm.key_norm.scale"] = (head,)
    linear(names, "final_layer.adaLN_modulation.1", 2 * width, width)
    linear(names, "final_layer.linear", 64, width)
    return names


def flux2_shapes(width, head, doubles, singles, text, guided):
    names = {}
    hidden = 3 * width
    linear(names, "img_in", width, 128, bias=False)
    linear(names, "txt_in", width, text, bias=False)
    for name in ["time_in"] + ["guidance_in"] * guided:
        linear(names, name + ".in_layer", width, 256, bias=False)
        linear(names, name + ".out_layer", width, width, bias=False)
    for name, count in ("double_stream_modulation_img", 6), ("double_stream_modulation_txt", 6), ("single_stream_modulation", 3):
        linear(names, name + ".lin", count * width, width, bias=False)
    for i in range(doubles):
        for side in "img", "txt":
            begin = f"double_blocks.{i}.{side}_"
            linear(names, begin + "attn.qkv", 3 * width, width, bias=False)
            linear(names, begin + "attn.proj", width, width, bias=False)
            linear(names, begin + "mlp.0", 2 * hidden, width, bias=False)
            linear(names, begin + "mlp.2", width, hidden, bias=False)
            names[begin + "attn.norm.query_norm.scale"] = names[begin + "attn.norm.key_norm.scale"] = (head,)
    for i in range(singles):
        begin = f"single_blocks.{i}."
        linear(names, begin + "linear1", 3 * width + 2 * hidden, width, bias=False)
        linear(names, begin + "linear2", width, width + hidden, bias=False)
        names[begin + "norm.query_norm.scale"] = names[begin + "norm.key_norm.scale"] = (head,)
    linear(names, "final_layer.adaLN_modulation.1", 2 * width, width, bias=False)
    linear(names, "final_layer.linear", 128, width, bias=False)
    return names


def chroma_shapes(width, heads, doubles, singles, text, hidden, layers):
    """Flux.1's, but for what the timestep says: one network gives it for all blocks."""
    drop = (".modulation.", "_mod.", "time_in.", "vector_in.", "final_layer.adaLN")
    names = {name: shape for name, shape in flux_shapes(width, heads, doubles, singles, text, 1, False).items()
             if not any(part in name for part in drop)}
    begin = "distilled_guidance_layer."
    linear(names, begin + "in_proj", hidden, 64)
    for i in range(layers):
        linear(names, begin + f"layers.{i}.in_layer", hidden, hidden)
        linear(names, begin + f"layers.{i}.out_layer", hidden, hidden)
        names[begin + f"norms.{i}.scale"] = (hidden,)
    linear(names, begin + "out_proj", width, hidden)
    return names


def z_image_shapes(width, heads, layers, refiners, text):
    names = {"x_pad_token": (1, width), "cap_pad_token": (1, width), "cap_embedder.0.weight": (text,)}
    hidden, told, head = int(width / 3 * 8), min(width, 256), width // heads
    linear(names, "x_embedder", width, 64)
    linear(names, "cap_embedder.1", width, text)
    linear(names, "t_embedder.mlp.0", 1024, 256)
    linear(names, "t_embedder.mlp.2", told, 1024)
    for kind, count in ("noise_refiner", refiners), ("context_refiner", refiners), ("layers", layers):
        for i in range(count):
            begin = f"{kind}.{i}."
            linear(names, begin + "attention.qkv", 3 * width, width, bias=False)
            linear(names, begin + "attention.out", width, width, bias=False)
            for norm in "q_norm", "k_norm":
                names[begin + f"attention.{norm}.weight"] = (head,)
            for norm in "attention_norm1", "attention_norm2", "ffn_norm1", "ffn_norm2":
                names[begin + norm + ".weight"] = (width,)
            linear(names, begin + "feed_forward.w1", hidden, width, bias=False)
            linear(names, begin + "feed_forward.w2", width, hidden, bias=False)
            linear(names, begin + "feed_forward.w3", hidden, width, bias=False)
            if kind != "context_refiner":
                linear(names, begin + "adaLN_modulation.0", 4 * width, told)
    linear(names, "final_layer.adaLN_modulation.1", width, told)
    linear(names, "final_layer.linear", 64, width)
    return names


def lumina2_shapes(width, head, shared, layers, refiners, text):
    """`shared`: heads of k, and of v."""
    names = {"cap_embedder.0.weight": (text,), "norm_final.weight": (width,)}  # which nobody uses
    told = min(width, 1024)
    linear(names, "x_embedder", width, 64)
    linear(names, "cap_embedder.1", width, text)
    linear(names, "t_embedder.mlp.0", told, 256)
    linear(names, "t_embedder.mlp.2", told, told)
    for kind, count in ("noise_refiner", refiners), ("context_refiner", refiners), ("layers", layers):
        for i in range(count):
            begin = f"{kind}.{i}."
            linear(names, begin + "attention.qkv", width + 2 * shared * head, width, bias=False)
            linear(names, begin + "attention.out", width, width, bias=False)
            for norm in "q_norm", "k_norm":
                names[begin + f"attention.{norm}.weight"] = (head,)
            for norm in "attention_norm1", "attention_norm2", "ffn_norm1", "ffn_norm2":
                names[begin + norm + ".weight"] = (width,)
            linear(names, begin + "feed_forward.w1", 4 * width, width, bias=False)
            linear(names, begin + "feed_forward.w2", width, 4 * width, bias=False)
            linear(names, begin + "feed_forward.w3", 4 * width, width, bias=False)
            if kind != "context_refiner":
                linear(names, begin + "adaLN_modulation.1", 4 * width, told)
    linear(names, "final_layer.adaLN_modulation.1", width, told)
    linear(names, "final_layer.linear", 64, width)
    return names


def sd3_shapes(width, head, blocks, text, pooled, places, normed, dual):
    names = {"pos_embed": (1, places**2, width), "x_embedder.proj.weight": (width, 16, 2, 2),
             "x_embedder.proj.bias": (width,)}
    linear(names, "context_embedder", width, text)
    for name, in_ in ("t_embedder", 256), ("y_embedder", pooled):
        linear(names, name + ".mlp.0", width, in_)
        linear(names, name + ".mlp.2", width, width)
    for i in range(blocks):
        for side in "context_block", "x_block":
            begin = f"joint_blocks.{i}.{side}."
            last = side == "context_block" and i == blocks - 1
            twice = side == "x_block" and i in dual
            linear(names, begin + "adaLN_modulation.1", (2 if last else 9 if twice else 6) * width, width)
            for attention in ["attn"] + ["attn2"] * twice:
                linear(names, begin + attention + ".qkv", 3 * width, width)
                if not last:
                    linear(names, begin + attention + ".proj", width, width)
                if normed:
                    for norm in "ln_q", "ln_k":
                        names[begin + f"{attention}.{norm}.weight"] = (head,)
            if not last:
                linear(names, begin + "mlp.fc1", 4 * width, width)
                linear(names, begin + "mlp.fc2", width, 4 * width)
    linear(names, "final_layer.adaLN_modulation.1", 2 * width, width)
    linear(names, "final_layer.linear", 64, width)
    return names


PREFIX = "model.diffusion_model."


def tensors_of(names):
    return {PREFIX + name: made(PREFIX + name, shape) for name, shape in names.items()}


def flux_converter(width, convert=single.convert_flux_transformer_checkpoint_to_diffusers):
    """diffusers' own, which has the full size's width written into it."""
    source = inspect.getsource(convert)
    scope = dict(vars(single))
    exec(source.replace("inner_dim = 3072", f"inner_dim = {width}"), scope)
    return scope[convert.__name__]


def picture_ids(height, width, first=0.0, top=0.0, left=0.0):
    ids = torch.zeros(height, width, 3)
    ids[..., 0] = first
    ids[..., 1] += torch.arange(height)[:, None] + top
    ids[..., 2] += torch.arange(width)[None, :] + left
    return ids.reshape(-1, 3)


def packed(x):
    batch, channels, height, width = x.shape
    x = x.view(batch, channels, height // 2, 2, width // 2, 2).permute(0, 2, 4, 1, 3, 5)
    return x.reshape(batch, height * width // 4, 4 * channels)


def unpacked(tokens, height, width):
    batch, _, numbers = tokens.shape
    x = tokens.view(batch, height // 2, width // 2, numbers // 4, 2, 2).permute(0, 3, 1, 4, 2, 5)
    return x.reshape(batch, numbers // 4, height, width)


def save(folder, name, case, names, metadata=None):
    save_file({k: v.contiguous() for k, v in case.items()}, folder / f"{name}.safetensors",
              shapes(tensors_of(names) if isinstance(names, dict) and not isinstance(
                  next(iter(names.values())), torch.Tensor) else names, metadata or {}))


def flux_case(folder, name, guided, seed):
    width, heads, text, pooled = 64, 2, 48, 24
    names = flux_shapes(width, heads, 2, 2, text, pooled, guided)
    model = FluxTransformer2DModel(in_channels=64, num_layers=2, num_single_layers=2, attention_head_dim=32,
                                   num_attention_heads=heads, joint_attention_dim=text, pooled_projection_dim=pooled,
                                   guidance_embeds=guided, axes_dims_rope=(4, 14, 14)).eval()
    model.load_state_dict(flux_converter(width)(tensors_of(names)))
    torch.manual_seed(seed)
    case = {}
    for key, (batch, height, breadth, tokens) in {"even": (2, 8, 12, 7), "reference": (1, 4, 6, 5)}.items():
        x, context = torch.randn(batch, 16, height, breadth), torch.randn(batch, tokens, text)
        pool, t = torch.randn(batch, pooled), torch.linspace(0.9, 0.25, batch)
        guidance = torch.linspace(3.5, 1.5, batch)
        sequence, ids = packed(x), picture_ids(height // 2, breadth // 2)
        case |= {f"{key}.x": x, f"{key}.t": t, f"{key}.context": context, f"{key}.pooled": pool}
        if guided:
            case[f"{key}.guidance"] = guidance
        if key == "reference":  # Kontext's: one below it, and one beside
            low, tall = torch.randn(batch, 16, 6, 4), torch.randn(batch, 16, 8, 2)
            sequence = torch.cat([sequence, packed(low), packed(tall)], 1)
            # The first is higher than wide: it stands at the origin. Of the second, 8 + 6 > 2 + 4.
            ids = torch.cat([ids, picture_ids(3, 2, 1.0), picture_ids(4, 1, 1.0, left=2.0)])
            case |= {"reference.0": low, "reference.1": tall}
        out = model(sequence, context, pool, t, ids, torch.zeros(tokens, 3), guidance if guided else None).sample
        case[f"{key}.out"] = unpacked(out[:, : height * breadth // 4], height, breadth)
    save(folder, name, case, names)


def chroma_model(width, head, doubles, singles, text, hidden, layers, tensors=None):
    model = ChromaTransformer2DModel(in_channels=64, num_layers=doubles, num_single_layers=singles, attention_head_dim=head,
                                     num_attention_heads=width // head, joint_attention_dim=text,
                                     axes_dims_rope=(head // 8, head * 7 // 16, head * 7 // 16),
                                     approximator_hidden_dim=hidden, approximator_layers=layers).eval()
    names = tensors or tensors_of(chroma_shapes(width, width // head, doubles, singles, text, hidden, layers))
    model.load_state_dict(flux_converter(width, single.convert_chroma_transformer_checkpoint_to_diffusers)(dict(names)))
    return model


CHROMA = dict(width=64, head=32, doubles=2, singles=2, text=48, hidden=80, layers=2)


def chroma_case(folder, seed):
    model = chroma_model(**CHROMA)
    torch.manual_seed(seed)
    case = {}
    for key, (batch, height, breadth, tokens) in {"even": (2, 8, 12, 7), "high": (1, 12, 4, 5)}.items():
        x, context = torch.randn(batch, 16, height, breadth), torch.randn(batch, tokens, 48)
        t = torch.linspace(0.9, 0.25, batch)
        # diffusers tells it no guidance: one of 0.
        case |= {f"{key}.x": x, f"{key}.t": t, f"{key}.context": context, f"{key}.guidance": torch.zeros(batch)}
        out = model(packed(x), context, t, picture_ids(height // 2, breadth // 2), torch.zeros(tokens, 3)).sample
        case[f"{key}.out"] = unpacked(out, height, breadth)
    save(folder, "chroma", case, chroma_shapes(64, 2, 2, 2, 48, 80, 2))


def flux2_model(width, head, doubles, singles, text, guided, tensors=None):
    model = Flux2Transformer2DModel(num_layers=doubles, num_single_layers=singles, attention_head_dim=head,
                                    num_attention_heads=width // head, joint_attention_dim=text,
                                    axes_dims_rope=(head // 4,) * 4, guidance_embeds=guided).eval()
    names = tensors or tensors_of(flux2_shapes(width, head, doubles, singles, text, guided))
    model.load_state_dict(single.convert_flux2_transformer_checkpoint_to_diffusers(
        {name.removeprefix(PREFIX): tensor for name, tensor in names.items()}))
    return model


def cells(x):
    return x.flatten(2).transpose(1, 2)


def cell_ids(height, width, first=0, top=0, left=0):
    return torch.cartesian_prod(torch.tensor([first]), torch.arange(height) + top, torch.arange(width) + left,
                                torch.tensor([0]))


def word_ids(count):
    zero = torch.tensor([0])
    return torch.cartesian_prod(zero, zero, zero, torch.arange(count))


def flux2_case(folder, name, guided, seed):
    width, head, text = 64, 32, 48
    model = flux2_model(width, head, 2, 2, text, guided)
    torch.manual_seed(seed)
    case = {}
    for key, (batch, height, breadth, tokens) in {"even": (2, 4, 6, 7), "reference": (1, 3, 5, 5)}.items():
        x, context = torch.randn(batch, 128, height, breadth), torch.randn(batch, tokens, text)
        t, guidance = torch.linspace(0.9, 0.25, batch), torch.linspace(3.5, 1.5, batch)
        case |= {f"{key}.x": x, f"{key}.t": t, f"{key}.context": context}
        if guided:
            case[f"{key}.guidance"] = guidance
        # Where two references stand: nowhere, or as each of ComfyUI's methods has it.
        places = {"out": []}
        if key == "reference":
            low, tall = torch.randn(batch, 128, 2, 3), torch.randn(batch, 128, 3, 1)
            case |= {"reference.0": low, "reference.1": tall}
            # offset: 2 < 3, so the first is below nothing; of the second, 3 + 2 > 1 + 3.
            places = {"out": [(10, 0, 0), (20, 0, 0)], "offset": [(1, 0, 0), (1, 0, 3)],
                      "diagonal": [(0, 3, 5), (0, 3 + 2, 5 + 3)]}
        for out, where in places.items():
            sequence, ids = cells(x), cell_ids(height, breadth)
            for picture, (first, top, left) in zip((low, tall) if where else (), where):
                sequence = torch.cat([sequence, cells(picture)], 1)
                ids = torch.cat([ids, cell_ids(*picture.shape[2:], first, top, left)])
            made = model(sequence, context, t, ids, word_ids(tokens), guidance if guided else None).sample
            case[f"{key}.{out}"] = made[:, : height * breadth].transpose(1, 2).reshape(x.shape)
    save(folder, name, case, flux2_shapes(width, head, 2, 2, text, guided))


def z_image_case(folder, seed):
    width, heads, text = 96, 3, 40
    names = z_image_shapes(width, heads, 2, 1, text)
    model = ZImageTransformer2DModel(dim=width, n_layers=2, n_refiner_layers=1, n_heads=heads, n_kv_heads=heads,
                                     cap_feat_dim=text, axes_dims=[8, 12, 12], axes_lens=[128, 64, 64]).eval()
    model.load_state_dict(single.convert_z_image_transformer_checkpoint_to_diffusers(tensors_of(names)))
    torch.manual_seed(seed)
    case = {}
    # Tokens of the picture: fewer than a multiple of 32, and as many.
    for key, (batch, height, breadth, tokens) in {"even": (2, 8, 12, 7), "full": (1, 8, 16, 32)}.items():
        x, context = torch.randn(batch, 16, height, breadth), torch.randn(batch, tokens, text)
        t = torch.linspace(0.9, 0.25, batch)
        out = model(list(x.unsqueeze(2)), 1 - t, list(context)).sample
        case |= {f"{key}.x": x, f"{key}.t": t, f"{key}.context": context,
                 f"{key}.out": -torch.stack(list(out)).squeeze(2)}
    save(folder, "z_image", case, names)


def lumina2_model(width, head, shared, layers, text):
    names = lumina2_shapes(width, head, shared, layers, 1, text)
    model = Lumina2Transformer2DModel(hidden_size=width, num_layers=layers, num_refiner_layers=1,
                                      num_attention_heads=width // head, num_kv_heads=shared, multiple_of=16,
                                      axes_dim_rope=(head // 3,) * 3, cap_feat_dim=text).eval()
    # diffusers' converter has the full size's widths written into it.
    source = inspect.getsource(single.convert_lumina2_to_diffusers)
    scope = dict(vars(single))
    exec(source.replace("q_dim = 2304", f"q_dim = {width}").replace("v_dim = 768", f"v_dim = {shared * head}"), scope)
    tensors = {k.removeprefix(PREFIX): v for k, v in tensors_of(names).items()}
    model.load_state_dict(scope["convert_lumina2_to_diffusers"](tensors))
    return model, names


LUMINA2 = dict(width=144, head=48, shared=1, layers=2, text=40)


def lumina2_case(folder, seed):
    model, names = lumina2_model(**LUMINA2)
    torch.manual_seed(seed)
    case = {}
    for key, (batch, height, breadth, tokens) in {"even": (2, 8, 12, 7), "long": (1, 4, 6, 40)}.items():
        x, context = torch.randn(batch, 16, height, breadth), torch.randn(batch, tokens, LUMINA2["text"])
        t = torch.linspace(0.9, 0.25, batch)
        out = -model(x, 1 - t, context, torch.ones(batch, tokens, dtype=torch.long)).sample
        case |= {f"{key}.x": x, f"{key}.t": t, f"{key}.context": context, f"{key}.out": out}
    save(folder, "lumina2", case, names)


def gemma_model(vocabulary, hidden, head, layers):
    """Without a cap of the logits, as ComfyUI has it."""
    return Gemma2Model(Gemma2Config(vocab_size=vocabulary, hidden_size=hidden, intermediate_size=2 * hidden,
                                    num_hidden_layers=layers, num_attention_heads=2, num_key_value_heads=1,
                                    head_dim=head, query_pre_attn_scalar=head, attn_logit_softcapping=None,
                                    rms_norm_eps=1e-6, pad_token_id=0)).eval()


def gemma_case(folder, seed):
    model = gemma_model(96, 48, 32, 3)
    tensors = fill({"model." + k: v for k, v in model.state_dict().items()})
    torch.manual_seed(seed)
    tokens = torch.randint(1, 96, (2, 40))
    states = model(tokens, output_hidden_states=True).hidden_states
    save_file({"tokens": tokens, "hidden": states[-2].contiguous()}, folder / "gemma2.safetensors", shapes(tensors, {}))


def sd3_case(folder, name, normed, dual, seed):
    width, head, text, pooled, places = 64, 16, 48, 24, 12
    names = sd3_shapes(width, head, 2, text, pooled, places, normed, dual)
    model = SD3Transformer2DModel(sample_size=24, patch_size=2, in_channels=16, num_layers=2, attention_head_dim=head,
                                  num_attention_heads=width // head, joint_attention_dim=text,
                                  caption_projection_dim=width, pooled_projection_dim=pooled, out_channels=16,
                                  pos_embed_max_size=places, dual_attention_layers=dual,
                                  qk_norm="rms_norm" if normed else None).eval()
    model.load_state_dict(single.convert_sd3_transformer_checkpoint_to_diffusers(tensors_of(names)))
    torch.manual_seed(seed)
    case = {}
    for key, (batch, height, breadth, tokens) in {"even": (2, 8, 12, 7), "high": (1, 24, 6, 5)}.items():
        x, context = torch.randn(batch, 16, height, breadth), torch.randn(batch, tokens, text)
        pool, t = torch.randn(batch, pooled), torch.linspace(999, 37.5, batch)
        out = model(x, context, pool, t).sample
        case |= {f"{key}.x": x, f"{key}.t": t, f"{key}.context": context, f"{key}.pooled": pool, f"{key}.out": out}
    save(folder, name, case, names, {} if normed else {"ksampler.head_width": str(head)})


def t5_case(folder, name, kind, config, seed):
    model = kind(config(vocab_size=96, d_model=48, d_kv=8, num_heads=4, d_ff=80, num_layers=3,
                        feed_forward_proj="gated-gelu", dropout_rate=0.0)).eval()
    tensors = fill({k: v for k, v in model.state_dict().items() if not k.startswith("encoder.embed_tokens")})
    torch.manual_seed(seed)
    # Long enough for distances of every bucket.
    tokens = torch.randint(0, 96, (2, 150))
    save_file({"tokens": tokens, "hidden": model(tokens).last_hidden_state.contiguous()},
              folder / f"{name}.safetensors", shapes(tensors, {}))


def qwen3_case(folder, seed):
    model = Qwen3Model(Qwen3Config(vocab_size=96, hidden_size=48, intermediate_size=80, num_hidden_layers=3,
                                   num_attention_heads=4, num_key_value_heads=2, head_dim=16,
                                   rope_theta=1_000_000.0, rms_norm_eps=1e-6)).eval()
    tensors = {"model." + k: v for k, v in model.state_dict().items()}
    fill(tensors)
    torch.manual_seed(seed)
    tokens = torch.randint(0, 96, (2, 40))
    states = model(tokens, output_hidden_states=True).hidden_states
    save_file({"tokens": tokens, "hidden": states[-2].contiguous()}, folder / "qwen3.safetensors", shapes(tensors, {}))


def klein_states(model, tokens, count, taken):
    """As diffusers' Flux2KleinPipeline has it: what goes into several layers, beside each other."""
    mask = (torch.arange(tokens.shape[1]) < count).long().expand(tokens.shape)
    states = model(tokens, attention_mask=mask, output_hidden_states=True).hidden_states
    return torch.stack([states[k] for k in taken], 1).permute(0, 2, 1, 3).flatten(2)


def klein_text_case(folder, seed):
    model = Qwen3Model(Qwen3Config(vocab_size=96, hidden_size=48, intermediate_size=80, num_hidden_layers=4,
                                   num_attention_heads=4, num_key_value_heads=2, head_dim=16,
                                   rope_theta=1_000_000.0, rms_norm_eps=1e-6)).eval()
    tensors = {"model." + k: v for k, v in model.state_dict().items()}
    fill(tensors)
    torch.manual_seed(seed)
    tokens = torch.randint(0, 96, (2, 24))
    save_file({"tokens": tokens, "hidden": klein_states(model, tokens, 17, (1, 2, 3)).contiguous()},
              folder / "klein_text.safetensors", shapes(tensors, {}))


def mistral_text_case(folder, seed):
    """As Flux2Pipeline takes it: what goes into several layers, beside each other."""
    model = MistralModel(MistralConfig(vocab_size=96, hidden_size=48, intermediate_size=80, num_hidden_layers=4,
                                       num_attention_heads=4, num_key_value_heads=2, head_dim=16, sliding_window=None,
                                       rope_theta=1e9, rms_norm_eps=1e-5)).eval()
    tensors = {"model." + k: v for k, v in model.state_dict().items()}
    fill(tensors)
    torch.manual_seed(seed)
    tokens = torch.randint(0, 96, (2, 40))
    states = model(tokens, output_hidden_states=True).hidden_states
    save_file({"tokens": tokens, "hidden": torch.cat(states[1:4], 2).contiguous()}, folder / "mistral_text.safetensors",
              shapes(tensors, {}))


def vae16():
    """Flux.1's and SD 3's: 16 channels, and no convolutions around the latent."""
    return AutoencoderKL(norm_num_groups=32, sample_size=32, block_out_channels=(32, 64), layers_per_block=1,
                         latent_channels=16, down_block_types=["DownEncoderBlock2D"] * 2,
                         up_block_types=["UpDecoderBlock2D"] * 2, use_quant_conv=False, use_post_quant_conv=False).eval()


def vae16_case(folder, seed):
    vae = vae16()
    tensors = {k.removeprefix("first_stage_model."): v for k, v in vae_tensors(vae).items()}
    fill(tensors)
    torch.manual_seed(seed)
    pixels, latent = torch.rand(1, 3, 16, 20) * 2 - 1, torch.randn(1, 16, 6, 4)
    save_file({"pixels": pixels, "mean": vae.encode(pixels).latent_dist.mean.contiguous(),
               "latent": latent, "decoded": vae.decode(latent).sample.contiguous()},
              folder / "vae16.safetensors", shapes(tensors, {}))


def flux2_vae():
    """32 channels, folded and normalised; the two convolutions of single cells lie under encoder and decoder."""
    vae = AutoencoderKLFlux2(block_out_channels=(32, 64), layers_per_block=1, down_block_types=["DownEncoderBlock2D"] * 2,
                             up_block_types=["UpDecoderBlock2D"] * 2).eval()
    tensors = {k.removeprefix("first_stage_model."): v for k, v in vae_tensors(vae).items()}
    del tensors["bn.num_batches_tracked"]
    tensors = {("encoder." if k.startswith("quant_conv.") else "decoder." if k.startswith("post_quant_conv.") else "") + k: v
               for k, v in tensors.items()}
    return vae, fill(tensors)


def flux2_latent(vae, latent):
    """As the transformer takes it."""
    return vae.bn(torch.nn.functional.pixel_unshuffle(latent, 2))


def flux2_vae_case(folder, seed):
    vae, tensors = flux2_vae()
    torch.manual_seed(seed)
    pixels, latent = torch.rand(1, 3, 16, 20) * 2 - 1, torch.randn(1, 128, 3, 2)
    deviation = torch.sqrt(vae.bn.running_var + vae.config.batch_norm_eps).view(1, -1, 1, 1)
    unfolded = torch.nn.functional.pixel_shuffle(latent * deviation + vae.bn.running_mean.view(1, -1, 1, 1), 2)
    save_file({"pixels": pixels, "mean": flux2_latent(vae, vae.encode(pixels).latent_dist.mean).contiguous(),
               "latent": latent, "decoded": vae.decode(unfolded).sample.contiguous()},
              folder / "flux2_vae.safetensors", shapes(tensors, {}))


def qwen_image_model(width, head, layers, text, at_zero=False):
    return QwenImageTransformer2DModel(in_channels=64, out_channels=16, num_layers=layers, attention_head_dim=head,
                                       num_attention_heads=width // head, joint_attention_dim=text,
                                       axes_dims_rope=(head // 8, head * 7 // 16, head * 7 // 16),
                                       zero_cond_t=at_zero).eval()


def qwen_image_case(folder, seed, name="qwen_image", at_zero=False):
    text = 48
    model = qwen_image_model(64, 32, 2, text, at_zero)
    tensors = {PREFIX + k: v for k, v in model.state_dict().items()}
    fill(tensors)
    torch.manual_seed(seed)
    case = {}
    for key, (batch, height, breadth, tokens) in {"even": (2, 8, 12, 7), "reference": (1, 4, 8, 5)}.items():
        x, context = torch.randn(batch, 16, height, breadth), torch.randn(batch, tokens, text)
        t = torch.linspace(0.9, 0.25, batch)
        case |= {f"{key}.x": x, f"{key}.t": t, f"{key}.context": context}
        sequence, sizes = packed(x), [(1, height // 2, breadth // 2)]
        if key == "reference":
            low, tall = torch.randn(batch, 16, 8, 4), torch.randn(batch, 16, 4, 4)
            sequence = torch.cat([sequence, packed(low), packed(tall)], 1)
            # ComfyUI begins the text behind the picture that is made, diffusers behind the largest: the same here.
            sizes += [(1, 4, 2), (1, 2, 2)]
            case |= {"reference.0": low, "reference.1": tall}
        out = model(sequence, context, None, t, [sizes] * batch).sample
        case[f"{key}.out"] = unpacked(out[:, : height * breadth // 4], height, breadth)
    if at_zero:  # by which ComfyUI's files of 2511 say it
        tensors[PREFIX + "__index_timestep_zero__"] = torch.zeros(0)
    save_file({k: v.contiguous() for k, v in case.items()}, folder / f"{name}.safetensors", shapes(tensors, {}))


def layered_model(width, head, layers, text):
    model = QwenImageTransformer2DModel(in_channels=64, out_channels=16, num_layers=layers, attention_head_dim=head,
                                        num_attention_heads=width // head, joint_attention_dim=text,
                                        axes_dims_rope=(head // 8, head * 7 // 16, head * 7 // 16),
                                        use_additional_t_cond=True, use_layer3d_rope=True).eval()
    return model, fill({PREFIX + k: v for k, v in model.state_dict().items()})


def run_layered(model, x, context, t, looked_at):
    """`x` [B,16,layers,H,W]; the picture that is looked at is the last for diffusers."""
    batch, _, layers, height, breadth = x.shape
    sequence = torch.cat([packed(x[:, :, i]) for i in range(layers)] + [packed(looked_at)], 1)
    sizes = [(1, height // 2, breadth // 2)] * layers + [(1, looked_at.shape[2] // 2, looked_at.shape[3] // 2)]
    out = model(sequence, context, None, t, [sizes] * batch, additional_t_cond=torch.zeros(batch, dtype=torch.long)).sample
    count = height * breadth // 4
    return torch.stack([unpacked(out[:, i * count:(i + 1) * count], height, breadth) for i in range(layers)], 2)


def layered_case(folder, seed):
    model, tensors = layered_model(64, 32, 2, 48)
    torch.manual_seed(seed)
    x, context, t = torch.randn(1, 16, 3, 8, 12), torch.randn(1, 7, 48), torch.tensor([0.6])
    looked_at = torch.randn(1, 16, 8, 8)  # odd numbers of tokens are where ComfyUI differs
    out = run_layered(model, x, context, t, looked_at)
    case = {"x": x.flatten(2, 3), "t": t, "context": context, "0": looked_at, "out": out.flatten(2, 3)}
    save_file({f"layers.{k}": v.contiguous() for k, v in case.items()}, folder / "qwen_layered.safetensors",
              shapes(tensors, {}))


def qwen25_case(folder, seed):
    model = Qwen2Model(Qwen2Config(vocab_size=96, hidden_size=64, intermediate_size=80, num_hidden_layers=2,
                                   num_attention_heads=2, num_key_value_heads=1, head_dim=128,  # no tensor shows it
                                   rope_theta=1_000_000.0, rms_norm_eps=1e-6)).eval()
    tensors = {"model." + k: v for k, v in model.state_dict().items()}
    fill(tensors)
    torch.manual_seed(seed)
    tokens = torch.randint(0, 96, (2, 40))
    save_file({"tokens": tokens, "hidden": model(tokens).last_hidden_state.contiguous()},
              folder / "qwen25.safetensors", shapes(tensors, {}))


def krea2_model(width, heads, kv_heads, layers, text, text_heads, text_layers):
    """Its weights are filled by the names of the original files."""
    model = Krea2Transformer2DModel(in_channels=64, num_layers=layers, attention_head_dim=width // heads,
                                    num_attention_heads=heads, num_key_value_heads=kv_heads, intermediate_size=3 * width,
                                    text_hidden_dim=text, num_text_layers=text_layers, text_num_attention_heads=text_heads,
                                    text_num_key_value_heads=text_heads, text_intermediate_size=2 * text,
                                    axes_dims_rope=tuple(width // heads * x // 8 for x in (2, 3, 3))).eval()
    # The names that the converter makes of those of the files, turned round.
    names, shapes_of = {}, {k: v.shape for k, v in model.state_dict().items()}
    for name, shape in krea2_names(layers, shapes_of).items():
        names[PREFIX + name] = made(PREFIX + name, shape)
    model.load_state_dict(single.convert_krea2_transformer_checkpoint_to_diffusers(dict(names)))
    return model, names


def krea2_names(layers, of_diffusers):
    """Names and shapes of the original files."""
    block = {"attn.wq.weight": "attn.to_q.weight", "attn.wk.weight": "attn.to_k.weight", "attn.wv.weight": "attn.to_v.weight",
             "attn.wo.weight": "attn.to_out.0.weight", "attn.gate.weight": "attn.to_gate.weight",
             "attn.qknorm.qnorm.scale": "attn.norm_q.weight", "attn.qknorm.knorm.scale": "attn.norm_k.weight",
             "mlp.gate.weight": "ff.gate.weight", "mlp.up.weight": "ff.up.weight", "mlp.down.weight": "ff.down.weight",
             "prenorm.scale": "norm1.weight", "postnorm.scale": "norm2.weight"}
    single_names = {"first": "img_in", "tmlp.0": "time_embed.linear_1", "tmlp.2": "time_embed.linear_2",
                    "tproj.1": "time_mod_proj", "txtmlp.1": "txt_in.linear_1", "txtmlp.3": "txt_in.linear_2",
                    "last.linear": "final_layer.linear"}
    names = {f"{here}.{kind}": of_diffusers[f"{there}.{kind}"] for here, there in single_names.items()
             for kind in ("weight", "bias")}
    names["txtmlp.0.scale"] = of_diffusers["txt_in.norm.weight"]
    names["last.norm.scale"] = of_diffusers["final_layer.norm.weight"]
    names["last.modulation.lin"] = of_diffusers["final_layer.scale_shift_table"]
    names["txtfusion.projector.weight"] = of_diffusers["text_fusion.projector.weight"]
    for kind in ("layerwise_blocks", "refiner_blocks"):
        for i in range(2):
            names |= {f"txtfusion.{kind}.{i}.{here}": of_diffusers[f"text_fusion.{kind}.{i}.{there}"]
                      for here, there in block.items()}
    for i in range(layers):
        names |= {f"blocks.{i}.{here}": of_diffusers[f"transformer_blocks.{i}.{there}"] for here, there in block.items()}
        table = of_diffusers[f"transformer_blocks.{i}.scale_shift_table"]
        names[f"blocks.{i}.mod.lin"] = (table[0] * table[1],)
    return names


KREA2 = dict(width=96, heads=3, kv_heads=1, layers=2, text=32, text_heads=2, text_layers=12)


def krea2_case(folder, seed):
    model, names = krea2_model(**KREA2)
    torch.manual_seed(seed)
    case = {}
    for key, (batch, height, breadth, tokens) in {"even": (2, 8, 12, 7), "reference": (1, 4, 6, 5)}.items():
        x, context = torch.randn(batch, 16, height, breadth), torch.randn(batch, tokens, 12 * KREA2["text"])
        t = torch.linspace(0.9, 0.25, batch)
        ids = torch.cat([torch.zeros(tokens, 3), picture_ids(height // 2, breadth // 2)])
        out = model(packed(x), context.unflatten(2, (12, -1)), t, ids).sample
        case |= {f"{key}.x": x, f"{key}.t": t, f"{key}.context": context, f"{key}.out": unpacked(out, height, breadth)}
    save_file({k: v.contiguous() for k, v in case.items()}, folder / "krea2.safetensors", shapes(names, {}))


def anima_shapes(width, head, layers, text, columns):
    """Cosmos Predict 2's."""
    names = {"t_embedding_norm.weight": (width,)}
    linear(names, "x_embedder.proj.1", width, 4 * 17, bias=False)  # 16 channels, and one of padding
    linear(names, "t_embedder.1.linear_1", width, width, bias=False)
    linear(names, "t_embedder.1.linear_2", 3 * width, width, bias=False)
    for i in range(layers):
        begin = f"blocks.{i}."
        for attention, in_ in ("self_attn", width), ("cross_attn", text):
            for layer, from_ in ("q_proj", width), ("k_proj", in_), ("v_proj", in_), ("output_proj", width):
                linear(names, f"{begin}{attention}.{layer}", width, from_, bias=False)
            for norm in "q_norm", "k_norm":
                names[f"{begin}{attention}.{norm}.weight"] = (head,)
        linear(names, begin + "mlp.layer1", 4 * width, width, bias=False)
        linear(names, begin + "mlp.layer2", width, 4 * width, bias=False)
        for part in "self_attn", "cross_attn", "mlp":
            linear(names, f"{begin}adaln_modulation_{part}.1", columns, width, bias=False)
            linear(names, f"{begin}adaln_modulation_{part}.2", 3 * width, columns, bias=False)
    linear(names, "final_layer.adaln_modulation.1", columns, width, bias=False)
    linear(names, "final_layer.adaln_modulation.2", 2 * width, columns, bias=False)
    linear(names, "final_layer.linear", 64, width, bias=False)
    return names


# It has torchvision make a mask as large as the latent. Of zeros, this is that, too.
transformer_cosmos.transforms = SimpleNamespace(
    InterpolationMode=SimpleNamespace(NEAREST=None),
    functional=SimpleNamespace(resize=lambda mask, size, **_: torch.zeros(*mask.shape[:2], *size)))


def anima_model(width, head, layers, text, columns, source, adapter_head=16):
    """The transformer, what stands before its text, and the names of both in one file."""
    names = anima_shapes(width, head, layers, text, columns)
    model = CosmosTransformer3DModel(in_channels=16, out_channels=16, num_attention_heads=width // head,
                                     attention_head_dim=head, num_layers=layers, text_embed_dim=text,
                                     adaln_lora_dim=columns, rope_scale=(1.0, 4.0, 4.0), extra_pos_embed_type=None).eval()
    # The converter takes off "net.", and leaves PREFIX as it is.
    model.load_state_dict(single.convert_cosmos_transformer_checkpoint_to_diffusers(
        {"net." + k.removeprefix(PREFIX): v for k, v in tensors_of(names).items()}))
    for block in model.transformer_blocks:  # its authors' eps, and ComfyUI's
        for norm in block.attn1.norm_q, block.attn1.norm_k, block.attn2.norm_q, block.attn2.norm_k:
            norm.eps = 1e-6
    adapter = AnimaTextConditioner(source_dim=source, target_dim=text, model_dim=text, num_layers=2,
                                   num_attention_heads=text // adapter_head).eval()
    fill({PREFIX + "llm_adapter." + k: v for k, v in adapter.state_dict().items()})
    return model, adapter, names | {"llm_adapter." + k: tuple(v.shape) for k, v in adapter.state_dict().items()}


ANIMA = dict(width=64, head=32, layers=2, text=48, columns=16, source=40)


def anima_case(folder, seed):
    model, adapter, names = anima_model(**ANIMA)
    torch.manual_seed(seed)
    case = {}
    for key, (batch, height, breadth, tokens, read) in {"even": (2, 8, 12, 7, 9), "long": (1, 4, 6, 5, 515)}.items():
        x, context = torch.randn(batch, 16, height, breadth), torch.randn(batch, tokens, ANIMA["source"])
        t = torch.linspace(0.9, 0.25, batch)
        ids, weights = torch.randint(0, 32100, (batch, read)), torch.rand(batch, read) + 0.5
        text = adapter(context, ids)
        text[:, :read] *= weights.unsqueeze(-1)  # as ComfyUI does it; diffusers has no weights of words
        out = model(x.unsqueeze(2), t, text, padding_mask=torch.zeros(1, 1, 8 * height, 8 * breadth)).sample[:, :, 0]
        case |= {f"{key}.x": x, f"{key}.t": t, f"{key}.context": context, f"{key}.token_ids": ids,
                 f"{key}.token_weights": weights, f"{key}.adapted": text[:, :read], f"{key}.out": out}
    save(folder, "anima", case, names)


def qwen_image21_model(width, head, layers, text):
    model = QwenImage21Transformer2DModel(in_channels=64, out_channels=64, num_layers=layers, attention_head_dim=head,
                                          num_attention_heads=width // head, context_in_dim=text,
                                          axes_dims_rope=(head // 8, head * 7 // 16, head * 7 // 16)).eval()
    tensors = fill({PREFIX + k: v for k, v in model.state_dict().items()})
    return model, tensors


def qwen_image21_case(folder, seed):
    """Without pictures, and with two among the text; diffusers has a slot of the text for each 2 by 2 cells."""
    text = 48
    model, tensors = qwen_image21_model(64, 32, 2, text)
    torch.manual_seed(seed)
    case = {}
    for key, (batch, height, breadth, tokens) in {"even": (2, 8, 12, 7), "reference": (1, 4, 8, 9)}.items():
        x, context = torch.randn(batch, 64, height, breadth), torch.randn(batch, tokens, text)
        t = torch.linspace(0.9, 0.25, batch)
        case |= {f"{key}.x": x, f"{key}.t": t, f"{key}.context": context}
        pictures, sizes, seen = [x], [], torch.zeros(tokens, dtype=torch.bool)
        told = context
        if key == "reference":
            wide, tall = torch.randn(batch, 64, 4, 6), torch.randn(batch, 64, 6, 2)
            pictures, sizes = [wide, tall, x], [(1, 4, 6), (1, 6, 2)]
            case |= {"reference.0": wide, "reference.1": tall, "reference.slots": torch.tensor([2, 5])}
            slots = [(2, 6), (5, 3)]
            seen, told, first = [], [], 0
            for at, count in slots + [(tokens, 0)]:
                seen += [False] * (at - first) + [True] * count
                told += [context[:, first:at], torch.zeros(batch, count, text)]
                first = at
            seen, told = torch.tensor(seen), torch.cat(told, 1)
        sequence = torch.cat([p.flatten(2).transpose(1, 2) for p in pictures], 1)
        mask = torch.cat([seen, torch.ones(height * breadth // 4, dtype=torch.bool)])
        out = model(sequence, told, t, [sizes + [(1, height, breadth)]] * batch, mask.expand(batch, -1)).sample
        case[f"{key}.out"] = out[:, -height * breadth:].transpose(1, 2).reshape(x.shape)
    case = {k: v.contiguous() for k, v in case.items()}
    save_file(case, folder / "qwen_image21.safetensors", shapes(tensors, {}))
    # ComfyUI's files have the gate and what it gates in one tensor: for the names of LoRAs.
    both = {k.replace("gate_layer", "gate_up"): torch.cat([v, v]) if "gate_layer" in k else v
            for k, v in tensors.items() if not k.endswith("img_mlp.proj.weight")}
    save_file({}, folder / "qwen_image21_fused.safetensors", shapes(both, {}))


def qwen_vl_model(vocabulary, hidden, heads, image_pad=90):
    """Its text part as small as `hidden`, its vision one of nine blocks, of which the eighth sees all of a picture."""
    head = hidden // heads
    model = Qwen2_5_VLModel(Qwen2_5_VLConfig(
        text_config=dict(vocab_size=vocabulary, hidden_size=hidden, intermediate_size=80, num_hidden_layers=2,
                         num_attention_heads=heads, num_key_value_heads=1, rms_norm_eps=1e-6, rope_theta=1_000_000.0,
                         rope_scaling={"type": "mrope", "mrope_section": [head // 8, 3 * head // 16, 3 * head // 16]}),
        vision_config=dict(depth=9, hidden_size=64, intermediate_size=48, num_heads=16, out_hidden_size=hidden,
                           fullatt_block_indexes=[7]),
        image_token_id=image_pad, vision_start_token_id=image_pad + 1)).eval()
    tensors = fill({k.replace("language_model.", "model."): v for k, v in model.state_dict().items()})
    return model, tensors


CLIP_COLOURS = ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
HALVES = ((0.5,) * 3, (0.5,) * 3)


def vision_pixels(picture, patch=14, colours=CLIP_COLOURS):
    """[1,H,W,3] to normalised patches and their grid, stretched as ComfyUI does it."""
    sides, token = picture.shape[1:3], 2 * patch
    height, width = (max(round(side / token), 1) * token for side in sides)
    if height * width < 3136:  # fewer pixels than it takes
        height, width = (math.ceil(side * math.sqrt(3136 / math.prod(sides)) / token) * token for side in sides)
    x = torch.nn.functional.interpolate(picture.movedim(-1, 1), (height, width), mode="bilinear")
    mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in colours)
    frames = ((x - mean) / deviation).repeat(2, 1, 1, 1)
    rows, columns = height // patch, width // patch
    patches = frames.view(1, 2, 3, rows // 2, 2, patch, columns // 2, 2, patch).permute(0, 3, 6, 4, 7, 2, 1, 5, 8)
    return patches.reshape(rows * columns, -1), torch.tensor([[1, rows, columns]])


def qwen_vl_hidden(model, tokens, pictures, image_pad):
    """Of tokens, of which each `image_pad` is a picture."""
    made = [vision_pixels(p) for p in pictures]
    long, left = [], list(made)
    for token in tokens:
        long += [token] * (int(left.pop(0)[1].prod()) // 4 if token == image_pad else 1)
    ids = torch.tensor([long])
    return model(input_ids=ids, pixel_values=torch.cat([p for p, _ in made]),
                 image_grid_thw=torch.cat([g for _, g in made]),
                 mm_token_type_ids=(ids == image_pad).int()).last_hidden_state


def qwen_vl_case(folder, seed):
    model, tensors = qwen_vl_model(96, 64, 2)
    torch.manual_seed(seed)
    # 5 by 6 tokens, windows of 4 by 4, 4 by 2, 1 by 4 and 1 by 2; then a small one, which is made larger.
    pictures = [torch.rand(1, 134, 171, 3), torch.rand(1, 20, 60, 3)]
    tokens = [7, 91, 90, 8, 9, 90, 3, 4, 5]
    case = {"tokens": torch.tensor(tokens), "hidden": qwen_vl_hidden(model, tokens, pictures, 90)}
    for i, picture in enumerate(pictures):
        patches, grid = vision_pixels(picture)
        seen = model.visual(patches, grid)
        case[f"picture.{i}"] = picture
        case[f"seen.{i}"] = getattr(seen, "pooler_output", seen)
    save_file({k: v.contiguous() for k, v in case.items()}, folder / "qwen_vl.safetensors", shapes(tensors, {}))


def qwen3_vl_model(vocabulary, hidden, heads, layers=4, image_pad=90, depth=8):
    """Its vision has a table of places of 5 by 5."""
    head = hidden // heads
    at = [(i + 1) * depth // 4 - 1 for i in range(3)] if depth != 27 else [8, 16, 24]
    model = Qwen3VLModel(Qwen3VLConfig(
        text_config=dict(vocab_size=vocabulary, hidden_size=hidden, intermediate_size=80, num_hidden_layers=layers,
                         num_attention_heads=heads, num_key_value_heads=1, head_dim=head, rms_norm_eps=1e-6,
                         rope_parameters={"rope_type": "default", "rope_theta": 5_000_000.0, "mrope_interleaved": True,
                                          "mrope_section": [3 * head // 16, 5 * head // 32, 5 * head // 32]}),
        vision_config=dict(depth=depth, hidden_size=64, intermediate_size=48, num_heads=16, out_hidden_size=hidden,
                           patch_size=16, num_position_embeddings=25, deepstack_visual_indexes=at),
        image_token_id=image_pad, vision_start_token_id=image_pad + 1)).eval()
    # As ComfyUI's files have them.
    return model, fill({k.replace("language_model.", "model."): v for k, v in model.state_dict().items()})


def qwen3_vl_hidden(model, tokens, pictures, image_pad):
    """Of tokens, of which each `image_pad` is a picture: behind the last layer, without the norm there."""
    given = [vision_pixels(p, 16, HALVES) for p in pictures]
    long, left = [], list(given)
    for token in tokens:
        long += [token] * (int(left.pop(0)[1].prod()) // 4 if token == image_pad else 1)
    ids = torch.tensor([long])
    seen = dict(pixel_values=torch.cat([p for p, _ in given]), image_grid_thw=torch.cat([g for _, g in given]),
                mm_token_type_ids=(ids == image_pad).int()) if given else {}
    before = []
    handle = model.language_model.norm.register_forward_hook(lambda _, args, out: before.append(args[0]))
    model(input_ids=ids, **seen)
    handle.remove()
    return before[0], ids


def qwen3_vl_case(folder, seed):
    model, tensors = qwen3_vl_model(96, 64, 2)
    torch.manual_seed(seed)
    # 4 by 5 tokens, then a small one, which is made larger.
    pictures = [torch.rand(1, 134, 171, 3), torch.rand(1, 20, 60, 3)]
    tokens = [7, 91, 90, 8, 9, 90, 3, 4, 5]
    case = {"tokens": torch.tensor(tokens), "hidden": qwen3_vl_hidden(model, tokens, pictures, 90)[0],
            "alone": qwen3_vl_hidden(model, [t % 90 for t in tokens], [], 90)[0]}
    for i, picture in enumerate(pictures):
        seen = model.visual(*vision_pixels(picture, 16, HALVES))
        case |= {f"picture.{i}": picture, f"seen.{i}": seen.pooler_output,
                 f"deep.{i}": torch.stack(seen.deepstack_features)}
    save_file({k: v.contiguous() for k, v in case.items()}, folder / "qwen3_vl.safetensors", shapes(tensors, {}))


def wan_vae_shapes(dim, z):
    names = {}

    def conv(name, out, in_, *kernel):
        names[name + ".weight"], names[name + ".bias"] = (out, in_, *kernel), (out,)

    def block(begin, in_, out):
        names[begin + "residual.0.gamma"], names[begin + "residual.3.gamma"] = (in_, 1, 1, 1), (out, 1, 1, 1)
        conv(begin + "residual.2", out, in_, 3, 3, 3)
        conv(begin + "residual.6", out, out, 3, 3, 3)
        if in_ != out:
            conv(begin + "shortcut", out, in_, 1, 1, 1)

    def middle(begin, width):
        block(begin + "0.", width, width)
        names[begin + "1.norm.gamma"] = (width, 1, 1)
        conv(begin + "1.to_qkv", 3 * width, width, 1, 1)
        conv(begin + "1.proj", width, width, 1, 1)
        block(begin + "2.", width, width)

    widths = [dim, dim, 2 * dim, 4 * dim, 4 * dim]
    conv("encoder.conv1", dim, 3, 3, 3, 3)
    step = 0
    for level in range(4):
        for number in range(2):
            block(f"encoder.downsamples.{step}.", widths[level + (number > 0)], widths[level + 1])
            step += 1
        if level < 3:
            conv(f"encoder.downsamples.{step}.resample.1", widths[level + 1], widths[level + 1], 3, 3)
            if level > 0:
                conv(f"encoder.downsamples.{step}.time_conv", widths[level + 1], widths[level + 1], 3, 1, 1)
            step += 1
    middle("encoder.middle.", 4 * dim)
    names["encoder.head.0.gamma"] = (4 * dim, 1, 1, 1)
    conv("encoder.head.2", 2 * z, 4 * dim, 3, 3, 3)
    conv("conv1", 2 * z, 2 * z, 1, 1, 1)
    conv("conv2", z, z, 1, 1, 1)
    widths = [4 * dim, 4 * dim, 4 * dim, 2 * dim, dim]
    conv("decoder.conv1", 4 * dim, z, 3, 3, 3)
    middle("decoder.middle.", 4 * dim)
    step = 0
    for level in range(4):
        in_ = widths[level] // 2 if level > 0 else widths[level]
        for number in range(3):
            block(f"decoder.upsamples.{step}.", in_ if number == 0 else widths[level + 1], widths[level + 1])
            step += 1
        if level < 3:
            conv(f"decoder.upsamples.{step}.resample.1", widths[level + 1] // 2, widths[level + 1], 3, 3)
            if level < 2:
                conv(f"decoder.upsamples.{step}.time_conv", 2 * widths[level + 1], widths[level + 1], 3, 1, 1)
            step += 1
    names["decoder.head.0.gamma"] = (dim, 1, 1, 1)
    conv("decoder.head.2", 3, dim, 3, 3, 3)
    return names


def wan_vae():
    dim, z = 8, 16
    tensors = {name: made(name, shape) for name, shape in wan_vae_shapes(dim, z).items()}
    model = AutoencoderKLQwenImage(base_dim=dim, z_dim=z, dim_mult=[1, 2, 4, 4], num_res_blocks=2, attn_scales=[],
                                   temperal_downsample=[False, True, True]).eval()
    model.load_state_dict(single.convert_wan_vae_to_diffusers(dict(tensors)))
    return model, tensors


def wan_vae_case(folder, seed):
    vae, tensors = wan_vae()
    torch.manual_seed(seed)
    pixels, latent = torch.rand(1, 3, 24, 32) * 2 - 1, torch.randn(1, 16, 3, 4)
    mean = vae.encode(pixels.unsqueeze(2)).latent_dist.mean.squeeze(2)
    decoded = vae.decode(latent.unsqueeze(2)).sample.squeeze(2)
    save_file({"pixels": pixels, "mean": mean.contiguous(), "latent": latent, "decoded": decoded.contiguous()},
              folder / "wan_vae.safetensors", shapes(tensors, {}))


def qwen21_vae_names(blocks):
    """diffusers' names of the tensors of ComfyUI's file, which are those of Wan 2.2."""
    names = {"conv1": "quant_conv", "conv2": "post_quant_conv"}
    residual = {"residual.0.gamma": "norm1.gamma", "residual.2": "conv1", "residual.3.gamma": "norm2.gamma",
                "residual.6": "conv2", "shortcut": "conv_shortcut"}

    def block(here, there):
        names.update({f"{here}.{a}": f"{there}.{b}" for a, b in residual.items()})

    for side, direction, count in ("encoder", "down", blocks), ("decoder", "up", blocks + 1):
        names |= {f"{side}.conv1": f"{side}.conv_in", f"{side}.head.0.gamma": f"{side}.norm_out.gamma",
                  f"{side}.head.2": f"{side}.conv_out"}
        for i, number in (0, 0), (2, 1):
            block(f"{side}.middle.{i}", f"{side}.mid_block.resnets.{number}")
        for part in "norm.gamma", "to_qkv", "proj":
            names[f"{side}.middle.1.{part}"] = f"{side}.mid_block.attentions.0.{part}"
        for level in range(5):
            here, there = f"{side}.{direction}samples.{level}.{direction}samples", f"{side}.{direction}_blocks.{level}"
            for i in range(count):
                block(f"{here}.{i}", f"{there}.resnets.{i}")
            for part in "resample.1", "time_conv":
                names[f"{here}.{count}.{part}"] = f"{there}.{direction}sampler.{part}"
    return names


def qwen21_vae():
    """As small as it goes; a kernel has one slice in time in the file, and none in diffusers."""
    blocks = 2
    model = AutoencoderKLQwenImage21(base_dim=6, decoder_base_dim=8, num_res_blocks=blocks).eval()
    theirs, tensors = model.state_dict(), {}
    for here, there in qwen21_vae_names(blocks).items():
        for kind in ("",) if here.endswith("gamma") else (".weight", ".bias"):
            if there + kind not in theirs:
                continue
            shape = theirs[there + kind].shape
            flat = len(shape) != 4 or here.endswith(("gamma", "resample.1", "to_qkv", "proj"))
            name = here + kind
            tensors[name] = made(name, shape if flat else (*shape[:2], 1, *shape[2:]))
            theirs[there + kind] = tensors[name].reshape(shape)
    model.load_state_dict(theirs)
    assert len(tensors) == len(theirs)
    return model, tensors


def qwen21_vae_case(folder, seed):
    vae, tensors = qwen21_vae()
    torch.manual_seed(seed)
    pixels, latent = torch.rand(1, 4, 48, 64) * 2 - 1, torch.randn(1, 64, 3, 4)
    mean = vae.encode(pixels.unsqueeze(2)).latent_dist.mean.squeeze(2)
    decoded = vae.decode(latent.unsqueeze(2)).sample.squeeze(2)
    save_file({"pixels": pixels, "mean": mean.contiguous(), "latent": latent, "decoded": decoded.contiguous()},
              folder / "qwen21_vae.safetensors", shapes(tensors, {}))


if __name__ == "__main__":
    out = Path(sys.argv[1])
    with torch.no_grad():
        flux_case(out, "flux", True, 300)
        flux_case(out, "flux_schnell", False, 301)
        z_image_case(out, 302)
        sd3_case(out, "sd3", False, (), 303)
        sd3_case(out, "sd35", True, (0,), 304)
        t5_case(out, "t5", T5EncoderModel, T5Config, 305)
        t5_case(out, "umt5", UMT5EncoderModel, UMT5Config, 306)
        qwen3_case(out, 307)
        vae16_case(out, 308)
        qwen_image_case(out, 309)
        qwen25_case(out, 310)
        wan_vae_case(out, 311)
        flux2_case(out, "flux2", False, 312)
        flux2_case(out, "flux2_dev", True, 313)
        flux2_vae_case(out, 314)
        klein_text_case(out, 315)
        chroma_case(out, 316)
        qwen_vl_case(out, 317)
        krea2_case(out, 318)
        mistral_text_case(out, 319)
        qwen_image_case(out, 319, "qwen_image_2511", True)
        anima_case(out, 320)
        lumina2_case(out, 321)
        gemma_case(out, 322)
        qwen_image21_case(out, 320)
        qwen21_vae_case(out, 321)
        qwen3_vl_case(out, 322)
        layered_case(out, 323)
