"""The adapters for SGLang and vLLM-Omni, on the interfaces that those have as published: what is installed of them is
used, and what is not is skipped. Neither needs a GPU for it."""

import copy
import inspect
import os
import unittest
from unittest import mock

import ksampler

try:
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler

    from ksampler.integrations.diffusers import KSamplerScheduler
    from ksampler.integrations.vllm_omni import with_ksampler
except ImportError as missing:
    torch = None
    WHY = str(missing)
else:
    WHY = ""

try:
    from sglang.multimodal_gen.runtime.models.registry import ModelRegistry
    from sglang.multimodal_gen.runtime.models.schedulers.base import BaseScheduler
except Exception as missing:  # what it wants of the machine is more than modules
    ModelRegistry = None
    WHY_NO_SGLANG = f"no SGLang here: {missing}"
else:
    WHY_NO_SGLANG = ""

try:
    from vllm_omni.diffusion.distributed.cfg_parallel import CFGParallelMixin
except Exception as missing:
    CFGParallelMixin = None
    WHY_NO_VLLM_OMNI = f"no vLLM-Omni here: {missing}"
else:
    WHY_NO_VLLM_OMNI = ""

SIGMAS = [1.0, 0.8, 0.6, 0.4, 0.2]  # as a pipeline of a flow model gives them


def velocity(x, sigma):
    """Of a flow whose clean latents are a Gaussian of deviation 0.5: (x - D(x, sigma)) / sigma."""
    keep, noise = 1 - sigma, sigma
    shrink = 0.25 * keep / (0.25 * keep**2 + noise**2)
    return (x - shrink * x) / sigma


def served(scheduler, x):
    """The loop of both servers, with all that they call: one call of the model for each of `timesteps`."""
    scheduler.set_timesteps(sigmas=SIGMAS, device="cpu")
    request = copy.deepcopy(scheduler)  # a request's own
    request.set_begin_index(0)
    for t in request.timesteps:
        given = request.scale_model_input(x, t)
        x = request.step(model_output=velocity(given, float(t) / 1000), timestep=t, sample=x, return_dict=False)[0]
    return x


def expected(sampler, x, shift=3.0):
    levels = [shift * s / (1 + (shift - 1) * s) for s in SIGMAS] + [0.0]
    return ksampler.sample(
        sampler, x, levels, lambda x, sigma: x - sigma * velocity(x, sigma), model=ksampler.Levels.flow(shift)
    )


@unittest.skipUnless(torch, WHY)
class WithoutServers(unittest.TestCase):
    def setUp(self):
        self.x = torch.randn(1, 16, 8, 8, generator=torch.Generator().manual_seed(1))

    def same(self, ours, sampler):
        # The server's loop hands sigma over as a timestep of float32: a rounding of sigma a step.
        self.assertLess(float((ours - expected(sampler, self.x)).abs().max()), 1e-4)

    def test_a_scheduler_is_copied_for_each_request(self):
        for sampler in ("euler", "dpmpp_2m", "res_2s"):
            self.same(served(KSamplerScheduler(sampler=sampler, flow=True, shift=3.0), self.x), sampler)

    def test_copies_run_on_their_own(self):
        template = KSamplerScheduler(sampler="dpmpp_2m", flow=True, shift=3.0)
        template.set_timesteps(sigmas=SIGMAS)
        first, x = copy.deepcopy(template), self.x
        t = first.timesteps[0]
        x = first.step(velocity(x, float(t) / 1000), t, x).prev_sample
        second, y = copy.deepcopy(first), self.x  # from the beginning, whatever the other has done
        for t in second.timesteps:
            y = second.step(velocity(y, float(t) / 1000), t, y).prev_sample
        for t in first.timesteps[1:]:
            x = first.step(velocity(x, float(t) / 1000), t, x).prev_sample
        self.assertTrue(torch.equal(x, y))

    def test_a_pipeline_of_vllm_omnis_gets_the_scheduler_of_its_configuration(self):
        class Pipeline(torch.nn.Module):
            """As each of vLLM-Omni's: made of one configuration, with diffusers' scheduler of the checkpoint."""

            def __init__(self, *, od_config):
                super().__init__()
                self.od_config = od_config
                self.scheduler = FlowMatchEulerDiscreteScheduler(shift=3.0)

        made = with_ksampler(Pipeline, sampler="res_2s")
        pipeline = made(od_config="theirs")
        self.assertIsInstance(pipeline, Pipeline)
        self.assertEqual((made.__name__, pipeline.od_config), ("PipelineWithKSampler", "theirs"))
        self.same(served(pipeline.scheduler, self.x), "res_2s")


