# SPDX-License-Identifier: Apache-2.0
"""Any sampler of ksampler as the scheduler of SGLang's diffusion pipelines. SGLang imports this module in each of its
workers, and takes the class by its name:

    SGLANG_EXTERNAL_MODEL_PACKAGE=ksampler.integrations.sglang KSAMPLER_SAMPLER=res_2s \\
      sglang generate --scheduler-class-override KSamplerScheduler --model-path ...

$KSAMPLER_SCHEDULER names where noise levels come from (none: those that the pipeline gives), $KSAMPLER_SETTINGS has
the sampler's parameters as JSON: {"eta": 0.5}. "sampler", "scheduler" and "settings" in the model's
scheduler_config.json stand before them.
"""

from __future__ import annotations

import json
import os
from typing import Any, Dict, Optional

from diffusers.configuration_utils import register_to_config
from sglang.multimodal_gen.runtime.models.registry import ModelRegistry
from sglang.multimodal_gen.runtime.models.schedulers.base import BaseScheduler

from . import diffusers
from .diffusers import Levels


class KSamplerScheduler(diffusers.KSamplerScheduler, BaseScheduler):
    """As diffusers' of that name; of a rectified flow where nothing else is said, as SGLang's own pipelines are."""

    @register_to_config
    def __init__(
        self,
        sampler: Optional[str] = None,
        scheduler: Optional[str] = None,
        settings: Optional[Dict[str, Any]] = None,
        seed: int = 0,
        num_train_timesteps: int = 1000,
        prediction_type: str = "flow_prediction",
        flow: bool = True,
        shift: float = 1.0,
        use_dynamic_shifting: bool = False,
    ):
        self.num_train_timesteps = num_train_timesteps
        diffusers.KSamplerScheduler.__init__(
            self,
            sampler=sampler or os.environ.get("KSAMPLER_SAMPLER") or "dpmpp_2m",
            scheduler=scheduler or os.environ.get("KSAMPLER_SCHEDULER") or None,
            settings=settings or json.loads(os.environ.get("KSAMPLER_SETTINGS") or "{}"),
            seed=seed, num_train_timesteps=num_train_timesteps, prediction_type=prediction_type, flow=flow, shift=shift,
            use_dynamic_shifting=use_dynamic_shifting,
        )  # fmt: skip

    def set_shift(self, shift: float) -> None:
        """`flow_shift` of a pipeline's configuration."""
        if not self.config.flow:
            return
        self.register_to_config(shift=float(shift))
        self.levels = Levels.flow(float(shift), self.num_train_timesteps)
        self._set(self._table_end(), None)


ModelRegistry.register_model("KSamplerScheduler", KSamplerScheduler)

__all__ = ["KSamplerScheduler"]
