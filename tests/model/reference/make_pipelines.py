"""From a prompt to a picture, as diffusers' pipelines do it for each family, on the small networks of
make_transformers.py and on text encoders as small, which have the whole vocabularies.

    python make_pipelines.py ../../data/networks T5_TOKENIZER.json

Needs torch, diffusers, transformers, tokenizers and safetensors. T5_TOKENIZER.json is that of google/t5-v1_1-xxl.
The prompts are filled up as ComfyUI does it. Sigmas are the same for all, written down in the test; the noise is
PyTorch's of the seed.
"""

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import sentencepiece
import torch
from diffusers import (AutoencoderKL, AutoencoderKLQwenImage, ChromaPipeline, FlowMatchEulerDiscreteScheduler,
                       Flux2KleinPipeline, Flux2Pipeline, FluxFillPipeline, FluxPipeline, FluxTransformer2DModel, Krea2Pipeline,
                       Lumina2Pipeline, QwenImage21Pipeline, QwenImagePipeline,
                       SD3Transformer2DModel, StableDiffusion3Pipeline, ZImagePipeline, ZImageTransformer2DModel)
from diffusers.guiders import ClassifierFreeGuidance
from diffusers.loaders import single_file_utils as single
from diffusers.modular_pipelines import AnimaAutoBlocks
from PIL import Image
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import (CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, MistralConfig, MistralModel,
                          Qwen2Config, Qwen2Model, Qwen3Config, Qwen3Model, T5Config, T5EncoderModel)

import make_transformers as small
from ldm_layout import vae_tensors
from make_networks import shapes
from weights import fill

sys.path.insert(0, str(Path(__file__).parents[2] / "data/text"))
import make_mistral_tokens  # noqa: E402
import make_sentence_tokens  # noqa: E402
import make_tokens  # noqa: E402

