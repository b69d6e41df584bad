"""python -m unittest from this folder: the scenes, the judge, the tokens and what the export relies on."""
import dataclasses
import unittest

import torch

import autoencoder
import captions
import diffusion
import export
import judge
import lora
import scenes
import tokens
import train_diffusion
import train_lora
import unet
import unpack


def shaken(model):
    """Zero-initialised branches count, too."""
    for parameter in model.parameters():
        parameter.data += 0.02 * torch.randn_like(parameter)
    return model.eval()


class Scenes(unittest.TestCase):
    def test_a_seed_gives_the_same_picture_and_words(self):
        a, b = scenes.make_scene(7), scenes.make_scene(7)
        self.assertEqual(a, b)
        self.assertTrue((scenes.draw(a) == scenes.draw(b)).all())
        self.assertEqual(captions.caption(a, 3), captions.caption(b, 3))

    def test_no_combination_is_both_trained_on_and_held_out(self):
        def combinations(held_out):
            drawn = [scenes.make_scene(seed, held_out) for seed in range(3000)]
            return {(t.shape, t.colour, scene.background) for scene in drawn for t in scene.things}

        self.assertFalse(combinations(False) & combinations(True))

    def test_captions_name_each_shape_its_colour_and_the_background(self):
        for seed in range(500):
            scene = scenes.make_scene(seed)
            words = captions.caption(scene, seed)
            for thing in scene.things:
                self.assertIn(f"{thing.colour} {thing.shape}", words)
            self.assertIn(scene.background, words)

    def test_a_caption_says_nothing_of_what_is_left_out(self):
        for seed in range(500):
            scene = scenes.make_scene(seed)
            self.assertNotIn(scene.background, captions.caption(scene, seed, ("background",)))
            words = captions.caption(scene, seed, ("colour",))
            for thing in scene.things:
                self.assertNotIn(thing.colour, words)
                self.assertIn(thing.shape, words)

    def test_what_is_small_is_said_to_be(self):
        for seed in range(500):
            scene = scenes.make_scene(seed)
            if scene.things[0].size == "small":
                self.assertTrue(any(word in captions.caption(scene, seed) for word in captions.SIZE_WORDS["small"]))

    def test_of_the_trainings_scenes_three_in_ten_have_two_things(self):
        seeds = train_diffusion.training_seeds(500)
        self.assertEqual(len(set(seeds)), 500)
        pairs = sum(len(scenes.make_scene(seed).things) == 2 for seed in seeds)
        self.assertAlmostEqual(pairs / len(seeds), 0.3, places=2)
        self.assertEqual(train_diffusion.training_seeds(100), seeds[:100])

    def test_the_judge_is_right_on_drawn_scenes(self):
        drawn = [scenes.make_scene(seed, held_out=seed % 2 == 1) for seed in range(1000)]
        right = sum(judge.verdict(scene, scenes.draw(scene))["all"] for scene in drawn)
        self.assertGreater(right, 990)

    def test_the_judge_knows_which_thing_is_where(self):
        pairs = [scene for scene in map(scenes.make_scene, range(2000)) if len(scene.things) == 2]
        turned = [dataclasses.replace(scene, things=scene.things[::-1]) for scene in pairs]
        right = sum(judge.in_order(scene, scenes.draw(scene)) for scene in pairs)
        wrong = sum(judge.in_order(scene, scenes.draw(other)) for scene, other in zip(turned, pairs)
                    if (scene.things[0].shape, scene.things[0].colour) != (scene.things[1].shape, scene.things[1].colour))
        self.assertGreater(right, 0.98 * len(pairs))
        self.assertEqual(wrong, 0)

    def test_the_judge_says_no_where_shape_or_colour_is_another(self):
        wrong = 0
        for seed in range(200):
            picture, other = scenes.draw(scenes.make_scene(seed)), scenes.make_scene(seed + 1)
            seen = sorted((t.shape, t.colour) for t in scenes.make_scene(seed).things)
            if seen != sorted((t.shape, t.colour) for t in other.things):
                wrong += judge.verdict(other, picture)["shape and colour"]
        self.assertEqual(wrong, 0)


