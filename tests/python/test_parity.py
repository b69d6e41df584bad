"""ComfyUI's own KSampler, case by case, through Python and torch."""

import unittest

import ksampler

try:
    import reference
    import torch
except ImportError:
    torch = None


@unittest.skipUnless(torch, "no torch here")
class Parity(unittest.TestCase):
    def sampled(self, case, plugins):
        levels = ksampler.Levels(case["parameterization"])
        sampler = plugins[case["sampler"]]
        sigmas = ksampler.schedule(
            case["scheduler"], case["steps"], levels, denoise=case["denoise"], sampler=case["sampler"]
        )
        start, end = case.get("start_at_step") or 0, case.get("end_at_step")
        if end is not None and end < len(sigmas) - 1:
            sigmas = sigmas[: end + 1]
            if case.get("force_full_denoise"):
                sigmas[-1] = 0.0
        latent = reference.latent_of(case["latent"])
        sigmas = sigmas[start:]
        if len(sigmas) < 2:
            return latent
        first = sigmas[0]
        at_maximum = abs(levels.sigma_max - first) <= 1e-5 * max(levels.sigma_max, first) or first > levels.sigma_max
        noise = ksampler.initial_noise(latent.shape, case["seed"], batch_index=case.get("noise_inds"), like=latent)
        if case.get("disable_noise"):
            noise = torch.zeros_like(noise)
        if levels.is_flow:
            x = first * noise + (1 - first) * latent
        else:
            x = noise * ((1 + first * first) ** 0.5 if at_maximum else first) + latent
        positive, negative = case["positive"][0]["label"], case["negative"][0]["label"]
        cfg = case["cfg"]

        def predict(x, sigma, prompts):
            def of(label):
                return reference.denoised(case["denoiser"], label, x, sigma, levels.is_flow)

            both = of(positive)
            other = of(negative) if cfg != 1.0 or len(prompts) > 1 else both
            guided = both if cfg == 1.0 else other + (both - other) * cfg
            return [guided, other][: len(prompts)]

        result = ksampler.sample(
            case["sampler"], x, sigmas, predict=predict, model=levels, seed=case["seed"],
            batch_index=case.get("noise_inds") if sampler.noise == "continued" else None,
        )  # fmt: skip
        return result / (1 - sigmas[-1]) if levels.is_flow else result

    def test_every_plain_case_equals_the_reference(self):
        outputs = reference.tensors("cases.safetensors")
        plugins = {one.id: one for one in ksampler.samplers()}
        plain = [case for case in reference.cases() if reference.is_plain(case) and case["id"] in outputs]
        self.assertGreater(len(plain), 400)
        for case in plain:
            with self.subTest(case["id"], sampler=case["sampler"]):
                difference = (self.sampled(case, plugins) - outputs[case["id"]]).abs().max()
                # The tolerance is the case's own: what rounding alone may change.
                self.assertLessEqual(float(difference), case["tolerance"])


if __name__ == "__main__":
    unittest.main()