PROMPT = "a red circle on a blue square"
SIGMAS = [1.0, 0.75, 0.4]
SEED, HEIGHT, WIDTH = 7, 16, 32  # pixels; the autoencoder has 2 a cell, where the pipelines think of 8
CELLS = (HEIGHT // 2, WIDTH // 2)


def scheduler():
    return FlowMatchEulerDiscreteScheduler(shift=1.0)


def clip(width, heads, projected, layers, folder, name):
    kind = CLIPTextModelWithProjection if projected else CLIPTextModel
    model = kind(CLIPTextConfig(vocab_size=49408, hidden_size=width, intermediate_size=2 * width,
                                num_hidden_layers=layers, num_attention_heads=heads, projection_dim=width,
                                hidden_act="gelu" if projected else "quick_gelu", bos_token_id=49406,
                                eos_token_id=49407)).eval()
    tensors = {k if k.startswith("text_") else "text_model." + k: v for k, v in model.state_dict().items()
               if "position_ids" not in k}
    fill(tensors)
    save_file({}, folder / f"{name}.safetensors", shapes(tensors, {}))
    return model


def clip_tokens(pad):
    ids = [49406, *make_tokens.tokenizer()(PROMPT, add_special_tokens=False)["input_ids"], 49407]
    return torch.tensor([ids + [pad] * (77 - len(ids))])


def t5(folder, tokenizer):
    model = T5EncoderModel(T5Config(vocab_size=32128, d_model=48, d_kv=8, num_heads=4, d_ff=64, num_layers=2,
                                    feed_forward_proj="gated-gelu", dropout_rate=0.0)).eval()
    tensors = fill({k: v for k, v in model.state_dict().items() if not k.startswith("encoder.embed_tokens")})
    save_file({}, folder / "whole_t5.safetensors", shapes(tensors, {}))

    def encoded(least, prompt=PROMPT):
        ids = Tokenizer.from_file(tokenizer).encode(prompt).ids
        return model(torch.tensor([ids + [0] * (least - len(ids))])).last_hidden_state
    return encoded


def vae():
    model = AutoencoderKL(norm_num_groups=32, sample_size=32, block_out_channels=(32, 64), layers_per_block=1,
                          latent_channels=16, down_block_types=["DownEncoderBlock2D"] * 2,
                          up_block_types=["UpDecoderBlock2D"] * 2, use_quant_conv=False,
                          use_post_quant_conv=False).eval()
    fill({k.removeprefix("first_stage_model."): v for k, v in vae_tensors(model).items()})
    return model


def noise():
    return torch.randn(1, 16, *CELLS, generator=torch.Generator().manual_seed(SEED))


def save(folder, name, autoencoder, latent, scale, shift):
    latent = latent / scale + shift
    if latent.dim() == 5:
        latent = latent[:, :, 0]
    if isinstance(autoencoder, AutoencoderKLQwenImage):
        picture = (autoencoder.decode(latent.unsqueeze(2)).sample[:, :, 0] / 2 + 0.5).clamp(0, 1)
        save_file({"latent": latent.contiguous(), "picture": picture.contiguous()}, folder / f"{name}.safetensors")
        return
    picture = (autoencoder.decode(latent).sample / 2 + 0.5).clamp(0, 1)
    save_file({"latent": latent.contiguous(), "picture": picture.contiguous()}, folder / f"{name}.safetensors")


def flux(folder, t5_of, l_model, autoencoder):
    width = 64
    model = FluxTransformer2DModel(in_channels=64, num_layers=2, num_single_layers=2, attention_head_dim=32,
                                   num_attention_heads=2, joint_attention_dim=48, pooled_projection_dim=24,
                                   guidance_embeds=True, axes_dims_rope=(4, 14, 14)).eval()
    model.load_state_dict(small.flux_converter(width)(small.tensors_of(
        small.flux_shapes(width, 2, 2, 2, 48, 24, True))))
    pipe = FluxPipeline(scheduler(), None, None, None, None, None, model)
    pooled = l_model(clip_tokens(49407)).pooler_output
    out = pipe(prompt_embeds=t5_of(256), pooled_prompt_embeds=pooled, height=8 * CELLS[0], width=8 * CELLS[1],
               num_inference_steps=3, sigmas=SIGMAS, guidance_scale=2.5, latents=small.packed(noise()),
               output_type="latent").images
    save(folder, "whole_flux", autoencoder, small.unpacked(out, *CELLS), 0.3611, 0.1159)


def fill_in(folder, autoencoder):
    """Flux.1 Fill, without a text: a blue picture, of which a part is made anew."""
    width, channels = 64, 16 + 16 + 64
    model = FluxTransformer2DModel(in_channels=4 * channels, out_channels=64, num_layers=1, num_single_layers=1,
                                   attention_head_dim=32, num_attention_heads=2, joint_attention_dim=48,
                                   pooled_projection_dim=24, guidance_embeds=True, axes_dims_rope=(4, 14, 14)).eval()
    names = small.flux_shapes(width, 2, 1, 1, 48, 24, True, channels)
    model.load_state_dict(small.flux_converter(width)(small.tensors_of(names)))
    save_file({}, folder / "flux_fill.safetensors", shapes(small.tensors_of(names), {}))
    autoencoder.register_to_config(shift_factor=0.1159, scaling_factor=0.3611)
    pipe = FluxFillPipeline(scheduler(), autoencoder, None, None, None, None, model)
    pipe.vae_scale_factor = 8
    # With the picture's latent it still asks for the picture, and does not use it.
    pipe.image_processor.preprocess = lambda *_, **__: torch.zeros(1, 3, HEIGHT, WIDTH)
    picture = torch.tensor([0x33, 0x66, 0xCC]).view(1, 3, 1, 1).expand(1, 3, HEIGHT, WIDTH) / 255
    mask = torch.zeros(1, 1, HEIGHT, WIDTH)
    mask[:, :, 4:10, 12:22] = 1
    shown = autoencoder.encode((picture * 2 - 1) * (1 - mask)).latent_dist.mode()
    pixels = torch.nn.functional.interpolate(mask, (8 * CELLS[0], 8 * CELLS[1]), mode="bilinear")
    pixels, shown = pipe.prepare_mask_latents(pixels, shown, 1, 16, 1, 8 * CELLS[0], 8 * CELLS[1], torch.float32, "cpu",
                                              None)
    out = pipe(prompt_embeds=torch.zeros(1, 256, 48), pooled_prompt_embeds=torch.zeros(1, 24), height=8 * CELLS[0],
               width=8 * CELLS[1], num_inference_steps=3, sigmas=SIGMAS, guidance_scale=30.0,
               masked_image_latents=torch.cat([shown, pixels], -1), latents=small.packed(noise()),
               output_type="latent").images
    save(folder, "whole_flux_fill", autoencoder, small.unpacked(out, *CELLS), 0.3611, 0.1159)


def chroma(folder, t5_of, autoencoder):
    pipe = ChromaPipeline(scheduler(), autoencoder, None, None, small.chroma_model(**small.CHROMA))
    pipe.vae_scale_factor = 8
    text, nothing = t5_of(1), t5_of(1, "")
    out = pipe(prompt_embeds=text, negative_prompt_embeds=nothing, prompt_attention_mask=torch.ones(text.shape[:2]).bool(),
               negative_prompt_attention_mask=torch.ones(nothing.shape[:2]).bool(), height=8 * CELLS[0], width=8 * CELLS[1],
               num_inference_steps=3, sigmas=SIGMAS, guidance_scale=3.0, latents=small.packed(noise()), output_type="latent").images
    save(folder, "whole_chroma", autoencoder, small.unpacked(out, *CELLS), 0.3611, 0.1159)


def sd3(folder, t5_of, l_model, g_model, autoencoder):
    model = SD3Transformer2DModel(sample_size=24, patch_size=2, in_channels=16, num_layers=2, attention_head_dim=16,
                                  num_attention_heads=4, joint_attention_dim=48, caption_projection_dim=64,
                                  pooled_projection_dim=24, out_channels=16, pos_embed_max_size=12,
                                  dual_attention_layers=(0,), qk_norm="rms_norm").eval()
    model.load_state_dict(single.convert_sd3_transformer_checkpoint_to_diffusers(small.tensors_of(
        small.sd3_shapes(64, 16, 2, 48, 24, 12, True, (0,)))))
    pipe = StableDiffusion3Pipeline(model, scheduler(), None, None, None, None, None, None, None)
    l_out = l_model(clip_tokens(49407), output_hidden_states=True)
    g_out = g_model(clip_tokens(0), output_hidden_states=True)
    both = torch.cat([l_out.hidden_states[-2], g_out.hidden_states[-2]], -1)
    text = torch.cat([torch.nn.functional.pad(both, (0, 48 - both.shape[-1])), t5_of(77)], 1)
    pooled = torch.cat([l_out.pooler_output, g_out.text_embeds], -1)
    out = pipe(prompt_embeds=text, pooled_prompt_embeds=pooled, negative_prompt_embeds=torch.zeros_like(text),
               negative_pooled_prompt_embeds=torch.zeros_like(pooled), height=8 * CELLS[0], width=8 * CELLS[1],
               num_inference_steps=3, sigmas=SIGMAS, guidance_scale=3.0, latents=noise(),
               output_type="latent").images
    save(folder, "whole_sd3", autoencoder, out, 1.5305, 0.0609)


def z_image(folder, autoencoder):
    encoder = Qwen3Model(Qwen3Config(vocab_size=151936, hidden_size=40, intermediate_size=64, num_hidden_layers=3,
                                     num_attention_heads=4, num_key_value_heads=2, head_dim=16,
                                     rope_theta=1_000_000.0, rms_norm_eps=1e-6)).eval()
    tensors = fill({"model." + k: v for k, v in encoder.state_dict().items()})
    save_file({}, folder / "whole_qwen3.safetensors", shapes(tensors, {}))
    ids = make_sentence_tokens.qwen().encode(
        f"<|im_start|>user\n{PROMPT}<|im_end|>\n<|im_start|>assistant\n").ids
    text = encoder(torch.tensor([ids]), output_hidden_states=True).hidden_states[-2][0]
    model = ZImageTransformer2DModel(dim=96, n_layers=2, n_refiner_layers=1, n_heads=3, n_kv_heads=3,
                                     cap_feat_dim=40, axes_dims=[8, 12, 12], axes_lens=[512, 64, 64]).eval()
    model.load_state_dict(single.convert_z_image_transformer_checkpoint_to_diffusers(small.tensors_of(
        small.z_image_shapes(96, 3, 2, 1, 40))))
    pipe = ZImagePipeline(scheduler(), autoencoder, None, None, model)
    pipe.vae_scale_factor = 8
    out = pipe(prompt_embeds=[text], height=8 * CELLS[0], width=8 * CELLS[1], num_inference_steps=3, sigmas=SIGMAS,
               guidance_scale=0.0, latents=noise(), output_type="latent").images
    save(folder, "whole_z_image", autoencoder, out, 0.3611, 0.1159)


def qwen_image(folder):
    encoder = Qwen2Model(Qwen2Config(vocab_size=152064, hidden_size=48, intermediate_size=64, num_hidden_layers=2,
                                     num_attention_heads=2, num_key_value_heads=1, head_dim=128,
                                     rope_theta=1_000_000.0, rms_norm_eps=1e-6)).eval()
    tensors = fill({"model." + k: v for k, v in encoder.state_dict().items()})
    save_file({}, folder / "whole_qwen25.safetensors", shapes(tensors, {}))
    autoencoder, _ = small.wan_vae()
    model = small.qwen_image_model(64, 32, 2, 48)
    fill({small.PREFIX + k: v for k, v in model.state_dict().items()})
    pipe = QwenImagePipeline(scheduler(), autoencoder, None, None, model)
    tokenizer = make_sentence_tokens.qwen()

    def encoded(prompt):
        ids = tokenizer.encode(pipe.prompt_template_encode.format(prompt)).ids
        return encoder(torch.tensor([ids])).last_hidden_state[:, pipe.prompt_template_encode_start_idx:]

    text, nothing = encoded(PROMPT), encoded("")
    out = pipe(prompt_embeds=text, prompt_embeds_mask=torch.ones(text.shape[:2], dtype=torch.long),
               negative_prompt_embeds=nothing, negative_prompt_embeds_mask=torch.ones(nothing.shape[:2], dtype=torch.long),
               height=8 * CELLS[0], width=8 * CELLS[1], num_inference_steps=3, sigmas=SIGMAS, true_cfg_scale=1.0,
               latents=small.packed(noise()), output_type="latent").images
    config = autoencoder.config
    mean, deviation = (torch.tensor(x).view(1, 16, 1, 1) for x in (config.latents_mean, config.latents_std))
    save(folder, "whole_qwen_image", autoencoder, small.unpacked(out, *CELLS), 1 / deviation, mean)


def layered(folder):
    """Qwen-Image-Layered, without its encoder for pictures: three layers from a prompt and a latent, by Euler's steps."""
    encoder = Qwen2Model(Qwen2Config(vocab_size=152064, hidden_size=48, intermediate_size=64, num_hidden_layers=2,
                                     num_attention_heads=2, num_key_value_heads=1, head_dim=128,
                                     rope_theta=1_000_000.0, rms_norm_eps=1e-6)).eval()
    fill({"model." + k: v for k, v in encoder.state_dict().items()})  # that of qwen_image
    pipe = QwenImagePipeline(scheduler(), None, None, None, None)
    ids = make_sentence_tokens.qwen().encode(pipe.prompt_template_encode.format(PROMPT)).ids
    text = encoder(torch.tensor([ids])).last_hidden_state[:, pipe.prompt_template_encode_start_idx:]
    model, _ = small.layered_model(64, 32, 2, 48)
    looked_at = torch.randn(1, 16, 8, 8, generator=torch.Generator().manual_seed(SEED + 1))
    latent = torch.randn(1, 16, 3, *CELLS, generator=torch.Generator().manual_seed(SEED))
    for high, low in zip(SIGMAS, SIGMAS[1:] + [0.0]):
        latent = latent + (low - high) * small.run_layered(model, latent, text, torch.tensor([high]), looked_at)
    config = AutoencoderKLQwenImage().config
    mean, deviation = (torch.tensor(v).view(1, 16, 1, 1) for v in (config.latents_mean, config.latents_std))
    layers = latent[0].transpose(0, 1) * deviation + mean
    save_file({"looked_at": (looked_at * deviation + mean).contiguous(), "latent": layers.contiguous()},
              folder / "whole_layered.safetensors")


def krea2(folder):
    """The text as the pipeline takes it of a Qwen3-VL, whose part for text is a Qwen3 with other turns."""
    encoder = Qwen3Model(Qwen3Config(vocab_size=151936, hidden_size=16, intermediate_size=24, num_hidden_layers=36,
                                     num_attention_heads=2, num_key_value_heads=1, head_dim=16,
                                     rope_theta=5_000_000.0, rms_norm_eps=1e-6)).eval()
    tensors = fill({"model.language_model." + k: v for k, v in encoder.state_dict().items()})
    mark = {"model.visual.deepstack_merger_list.0.norm.weight": torch.zeros(4)}  # by which a Qwen3-VL is known
    save_file({}, folder / "whole_qwen3_vl.safetensors", shapes(tensors | mark, {}))
    autoencoder, _ = small.wan_vae()
    model, names = small.krea2_model(**{**small.KREA2, "text": 16, "text_heads": 1})
    save_file({}, folder / "krea2_pipeline.safetensors", shapes(names, {}))
    pipe = Krea2Pipeline(scheduler(), autoencoder, None, None, model)
    tokenizer = make_sentence_tokens.qwen()

    def encoded(prompt):
        ids = tokenizer.encode(pipe.prompt_template_encode_prefix + prompt + pipe.prompt_template_encode_suffix).ids
        states = encoder(torch.tensor([ids]), output_hidden_states=True).hidden_states
        return torch.stack([states[i] for i in pipe.text_encoder_select_layers], 2)[:, pipe.prompt_template_encode_start_idx:]

    # It takes both of one length, of which a mask says what fills up.
    text, nothing = encoded(PROMPT), encoded("")
    fill_up = text.shape[1] - nothing.shape[1]
    told = torch.arange(text.shape[1])[None] < nothing.shape[1]
    nothing = torch.nn.functional.pad(nothing, (0, 0, 0, 0, 0, fill_up))
    # diffusers adds (scale) (positive - negative) to the positive: cfg 3 is its 2.
    out = pipe(prompt_embeds=text, prompt_embeds_mask=torch.ones(text.shape[:2], dtype=torch.bool),
               negative_prompt_embeds=nothing, negative_prompt_embeds_mask=told,
               height=8 * CELLS[0], width=8 * CELLS[1], num_inference_steps=3, sigmas=SIGMAS, guidance_scale=2.0,
               latents=small.packed(noise()), output_type="latent").images
    config = autoencoder.config
    mean, deviation = (torch.tensor(x).view(1, 16, 1, 1) for x in (config.latents_mean, config.latents_std))
    save(folder, "whole_krea2", autoencoder, small.unpacked(out, *CELLS) if out.dim() == 3 else out.reshape(1, 16, *CELLS),
         1 / deviation, mean)


class Tokens:
    """A tokenizer as pipelines call it, of what makes a text a list of numbers."""

    def __init__(self, tokens_of):
        self.tokens_of = tokens_of

    def __call__(self, prompts, **_):
        ids = torch.tensor([self.tokens_of(prompt) for prompt in prompts])
        return SimpleNamespace(input_ids=ids, attention_mask=torch.ones_like(ids))


def anima(folder, t5_tokens_of):
    """Both prompts have words: of an empty one, diffusers and ComfyUI make other tokens."""
    encoder = Qwen3Model(Qwen3Config(vocab_size=151936, hidden_size=16, intermediate_size=24, num_hidden_layers=3,
                                     num_attention_heads=2, num_key_value_heads=1, head_dim=16,
                                     rope_theta=1_000_000.0, rms_norm_eps=1e-6)).eval()
    prefix = "text_encoders.qwen3_06b.transformer.model."  # which says whose it is, as its width does at full size
    save_file({}, folder / "whole_qwen3_06b.safetensors",
              shapes(fill({prefix + k: v for k, v in encoder.state_dict().items()}), {}))
    model, adapter, names = small.anima_model(**{**small.ANIMA, "source": 16})
    save_file({}, folder / "anima_pipeline.safetensors", shapes(small.tensors_of(names), {}))
    autoencoder, _ = small.wan_vae()
    blocks = AnimaAutoBlocks()
    del blocks.sub_blocks["decode"]
    pipe = blocks.init_pipeline()
    pipe.update_components(text_encoder=encoder, tokenizer=Tokens(lambda text: make_sentence_tokens.qwen().encode(text).ids),
                           t5_tokenizer=Tokens(t5_tokens_of), text_conditioner=adapter, transformer=model,
                           vae=autoencoder, scheduler=scheduler(), guider=ClassifierFreeGuidance(guidance_scale=3.0))
    out = pipe(prompt=PROMPT, negative_prompt="blurry", height=8 * CELLS[0], width=8 * CELLS[1], sigmas=SIGMAS,
               num_inference_steps=3, latents=noise().unsqueeze(2), output="latents")
    config = autoencoder.config
    mean, deviation = (torch.tensor(x).view(1, 16, 1, 1) for x in (config.latents_mean, config.latents_std))
    save(folder, "whole_anima", autoencoder, out[:, :, 0], 1 / deviation, mean)


def gemma_pieces():
    """A SentencePiece model as Gemma's, of few pieces: bytes, and what is often in two texts."""
    texts = [PROMPT, "You are an assistant designed to generate superior images <Prompt Start> "]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_writer=model, model_type="bpe", vocab_size=320, byte_fallback=True, add_dummy_prefix=False, remove_extra_whitespaces=False,
        normalization_rule_name="identity", pad_id=0, eos_id=1, bos_id=2, unk_id=3, minloglevel=2)
    return model.getvalue()