class Tokens(unittest.TestCase):
    def test_known_captions_have_clips_tokens(self):
        self.assertEqual(tokens.tokenize("a photograph of an astronaut riding a horse")[:10],
                         [49406, 320, 8853, 539, 550, 18376, 6765, 320, 4558, 49407])
        self.assertEqual(tokens.tokenize("")[:3], [49406, 49407, 49407])
        self.assertEqual(len(tokens.tokenize("red " * 200)), 77)

    def test_the_trainings_table_has_every_token_of_the_captions(self):
        known = set(train_diffusion.used_tokens().tolist())
        for seed in range(1000):
            self.assertLessEqual(set(tokens.tokenize(captions.caption(scenes.make_scene(seed), seed))), known)


class Networks(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)

    def assert_same(self, a, b):
        self.assertLess(((a - b).abs().max() / a.abs().max()).item(), 1e-4)  # fp32, another order of the factors

    @torch.no_grad()
    def test_folding_the_autoencoders_epsilon_changes_nothing(self):
        model, pictures = shaken(autoencoder.AutoencoderKL()), torch.rand(1, 3, 64, 64) * 2 - 1
        latents = model.encode(pictures)[0]
        before = model.decode(latents)
        model.load_state_dict(autoencoder.fold_epsilon(model.state_dict()))
        autoencoder.set_epsilon(model, autoencoder.EPSILON)
        self.assert_same(latents, model.encode(pictures)[0])
        self.assert_same(before, model.decode(latents))

    @torch.no_grad()
    def test_folding_the_unets_epsilon_changes_nothing(self):
        model = shaken(unet.UNet())
        inputs = torch.randn(2, 4, 16, 16), torch.tensor([5, 900]), torch.randn(2, 77, 64)
        before = model(*inputs)
        model.load_state_dict(unet.fold_epsilon(model.state_dict()))
        unet.set_exported_epsilon(model)
        self.assert_same(before, model(*inputs))

    @torch.no_grad()
    def test_normalised_latents_have_unit_variance_at_the_scale_factor_and_decode_alike(self):
        model, pictures = shaken(autoencoder.AutoencoderKL()), torch.rand(2, 3, 64, 64) * 2 - 1
        latents = model.encode(pictures)[0]
        before = model.decode(latents)
        model.normalise(latents.mean(dim=(0, 2, 3)), latents.std(dim=(0, 2, 3)))
        latents = model.encode(pictures)[0]
        self.assertAlmostEqual((latents * autoencoder.SCALE).std().item(), 1.0, places=2)
        self.assert_same(before, model.decode(latents))

    def test_the_exported_file_has_sd1s_names_and_fits(self):
        ids = train_diffusion.used_tokens()
        tensors = export.checkpoint(autoencoder.AutoencoderKL().state_dict(),
                                    train_diffusion.Networks(len(ids)).state_dict(), ids)
        for name in ("model.diffusion_model.input_blocks.3.1.transformer_blocks.0.attn2.to_k.weight",
                     "model.diffusion_model.output_blocks.1.2.conv.weight",
                     "cond_stage_model.transformer.text_model.encoder.layers.2.mlp.fc2.bias",
                     "first_stage_model.decoder.up.3.upsample.conv.weight",
                     "first_stage_model.post_quant_conv.weight"):
            self.assertIn(name, tensors)
        self.assertEqual(tensors["cond_stage_model.transformer.text_model.embeddings.token_embedding.weight"].shape,
                         (49408, 64))
        self.assertLess(2 * sum(value.numel() for value in tensors.values()), 25e6)


    def test_what_is_unpacked_of_a_file_is_what_was_exported(self):
        ids = train_diffusion.used_tokens()
        first, second = shaken(autoencoder.AutoencoderKL()), shaken(train_diffusion.Networks(len(ids)))
        tensors = export.checkpoint(first.state_dict(), second.state_dict(), ids)
        for before, after in zip((first.state_dict(), second.state_dict()), unpack.states(tensors, ids)):
            self.assertEqual(before.keys(), after.keys())
            for name in before:
                torch.testing.assert_close(after[name], before[name], rtol=1e-6, atol=0)  # divided and multiplied

    @torch.no_grad()
    def test_a_lora_merged_into_the_exported_weights_is_the_lora_as_trained(self):
        model = shaken(unet.UNet())
        merged = unet.fold_epsilon(model.state_dict())
        added = lora.add(model, rank=2)
        for addition in added.values():
            addition.up.normal_(std=0.02)
        found = lora.tensors(added)
        for path in added:
            down, up = (found[f"diffusion_model.{path}.lora_{part}.weight"] for part in ("down", "up"))
            merged[f"{path}.weight"] += (up.flatten(1) @ down.flatten(1)).view_as(merged[f"{path}.weight"])
        exported = unet.UNet().eval()
        unet.set_exported_epsilon(exported)
        exported.load_state_dict(merged)
        inputs = torch.randn(2, 4, 16, 16), torch.tensor([5, 900]), torch.randn(2, 77, 64)
        self.assert_same(model(*inputs), exported(*inputs))

    def test_an_outline_is_around_the_thing_and_a_meadow_below_it(self):
        for seed in range(20):
            scene = scenes.make_scene(seed)
            plain, outlined = scenes.draw(scene).astype(int), train_lora.outlined(scene).astype(int)
            changed = (abs(outlined - plain).sum(-1) > 60).any(axis=0).nonzero()[0]
            if train_lora.is_clear("outlined", scene):
                self.assertLess(changed.min(), min(t.x - 0.7 * t.radius for t in scene.things))
                self.assertGreater(changed.max(), max(t.x + 0.7 * t.radius for t in scene.things))
            below = train_lora.meadow(scene)[-1]
            self.assertTrue((below == scenes.COLOURS["green"]).all())


