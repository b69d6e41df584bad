# SPDX-License-Identifier: Apache-2.0
"""A plugin's sampler as a function of k-diffusion's shape, which is what ComfyUI's KSAMPLER runs."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional

import ksampler
import torch
from comfy import model_patcher

from .plugins import all_plugins


def levels_of(model_sampling: Any) -> ksampler.Levels:
    """The noise levels of a model of ComfyUI's: a flow's shift, or the table."""
    kind = type(model_sampling).__mro__
    names = {one.__name__ for one in kind}
    if "CONST" in names:
        shift = float(getattr(model_sampling, "shift", 1.0))
        if "ModelSamplingFlux" in names:
            return ksampler.Levels.flow(float(torch.tensor(shift).exp()), 1.0)
        return ksampler.Levels.flow(shift, float(getattr(model_sampling, "multiplier", 1000)))
    prediction = "v" if "V_PREDICTION" in names else "edm" if "EDM" in names else "eps"
    return ksampler.Levels.table(model_sampling.sigmas.double().tolist(), prediction)


def sampler_function(
    name: str, settings: Optional[Dict[str, Any]] = None, guiders: Optional[List[Dict[str, Any]]] = None
) -> Callable[..., torch.Tensor]:
    """sample(model, x, sigmas, extra_args, callback, disable): the plugin is looked up when it runs, so that one that
    was built again meanwhile is used."""

    def sample(model, x, sigmas, extra_args=None, callback=None, disable=None, **options):
        if len(sigmas) < 2:
            return x
        plugins, info = all_plugins.samplers().get(name) or (all_plugins.shipped, None)
        extra = dict(extra_args or {})
        seed = extra.get("seed") or 0
        captured: Dict[str, torch.Tensor] = {}
        needs_both = bool(guiders) or (info is not None and info.unconditional)
        if needs_both:

            def keep(args):
                captured["positive"], captured["negative"] = args["cond_denoised"], args["uncond_denoised"]
                return args["denoised"]

            extra["model_options"] = model_patcher.set_model_options_post_cfg_function(
                dict(extra.get("model_options", {})), keep, disable_cfg1_optimization=True
            )
        ones = x.new_ones([x.shape[0]])

        def predict(at, sigma, prompts):
            denoised = model(at, sigma * ones, **extra)
            answers = {
                "guided": denoised,
                "positive": captured.get("positive", denoised),
                "negative": captured.get("negative", denoised),
                "unconditional": captured.get("negative", denoised),
            }
            if "empty" in prompts:
                raise ksampler.InvalidArgument("that guider needs an empty prompt, which ComfyUI's CFG does not have")
            return [answers[prompt] for prompt in prompts]

        def report(step, steps, sigma, at, denoised):
            if callback is not None:
                callback({"x": at, "i": step, "sigma": sigma, "sigma_hat": sigma, "denoised": denoised})

        inner = getattr(model, "inner_model", model)
        sampling = getattr(inner, "model_sampling", None) or inner.inner_model.model_sampling
        cfg = float(getattr(inner, "cfg", 1.0) or 1.0)
        return ksampler.sample(
            name, x, sigmas, predict=predict, model=levels_of(sampling), seed=seed, cfg=cfg if guiders else 1.0,
            guiders=guiders or (),
            callback=report, plugins=plugins, **{**(settings or {}), **options},
        )  # fmt: skip

    return sample


def parsed(text: str) -> Dict[str, Any]:
    """"eta=0.5, solver_type=heun, levels=[1, 2]" as settings."""
    import ast

    settings: Dict[str, Any] = {}
    parts = [part.strip() for part in _split(text)]
    for part in parts:
        if not part:
            continue
        key, equals, value = part.partition("=")
        if not equals:
            raise ksampler.InvalidArgument(f"{part!r} is no setting; expected name=value, with commas in between")
        try:
            settings[key.strip()] = ast.literal_eval(value.strip())
        except (ValueError, SyntaxError):
            settings[key.strip()] = value.strip()
    return settings


def _split(text: str) -> List[str]:
    """At commas and line ends, but not inside of brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "[(") - (character in "])")
        if character in ",\n" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