def lumina2(folder, autoencoder):
    """With its pipeline's own words before the prompt, which the node CLIPTextEncodeLumina2 calls superior."""
    pieces = gemma_pieces()
    tokenizer = sentencepiece.SentencePieceProcessor(model_proto=pieces)
    encoder = small.gemma_model(448, 16, 256, 3)
    tensors = fill({"model." + k: v for k, v in encoder.state_dict().items()})
    # What is "file:" here is in the file as it is.
    save_file({"file:spiece_model": torch.frombuffer(bytearray(pieces), dtype=torch.uint8)},
              folder / "whole_gemma2.safetensors", shapes(tensors, {}))
    model, names = small.lumina2_model(**{**small.LUMINA2, "text": 16})
    save_file({}, folder / "lumina2_pipeline.safetensors", shapes(small.tensors_of(names), {}))

    def tokens(prompts, max_length=0, **_):
        ids = [tokenizer.encode(prompt, add_bos=True) for prompt in prompts]
        lengths = torch.tensor([len(each) for each in ids])
        most = max(max_length, *lengths)
        return SimpleNamespace(input_ids=torch.tensor([each + [0] * (most - len(each)) for each in ids]),
                               attention_mask=(torch.arange(most)[None] < lengths[:, None]).long())

    pipe = Lumina2Pipeline(model, scheduler(), autoencoder, encoder, None)
    pipe.tokenizer = tokens
    out = pipe(prompt=PROMPT, negative_prompt="", height=8 * CELLS[0], width=8 * CELLS[1], num_inference_steps=3,
               sigmas=SIGMAS, guidance_scale=3.0, cfg_normalization=False, latents=noise(), output_type="latent").images
    save(folder, "whole_lumina2", autoencoder, out, 0.3611, 0.1159)
    weighed(folder, encoder, tokenizer)


