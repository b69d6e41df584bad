# SPDX-License-Identifier: Apache-2.0
"""Any sampler of ksampler in vLLM-Omni's diffusion pipelines: a pipeline of yours that is one of its own, with another
scheduler. In a module that its workers can import, my_pipelines.py:

    from ksampler.integrations.vllm_omni import with_ksampler
    from vllm_omni.diffusion.models.qwen_image.pipeline_qwen_image import QwenImagePipeline

    QwenImage = with_ksampler(QwenImagePipeline, sampler="res_2s")

and then load_format="custom_pipeline", with "my_pipelines.QwenImage" as custom_pipeline_args' pipeline_class. Nothing of
vLLM-Omni is imported here: it calls a scheduler as diffusers does.
"""

from __future__ import annotations

from typing import Any, Type

from .diffusers import KSamplerScheduler


def with_ksampler(pipeline: Type[Any], **chosen: Any) -> Type[Any]:
    """`pipeline` with a KSamplerScheduler of its scheduler's configuration. chosen: sampler="res_2s", scheduler="beta",
    settings={"eta": 0.5}, seed=0."""

    class WithKSampler(pipeline):
        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **more)
            self.scheduler = KSamplerScheduler.from_config(self.scheduler.config, **chosen)

    WithKSampler.__name__ = WithKSampler.__qualname__ = pipeline.__name__ + "WithKSampler"
    WithKSampler.__doc__ = pipeline.__doc__
    return WithKSampler


__all__ = ["with_ksampler"]
