"""KSamplerScheduler in a small random pipeline of diffusers', beside its own schedulers."""

import unittest
import warnings

import ksampler

try:
    import torch
    from diffusers import (
        AutoencoderKL,
        DPMSolverMultistepScheduler,
        EulerDiscreteScheduler,
        FlowMatchEulerDiscreteScheduler,
        HeunDiscreteScheduler,
        StableDiffusionImg2ImgPipeline,
        StableDiffusionPipeline,
        UNet2DConditionModel,
        UniPCMultistepScheduler,
    )
    from diffusers.utils import logging

    from ksampler.integrations.diffusers import KSamplerScheduler

    logging.set_verbosity_error()
except ImportError as missing:
    torch = None
    WHY = str(missing)
else:
    WHY = ""

BETAS = dict(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")


def networks(prediction):
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        block_out_channels=(32, 64), layers_per_block=1, sample_size=16, in_channels=4, out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32, norm_num_groups=8,
    )  # fmt: skip
    vae = AutoencoderKL(
        block_out_channels=[32, 64], down_block_types=["DownEncoderBlock2D"] * 2, latent_channels=4,
        up_block_types=["UpDecoderBlock2D"] * 2, norm_num_groups=8,
    )  # fmt: skip
    return unet.eval(), vae.eval(), prediction


@unittest.skipUnless(torch, WHY)
class InAPipeline(unittest.TestCase):
    STEPS = 12

    @classmethod
    def setUpClass(cls):
        warnings.simplefilter("ignore")
        cls.unet, cls.vae, _ = networks("epsilon")
        cls.positive, cls.negative = torch.randn(1, 7, 32), torch.randn(1, 7, 32)

    def run_with(self, scheduler, pipeline=None, **more):
        pipe = (pipeline or StableDiffusionPipeline)(
            vae=self.vae, unet=self.unet, text_encoder=None, tokenizer=None, scheduler=scheduler, safety_checker=None,
            feature_extractor=None, requires_safety_checker=False,
        )  # fmt: skip
        pipe.set_progress_bar_config(disable=True)
        if pipeline is None:
            more = {"height": 32, "width": 32, **more}
        return pipe(
            prompt_embeds=self.positive, negative_prompt_embeds=self.negative, num_inference_steps=self.STEPS,
            guidance_scale=3.0, generator=torch.Generator().manual_seed(5), output_type="latent", **more,
        ).images  # fmt: skip

    def ours_on_their_levels(self, theirs, sampler):
        """diffusers' pipeline names no sigmas to a scheduler of SD's, so ours is given theirs here."""
        theirs.set_timesteps(self.STEPS)
        sigmas = [float(sigma) for sigma in theirs.sigmas if sigma > 0]
        once = [sigma for i, sigma in enumerate(sigmas) if i == 0 or sigma != sigmas[i - 1]]
        ours = KSamplerScheduler.from_config(theirs.config, sampler=sampler)
        by_sigmas = ours.set_timesteps
        ours.set_timesteps = lambda steps, device=None: by_sigmas(sigmas=once, device=device)
        return ours

    def test_ours_equal_theirs_where_the_schedules_agree(self):
        leading = dict(timestep_spacing="leading", steps_offset=1, **BETAS)
        for sampler, theirs in (
            ("euler", EulerDiscreteScheduler(**leading)),
            ("heun", HeunDiscreteScheduler(**leading)),
            ("dpmpp_2m", DPMSolverMultistepScheduler(solver_order=2, final_sigmas_type="zero", **leading)),
            ("euler", EulerDiscreteScheduler(prediction_type="v_prediction", **leading)),
        ):
            with self.subTest(sampler, prediction=theirs.config.prediction_type):
                reference = self.run_with(theirs)
                ours = self.ours_on_their_levels(theirs, sampler)
                found = self.run_with(ours)
                self.assertEqual(ours.timesteps.tolist(), [float(t) for t in theirs.timesteps])
                self.assertLess((found - reference).abs().max(), 1e-4)

    def test_uni_pc_ends_a_little_earlier(self):
        # Its last level is 0.001 here, as in ComfyUI, and 0 in diffusers: 0.001 times the noise's size.
        theirs = UniPCMultistepScheduler(
            timestep_spacing="leading", steps_offset=1, solver_order=3, solver_type="bh2", **BETAS
        )
        reference = self.run_with(theirs)
        self.assertLess((self.run_with(self.ours_on_their_levels(theirs, "uni_pc_bh2")) - reference).abs().max(), 5e-3)

    def test_samplers_of_every_plugin_run(self):
        seen = set()
        for info in ksampler.samplers():
            if info.adaptive or info.unconditional or info.id == "spectral_progressive" or info.plugin in seen:
                continue
            seen.add(info.plugin)
            scheduler = KSamplerScheduler(sampler=info.id, scheduler="karras", **BETAS)
            with self.subTest(info.id):
                self.assertTrue(self.run_with(scheduler).isfinite().all())
        self.assertGreater(len(seen), 8)

    def test_a_generator_draws_the_samplers_noise(self):
        def run(seed):
            scheduler = KSamplerScheduler(sampler="euler_ancestral", scheduler="karras", **BETAS)
            torch.manual_seed(seed)  # which the generator makes no matter
            return self.run_with(scheduler)

        self.assertTrue(torch.equal(run(1), run(2)))

    def test_settings_reach_the_sampler(self):
        def run(**settings):
            return self.run_with(KSamplerScheduler(sampler="euler_ancestral", settings=settings, **BETAS))

        self.assertFalse(torch.equal(run(eta=0.0), run(eta=1.0)))
        with self.assertRaisesRegex(ksampler.Error, "did you mean 'eta'"):
            run(etta=1.0)

    def test_from_picture_to_picture(self):
        picture = torch.rand(1, 3, 32, 32) * 2 - 1
        for sampler, theirs in (
            ("euler", EulerDiscreteScheduler(timestep_spacing="leading", steps_offset=1, **BETAS)),
            ("heun", HeunDiscreteScheduler(timestep_spacing="leading", steps_offset=1, **BETAS)),
        ):
            with self.subTest(sampler):
                more = dict(pipeline=StableDiffusionImg2ImgPipeline, image=picture, strength=0.5)
                reference = self.run_with(theirs, **more)
                found = self.run_with(self.ours_on_their_levels(theirs, sampler), **more)
                self.assertLess((found - reference).abs().max(), 1e-4)

    def test_what_a_pipeline_changes_in_the_latent_holds(self):
        theirs = EulerDiscreteScheduler(timestep_spacing="leading", steps_offset=1, **BETAS)

        def keep(pipe, step, timestep, given):
            given["latents"] = given["latents"].clone()
            given["latents"][:, :, :4] = 0.25
            return given

        more = dict(callback_on_step_end=keep, callback_on_step_end_tensor_inputs=["latents"])
        reference = self.run_with(theirs, **more)
        found = self.run_with(self.ours_on_their_levels(theirs, "euler"), **more)
        self.assertLess((found - reference).abs().max(), 1e-4)

    def test_samplers_that_do_not_fit_are_refused(self):
        with self.assertRaisesRegex(ksampler.InvalidArgument, "chooses its own steps"):
            KSamplerScheduler(sampler="dpm_adaptive", **BETAS)
        with self.assertRaisesRegex(ksampler.InvalidArgument, "unconditional"):
            KSamplerScheduler(sampler="euler_cfg_pp", **BETAS)