def weighed(folder, encoder, tokenizer):
    """Words with a weight, against a prompt of as many tokens that has but its start."""
    parts = [("a ", 1.0), ("red", 1.5), (" circle", 1.0)]
    ids, weights = [2], [1.0]
    for text, weight in parts:
        ids += tokenizer.encode(text)
        weights += [weight] * (len(ids) - len(weights))

    def states(tokens, count):
        mask = (torch.arange(len(tokens)) < count).long()[None]
        return encoder(torch.tensor([tokens]), attention_mask=mask, output_hidden_states=True).hidden_states[-2]

    said, empty = states(ids, len(ids)), states([2] + [0] * (len(ids) - 1), 1)
    hidden = (said - empty) * torch.tensor(weights)[None, :, None] + empty
    save_file({"hidden": hidden.contiguous()}, folder / "whole_gemma2_weighed.safetensors")


def qwen_edit(folder):
    """What the editing nodes of ComfyUI give, on a whole vocabulary: a row of each 37, as there are many."""
    pad = 151655
    model, tensors = small.qwen_vl_model(152064, 128, 1, pad)
    save_file({}, folder / "whole_qwen_vl.safetensors", shapes(tensors, {}))
    system = ("<|im_start|>system\nDescribe the key features of the input image (color, shape, size, texture, objects, "
              "background), then explain how the user's text instruction should alter or modify the image. Generate a new "
              "image that meets the user's requirements while maintaining consistency with the original input where "
              "appropriate.<|im_end|>\n")
    mark = "<|vision_start|><|image_pad|><|vision_end|>"
    tokenizer = make_sentence_tokens.qwen()

    def scaled(picture, pixels):
        factor = (pixels / (picture.shape[1] * picture.shape[2])) ** 0.5
        size = tuple(round(side * factor) for side in picture.shape[1:3])
        return torch.nn.functional.interpolate(picture.movedim(-1, 1), size, mode="area").movedim(1, -1)

    def given(words, pictures):
        tokens = tokenizer.encode(f"{system}<|im_start|>user\n{words}<|im_end|>\n<|im_start|>assistant\n").ids
        before = len(tokenizer.encode(system + "<|im_start|>user\n").ids)
        return small.qwen_vl_hidden(model, tokens, pictures, pad)[:, before::37]

    blue = torch.tensor([0x33, 0x66, 0xCC]).view(1, 1, 1, 3).expand(1, 20, 40, 3) / 255
    red = torch.tensor([0xEE, 0x11, 0x22]).view(1, 1, 1, 3).expand(1, 30, 24, 3) / 255
    # Pictures of one colour say nothing of where things are: a part of each is another one.
    blue, red = blue.clone(), red.clone()
    blue[:, 4:10, 12:22] = 1.0
    red[:, 2:20, 3:9] = 0.0
    save_file({"one": given(mark + PROMPT, [scaled(blue, 1024 * 1024)]).contiguous(),
               "two": given(f"Picture 1: {mark}Picture 3: {mark}{PROMPT}",
                            [scaled(blue, 384 * 384), scaled(red, 384 * 384)]).contiguous()},
              folder / "whole_qwen_edit.safetensors")


