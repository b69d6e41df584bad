"""What sees pictures for Flux.1 Redux and others, small: CLIP's and SigLIP's vision beside transformers', Redux beside
diffusers', pictures prepared as ComfyUI does it, and a whole pipeline with them.

    python make_vision.py ../../data/networks T5_TOKENIZER.json COMFYUI

Needs what make_pipelines.py needs. COMFYUI is a folder with ComfyUI's sources: its function clip_preprocess is run as it is there.
"""

import ast
import sys
from pathlib import Path

import torch
from diffusers import FluxPipeline, FluxTransformer2DModel
from diffusers.pipelines.flux.modeling_flux import ReduxImageEncoder
from PIL import Image
from safetensors.torch import save_file
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection, SiglipVisionConfig, SiglipVisionModel

import make_pipelines as pipelines
import make_transformers as small
from make_networks import shapes
from weights import fill

HALVES = [0.5] * 3


def comfyui_preprocess(comfyui):
    """The one function of comfy/clip_model.py, without what that imports."""
    tree = ast.parse((Path(comfyui) / "comfy/clip_model.py").read_text())
    tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "clip_preprocess"]
    names = {"torch": torch}
    exec(compile(tree, "clip_model.py", "exec"), names)
    return names["clip_preprocess"]


def named(model):
    """Names with "vision_model.", with which files have them."""
    return {k if k.startswith(("vision_model.", "visual_projection.")) else "vision_model." + k: v
            for k, v in model.state_dict().items() if "position_ids" not in k}


def clip(layers, activation):
    model = CLIPVisionModelWithProjection(CLIPVisionConfig(
        hidden_size=32, intermediate_size=48, num_hidden_layers=layers, num_attention_heads=16, image_size=28, patch_size=7,
        projection_dim=24, hidden_act=activation)).eval()
    return model, fill(named(model))


def siglip(width=32):
    """Of 384 pixels, of which 27 patches of 14 leave six out."""
    model = SiglipVisionModel(SiglipVisionConfig(
        hidden_size=width, intermediate_size=48, num_hidden_layers=3, num_attention_heads=16, image_size=384, patch_size=14,
        hidden_act="gelu_pytorch_tanh", vision_use_head=False)).eval()
    return model, fill(named(model))


def vision_case(folder, name, model, tensors, prepared, pictures, cropped):
    out = model(pixel_values=prepared, output_hidden_states=True)
    hidden = out.hidden_states
    embeds = getattr(out, "image_embeds", None)
    case = {"pictures": pictures, "last": out.last_hidden_state, "penultimate": hidden[-2], "cropped": cropped}
    if embeds is not None:
        case["embeds"] = embeds
    # Of many patches, a row of each 37.
    case = {k: v[:, ::37] if v.dim() == 3 and v.shape[1] > 100 else v for k, v in case.items()}
    save_file({k: v.contiguous() for k, v in case.items()}, folder / f"{name}.safetensors", shapes(tensors, {}))


def redux_model(width):
    model = ReduxImageEncoder(redux_dim=width, txt_in_features=48).eval()
    return model, fill(dict(model.state_dict()))


def visions(folder, preprocess):
    torch.manual_seed(400)
    wide = torch.rand(2, 30, 57, 3)
    for name, layers, activation in ("clip_vision_l", 3, "quick_gelu"), ("clip_vision_h", 31, "gelu"):
        model, tensors = clip(layers, activation)
        vision_case(folder, name, model, tensors, preprocess(wide, size=28), wide, preprocess(wide, size=28))
    model, tensors = siglip()
    picture = torch.rand(1, 40, 31, 3)
    stretched = preprocess(picture, size=384, mean=HALVES, std=HALVES, crop=False)
    vision_case(folder, "siglip_vision", model, tensors, stretched, picture, torch.zeros(1))
    redux, weights = redux_model(32)
    seen = torch.randn(2, 5, 32)
    save_file({"seen": seen, "tokens": redux(seen).image_embeds}, folder / "redux.safetensors", shapes(weights, {}))


def whole(folder, preprocess, t5_of, l_model):
    """Flux.1 with a prompt and the tokens of a picture behind it, at a strength of 0.5 (multiply)."""
    width = 64
    model = FluxTransformer2DModel(in_channels=64, num_layers=2, num_single_layers=2, attention_head_dim=32,
                                   num_attention_heads=2, joint_attention_dim=48, pooled_projection_dim=24,
                                   guidance_embeds=True, axes_dims_rope=(4, 14, 14)).eval()
    model.load_state_dict(small.flux_converter(width)(small.tensors_of(small.flux_shapes(width, 2, 2, 2, 48, 24, True))))
    vision, _ = siglip()
    redux, _ = redux_model(32)
    torch.manual_seed(401)
    picture = (torch.rand(1, 40, 31, 3) * 255).round() / 255
    prepared = preprocess(picture, size=384, mean=HALVES, std=HALVES, crop=True)
    tokens = redux(vision(prepared).last_hidden_state).image_embeds * 0.5
    pipe = FluxPipeline(pipelines.scheduler(), None, None, None, None, None, model)
    out = pipe(prompt_embeds=torch.cat([t5_of(256), tokens], 1),
               pooled_prompt_embeds=l_model(pipelines.clip_tokens(49407)).pooler_output,
               height=8 * pipelines.CELLS[0], width=8 * pipelines.CELLS[1], num_inference_steps=3, sigmas=pipelines.SIGMAS,
               guidance_scale=2.5, latents=small.packed(pipelines.noise()), output_type="latent").images
    latent = small.unpacked(out, *pipelines.CELLS) / 0.3611 + 0.1159
    save_file({"latent": latent.contiguous()}, folder / "whole_redux.safetensors")
    Image.fromarray((picture[0] * 255).round().byte().numpy()).save(folder / "redux_shown.png")


if __name__ == "__main__":
    out, t5_tokenizer, comfyui = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    with torch.no_grad():
        prepare = comfyui_preprocess(comfyui)
        visions(out, prepare)
        whole(out, prepare, pipelines.t5(out, t5_tokenizer), pipelines.clip(24, 1, False, 3, out, "whole_clip_l24"))
