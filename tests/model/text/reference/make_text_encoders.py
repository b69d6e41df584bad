"""Small text encoders of both kinds, randomly initialised by transformers, and what they compute.

    python make_text_encoders.py ../../data/text

Needs torch, transformers and safetensors. The files are committed; the tests need none of these.
Weights are stored in float16 and computed with in float32.
"""

import re
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

VOCABULARY = 96
START, END = VOCABULARY - 2, VOCABULARY - 1
POSITIONS = 20
HEAD_WIDTH = 16
SHAPE = dict(vocab_size=VOCABULARY, num_hidden_layers=3, max_position_embeddings=POSITIONS,
             bos_token_id=START, eos_token_id=END, pad_token_id=END)

OPEN_CLIP = [
    (r"embeddings\.token_embedding\.weight", "token_embedding.weight"),
    (r"embeddings\.position_embedding\.weight", "positional_embedding"),
    (r"final_layer_norm\.", "ln_final."),
    (r"encoder\.layers\.(\d+)\.layer_norm(\d)\.", r"transformer.resblocks.\1.ln_\2."),
    (r"encoder\.layers\.(\d+)\.mlp\.fc1\.", r"transformer.resblocks.\1.mlp.c_fc."),
    (r"encoder\.layers\.(\d+)\.mlp\.fc2\.", r"transformer.resblocks.\1.mlp.c_proj."),
    (r"encoder\.layers\.(\d+)\.self_attn\.out_proj\.", r"transformer.resblocks.\1.attn.out_proj."),
]


def open_clip_tensors(model):
    """transformers' names as OpenCLIP has them: q, k and v in one tensor, the projection from the right."""
    result, thirds = {}, {}
    for name, tensor in model.state_dict().items():
        name = name.removeprefix("text_model.")
        part = re.fullmatch(r"encoder\.layers\.(\d+)\.self_attn\.([qkv])_proj\.(weight|bias)", name)
        if name == "text_projection.weight":
            result["text_projection"] = tensor.t()
        elif part:
            thirds[part[1], part[3], part[2]] = tensor
        else:
            for pattern, replacement in OPEN_CLIP:
                name = re.sub(pattern, replacement, name)
            result[name] = tensor
    for layer, kind, which in thirds:
        if which == "q":
            result[f"transformer.resblocks.{layer}.attn.in_proj_{kind}"] = torch.cat(
                [thirds[layer, kind, w] for w in "qkv"])
    result["logit_scale"] = torch.tensor(4.6)
    return result


def prepared(model, seed):
    """Weights of a size that makes every one count; each as float16 can hold it."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if "norm" in name:
                parameter += 0.2 * noise
            else:
                parameter.copy_(noise * (0.5 if "embedding" in name else parameter.shape[-1] ** -0.5))
            parameter.copy_(parameter.half().float())
    return model.eval()


def tokens(seed):
    """Three prompts: short, all of the length, and one with two ends."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(0, START, (3, POSITIONS), generator=generator)
    ids[:, 0] = START
    ids[0, 5:] = END
    ids[1, -1] = END
    ids[2, 7] = ids[2, 12] = END
    return ids


def case(model, ids):
    with torch.no_grad():
        made = model(ids, output_hidden_states=True)
        result = {"tokens": ids, "last": made.last_hidden_state}
        for back in (1, 2, 3):  # hidden_states[0] is the embedding
            result[f"hidden_{back}"] = made.hidden_states[-back]
            norm = getattr(model, "text_model", model).final_layer_norm
            result[f"normed_{back}"] = norm(made.hidden_states[-back])
        result["pooled"] = made.text_embeds if "text_embeds" in made else made.pooler_output
    return result


def stored(tensors, prefix):
    return {prefix + name: tensor.detach().half().contiguous() for name, tensor in tensors.items()}


def main(folder):
    torch.manual_seed(1)
    clip_l = prepared(CLIPTextModel(CLIPTextConfig(hidden_size=32, intermediate_size=64, num_attention_heads=2,
                                                   hidden_act="quick_gelu", **SHAPE)), 2)
    names = {("" if name.startswith("text_model.") else "text_model.") + name: tensor
             for name, tensor in clip_l.state_dict().items()}
    metadata = {"ksampler.text_head_width": str(HEAD_WIDTH)}
    save_file(stored(names, "cond_stage_model.transformer."), folder / "clip_l.safetensors", metadata)
    save_file(case(clip_l, tokens(3)), folder / "clip_l.case.safetensors")

    clip_g = prepared(CLIPTextModelWithProjection(
        CLIPTextConfig(hidden_size=48, intermediate_size=96, num_attention_heads=3, hidden_act="gelu",
                       projection_dim=40, **SHAPE)), 4)
    save_file(stored(open_clip_tensors(clip_g), "conditioner.embedders.1.model."), folder / "clip_g.safetensors",
              metadata)
    save_file(case(clip_g, tokens(5)), folder / "clip_g.case.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