QWEN21_SYSTEM = "<|im_start|>system\nComprehend and analyze the provided prompt.<|im_end|>\n"


def qwen_image21_text(model, prompt, pictures=(), pad=151655):
    """Of each token but the system's turn, what the pipeline takes; and whether it is a picture's."""
    mark = "<|vision_start|><|image_pad|><|vision_end|>"
    words = " ".join(f"<image{i + 1}>{mark}" for i in range(len(pictures))) + (prompt or " ")
    tokens = make_sentence_tokens.qwen().encode(
        f"{QWEN21_SYSTEM}<|im_start|>user\n{words}<|im_end|>\n<|im_start|>assistant\n").ids
    before = len(make_sentence_tokens.qwen().encode(QWEN21_SYSTEM).ids)
    hidden, ids = small.qwen3_vl_hidden(model, tokens, pictures, pad)
    return hidden[:, before:], (ids == pad)[:, before:]


class AnyProcessor:
    """What the pipeline asks of Qwen3-VL's when it is made."""

    def __init__(self):
        self.tokenizer = self

    def apply_chat_template(self, *_, **__):
        return [[0]]

    def encode(self, _):
        return [151655]


def qwen_image21(folder):
    pad = 151655
    encoder, tensors = small.qwen3_vl_model(151936, 64, 2, 2, pad)
    save_file({}, folder / "whole_qwen3_vl_8b.safetensors", shapes(tensors, {}))
    autoencoder, _ = small.qwen21_vae()
    model, names = small.qwen_image21_model(64, 32, 2, 64)
    save_file({}, folder / "qwen_image21_pipeline.safetensors", shapes(names, {}))
    QwenImage21Pipeline.check_inputs = lambda *_, **__: None
    pipe = QwenImage21Pipeline(scheduler(), autoencoder, None, AnyProcessor(), model)
    text, nothing = (qwen_image21_text(encoder, prompt)[0] for prompt in (PROMPT, ""))
    cells = (4, 8)
    start = torch.randn(1, 64, *cells, generator=torch.Generator().manual_seed(SEED))
    out = pipe(prompt_embeds=text, negative_prompt_embeds=nothing, height=16 * cells[0], width=16 * cells[1],
               num_inference_steps=3, sigmas=SIGMAS, true_cfg_scale=3.0,
               latents=start.flatten(2).transpose(1, 2), output_type="latent").images
    latent = out.transpose(1, 2).reshape(1, 64, *cells)
    mean, deviation = (torch.tensor(x).view(1, 64, 1, 1)
                       for x in (autoencoder.config.latents_mean, autoencoder.config.latents_std))
    latent = latent * deviation + mean
    picture = autoencoder.decode(latent.unsqueeze(2)).sample[:, :, 0] / 2 + 0.5
    save_file({"latent": latent.contiguous(), "picture": picture.contiguous()}, folder / "whole_qwen_image21.safetensors")

    # What its node gives of two pictures, in their size: of all tokens, and of those that are no picture's.
    torch.manual_seed(SEED)
    pictures = [torch.rand(1, 64, 96, 3), torch.rand(1, 96, 32, 3)]
    all_tokens, seen = qwen_image21_text(encoder, PROMPT, pictures)
    slots = []
    for i in range(1, seen.shape[1]):
        if seen[0, i] and not seen[0, i - 1]:
            slots.append(int((~seen[0, :i]).sum()))
    save_file({"picture.0": pictures[0], "picture.1": pictures[1], "all": all_tokens.contiguous(),
               "words": all_tokens[:, ~seen[0]].contiguous(), "slots": torch.tensor(slots)},
              folder / "whole_qwen21_edit.safetensors")


