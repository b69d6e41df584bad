# SPDX-License-Identifier: Apache-2.0
"""KSPluginSampler, KSPluginScheduler, KSPluginGuider. ComfyUI asks for INPUT_TYPES each time its page is refreshed: that is
when plugins that were built anew are taken."""

from __future__ import annotations

import math
from typing import Any, Dict

import comfy.samplers as samplers
import torch

from .lists import add_to_lists
from .plugins import all_plugins
from .running import levels_of, parsed, sampler_function

def _described(infos) -> str:
    """What each has for parameters, for the tooltip of the list."""
    lines = []
    for name, (_, info) in sorted(infos.items()):
        params = ", ".join(f"{param.id}={param.default}" for param in info.params)
        lines.append(f"{name}: {info.title}" + (f" ({params})" if params else ""))
    return "\n".join(lines)


def _finite(number: float):
    """JSON has no infinity, and a page that meets one shows nothing at all."""
    return number if math.isfinite(number) else None


def _parameters(list_: str, infos) -> tuple:
    """The text "eta=0.5, s_noise=1.003", and for web/parameters.js what is in it: a widget each."""
    params: Dict[str, Any] = {
        name: [
            {
                "id": param.id, "type": param.type, "summary": param.summary, "choices": param.choices,
                "minimum": _finite(param.minimum), "maximum": _finite(param.maximum),
                "default": "" if param.type == "numbers" else param.default,
            }
            for param in info.params
        ]
        for name, (_, info) in infos.items()
        if info.params
    }  # fmt: skip
    return (
        "STRING",
        {
            "default": "",
            "multiline": False,
            "tooltip": "parameters that are not at their defaults, such as: eta=0.5, s_noise=1.003",
            "ks_parameters": {"list": list_, "params": params},
        },
    )


def _generation(infos, name: str) -> float:
    """For IS_CHANGED: a plugin that was built again is not answered from ComfyUI's cache."""
    found = infos.get(name)
    return found[1].generation if found else float("nan")


def _fresh() -> None:
    all_plugins.refresh()
    add_to_lists()


class KSPluginSampler:
    CATEGORY = "sampling/ksampler"
    RETURN_TYPES = ("SAMPLER",)
    FUNCTION = "make"
    DESCRIPTION = "A sampler of a plugin, for SamplerCustom and its like."

    @classmethod
    def INPUT_TYPES(cls):
        _fresh()
        infos = all_plugins.samplers()
        return {
            "required": {
                "sampler": (sorted(infos), {"tooltip": _described(infos)}),
                "parameters": _parameters("sampler", infos),
            },
            "optional": {"guiders": ("KS_GUIDERS",)},
        }

    @classmethod
    def IS_CHANGED(cls, sampler, **_):
        return _generation(all_plugins.samplers(), sampler)

    def make(self, sampler, parameters, guiders=None):
        return (samplers.KSAMPLER(sampler_function(sampler, parsed(parameters), guiders)),)


class KSPluginScheduler:
    CATEGORY = "sampling/ksampler"
    RETURN_TYPES = ("SIGMAS",)
    FUNCTION = "make"
    DESCRIPTION = "The noise levels of a plugin's scheduler."

    @classmethod
    def INPUT_TYPES(cls):
        _fresh()
        infos = all_plugins.schedulers()
        return {
            "required": {
                "model": ("MODEL",),
                "scheduler": (sorted(infos), {"tooltip": _described(infos)}),
                "steps": ("INT", {"default": 20, "min": 1, "max": 10000}),
                "denoise": ("FLOAT", {"default": 1.0, "min": 0.0, "max": 1.0, "step": 0.01}),
                "parameters": _parameters("scheduler", infos),
            }
        }

    @classmethod
    def IS_CHANGED(cls, scheduler, **_):
        return _generation(all_plugins.schedulers(), scheduler)

    def make(self, model, scheduler, steps, denoise, parameters):
        plugins, _ = all_plugins.schedulers()[scheduler]
        levels = levels_of(model.get_model_object("model_sampling"))
        sigmas = plugins.schedule(scheduler, steps, levels, denoise=denoise, **parsed(parameters))
        return (torch.tensor(sigmas, dtype=torch.float32),)


class KSPluginGuider:
    CATEGORY = "sampling/ksampler"
    RETURN_TYPES = ("KS_GUIDERS",)
    FUNCTION = "make"
    DESCRIPTION = "A guider of a plugin, for KSPluginSampler; several go one after the other."

    @classmethod
    def INPUT_TYPES(cls):
        _fresh()
        infos = {
            name: found
            for name, found in all_plugins.guiders().items()
            if not (found[1].needs_empty or found[1].needs_perturbed or found[1].needs_second)
        }
        return {
            "required": {
                "guider": (sorted(infos), {"tooltip": _described(infos)}),
                "parameters": _parameters("guider", infos),
            },
            "optional": {"guiders": ("KS_GUIDERS",)},
        }

    @classmethod
    def IS_CHANGED(cls, guider, **_):
        return _generation(all_plugins.guiders(), guider)

    def make(self, guider, parameters, guiders=None):
        return ([*(guiders or []), {"name": guider, **parsed(parameters)}],)


NODE_CLASS_MAPPINGS = {
    "KSPluginSampler": KSPluginSampler,
    "KSPluginScheduler": KSPluginScheduler,
    "KSPluginGuider": KSPluginGuider,
}
NODE_DISPLAY_NAME_MAPPINGS = {
    "KSPluginSampler": "Sampler of a plugin (KSampler)",
    "KSPluginScheduler": "Scheduler of a plugin (KSampler)",
    "KSPluginGuider": "Guider of a plugin (KSampler)",
}
