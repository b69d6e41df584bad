# SPDX-License-Identifier: Apache-2.0
"""KSamplerScheduler: any sampler of ksampler as a scheduler of diffusers' pipelines.

    from ksampler.integrations.diffusers import KSamplerScheduler

    pipe.scheduler = KSamplerScheduler.from_config(pipe.scheduler.config, sampler="res_2s", scheduler="karras")

diffusers owns the loop: it calls its model once for each of `timesteps`, and `step()` with what that says. The sampler
waits in between (ksampler.Session). Which noise levels it will ask for is found by running it once on a few zeros;
that is why samplers that choose their own steps (dpm_adaptive) are refused.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Union

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.schedulers.scheduling_utils import SchedulerMixin
from diffusers.utils import BaseOutput
from diffusers.utils.torch_utils import randn_tensor

from .. import InvalidArgument, Levels, Plugins, Session, default_plugins

_PREDICTIONS = {"epsilon": "eps", "v_prediction": "v", "sample": "x0", "flow_prediction": "flow"}


@dataclass
class KSamplerSchedulerOutput(BaseOutput):
    """prev_sample: the latent of the next call of the model; pred_original_sample: the prediction of this one."""

    prev_sample: torch.Tensor
    pred_original_sample: Optional[torch.Tensor] = None


def _betas(count: int, first: float, last: float, kind: str, trained: Optional[List[float]]) -> torch.Tensor:
    if trained is not None:
        return torch.tensor(trained, dtype=torch.float64)
    if kind == "linear":
        return torch.linspace(first, last, count, dtype=torch.float64)
    if kind == "scaled_linear":
        return torch.linspace(first**0.5, last**0.5, count, dtype=torch.float64) ** 2
    raise InvalidArgument(f"beta_schedule {kind!r}: expected 'linear' or 'scaled_linear'")


class KSamplerScheduler(SchedulerMixin, ConfigMixin):
    """sampler, settings: by name, with its parameters. scheduler: where noise levels come from; None: those that
    diffusers' pipeline gives (flow models), or else "normal". flow: a rectified flow; found by from_config().
    seed: of the noise that the sampler draws, where the pipeline has no generator. The rest is as diffusers' own
    schedulers have it."""

    _compatibles: List[str] = []
    order = 1

    @register_to_config
    def __init__(
        self,
        sampler: str = "dpmpp_2m",
        scheduler: Optional[str] = None,
        settings: Optional[Dict[str, Any]] = None,
        seed: int = 0,
        num_train_timesteps: int = 1000,
        beta_start: float = 0.00085,
        beta_end: float = 0.012,
        beta_schedule: str = "scaled_linear",
        trained_betas: Optional[List[float]] = None,
        prediction_type: str = "epsilon",
        flow: bool = False,
        shift: float = 1.0,
        use_dynamic_shifting: bool = False,
    ):
        self.plugins: Plugins = default_plugins()
        self._choose(sampler)
        if flow:
            self.levels = Levels.flow(shift, num_train_timesteps)
        else:
            if prediction_type not in _PREDICTIONS:
                raise InvalidArgument(f"prediction_type {prediction_type!r}: expected one of {list(_PREDICTIONS)}")
            betas = _betas(num_train_timesteps, beta_start, beta_end, beta_schedule, trained_betas)
            kept = torch.cumprod(1.0 - betas, dim=0)
            self.levels = Levels.table(((1 - kept) / kept).sqrt().tolist(), _PREDICTIONS[prediction_type])
        self._session: Optional[Session] = None
        self._begin = 0
        self._set(self._table_end(), None)

    @classmethod
    def from_config(cls, config=None, return_unused_kwargs=False, **kwargs):
        """Of another scheduler's config: flow models are known by its class, or by what it says of a flow."""
        config = dict(config or {})
        if (
            "FlowMatch" in str(config.get("_class_name", ""))
            or config.get("prediction_type") == "flow_prediction"
            or config.get("use_flow_sigmas")
            or ("base_shift" in config and "beta_start" not in config)
        ):
            kwargs.setdefault("flow", True)
        return super().from_config(config, return_unused_kwargs=return_unused_kwargs, **kwargs)

    def _choose(self, name: str) -> None:
        self._info = self.plugins.sampler(name)
        if self._info.adaptive:
            raise InvalidArgument(f"sampler {name!r} chooses its own steps, and diffusers wants to know them before")
        if self._info.unconditional:
            raise InvalidArgument(
                f"sampler {name!r} needs the unconditional prediction, too, which diffusers does not hand over"
            )

    def __deepcopy__(self, memo: Dict[int, Any]) -> "KSamplerScheduler":
        """With the same noise levels, at the beginning of a run: servers keep one for each request."""
        made = self.__class__.__new__(self.__class__)
        memo[id(self)] = made
        shared = ("plugins", "levels", "_info")  # never changed, and of the library's memory
        fresh = dict(_session=None, _want=None, _call=None, _given=None)
        for name, value in self.__dict__.items():
            made.__dict__[name] = value if name in shared else fresh[name] if name in fresh else copy.deepcopy(value, memo)
        return made

    def _table_end(self) -> List[float]:
        return [self.levels.sigma_max, 0.0]

    # ---- noise levels

    def set_timesteps(
        self,
        num_inference_steps: Optional[int] = None,
        device: Union[str, torch.device, None] = None,
        sigmas: Optional[List[float]] = None,
        mu: Optional[float] = None,
        timesteps: Optional[List[float]] = None,
    ) -> None:
        """Of that many steps, by `scheduler`; or of these `sigmas` or `timesteps` (the last, 0, is added). `mu`: the
        shift of flow models that depends on the size (sigma becomes e^mu / (e^mu + 1 / sigma - 1))."""
        config = self.config
        if num_inference_steps is None and sigmas is not None:
            num_inference_steps = len(sigmas)
        if timesteps is not None:
            levels = [self.levels.sigma(float(t)) for t in timesteps] + [0.0]
        elif sigmas is not None and (config.scheduler is None or not config.flow):
            levels = [float(sigma) for sigma in sigmas]
            if config.flow and config.use_dynamic_shifting and mu is not None:
                power = float(torch.tensor(mu, dtype=torch.float64).exp())
                levels = [power / (power + 1 / sigma - 1) for sigma in levels]
            elif config.flow:
                levels = [config.shift * s / (1 + (config.shift - 1) * s) for s in levels]
            levels += [0.0] if levels[-1] > 0 else []
        elif num_inference_steps is not None:
            used = self.levels
            if config.flow and config.use_dynamic_shifting and mu is not None:
                used = Levels.flow(float(torch.tensor(mu, dtype=torch.float64).exp()), config.num_train_timesteps)
            name = config.scheduler or "normal"
            levels = self.plugins.schedule(name, int(num_inference_steps), used, sampler=config.sampler)
        else:
            raise InvalidArgument("set_timesteps needs num_inference_steps, timesteps or sigmas")
        self.num_inference_steps = len(levels) - 1
        self._set(levels, device)

    def _set(self, levels: List[float], device: Any) -> None:
        self._close()
        self._begin = 0
        self._levels = [float(torch.tensor(level, dtype=torch.float32)) for level in levels]
        self._calls = self._dry_run(self._levels)
        # The step that each call of the model is of.
        self._steps, step = [], 0
        for sigma in self._calls:
            while step + 1 < len(self._levels) - 1 and sigma <= self._levels[step + 1]:
                step += 1
            self._steps.append(step)
        self.order = max(1, round(len(self._calls) / max(1, len(self._levels) - 1)))
        # Flows are told sigma itself, as diffusers' flow schedulers tell them.
        times = [
            sigma * self.config.num_train_timesteps if self.config.flow else self.levels.timestep(sigma)
            for sigma in self._calls
        ]
        self.timesteps = torch.tensor(times, dtype=torch.float32, device=device)
        self.sigmas = torch.tensor(self._levels, dtype=torch.float32)

    def _dry_run(self, levels: List[float]) -> List[float]:
        calls = []
        session = Session(
            {"name": self.config.sampler, **(self.config.settings or {})}, torch.zeros(1, 4, 8, 8), levels,
            model=self.levels, plugins=self.plugins,
        )  # fmt: skip
        with session:
            for want in session:
                calls.append(want.sigma)
                want.answer(torch.zeros_like(want.x))
        return calls

    @property
    def init_noise_sigma(self) -> float:
        """What unit noise is multiplied by to be the first latent."""
        first = self._levels[0]
        return first if self.config.flow else (first**2 + 1) ** 0.5

    @property
    def begin_index(self) -> int:
        return self._begin

    def set_begin_index(self, begin_index: int = 0) -> None:
        """The call of the model that a run begins with: of pipelines from picture to picture."""
        self._close()
        self._begin = int(begin_index)

    # ---- the run

    def _close(self) -> None:
        if getattr(self, "_session", None) is not None:
            self._session.close()
        self._session = None
        self._want = None
        self._call = None

    def _sigma_now(self, timestep: Any) -> float:
        if self._call is not None:
            return self._calls[self._call]
        return self._calls[self._index_of(timestep)]

    def _index_of(self, timestep: Any) -> int:
        if self._begin:
            return self._begin
        found = (self.timesteps == float(timestep)).nonzero()
        return int(found[0]) if len(found) else 0

    def scale_model_input(self, sample: torch.Tensor, timestep: Any = None) -> torch.Tensor:
        """The latent at unit variance, as the model wants it; a flow's as it is."""
        if self.config.flow:
            return sample
        return sample / (self._sigma_now(timestep) ** 2 + 1) ** 0.5

    def add_noise(self, original_samples: torch.Tensor, noise: torch.Tensor, timesteps: torch.Tensor) -> torch.Tensor:
        """original_samples, noisy at these timesteps."""
        where = [self._index_of(t) for t in timesteps.flatten()]
        sigma = torch.tensor([self._calls[i] for i in where], dtype=noise.dtype, device=noise.device)
        sigma = sigma.reshape(-1, *([1] * (noise.dim() - 1)))
        keep = 1 - sigma if self.config.flow else 1.0
        return keep * original_samples + sigma * noise

    def scale_noise(self, sample: torch.Tensor, timestep: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        """As add_noise: what flow pipelines call."""
        return self.add_noise(sample, noise, timestep)

    def _denoised(self, output: torch.Tensor, x: torch.Tensor, sigma: float) -> torch.Tensor:
        output = output.to(x.dtype)
        kind = "flow" if self.config.flow else _PREDICTIONS[self.config.prediction_type]
        if kind == "eps" or kind == "flow":
            return x - sigma * output
        if kind == "v":
            return x / (sigma**2 + 1) - output * (sigma / (sigma**2 + 1) ** 0.5)
        return output

    def step(
        self,
        model_output: torch.Tensor,
        timestep: Any,
        sample: torch.Tensor,
        generator: Optional[torch.Generator] = None,
        return_dict: bool = True,
        **_: Any,
    ):
        """Answers the sampler with what the model said of `sample`, and gives the latent of the next call. What a
        pipeline changed in `sample` since (a region that it keeps) holds."""
        if self._session is None:
            self._start(timestep, sample, generator)
        elif sample is not self._given and not torch.equal(sample, self._given):
            self._want.replace_x(sample)
        x = self._want.x
        denoised = self._denoised(model_output, x, self._want.sigma)
        kept = denoised.to(sample.dtype, copy=True)
        self._want.answer(denoised)
        self._call += 1
        self._want = self._next(generator, sample)
        if self._want is None:
            self._given = self._session.result.to(sample.dtype)
            call = self._call
            self._close()
            self._call = min(call, len(self._calls) - 1)
        else:
            self._given = self._want.x.to(sample.dtype, copy=True)
        if not return_dict:
            return (self._given,)
        return KSamplerSchedulerOutput(prev_sample=self._given, pred_original_sample=kept)

    def _start(self, timestep: Any, sample: torch.Tensor, generator: Optional[torch.Generator]) -> None:
        self._call = self._index_of(timestep)
        levels = self._levels[self._steps[self._call] :]
        self._session = Session(
            {"name": self.config.sampler, **(self.config.settings or {})}, sample.float(), levels,
            model=self.levels, plugins=self.plugins, seed=self.config.seed, ask_noise=generator is not None,
        )  # fmt: skip
        self._want = self._next(generator, sample)
        self._given = sample

    def _next(self, generator: Any, like: torch.Tensor):
        while True:
            want = self._session.next()
            if want is None or want.kind != "noise":
                return want
            draw = randn_tensor(like.shape, generator=generator, device=like.device, dtype=torch.float32)
            want.answer(draw)

    def __len__(self) -> int:
        return self.config.num_train_timesteps