class KleinText(torch.nn.Module):
    """Qwen3 as the pipeline asks for it."""

    def __init__(self):
        super().__init__()
        self.model = Qwen3Model(Qwen3Config(vocab_size=151936, hidden_size=16, intermediate_size=24, num_hidden_layers=28,
                                            num_attention_heads=2, num_key_value_heads=1, head_dim=16,
                                            rope_theta=1_000_000.0, rms_norm_eps=1e-6)).eval()
        self.dtype, self.device = torch.float32, torch.device("cpu")

    def forward(self, **given):
        return self.model(**given)


class KleinTokenizer:
    """The chat template of Qwen3's tokenizer_config.json, without thinking, and its filling up."""

    def __init__(self):
        self.tokenizer = make_sentence_tokens.qwen()

    def apply_chat_template(self, messages, tokenize, add_generation_prompt, enable_thinking):
        assert add_generation_prompt and not tokenize and not enable_thinking
        return (f"<|im_start|>user\n{messages[0]['content']}<|im_end|>\n<|im_start|>assistant\n"
                "<think>\n\n</think>\n\n")

    def __call__(self, text, max_length, **_):
        ids = self.tokenizer.encode(text).ids
        fill_up = max_length - len(ids)
        return {"input_ids": torch.tensor([ids + [151643] * fill_up]),
                "attention_mask": torch.tensor([[1] * len(ids) + [0] * fill_up])}