@unittest.skipUnless(torch, WHY)
class OfFlows(unittest.TestCase):
    """The loop of diffusers' flow pipelines (Flux, SD 3, Qwen-Image, Z-Image), by hand: their models are too large."""

    def loop(self, scheduler, mu=None):
        sigmas = [1.0 - i / 10 for i in range(10)]
        scheduler.set_timesteps(sigmas=sigmas, mu=mu)
        latents = torch.randn(1, 16, 8, 8, generator=torch.Generator().manual_seed(3)) * 1.0
        for t in scheduler.timesteps:
            sigma = float(t) / 1000
            velocity = (latents - 0.5 * latents.tanh()) / max(sigma, 1e-3) * 0.3
            latents = scheduler.step(velocity, t, latents, return_dict=False)[0]
        return latents

    def test_euler_is_theirs_with_a_shift_and_with_one_of_the_size(self):
        for options, mu in ((dict(shift=3.0), None), (dict(use_dynamic_shifting=True), 0.8)):
            theirs = FlowMatchEulerDiscreteScheduler(**options)
            ours = KSamplerScheduler.from_config(theirs.config, sampler="euler")
            reference, found = self.loop(theirs, mu), self.loop(ours, mu)
            self.assertTrue(torch.allclose(ours.timesteps, theirs.timesteps, rtol=1e-6))
            self.assertLess((found - reference).abs().max(), 1e-4)

    def test_a_scheduler_of_ours_gives_its_own_levels(self):
        ours = KSamplerScheduler.from_config(
            FlowMatchEulerDiscreteScheduler(shift=3.0).config, sampler="res_2s", scheduler="beta"
        )
        ours.set_timesteps(8, sigmas=[1.0, 0.5])
        self.assertEqual(len(ours.sigmas), 9)
        self.assertTrue(self.loop(ours).isfinite().all())


if __name__ == "__main__":
    unittest.main()