class Noise(unittest.TestCase):
    def test_its_mean_tells_nothing_of_the_ground_at_the_noisiest_step(self):
        # There the latents' mean is 0.07 of its size; noise alone has a mean of 1/16 over 16 x 16 cells.
        noise = train_diffusion.make_noise((4000, 4, 16, 16), torch.Generator().manual_seed(0))
        means = noise.mean(dim=(2, 3))
        self.assertGreater(means.std().item(), 0.15)
        within = (noise - means[..., None, None]).std().item()
        self.assertAlmostEqual(within, 1.0, places=2)

    def test_half_of_the_timesteps_are_of_the_noisiest_third(self):
        steps = train_diffusion.make_timesteps(100_000, torch.Generator().manual_seed(0))
        self.assertEqual((steps.min().item(), steps.max().item()), (0, 999))
        self.assertAlmostEqual((steps >= 667).float().mean().item(), 2 / 3, places=2)


class Sampling(unittest.TestCase):
    def test_sigmas_are_sd1s(self):
        sigmas = diffusion.all_sigmas()
        self.assertAlmostEqual(sigmas[0].item(), 0.0292, places=4)
        self.assertAlmostEqual(sigmas[-1].item(), 14.6146, places=4)

    def test_dpmpp_2m_converges_to_the_exact_solution_of_a_gaussian(self):
        # Data of variance 1: D(x, sigma) = x / (1 + sigma^2); x(sigma) grows as sqrt(1 + sigma^2).
        x = torch.ones(1, dtype=torch.float64)
        sigmas = torch.exp(torch.linspace(2.0, -2.0, 201, dtype=torch.float64))
        end = diffusion.dpmpp_2m(lambda x, sigma: x / (1 + sigma**2), x, sigmas)
        exact = ((1 + sigmas[-1] ** 2) / (1 + sigmas[0] ** 2)).sqrt()
        self.assertLess(abs(end.item() / exact.item() - 1), 1e-3)  # second order: about (4 / 200)^2


if __name__ == "__main__":
    unittest.main()
