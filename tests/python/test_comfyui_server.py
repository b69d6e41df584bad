"""A server of ComfyUI's, asked over HTTP: plugins that are built anew, and one that crashes, while it runs. COMFYUI_ROOT
names a checkout, whose requirements are installed."""

import os
import shutil
import tempfile
import unittest

import comfyui_server
from comfyui_server import Server, build, template

ROOT = os.environ.get("COMFYUI_ROOT")


def prompt(sampler, parameters=""):
    """SamplerCustom on the tests' small model, six steps."""
    return {
        "model": {"class_type": "KSTestModel", "inputs": {}},
        "sampler": {"class_type": "KSPluginSampler", "inputs": {"sampler": sampler, "parameters": parameters}},
        "sigmas": {
            "class_type": "KSPluginScheduler",
            "inputs": {"model": ["model", 0], "scheduler": "karras", "steps": 6, "denoise": 1.0, "parameters": ""},
        },
        "empty": {"class_type": "EmptyLatentImage", "inputs": {"width": 128, "height": 128, "batch_size": 1}},
        "run": {
            "class_type": "SamplerCustom",
            "inputs": {
                "model": ["model", 0], "positive": ["model", 1], "negative": ["model", 2], "add_noise": True,
                "noise_seed": 7, "cfg": 3.0, "sampler": ["sampler", 0], "sigmas": ["sigmas", 0],
                "latent_image": ["empty", 0],
            },
        },
        "report": {"class_type": "KSTestReport", "inputs": {"latent": ["run", 0]}},
    }  # fmt: skip


@unittest.skipUnless(ROOT, "COMFYUI_ROOT names no checkout of ComfyUI")
@unittest.skipUnless(shutil.which(os.environ.get("CXX", "c++")), "there is no C++ compiler to build a plugin with")
class OverHttp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.server = Server(ROOT, folder.name)
        cls.addClassCleanup(cls.server.stop)

    def latent(self, *given):
        done = self.server.run(prompt(*given))
        self.assertEqual(done["status"]["status_str"], "success", done["status"]["messages"])
        return done["outputs"]["report"]["numbers"]

    def problem(self, *given):
        done = self.server.run(prompt(*given))
        self.assertEqual(done["status"]["status_str"], "error")
        (said,) = [more for what, more in done["status"]["messages"] if what == "execution_error"]
        self.assertEqual(said["node_id"], "run")
        return said["exception_message"]

    def definition(self, node):
        """What the page asks at its refresh."""
        return self.server.get(f"/object_info/{node}")[node]["input"]["required"]

    def parameters(self, sampler):
        return self.definition("KSPluginSampler")["parameters"][1]["ks_parameters"]["params"][sampler]

    def test_a_sampler_that_is_built_again_is_used_by_the_next_prompt_and_shows_its_new_parameters(self):
        source = template("stepper")
        build(self.server.plugins, "stepper", source)
        self.assertIn("stepper", self.definition("KSPluginSampler")["sampler"][0])
        self.assertIn("ks_stepper", self.definition("KSampler")["sampler_name"][0])
        (scale,) = self.parameters("stepper")
        self.assertEqual((scale["id"], scale["type"], scale["default"]), ("scale", "float", 1.0))
        first, shorter = self.latent("stepper"), self.latent("stepper", "scale=0.9")
        self.assertNotEqual(first, shorter)
        euler = self.latent("euler")
        # The template is Euler's method, in another order of operations: six steps' rounding of float32.
        self.assertLess(max(abs(a - b) for a, b in zip(first, euler)), 1e-4 * max(map(abs, euler)))

        again = source.replace("double scale = 1.0", "double scale = 0.9").replace('{"scale"', '{"length"')
        self.assertNotEqual(again, source)
        build(self.server.plugins, "stepper", again)
        (length,) = self.parameters("stepper")
        self.assertEqual((length["id"], length["default"]), ("length", 0.9))
        self.assertEqual(self.latent("stepper"), shorter)
        self.assertEqual(self.latent("stepper", "length=1"), first)
        self.assertIn("scale", self.problem("stepper", "scale=0.9"))

    def test_a_plugin_that_crashes_is_an_error_of_its_prompt_and_the_server_runs_on(self):
        source = template("crasher")
        crash = source.replace("run.step(i", "if (i == 2 && scale > 1.2) __builtin_trap();\n      run.step(i")
        self.assertNotEqual(crash, source)
        build(self.server.plugins, "crasher", crash)
        self.definition("KSPluginSampler")
        before = self.latent("crasher")
        self.assertRegex(self.problem("crasher", "scale=1.3"), "crasher.*signal 4")
        self.assertIsNone(self.server.process.poll())
        self.assertEqual(self.latent("crasher", "scale=1.0"), before)

    def test_a_build_that_crashes_at_once_is_refused_and_the_one_before_stays(self):
        source = template("stayer")
        build(self.server.plugins, "stayer", source)
        self.definition("KSPluginSampler")
        before = self.latent("stayer")
        build(self.server.plugins, "stayer", source.replace("run.step(i", "__builtin_trap();\n      run.step(i"))
        self.definition("KSPluginSampler")
        self.assertEqual(self.latent("stayer", "scale=1.0"), before)
        self.assertRegex(self.server.log.read_text(), "plugin stayer is refused: .*signal 4")

    def test_a_scheduler_that_is_built_again_is_not_taken_from_comfyuis_cache(self):
        source = template("levels", "scheduler")
        build(self.server.plugins, "levels", source)
        asked = prompt("euler")
        asked["sigmas"]["inputs"]["scheduler"] = "levels"
        self.definition("KSPluginScheduler")
        first = self.server.run(asked)["outputs"]["report"]["numbers"]
        again = source.replace("rho = 7.0", "rho = 3.0")
        self.assertNotEqual(again, source)
        build(self.server.plugins, "levels", again)
        self.definition("KSPluginScheduler")
        self.assertNotEqual(first, self.server.run(asked)["outputs"]["report"]["numbers"])


if __name__ == "__main__":
    unittest.main()
