"""The package as a program uses it, without torch where it can be."""

import gc
import os
import subprocess
import sys
import tempfile
import threading
import unittest

import ksampler

try:
    import numpy as np
except ImportError:
    np = None
try:
    import torch
except ImportError:
    torch = None


def shrink(sigma):
    """E[x0 | x] / x of data with a standard deviation of 0.5."""
    return 0.25 / (0.25 + sigma * sigma)


def gaussian(x, sigma):
    return x * shrink(sigma)


def memory_kib():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") // 1024


class Listing(unittest.TestCase):
    def test_lists_what_the_shipped_plugins_have(self):
        samplers = {one.id: one for one in ksampler.samplers()}
        self.assertGreater(len(samplers), 200)
        eta = samplers["euler_ancestral"].params[0]
        self.assertEqual((eta.id, eta.type, eta.default), ("eta", "float", 1.0))
        self.assertEqual(samplers["dpmpp_2m"].plugin, "k-diffusion")
        self.assertTrue(samplers["euler_cfg_pp"].unconditional)
        self.assertEqual(samplers["restart"].inside, "heun")
        self.assertIn("karras", {one.id for one in ksampler.schedulers()})
        self.assertIn("apg", {one.id for one in ksampler.guiders()})
        self.assertIn("perlin", {one.id for one in ksampler.noises()})
        self.assertEqual(ksampler.default_plugins().broken, "")

    def test_schedules_are_lists_of_float32(self):
        sigmas = ksampler.schedule("karras", 10, "eps")
        self.assertEqual(len(sigmas), 11)
        self.assertEqual(sigmas[-1], 0.0)
        self.assertEqual(ksampler.schedule("karras", 5, "eps", denoise=0.5), sigmas[-6:])
        self.assertGreater(len(ksampler.schedule("karras", 10, ksampler.Levels.flow(3.0))), 10)
        steeper = ksampler.schedule("karras", 10, "eps", rho=9.0)
        self.assertNotEqual(steeper, sigmas)

    def test_levels_of_a_table_are_those_that_were_given(self):
        known = ksampler.Levels("eps")
        made = ksampler.Levels.table(known.sigmas, "v")
        self.assertEqual(made.sigmas, known.sigmas)
        self.assertEqual(made.timestep(known.sigma(500)), 500)
        self.assertFalse(known.is_flow)
        self.assertTrue(ksampler.Levels.flow().is_flow)


