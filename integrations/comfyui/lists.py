# SPDX-License-Identifier: Apache-2.0
"""Names in ComfyUI's own lists: "ks_dpmpp_2m" in KSampler's samplers, "ks_karras" in its schedulers."""

from __future__ import annotations

import comfy.samplers as samplers
import torch
from comfy.k_diffusion import sampling as k_diffusion

from .plugins import all_plugins
from .running import levels_of, sampler_function

PREFIX = "ks_"


def _scheduler(name: str):
    def sigmas(model_sampling, steps):
        plugins, _ = all_plugins.schedulers()[name]
        return torch.tensor(plugins.schedule(name, steps, levels_of(model_sampling)), dtype=torch.float32)

    return samplers.SchedulerHandler(sigmas)


def add_to_lists() -> None:
    """Adds what is not there yet: the lists are ComfyUI's, and every node that shows them has the names."""
    for name, (_, info) in all_plugins.samplers().items():
        known = PREFIX + name
        if not hasattr(k_diffusion, "sample_" + known):
            setattr(k_diffusion, "sample_" + known, sampler_function(name))
        if info.drops_penultimate:
            samplers.KSampler.DISCARD_PENULTIMATE_SIGMA_SAMPLERS.add(known)
        for names in (samplers.KSampler.SAMPLERS, samplers.SAMPLER_NAMES):
            if known not in names:
                names.append(known)
    for name in all_plugins.schedulers():
        known = PREFIX + name
        samplers.SCHEDULER_HANDLERS.setdefault(known, _scheduler(name))
        for names in (samplers.KSampler.SCHEDULERS, samplers.SCHEDULER_NAMES):
            if known not in names:
                names.append(known)
