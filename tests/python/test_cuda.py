"""Arrays on a CUDA device: a stand-in for CuPy, on the stand-in for CUDA's driver that LD_LIBRARY_PATH names (CTest's
Python.cuda). Nothing here ran on a GPU."""

import gc
import os
import subprocess
import sys
import unittest

import ksampler

try:
    import stand_in_cupy
except (ImportError, OSError, AttributeError):  # no NumPy, or no stand-in
    stand_in_cupy = None


def shrink(sigma):
    """E[x0 | x] / x of data with a standard deviation of 0.5."""
    return 0.25 / (0.25 + sigma * sigma)


@unittest.skipUnless(stand_in_cupy, "needs NumPy and the stand-in for CUDA's driver")
class OnADevice(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cupy = stand_in_cupy.install()
        cls.driver = stand_in_cupy.driver
        cls.sigmas = ksampler.schedule("karras", 8, "eps")

    @classmethod
    def tearDownClass(cls):
        del sys.modules["cupy"]

    def start(self, type_="float32"):
        import numpy as np

        noise = ksampler.initial_noise([2, 4, 8, 8], seed=5, like=np.empty(0))
        return (noise * self.sigmas[0]).astype(type_)

    def sampled(self, sampler, x, **settings):
        return ksampler.sample(sampler, x, self.sigmas, lambda x, sigma: x * shrink(sigma), seed=5, **settings)

    def test_samples_there_what_it_samples_in_main_memory(self):
        import numpy as np

        for type_ in ("float32", "float16"):
            for sampler in ("dpmpp_2m", "euler_ancestral", "dpmpp_2m_sde", "restart", "dpm_adaptive"):
                here = self.sampled(sampler, self.start(type_))
                x = self.cupy.array(self.start(type_))
                there = self.sampled(sampler, x)
                self.assertIsInstance(there, self.cupy.ndarray)
                # The same sums; a norm, and a narrow type's last bit, may differ.
                np.testing.assert_allclose(there.get(), here, rtol=2e-6 if type_ == "float32" else 2e-3, atol=1e-5)
                self.assertTrue((x.get() == self.start(type_)).all(), "x was changed")
        self.assertEqual(self.driver.faults(), b"")

    def test_guides_there(self):
        import numpy as np

        def predict(x, sigma, prompts):
            return [x * (shrink(sigma) * (1 if prompt == "positive" else 0.5)) for prompt in prompts]

        for guiders in (["cfg"], ["apg", {"name": "rescale_cfg", "multiplier": 0.7}], ["dynamic_thresholding"]):
            runs = [
                ksampler.sample("euler", x, self.sigmas, predict=predict, cfg=4.0, guiders=guiders)
                for x in (self.start(), self.cupy.array(self.start()))
            ]
            np.testing.assert_allclose(runs[1].get(), runs[0], rtol=1e-5, atol=1e-5)

    def test_nothing_waits_for_the_device(self):
        x = self.cupy.array(self.start())
        self.sampled("dpmpp_2m", x)  # compiles
        self.driver.forget()
        with ksampler.Session("dpmpp_2m", x, self.sigmas) as session:
            for want in session:
                want.answer(want.x * shrink(want.sigma))
                self.assertEqual(self.driver.waits(), 0)
        self.assertGreater(self.driver.calls(b"cuLaunchKernel"), 0)

    def test_works_on_the_stream_that_is_current(self):
        import numpy as np

        here = self.sampled("dpmpp_2m", self.start())
        with self.cupy.cuda.Stream():
            there = self.sampled("dpmpp_2m", self.cupy.array(self.start()))
            np.testing.assert_allclose(there.get(), here, rtol=2e-6, atol=1e-6)
            session = ksampler.Session("dpmpp_2m", self.cupy.array(self.start()), self.sigmas)
            want = session.next()
            want.answer(want.x * shrink(want.sigma))
        with self.assertRaisesRegex(ksampler.InvalidArgument, "another CUDA stream is current"):
            session.next()
        session.close()

    def test_a_failure_of_the_driver_is_an_error(self):
        session = ksampler.Session("dpmpp_2m", self.cupy.array(self.start()), self.sigmas)
        want = session.next()
        want.answer(want.x * shrink(want.sigma))
        self.driver.fail(b"cuLaunchKernel", 1, 719)
        with self.assertRaisesRegex(ksampler.Error, r"CUDA: launching lincomb: unspecified launch failure \(719\)"):
            session.next()
        session.close()

    def test_memory_is_given_back(self):
        def run():
            x = self.cupy.array(self.start())
            result = self.sampled("euler_ancestral", x, noises=["pyramid"])
            session = ksampler.Session("heun", x, self.sigmas)
            kept = session.next().x
            session.close()
            self.assertEqual(kept.get().shape, (2, 4, 8, 8))  # a view keeps what it is of
            del kept, session, x
            return result.get()

        run()
        gc.collect()
        stand_in_cupy.finish()
        before = self.driver.live()
        run()
        gc.collect()
        stand_in_cupy.finish()
        after = self.driver.live()
        for what in ("blocks", "host_blocks", "events", "modules", "contexts"):
            self.assertEqual(getattr(after, what), getattr(before, what), what)
        self.assertEqual(self.driver.faults(), b"")

    def test_torchs_operators_can_be_asked_for(self):
        os.environ["KSAMPLER_CUDA"] = "torch"
        self.addCleanup(os.environ.pop, "KSAMPLER_CUDA")
        with self.assertRaisesRegex(ksampler.InvalidArgument, "KSAMPLER_CUDA=torch leaves it to torch's operators"):
            ksampler.Session("dpmpp_2m", self.cupy.array(self.start()), self.sigmas)

    def test_what_is_missing_is_said(self):
        program = (
            "import stand_in_cupy, ksampler, numpy as np\n"
            "stand_in_cupy.install()\n"
            "stand_in_cupy.driver.fail(b'nvrtcCompileProgram', 1, 6)\n"
            "try:\n"
            "    ksampler.Session('euler', stand_in_cupy.array(np.zeros([1, 4, 8, 8], np.float32)), [1.0, 0.0])\n"
            "except ksampler.InvalidArgument as error:\n"
            "    print(error)\n"
        )
        run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=os.environ, check=True)
        self.assertIn("x is on a CUDA device: NVRTC (--gpu-architecture=sm_90): NVRTC_ERROR_COMPILATION", run.stdout)


if __name__ == "__main__":
    unittest.main()