def flux2(folder):
    encoder = KleinText()
    save_file({}, folder / "whole_klein.safetensors",
              shapes(fill({"model." + k: v for k, v in encoder.model.state_dict().items()}), {}))
    autoencoder, _ = small.flux2_vae()
    model = small.flux2_model(64, 32, 2, 2, 48, False)
    pipe = Flux2KleinPipeline(scheduler(), autoencoder, None, None, model)
    text = Flux2KleinPipeline._get_qwen3_prompt_embeds(encoder, KleinTokenizer(), PROMPT)
    cells = (4, 8)
    start = torch.randn(1, 128, *cells, generator=torch.Generator().manual_seed(SEED))
    # A picture that is looked at, as small as the pipeline takes one: 17 by 16 cells of 4 pixels.
    rows, columns = np.mgrid[:68, :64]
    looked_at = Image.fromarray(np.stack([3 * rows, 4 * columns, 2 * rows + columns], -1).astype(np.uint8))
    looked_at.save(folder / "looked_at.png")
    for name, pictures in {"whole_flux2": None, "whole_flux2_edit": [looked_at]}.items():
        latent = pipe(image=pictures, prompt_embeds=text, height=4 * cells[0], width=4 * cells[1], num_inference_steps=3,
                      sigmas=SIGMAS, guidance_scale=1.0, latents=start, output_type="latent").images
        picture = (autoencoder.decode(latent).sample / 2 + 0.5).clamp(0, 1)
        save_file({"latent": small.flux2_latent(autoencoder, latent).contiguous(), "picture": picture.contiguous()},
                  folder / f"{name}.safetensors")


