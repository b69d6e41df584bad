"""JAX arrays, on the CPU: they come and go by DLPack."""

import unittest

import ksampler

try:
    import jax
    import jax.numpy as jnp
    import numpy as np
except ImportError:
    jax = None


def gaussian(x, sigma):
    return x * (0.25 / (0.25 + sigma * sigma))


@unittest.skipUnless(jax, "no JAX here")
class WithJax(unittest.TestCase):
    def setUp(self):
        self.sigmas = ksampler.schedule("karras", 12, "eps")
        self.x = jax.random.normal(jax.random.key(42), (1, 4, 16, 16)) * self.sigmas[0]

    def test_samples_as_numpy_does(self):
        def in_numpy(x, sigma):
            return np.asarray(gaussian(jnp.asarray(x), sigma))

        for sampler in ("dpmpp_2m", "euler_ancestral", "res_2s"):
            ours = ksampler.sample(sampler, self.x, self.sigmas, gaussian, seed=3)
            self.assertIsInstance(ours, jax.Array)
            same = ksampler.sample(sampler, np.asarray(self.x), self.sigmas, in_numpy, seed=3)
            self.assertTrue(np.array_equal(np.asarray(ours), same), sampler)

    def test_a_compiled_model_sees_the_x_of_each_call(self):
        seen = []

        @jax.jit
        def model(x, sigma):
            return gaussian(x, sigma)

        def denoise(x, sigma):
            seen.append(float(jnp.abs(x).mean()))
            return model(x, sigma)

        result = ksampler.sample("euler", self.x, self.sigmas, denoise)
        self.assertEqual(len(set(seen)), 12)
        # XLA fuses the product and the quotient otherwise than NumPy's order: a rounding a step.
        plain = ksampler.sample("euler", self.x, self.sigmas, gaussian)
        self.assertLess(float(jnp.abs(result - plain).max()), 1e-4)

    def test_bfloat16_stays_bfloat16(self):
        half = ksampler.sample("dpmpp_2m", self.x.astype(jnp.bfloat16), self.sigmas, gaussian)
        self.assertEqual(half.dtype, jnp.bfloat16)
        whole = ksampler.sample("dpmpp_2m", self.x, self.sigmas, gaussian)
        # Eight bits of bfloat16, through twelve steps.
        self.assertLess(float(jnp.abs(half.astype(jnp.float32) - whole).max()), 0.1)

    def test_x_is_left_as_it_is(self):
        before = np.array(self.x)
        ksampler.sample("euler", self.x, self.sigmas, gaussian)
        self.assertTrue(np.array_equal(np.asarray(self.x), before))


if __name__ == "__main__":
    unittest.main()
