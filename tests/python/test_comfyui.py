"""The node pack in ComfyUI's own sampling code. COMFYUI_ROOT names a checkout, whose requirements are installed."""

import importlib.util
import os
import shutil
import sys
import unittest
from pathlib import Path

ROOT = os.environ.get("COMFYUI_ROOT")
PACK = Path(__file__).resolve().parents[2] / "integrations" / "comfyui"

if ROOT:
    arguments, sys.argv = sys.argv, [sys.argv[0]]  # ComfyUI reads them as its own
    sys.path.insert(0, ROOT)
    import torch
    from comfy.cli_args import args as comfyui_options

    comfyui_options.cpu = not torch.cuda.is_available()  # of a torch for CUDA it would ask the driver
    import comfy.model_sampling
    import comfy.samplers
    from comfy.k_diffusion import sampling as k_diffusion

    sys.argv = arguments
    import reference

    import ksampler


def load_pack():
    spec = importlib.util.spec_from_file_location(
        "ksampler_pack", PACK / "__init__.py", submodule_search_locations=[str(PACK)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["ksampler_pack"] = module
    spec.loader.exec_module(module)
    return module


def model_sampling(kind):
    if kind == "flow":

        class Flow(comfy.model_sampling.ModelSamplingDiscreteFlow, comfy.model_sampling.CONST):
            pass

        made = Flow()
        made.set_parameters(shift=3.0, multiplier=1000)
        return made

    class Eps(comfy.model_sampling.ModelSamplingDiscrete, comfy.model_sampling.EPS):
        pass

    return Eps()


class Guided:
    """A guider of ComfyUI's on the reference's mixture: its own cfg_function, with its hooks."""

    def __init__(self, kind, cfg):
        self.inner_model = self.model_patcher = self
        self.model_sampling = model_sampling(kind)
        self.flow = kind == "flow"
        self.cfg = cfg

    def get_model_object(self, name):
        return getattr(self, name)

    def __call__(self, x, timestep, model_options=None, seed=None):
        sigma = float(timestep.flatten()[0])
        positive, negative = (reference.denoised("mixture", label, x, sigma, self.flow) for label in (1, 2))
        return comfy.samplers.cfg_function(
            self, positive, negative, self.cfg, x, timestep, model_options=model_options or {}, cond=[], uncond=[]
        )


@unittest.skipUnless(ROOT, "COMFYUI_ROOT names no checkout of ComfyUI")
class InComfyUI(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pack = load_pack()
        cls.theirs = [name for name in comfy.samplers.KSampler.SAMPLERS if not name.startswith("ks_")]

    def run_sampler(self, sampler, kind="eps", cfg=4.0, steps=10, seed=7):
        model = Guided(kind, cfg)
        sigmas = comfy.samplers.calculate_sigmas(model.model_sampling, "karras" if kind == "eps" else "simple", steps)
        noise = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(seed))
        torch.manual_seed(seed)
        steps_seen = []
        result = sampler.sample(
            model, sigmas, {"model_options": {}, "seed": seed},
            lambda step, denoised, x, total: steps_seen.append(step), noise, torch.zeros_like(noise), None, True,
        )  # fmt: skip
        return result, steps_seen

    def draw_as_newer_ones(self):
        """ComfyUI of before the end of 2025 draws a sampler's noise from the seed, which the first latent is drawn from, too; since
        then, and here, on a CPU from the seed and one."""
        import unittest.mock

        theirs, x = k_diffusion.default_noise_sampler, torch.zeros(4)
        if not torch.equal(theirs(x, seed=6)(1, 0), torch.randn(4, generator=torch.Generator().manual_seed(6))):
            return
        patch = unittest.mock.patch.object(
            k_diffusion, "default_noise_sampler", lambda x, seed=None: theirs(x, seed if seed is None else seed + 1)
        )
        patch.start()
        self.addCleanup(patch.stop)

    def test_every_sampler_of_comfyuis_is_equal_to_ours_of_that_name(self):
        self.draw_as_newer_ones()
        self.assertGreaterEqual(len(self.theirs), 42)  # ComfyUI 0.3.64's; two came later
        equal = set()
        for name in self.theirs:
            for kind in ("eps", "flow"):
                with self.subTest(name, kind=kind):
                    try:
                        reference_, _ = self.run_sampler(comfy.samplers.sampler_object(name), kind)
                    except TypeError as error:  # sa_solver of some versions calls torch.float
                        self.assertIn("torch.dtype", str(error))
                        continue
                    equal.add(name)
                    ours, seen = self.run_sampler(comfy.samplers.sampler_object("ks_" + name), kind)
                    self.assertTrue(seen, "no step was reported")
                    scale = float(reference_.abs().max())
                    if not reference_.isfinite().all():
                        continue
                    # Rounding, through the most sensitive of the solvers (tests/data/parity/README.md).
                    self.assertLess(float((ours - reference_).abs().max()), 2e-4 * max(1.0, scale))
        self.assertGreaterEqual(len(equal), len(self.theirs) - 2)

    def test_the_names_are_in_ksamplers_own_lists(self):
        self.assertIn("ks_res_2s", comfy.samplers.KSampler.SAMPLERS)
        self.assertIn("ks_karras", comfy.samplers.KSampler.SCHEDULERS)
        self.assertIn("ks_dpm_2", comfy.samplers.KSampler.DISCARD_PENULTIMATE_SIGMA_SAMPLERS)
        sampling = model_sampling("eps")
        ours = comfy.samplers.calculate_sigmas(sampling, "ks_karras", 10)
        theirs = comfy.samplers.calculate_sigmas(sampling, "karras", 10)
        self.assertLess(float((ours - theirs).abs().max()), 1e-5)

    def test_nodes_give_a_sampler_with_guiders(self):
        nodes = self.pack.NODE_CLASS_MAPPINGS
        for node in nodes.values():
            self.assertIn("required", node.INPUT_TYPES())
        (guiders,) = nodes["KSPluginGuider"]().make("apg", "eta=0.5")
        (plain,) = nodes["KSPluginSampler"]().make("euler_ancestral", "eta=0.5")
        (guided,) = nodes["KSPluginSampler"]().make("euler_ancestral", "eta=0.5", guiders)
        a, _ = self.run_sampler(plain)
        b, _ = self.run_sampler(guided)
        self.assertTrue(b.isfinite().all())
        self.assertFalse(torch.equal(a, b))
        with self.assertRaisesRegex(ksampler.Error, "expected name=value"):
            nodes["KSPluginSampler"]().make("euler", "eta")

    def test_a_plugin_that_is_built_again_is_taken_at_a_refresh_and_a_crash_is_an_error(self):
        variants = os.environ.get("KSAMPLER_SWAP_PLUGINS")
        if not variants:
            self.skipTest("KSAMPLER_SWAP_PLUGINS names no build of the plugin 'swap'")
        plugins = self.pack.plugins.all_plugins
        folder = Path(plugins.own.folders[0]) / "swap"
        folder.mkdir(parents=True, exist_ok=True)
        self.addCleanup(shutil.rmtree, folder)

        def put(variant):
            for file, of in (("swap.so", variant), ("plugin.toml", 1)):
                (folder / file).unlink(missing_ok=True)
                shutil.copy(Path(variants) / str(of) / file, folder / file)

        put(1)
        listed = self.pack.NODE_CLASS_MAPPINGS["KSPluginSampler"].INPUT_TYPES()["required"]["sampler"][0]
        name = plugins.own.samplers()[0].id
        self.assertIn(name, listed)
        first, _ = self.run_sampler(comfy.samplers.sampler_object("ks_" + name))
        put(2)
        self.pack.NODE_CLASS_MAPPINGS["KSPluginSampler"].INPUT_TYPES()
        second, _ = self.run_sampler(comfy.samplers.sampler_object("ks_" + name))
        self.assertFalse(torch.equal(first, second))


if __name__ == "__main__":
    unittest.main()