@unittest.skipUnless(np, "no NumPy here")
class WithNumPy(unittest.TestCase):
    def setUp(self):
        self.sigmas = ksampler.schedule("karras", 12, "eps")
        self.x = ksampler.initial_noise([2, 4, 16, 16], 42, like=np.empty(0)) * np.float32(self.sigmas[0])

    def test_samples_and_leaves_x_as_it_is(self):
        before = self.x.copy()
        result = ksampler.sample("dpmpp_2m", self.x, self.sigmas, gaussian)
        self.assertIsInstance(result, np.ndarray)
        self.assertEqual(result.dtype, np.float32)
        self.assertLess(abs(result.std() - 0.5), 0.05)
        np.testing.assert_array_equal(self.x, before)

    def test_takes_what_lies_otherwise_in_memory(self):
        plain = ksampler.sample("euler", self.x, self.sigmas, gaussian)
        turned = self.x.transpose(0, 1, 3, 2)
        self.assertTrue(np.array_equal(
            ksampler.sample("euler", turned, self.sigmas, gaussian), plain.transpose(0, 1, 3, 2)
        ))  # fmt: skip
        read_only = self.x.copy()
        read_only.flags.writeable = False
        self.assertTrue(np.array_equal(ksampler.sample("euler", read_only, self.sigmas, gaussian), plain))

    def test_noise_is_the_seeds_and_an_items_own_where_asked(self):
        def run(x, seed, **more):
            return ksampler.sample("euler_ancestral", x, self.sigmas, gaussian, seed=seed, **more)

        self.assertTrue(np.array_equal(run(self.x, 1), run(self.x, 1)))
        self.assertFalse(np.array_equal(run(self.x, 1), run(self.x, 2)))
        both = run(self.x, 1, profile="batch-invariant")
        second = run(self.x[1:], 1, profile="batch-invariant", batch_index=[1])
        self.assertTrue(np.array_equal(both[1:], second))
        self.assertFalse(np.array_equal(run(self.x, 1, eta=0.5), run(self.x, 1)))

    def test_noise_may_be_the_callers(self):
        draws = []

        def noise(sigma, sigma_next):
            draws.append((sigma, sigma_next))
            return np.zeros_like(self.x)

        ksampler.sample("euler_ancestral", self.x, self.sigmas, gaussian, noise=noise)
        self.assertEqual(len(draws), 11)

    def test_progress_is_told_step_by_step(self):
        seen = []
        ksampler.sample(
            "heun", self.x, self.sigmas, gaussian,
            callback=lambda step, steps, sigma, x, denoised: seen.append((step, steps, x.shape, denoised.shape)),
        )  # fmt: skip
        self.assertEqual([one[0] for one in seen], list(range(12)))
        self.assertEqual(seen[0][1:], (12, self.x.shape, self.x.shape))

    def test_an_exception_in_denoise_ends_the_run_and_comes_out(self):
        class Cancelled(Exception):
            pass

        def denoise(x, sigma):
            if sigma < 1:
                raise Cancelled
            return gaussian(x, sigma)

        for sampler in ("dpmpp_2m_sde", "heun", "restart"):
            with self.assertRaises(Cancelled):
                ksampler.sample(sampler, self.x, self.sigmas, denoise)

    def test_guiders_and_cfg_pp_get_the_predictions_that_they_need(self):
        asked = set()

        def predict(x, sigma, prompts):
            asked.update(prompts)
            return [gaussian(x, sigma) * (0.5 if prompt == "negative" else 1.0) for prompt in prompts]

        guided = ksampler.sample(
            "euler", self.x, self.sigmas, predict=predict, cfg=3.0, guiders=[{"name": "apg", "eta": 0.5}, "cfg_norm"]
        )
        self.assertTrue(np.isfinite(guided).all())
        ksampler.sample("euler_cfg_pp", self.x, self.sigmas, predict=predict)
        self.assertEqual(asked, {"positive", "negative", "guided", "unconditional"})
        with self.assertRaisesRegex(ksampler.InvalidArgument, "guided, unconditional are needed"):
            ksampler.sample("euler_cfg_pp", self.x, self.sigmas, gaussian)

    def test_a_guider_gets_the_prediction_for_a_second_prompt(self):
        self.assertTrue(next(one for one in ksampler.guiders() if one.id == "dual_cfg").needs_second)

        def predict(x, sigma, prompts):
            self.assertEqual(prompts, ("positive", "second"))
            return {"positive": gaussian(x, sigma), "second": 0.75 * gaussian(x, sigma)}

        # D + 3 (0.75 D - D)
        guided = ksampler.sample(
            "euler", self.x, self.sigmas, predict=predict, guiders=[{"name": "dual_cfg", "scale": 3.0}]
        )
        by_hand = ksampler.sample("euler", self.x, self.sigmas, lambda x, sigma: 0.25 * gaussian(x, sigma))
        np.testing.assert_allclose(guided, by_hand, atol=1e-4)  # roundings of float32, at a latent of 60

    def test_a_sampler_runs_around_another(self):
        named = ksampler.sample("restart", self.x, self.sigmas, gaussian, seed=3, inside="dpmpp_2m")
        default = ksampler.sample("restart", self.x, self.sigmas, gaussian, seed=3)
        self.assertFalse(np.array_equal(named, default))

    def test_the_caller_may_own_the_loop_of_many(self):
        alone = ksampler.sample("dpmpp_2m", self.x, self.sigmas, gaussian)
        sessions = [ksampler.Session("dpmpp_2m", self.x, self.sigmas) for _ in range(5)]
        waiting = {session: session.next() for session in sessions}
        while waiting:
            for session, want in list(waiting.items()):
                want.answer(gaussian(want.x, want.sigma))
                waiting[session] = session.next()
                if waiting[session] is None:
                    del waiting[session]
        for session in sessions:
            self.assertTrue(np.array_equal(session.result, alone))

    def test_views_outlive_a_session_that_was_closed(self):
        session = ksampler.Session("euler", self.x, self.sigmas)
        want = session.next()
        kept = want.x
        session.close()
        gc.collect()
        self.assertTrue(np.array_equal(kept, self.x))
        with self.assertRaisesRegex(ksampler.InvalidArgument, "closed"):
            session.next()

    def test_errors_say_what_is_wrong(self):
        def failing(expected, *arguments, **more):
            with self.assertRaisesRegex(ksampler.Error, expected):
                ksampler.sample(*arguments, **more)

        failing("unknown sampler 'eulr'; did you mean 'euler'", "eulr", self.x, self.sigmas, gaussian)
        failing("did you mean 'eta'", "euler_ancestral", self.x, self.sigmas, gaussian, etta=1)
        failing("float64; expected float32", "euler", self.x.astype(np.float64), self.sigmas, gaussian)
        failing("expected .2, 4, 16, 16., as x has", "euler", self.x, self.sigmas, lambda x, s: x[:1])
        failing("1 sigmas", "euler", self.x, [1.0], gaussian)
        failing("expected a name such as 'eps'", "euler", self.x, self.sigmas, gaussian, model=5)
        failing("the prediction is None; expected a tensor of shape", "euler", self.x, self.sigmas, lambda x, s: None)
        failing("predict returned a str", "euler", self.x, self.sigmas, predict=lambda x, s, prompts: "x")
        failing("sigmas is a float", "euler", self.x, 1.0, gaussian)
        failing("made once", "euler", self.x, self.sigmas, gaussian, plugins="folder")
        failing("expected a name, or a dict", "euler", self.x, self.sigmas, predict=lambda *_: [], guiders=[7])
        failing("cfg combines predictions", "euler", self.x, self.sigmas, gaussian, cfg=7)
        failing("a draw of noise is None", "euler_ancestral", self.x, self.sigmas, gaussian, noise=lambda *_: None)
        with self.assertRaisesRegex(ksampler.Error, "no plugin 'k-difusion' to be isolated; did you mean 'k-diffusion'"):
            ksampler.Plugins(isolate="k-difusion")
        with self.assertRaisesRegex(ksampler.Error, "there is no folder '/nowhere'"):
            ksampler.Plugins("/nowhere")
        failing("profile 'comfi'", "euler", self.x, self.sigmas, gaussian, profile="comfi")
        failing("_NoTensor is no tensor", "euler", _NoTensor(), self.sigmas, gaussian)
        self.assertTrue(issubclass(ksampler.InvalidArgument, ValueError))

    def test_a_question_is_answered_once_and_in_its_time(self):
        session = ksampler.Session("euler", self.x, self.sigmas)
        first = session.next()
        with self.assertRaisesRegex(ksampler.InvalidArgument, "was not answered"):
            session.next()
        with self.assertRaisesRegex(ksampler.InvalidArgument, "not over"):
            session.result  # noqa: B018
        first.answer(gaussian(first.x, first.sigma))
        with self.assertRaisesRegex(ksampler.InvalidArgument, "answered already"):
            first.answer(first.x)
        session.next()
        with self.assertRaisesRegex(ksampler.InvalidArgument, "is past"):
            first.answer(first.x)

    def test_a_model_that_writes_to_x_is_told(self):
        def in_place(x, sigma):
            x *= shrink(sigma)
            return x

        with self.assertRaisesRegex(ValueError, "read-only"):
            ksampler.sample("euler", self.x, self.sigmas, in_place)
        if torch:
            with self.assertRaisesRegex(ksampler.InvalidArgument, "x was written to"):
                ksampler.sample("euler", torch.from_numpy(self.x), self.sigmas, in_place)

    def test_cfg_combines_what_predict_gives(self):
        def predict(x, sigma, prompts):
            return {"positive": gaussian(x, sigma), "negative": gaussian(x, sigma) * 0.5}

        twice = ksampler.sample("euler", self.x, self.sigmas, lambda x, sigma: gaussian(x, sigma) * 2)
        guided = ksampler.sample("euler", self.x, self.sigmas, predict=predict, cfg=3.0)
        np.testing.assert_allclose(guided, twice, rtol=1e-4, atol=1e-4)

    def test_runs_create_and_release_nothing(self):
        x = np.ones([1, 4, 8, 8], np.float32)
        sigmas = [2.0, 1.0, 0.0]

        def many(count):
            for i in range(count):
                session = ksampler.Session("euler_ancestral", x, sigmas, seed=i)
                want = session.next()
                want.answer(want.x)
                if i % 2 == 0:  # half of them are given up
                    session.close()
                else:
                    session.next().answer(want.x)
                    self.assertIsNone(session.next())

        many(500)
        gc.collect()
        before = memory_kib()
        many(int(os.environ.get("KSAMPLER_MANY_RUNS", "3000")))
        gc.collect()
        # A stack of 1 MiB, of which two pages were touched, for each run would be 24 MiB.
        self.assertLess(memory_kib() - before, 3000)

    def test_threads_have_runs_of_their_own(self):
        expected = ksampler.sample("dpmpp_sde", self.x, self.sigmas, gaussian, seed=9)
        results = []

        def run():
            for _ in range(5):
                results.append(ksampler.sample("dpmpp_sde", self.x, self.sigmas, gaussian, seed=9))

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(results), 20)
        for result in results:
            self.assertTrue(np.array_equal(result, expected))

    def test_a_forked_process_goes_on(self):
        session = ksampler.Session("dpmpp_2m", self.x, self.sigmas)
        first = session.next()
        first.answer(gaussian(first.x, first.sigma))
        child = os.fork()
        for want in session:
            want.answer(gaussian(want.x, want.sigma))
        expected = ksampler.sample("dpmpp_2m", self.x, self.sigmas, gaussian)
        same = np.array_equal(session.result, expected)
        if child == 0:
            os._exit(0 if same else 1)
        self.assertTrue(same)
        self.assertEqual(os.waitpid(child, 0)[1], 0)

    def test_the_interpreter_may_end_in_the_middle(self):
        for end in ("pass", "sys.exit(0)", "import threading; want.answer(want.x); threading.Thread(target=session.next).start()"):
            code = (
                "import sys, numpy, ksampler\n"
                "session = ksampler.Session('dpmpp_2m_sde', numpy.ones([1, 4, 8, 8], numpy.float32), [2, 1, 0.5, 0])\n"
                "want = session.next(); want.answer(want.x); want = session.next()\n" + end
            )
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""), end)


