# SPDX-License-Identifier: Apache-2.0
"""Samplers, schedulers, guiders and noises for diffusion models, as plugins that can be built anew while a program
runs.

    import ksampler

    sigmas = ksampler.schedule("karras", 20, "eps")
    x = ksampler.initial_noise([1, 4, 64, 64], seed=42) * sigmas[0]
    latent = ksampler.sample("dpmpp_2m", x, sigmas, lambda x, sigma: model(x, sigma), seed=42)

Tensors come and go by DLPack: of torch, NumPy, JAX and others, none of which is needed. Docs: docs/python.md.
"""

from typing import Any, List

from ._errors import Error, InvalidArgument, Problem, Stopped
from ._levels import Levels
from ._plugins import (
    Change,
    Guider,
    Info,
    Noise,
    Param,
    Plugins,
    Sampler,
    Scheduler,
    default_plugins,
    shipped_folder,
)
from ._session import Session, Want, initial_noise, sample

__version__ = "0.1.0"


def samplers() -> List[Sampler]:
    """Those of the default plugins."""
    return default_plugins().samplers()


def schedulers() -> List[Scheduler]:
    """Those of the default plugins."""
    return default_plugins().schedulers()


def guiders() -> List[Guider]:
    """Those of the default plugins."""
    return default_plugins().guiders()


def noises() -> List[Noise]:
    """Those of the default plugins."""
    return default_plugins().noises()


def schedule(scheduler: Any, steps: int, model: Any = "eps", **options: Any) -> List[float]:
    """The noise levels of `steps` steps, from the noisiest to the last, usually 0, by the default plugins.

    model: "eps", "v", "x0" (Stable Diffusion 1, 2, XL), "edm", "flow", "flux", "v_zsnr", "cosmos_flow", or Levels.
    options: denoise=0.5, sampler="dpm_2", and the scheduler's parameters: see Plugins.schedule."""
    return default_plugins().schedule(scheduler, steps, model, **options)


__all__ = [
    "Change", "Error", "Guider", "Info", "InvalidArgument", "Levels", "Noise", "Param", "Plugins", "Problem",
    "Sampler", "Scheduler", "Session", "Stopped", "Want", "default_plugins", "guiders", "initial_noise", "noises",
    "sample", "samplers", "schedule", "schedulers", "shipped_folder",
]  # fmt: skip