@unittest.skipUnless(torch and CFGParallelMixin, WHY or WHY_NO_VLLM_OMNI)
class InVllmOmni(unittest.TestCase):
    def test_its_own_step_runs_ours(self):
        class Pipeline(CFGParallelMixin):
            def __init__(self):
                self.scheduler = FlowMatchEulerDiscreteScheduler(shift=3.0)

        x = start = torch.randn(1, 16, 8, 8, generator=torch.Generator().manual_seed(1))
        pipeline = with_ksampler(Pipeline, sampler="dpmpp_2m")()
        pipeline.scheduler.set_timesteps(sigmas=SIGMAS)
        for t in pipeline.scheduler.timesteps:
            x = pipeline.scheduler_step(velocity(x, float(t) / 1000), t, x)
        # As above.
        self.assertLess(float((x - expected("dpmpp_2m", start)).abs().max()), 1e-4)


@unittest.skipUnless(torch and ModelRegistry, WHY or WHY_NO_SGLANG)
class InSglang(unittest.TestCase):
    """By the registry and the base class that SGLang loads schedulers with (SchedulerLoader)."""

    def made(self, environment, **config):
        with mock.patch.dict(os.environ, environment):
            import ksampler.integrations.sglang  # noqa: F401

            class_, name = ModelRegistry.resolve_model_cls("KSamplerScheduler")
            self.assertEqual(name, "KSamplerScheduler")
            known = inspect.signature(class_.__init__).parameters
            return class_(**{key: value for key, value in config.items() if key in known})

    def test_the_registry_gives_it_and_it_samples_as_ours_does(self):
        theirs = FlowMatchEulerDiscreteScheduler(shift=3.0).config
        x = torch.randn(1, 16, 8, 8, generator=torch.Generator().manual_seed(1))
        for sampler in ("euler", "res_2s"):
            scheduler = self.made({"KSAMPLER_SAMPLER": sampler}, **theirs)
            self.assertIsInstance(scheduler, BaseScheduler)
            self.assertEqual((scheduler.num_train_timesteps, scheduler.config.sampler), (1000, sampler))
            # As above.
            self.assertLess(float((served(scheduler, x) - expected(sampler, x)).abs().max()), 1e-4)

    def test_a_pipelines_flow_shift_moves_the_levels(self):
        scheduler = self.made({"KSAMPLER_SAMPLER": "euler", "KSAMPLER_SCHEDULER": "simple"})
        scheduler.set_timesteps(4)
        plain = scheduler.sigmas.tolist()
        scheduler.set_shift(3.0)
        scheduler.set_timesteps(4)
        for sigma, shifted in zip(plain, scheduler.sigmas.tolist()):
            # "simple" takes its levels from a table of a thousand: half of its step, shifted.
            self.assertAlmostEqual(shifted, 3 * sigma / (1 + 2 * sigma), delta=2e-3)

    def test_the_checkpoints_configuration_stands_before_the_environment(self):
        scheduler = self.made({"KSAMPLER_SAMPLER": "euler", "KSAMPLER_SETTINGS": '{"eta": 0.5}'}, sampler="euler_ancestral")
        self.assertEqual(scheduler.config.sampler, "euler_ancestral")


if __name__ == "__main__":
    unittest.main()