class MistralTokenizer:
    """The chat template of Mistral Small 3, for a system's and a user's words, without filling up."""

    def apply_chat_template(self, messages, add_generation_prompt, tokenize, **_):
        assert tokenize and not add_generation_prompt
        (system, user), = [[turn["content"][0]["text"] for turn in each] for each in messages]
        text = f"<s>[SYSTEM_PROMPT]{system}[/SYSTEM_PROMPT][INST]{user}[/INST]"
        ids = torch.tensor([make_mistral_tokens.mistral().encode(text, add_special_tokens=False).ids])
        return {"input_ids": ids, "attention_mask": torch.ones_like(ids)}


def flux2_dev(folder):
    """Its text has zeros before it, as ComfyUI has it; diffusers has what padding gives there."""
    encoder = MistralModel(MistralConfig(vocab_size=1270, hidden_size=16, intermediate_size=24, num_hidden_layers=30,
                                         num_attention_heads=2, num_key_value_heads=1, head_dim=128,
                                         sliding_window=None, rope_theta=1e9, rms_norm_eps=1e-5)).eval()
    tensors = fill({"model." + k: v for k, v in encoder.state_dict().items() if not k.startswith("norm.")})
    save_file({}, folder / "whole_mistral.safetensors",
              shapes(tensors, {}) | {"bytes:tekken_model": "text/tekken.json"})
    autoencoder, _ = small.flux2_vae()
    model = small.flux2_model(64, 32, 2, 2, 48, True)
    pipe = Flux2Pipeline(scheduler(), autoencoder, None, None, model)
    # The last of the states has gone through the norm, which is not read where no more layers follow.
    encoder.norm = torch.nn.Identity()
    text = Flux2Pipeline._get_mistral_3_small_prompt_embeds(encoder, MistralTokenizer(), PROMPT)
    text = torch.cat([torch.zeros(1, 512 - text.shape[1], text.shape[2]), text], 1)
    cells = (4, 8)
    start = torch.randn(1, 128, *cells, generator=torch.Generator().manual_seed(SEED))
    latent = pipe(prompt_embeds=text, height=4 * cells[0], width=4 * cells[1], num_inference_steps=3, sigmas=SIGMAS,
                  guidance_scale=4.0, latents=start, output_type="latent").images
    latent = latent.transpose(1, 2).reshape(start.shape)  # which this pipeline gives as its transformer does
    save_file({"latent": latent.contiguous()}, folder / "whole_flux2_dev.safetensors")


if __name__ == "__main__":
    out = Path(sys.argv[1])
    with torch.no_grad():
        small_vae = vae()
        of_t5 = t5(out, sys.argv[2])
        flux(out, of_t5, clip(24, 1, False, 3, out, "whole_clip_l24"), small_vae)
        fill_in(out, small_vae)
        chroma(out, of_t5, small_vae)
        sd3(out, of_t5, clip(8, 1, False, 3, out, "whole_clip_l8"), clip(16, 1, True, 3, out, "whole_clip_g16"),
            small_vae)
        z_image(out, small_vae)
        qwen_image(out)
        qwen_edit(out)
        krea2(out)
        lumina2(out, small_vae)
        anima(out, lambda text: Tokenizer.from_file(sys.argv[2]).encode(text).ids)
        qwen_image21(out)
        layered(out)
        flux2(out)
        flux2_dev(out)