class _NoTensor:
    shape = (1, 4, 8, 8)


@unittest.skipUnless(torch, "no torch here")
class WithTorch(unittest.TestCase):
    def setUp(self):
        self.sigmas = ksampler.schedule("karras", 12, "eps")
        self.x = torch.randn(2, 4, 16, 16, generator=torch.Generator().manual_seed(42)) * self.sigmas[0]

    def test_the_initial_noise_is_torchs_to_the_bit(self):
        for seed in (0, 42, 2**40 + 5):
            theirs = torch.randn(1, 4, 32, 33, generator=torch.Generator().manual_seed(seed))
            self.assertTrue(torch.equal(ksampler.initial_noise([1, 4, 32, 33], seed, like=theirs), theirs))

    def test_samples_in_the_types_that_models_have(self):
        whole = ksampler.sample("dpmpp_2m", self.x, self.sigmas, gaussian)
        for type_ in (torch.float16, torch.bfloat16):
            half = ksampler.sample("dpmpp_2m", self.x.to(type_), self.sigmas, gaussian)
            self.assertEqual(half.dtype, type_)
            # Eight bits of bfloat16, through twelve steps.
            self.assertLess((half.float() - whole).abs().max(), 0.1)

    def test_takes_gradients_off_and_sigmas_as_a_tensor(self):
        x = self.x.clone().requires_grad_()
        result = ksampler.sample("euler", x, torch.tensor(self.sigmas), gaussian)
        self.assertFalse(result.requires_grad)
        self.assertTrue(torch.equal(result, ksampler.sample("euler", self.x, self.sigmas, gaussian)))

    def test_other_devices_are_sampled_by_torchs_operators(self):
        for sampler in ("dpmpp_2m", "euler_ancestral", "uni_pc", "dpm_adaptive", "dpmpp_2m_sde"):
            here = ksampler.sample(sampler, self.x, self.sigmas, gaussian, seed=3)
            ksampler.Session._always_by_torch = True
            try:
                there = ksampler.sample(sampler, self.x, self.sigmas, gaussian, seed=3)
            finally:
                ksampler.Session._always_by_torch = False
            # Sums of a few terms, in another order: a rounding of numbers up to 60 a step. The adaptive one chooses its
            # steps by such sums, to a tolerance of 0.05: where a step ends may differ in its last digits, too.
            self.assertLess((here - there).abs().max(), 1e-3 if sampler == "dpm_adaptive" else 2e-4, sampler)

    def test_runs_in_inference_mode_as_servers_do(self):
        def in_place(x, sigma):
            return x.mul_(0.5)

        expected = {by: self.in_mode(False, by) for by in (False, True)}
        for by_torch in (False, True):
            self.assertTrue(torch.equal(self.in_mode(True, by_torch), expected[by_torch]))
            ksampler.Session._always_by_torch = by_torch
            try:
                with torch.inference_mode():
                    with self.assertRaisesRegex(ksampler.InvalidArgument, "x was written to"):
                        ksampler.sample("euler", self.x, self.sigmas, in_place)
                    session = ksampler.Session("euler", self.x * 1, self.sigmas)
                    want = session.next()
                    answer = gaussian(want.x, want.sigma)
                want.answer(answer)  # outside of it
                session.next().answer(gaussian(want.x, want.sigma))
            finally:
                ksampler.Session._always_by_torch = False

    def in_mode(self, inference, by_torch):
        ksampler.Session._always_by_torch = by_torch
        try:
            with torch.inference_mode(inference):
                return ksampler.sample("euler_ancestral", self.x, self.sigmas, gaussian, seed=3)
        finally:
            ksampler.Session._always_by_torch = False

    def test_a_failure_of_torchs_comes_out_as_it_is(self):
        ksampler.Session._always_by_torch = True
        try:
            with self.assertRaises(ksampler.Error):  # no formulas on a device that is torch's
                ksampler.sample(
                    "euler", self.x, self.sigmas, predict=lambda x, s, prompts: [x] * len(prompts), guiders=["apg"], cfg=2.0
                )
        finally:
            ksampler.Session._always_by_torch = False


