# SPDX-License-Identifier: Apache-2.0
"""KSPluginSampler, KSPluginScheduler, KSPluginGuider. ComfyUI asks for INPUT_TYPES each time its page is refreshed: that is
when plugins that were built anew are taken."""

from __future__ import annotations

import comfy.samplers as samplers
import torch

from .lists import add_to_lists
from .plugins import all_plugins
from .running import levels_of, parsed, sampler_function

_SETTINGS = (
    "STRING",
    {"default": "", "multiline": False, "tooltip": "parameters, such as: eta=0.5, s_noise=1.003"},
)


def _described(infos) -> str:
    """What each has for parameters, for the tooltip of the list."""
    lines = []
    for name, (_, info) in sorted(infos.items()):
        params = ", ".join(f"{param.id}={param.default}" for param in info.params)
        lines.append(f"{name}: {info.title}" + (f" ({params})" if params else ""))
    return "\n".join(lines)


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
                "parameters": _SETTINGS,
            },
            "optional": {"guiders": ("KS_GUIDERS",)},
        }

    @classmethod
    def IS_CHANGED(cls, sampler, **_):
        plugins_and_info = all_plugins.samplers().get(sampler)
        return plugins_and_info[1].generation if plugins_and_info else float("nan")

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
                "parameters": _SETTINGS,
            }
        }

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
            if not (found[1].needs_empty or found[1].needs_perturbed)
        }
        return {
            "required": {"guider": (sorted(infos), {"tooltip": _described(infos)}), "parameters": _SETTINGS},
            "optional": {"guiders": ("KS_GUIDERS",)},
        }

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