@unittest.skipUnless(np, "no NumPy here")
class AnAuthor(unittest.TestCase):
    """Writes a sampler, builds it, and builds it again while a program runs."""

    def test_goes_from_a_template_to_a_swapped_plugin(self):
        x = np.full([1, 4, 8, 8], 2.0, np.float32)
        with tempfile.TemporaryDirectory() as folder:

            def run(*arguments):
                return subprocess.run(
                    [sys.executable, "-m", "ksampler", *arguments], cwd=folder, capture_output=True, text=True
                )

            self.assertEqual(run("new", "my_sampler").returncode, 0)
            self.assertIn("there already", run("new", "my_sampler").stderr)
            built = run("build", "my_sampler.cpp")
            self.assertEqual((built.returncode, built.stderr), (0, ""))
            plugins = ksampler.Plugins(os.path.join(folder, "plugins"))
            self.assertEqual(plugins.sampler("my_sampler").generation, 1)
            first = ksampler.sample("my_sampler", x, [2.0, 1.0, 0.0], gaussian, plugins=plugins)
            euler = ksampler.sample("euler", x, [2.0, 1.0, 0.0], gaussian)
            np.testing.assert_allclose(first, euler, rtol=1e-5)

            session = ksampler.Session("my_sampler", x, [2.0, 1.0, 0.0], plugins=plugins)
            want = session.next()
            source = os.path.join(folder, "my_sampler.cpp")
            with open(source) as file:
                text = file.read()
            with open(source, "w") as file:
                file.write(text.replace("(sigma_next - sigma) * d", "(sigma_next - sigma) * 0.9 * d"))
            self.assertEqual(run("build", "my_sampler.cpp").returncode, 0)
            changes = {change.plugin: change for change in plugins.refresh()}
            self.assertEqual((changes["my_sampler"].kind, changes["my_sampler"].generation), ("swapped", 2))
            second = ksampler.sample("my_sampler", x, [2.0, 1.0, 0.0], gaussian, plugins=plugins)
            self.assertFalse(np.array_equal(second, first))
            want.answer(gaussian(want.x, want.sigma))  # what runs keeps what it began with
            for want in session:
                want.answer(gaussian(want.x, want.sigma))
            self.assertTrue(np.array_equal(session.result, first))

            with open(source, "w") as file:
                file.write(text.replace("ks::Run& run", "ks::Rn& run"))
            refused = run("build", "my_sampler.cpp")
            self.assertEqual(refused.returncode, 1)
            self.assertIn("nothing was changed", refused.stderr)
            self.assertEqual(plugins.refresh()[0].kind, "unchanged")

    def test_a_plugin_that_crashes_is_an_error_where_it_is_isolated(self):
        x = np.full([1, 4, 8, 8], 2.0, np.float32)
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-m", "ksampler", "new", "bad"], cwd=folder, check=True, capture_output=True)
            source = os.path.join(folder, "bad.cpp")
            with open(source) as file:
                text = file.read()
            with open(source, "w") as file:
                file.write(text.replace("const auto d = ", "if (sigma < 1.5) __builtin_trap();\n      const auto d = "))
            subprocess.run(
                [sys.executable, "-m", "ksampler", "build", "bad.cpp"], cwd=folder, check=True, capture_output=True
            )
            plugins = ksampler.Plugins(os.path.join(folder, "plugins"), isolate="bad")
            with self.assertRaisesRegex(ksampler.Error, "isolated plugin 'bad'.*signal"):
                ksampler.sample("bad", x, [2.0, 1.0, 0.0], gaussian, plugins=plugins)
            ksampler.sample("euler", x, [2.0, 1.0, 0.0], gaussian, plugins=plugins)


if __name__ == "__main__":
    unittest.main()
