// Plugins in processes of their own: the same latents, and no harm.
#include "host/sampling/guider_chain.hpp"
#include "host/sampling/noise_chain.hpp"
#include "tests/sampling/parity_case.hpp"

#include "host/base/error.hpp"
#include "host/base/sanitized.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace ksampler {
namespace {

using std::chrono::milliseconds;
using test::error_text;
using ::testing::HasSubstr;

Isolation all_isolated(milliseconds limit) {
  return {.wanted = [](const Manifest&) { return true; },
          .settings = {.program = BINARY_DIR "/bin/ksampler-isolate", .limit = limit}};
}

// The first reference case of each sampler.
std::vector<parity::Case> one_case_each() {
  std::map<std::string, parity::Case> first;
  for (const parity::Case& c : parity::cases("cases.jsonl")) first.emplace(c.text("sampler"), c);
  std::vector<parity::Case> cases;
  for (const auto& [sampler, c] : first) cases.push_back(c);
  return cases;
}

class Isolated : public ::testing::TestWithParam<parity::Case> {};

TEST_P(Isolated, GivesTheSameLatentToTheBit) {
  static const Registry isolated({BINARY_DIR "/plugins"}, {}, all_isolated(milliseconds(20000)));
  const KSamplerSettings settings = parity::settings_of(GetParam());
  const Sampled within = ksample(settings, parity::registry());
  const Sampled apart = ksample(settings, isolated);
  EXPECT_TRUE(at::equal(within.samples, apart.samples));
  EXPECT_EQ(within.model_calls, apart.model_calls);
}

INSTANTIATE_TEST_SUITE_P(EverySampler, Isolated, ::testing::ValuesIn(one_case_each()),
                         [](const auto& named) { return named.param.text("sampler"); });

// Without isolation, and with it.
class TheTask : public ::testing::TestWithParam<bool> {
 protected:
  static std::string told(const std::string& sampler, const std::string& scheduler) {
    const std::vector<std::filesystem::path> folders = {BINARY_DIR "/plugins",
                                                        BINARY_DIR "/tests/fixtures/plugins/told"};
    const Registry registry(folders, {}, GetParam() ? all_isolated(milliseconds(20000)) : Isolation());
    KSamplerSettings settings = parity::settings_of(one_case_each().front());
    settings.latent.samples = at::zeros({2, 4, 16, 16});
    settings.cfg = 4.5;
    settings.family = "sdxl";
    settings.sampler = {sampler, {}};
    settings.scheduler = {scheduler, {}};
    return error_text([&] { ksample(settings, registry); });
  }
};

TEST_P(TheTask, IsToldToSamplersAndSchedulers) {
  const std::string task = "told of 2 x 4 x 16 x 16, cfg 4.500000, family 'sdxl'";
  EXPECT_THAT(told("told", "karras"), HasSubstr(task));
  EXPECT_THAT(told("euler", "told"), HasSubstr(task));
}

INSTANTIATE_TEST_SUITE_P(InProcessAndIsolated, TheTask, ::testing::Bool());

// Where its tensors' memory is the sampler's to see, and where it is not.
TEST(TheMemoryOfTensors, IsForPluginsInTheHostsOwnProcess) {
  const std::vector<std::filesystem::path> folders = {BINARY_DIR "/plugins",
                                                      BINARY_DIR "/tests/fixtures/plugins/raw"};
  const KSamplerSettings settings = parity::settings_of(one_case_each().front());
  SampleSettings made;
  made.model = settings.model;
  made.guidance = cfg_guidance(settings.positive, settings.negative, settings.cfg);
  made.latent = settings.latent;
  made.latent.samples = at::rand_like(made.latent.samples);
  made.add_noise = false;
  made.sigmas = {4.0, 1.0};
  const auto run = [&](const Registry& registry) {
    const auto instance = registry.make_sampler("raw", {});
    return sample(made, *registry.sampler("raw").sampler, instance.get()).samples;
  };
  const at::Tensor scaled = run(Registry(folders)) / made.latent.samples;
  const double once = scaled.flatten()[0].item<double>();  // -2, and what is undone at the last level
  EXPECT_TRUE(at::allclose(scaled, at::full_like(scaled, once), 1e-5, 0));
  EXPECT_LT(once, -1.9);
  EXPECT_EQ(
      error_text([&] { run(Registry(folders, {}, all_isolated(milliseconds(20000)))); }),
      "sampler 'raw' failed at step 1 of 1: this plugin works on the memory of tensors (ks.raw/1), "
      "which a host has for plugins in its own process alone: run it without isolation");
}

// What an author's page shows is a sampler.
TEST(TheExampleOfASamplerAroundAnother, GoesBackOnce) {
  const Registry registry({BINARY_DIR "/plugins", BINARY_DIR "/tests/fixtures/plugins/twice"}, {}, {});
  KSamplerSettings settings = parity::settings_of(one_case_each().front());
  settings.steps = 8;
  settings.sampler = {"twice", {}};
  EXPECT_EQ(ksample(settings, registry).model_calls, 12u);
}

// Of deeds that hang, the limit is the test's time; of the others, it is what a busy machine may take.
const Registry& hostile_registry(bool hangs) {
  const auto make = [](int limit) {
    return Registry({BINARY_DIR "/tests/fixtures/plugins/hostile"}, {},
                    all_isolated(milliseconds(limit)));
  };
  static const Registry patient = make(20000), impatient = make(300);
  return hangs ? impatient : patient;
}

class Hostile : public ::testing::Test {
 protected:
  static std::string outcome(const std::string& sampler, bool hangs = false) {
    static const KSamplerSettings settings = parity::settings_of(one_case_each().front());
    SampleSettings made;
    made.model = settings.model;
    made.guidance = cfg_guidance(settings.positive, settings.negative, settings.cfg);
    made.latent = settings.latent;
    made.sigmas = {14.5, 4.0, 1.0, 0.0};
    try {
      const Registry& registry = hostile_registry(hangs);
      const auto instance = registry.make_sampler(sampler, {});
      const Sampled sampled = sample(made, *registry.sampler(sampler).sampler, instance.get());
      return at::isfinite(sampled.samples).all().item<bool>() ? "fine" : "not finite";
    } catch (const Error& error) {
      return error.what();
    }
  }
};

// The same of a noise source, over two draws of a run.
std::string outcome_of_noise(const std::string& name, bool hangs) {
  const std::vector<double> sigmas = {14.5, 4.0, 0.0};
  const ModelSampling sampling = ModelSampling::named("eps");
  AbiRunSettings run;
  run.sigmas = sigmas;
  run.model = sampling.abi();
  at::Tensor noise = initial_noise({1, 4, 8, 8}, {.seed = 1}).noise;
  try {
    NoiseChain chain(make_noises(hostile_registry(hangs), {{name, {}}}), {.seed = 1}, run, noise);
    chain.shape_start(noise, 14.5);
    chain.shape_start(noise, 14.5);
    return at::isfinite(noise).all().item<bool>() ? "fine" : "not finite";
  } catch (const Error& error) {
    return error.what();
  }
}

// And of a guider, over two calls of the model.
std::string outcome_of_guider(const std::string& name, bool hangs) {
  const std::vector<double> sigmas = {14.5, 4.0, 0.0};
  const ModelSampling sampling = ModelSampling::named("eps");
  AbiRunSettings run;
  run.sigmas = sigmas;
  run.model = sampling.abi();
  const at::Tensor x = initial_noise({1, 4, 8, 8}, {.seed = 1}).noise;
  at::Tensor positive = x * 0.5;
  at::Tensor negative = x * 0.25;
  at::Tensor denoised = at::empty_like(x);
  try {
    GuiderChain chain(make_guiders(hostile_registry(hangs), {{name, {}}}), 3.0, run, x);
    for (const double sigma : {14.5, 4.0}) {
      chain.guide({&x, &positive, &negative, nullptr}, sigma, denoised);
    }
    return at::allclose(denoised, x) ? "fine" : "wrong";
  } catch (const Error& error) {
    return error.what();
  }
}

// What is to happen: the deed, and what the error says of it; "fine" for deeds that the sandbox
// refuses, after which the sampler goes on.
struct Deed {
  const char* name;
  const char* says;
};

class HostileDeed : public Hostile, public ::testing::WithParamInterface<Deed> {};

TEST_P(HostileDeed, IsAnErrorOfItsRunWhereverItHappens) {
  const std::string_view says = GetParam().says;
  for (const std::string_view place : {"create", "sample", "denoise", "step"}) {
    const std::string sampler = std::string(GetParam().name) + "_in_" + std::string(place);
    const std::string happened = outcome(sampler, says.starts_with("did not come back"));
    EXPECT_THAT(happened, HasSubstr(says)) << sampler;
    // An exception is caught in the child, which lives on.
    if (says == "fine" || says == "thrown on purpose") continue;
    EXPECT_THAT(happened, HasSubstr("isolated plugin 'hostile'")) << sampler;
    if (place == "denoise") {
      EXPECT_THAT(happened, HasSubstr("last call was denoise")) << sampler;
    }
  }
}

TEST_P(HostileDeed, IsNothingWhenTheSamplerIsDestroyed) {
  EXPECT_EQ(outcome(std::string(GetParam().name) + "_in_destroy"), "fine");
}

TEST_P(HostileDeed, IsAnErrorOfItsRunInANoiseSourceToo) {
  const std::string_view says = GetParam().says;
  for (const std::string_view place : {"create", "begin", "shape", "noise"}) {
    const std::string name = std::string(GetParam().name) + "_in_" + std::string(place);
    const std::string happened = outcome_of_noise(name, says.starts_with("did not come back"));
    EXPECT_THAT(happened, HasSubstr(says)) << name;
    if (says == "fine" || says == "thrown on purpose") continue;
    EXPECT_THAT(happened, HasSubstr("isolated plugin 'hostile'")) << name;
  }
  EXPECT_EQ(
      outcome_of_noise(std::string(GetParam().name) + "_in_end", says.starts_with("did not come back")),
      "fine");
}

TEST_P(HostileDeed, IsAnErrorOfItsRunInAGuiderToo) {
  const std::string_view says = GetParam().says;
  for (const std::string_view place : {"create", "begin", "guide", "lincomb"}) {
    const std::string name = std::string(GetParam().name) + "_in_" + std::string(place);
    const std::string happened = outcome_of_guider(name, says.starts_with("did not come back"));
    EXPECT_THAT(happened, HasSubstr(says)) << name;
    if (says == "fine" || says == "thrown on purpose") continue;
    EXPECT_THAT(happened, HasSubstr("isolated plugin 'hostile'")) << name;
  }
  EXPECT_EQ(outcome_of_guider(std::string(GetParam().name) + "_in_end",
                              says.starts_with("did not come back")),
            "fine");
}

INSTANTIATE_TEST_SUITE_P(
    Deeds, HostileDeed,
    ::testing::Values(Deed{"illegal", "was killed by signal"}, Deed{"exit", "ended with exit code"},
                      Deed{"leave", "ended with exit code 7"},
                      Deed{"loop", "did not come back within 0.3 s"},
                      Deed{"sleep", "did not come back within 0.3 s"},
                      Deed{"deadlock", "did not come back within 0.3 s"},
                      Deed{"terminate", "thrown on purpose"}, Deed{"close", "ended with exit code 0"},
                      Deed{"fork", "fine"}, Deed{"exec", "fine"}, Deed{"write_file", "fine"},
                      Deed{"read_file", "fine"}, Deed{"connect", "fine"}, Deed{"kill_host", "fine"},
                      Deed{"flood", "logs without end"}),
    [](const auto& named) { return named.param.name; });

#if !KSAMPLER_SANITIZES_ADDRESSES  // which turns these into reports and exits of its own
INSTANTIATE_TEST_SUITE_P(
    DeedsWithoutSanitizers, HostileDeed,
    ::testing::Values(Deed{"abort", "was killed by signal 6 (Aborted)"},
                      Deed{"segfault", "was killed by signal 11 (Segmentation fault)"},
                      Deed{"overflow", "was killed by signal 11"}, Deed{"hog", "fine"}),
    [](const auto& named) { return named.param.name; });
#endif

TEST_F(Hostile, ForgedHandlesAreRefused) {
  EXPECT_EQ(outcome("forge_in_sample"), "fine");
  EXPECT_EQ(outcome("forge_in_step"), "fine");
}

TEST_F(Hostile, ANoiseSourceForgesAndHoardsInVain) {
  for (const char* name : {"forge_in_begin", "forge_in_shape", "forge_in_noise", "hoard_in_begin",
                           "hoard_in_shape", "scribble_in_begin"}) {
    EXPECT_THAT(outcome_of_noise(name, false),
                ::testing::AnyOf("fine", HasSubstr("hostile"), HasSubstr("failed")))
        << name;
  }
}

TEST_F(Hostile, TensorsAreNotHandedOutWithoutEnd) {
  EXPECT_EQ(outcome("hoard_in_sample"), "fine");
  EXPECT_EQ(outcome("hoard_in_step"), "fine");
}

// Found by tests/fuzz: the host's answers filled the socket, and it waited for ever.
TEST_F(Hostile, WhoReadsNoAnswerIsNotWaitedFor) {
  EXPECT_THAT(outcome("deaf_in_denoise", /*hangs=*/true), HasSubstr("does not read what it is told"));
}

TEST_F(Hostile, WritingOverTheRunDoesNotReachTheHost) {
  // The plugin itself gets lost in its own scribbles; the host says so, or the run is fine.
  const std::string happened = outcome("scribble_in_denoise");
  EXPECT_THAT(happened, ::testing::AnyOf(HasSubstr("hostile"), "fine", "not finite"));
}

TEST_F(Hostile, IsIsolatedWhereItsManifestSaysSo) {
  const test::TemporaryFolder folder;
  const std::filesystem::path built = BINARY_DIR "/tests/fixtures/plugins/hostile";
  std::filesystem::copy_file(built / "hostile.so", folder / "hostile.so");
  std::ifstream in(built / "plugin.toml");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  text.insert(text.find("name = "), "isolation = \"process\"\n");
  test::write_text(folder / "plugin.toml", text);
  const Registry registry({folder / "."}, {},
                          {.wanted = {}, .settings = all_isolated(milliseconds(20000)).settings});
  EXPECT_THAT(error_text([&] { registry.make_sampler("leave_in_create", {}); }),
              HasSubstr("ended with exit code 7"));
}

TEST_F(Hostile, LeavesTheNextRunAlone) {
  outcome("leave_in_denoise");
  EXPECT_EQ(outcome("fork_in_denoise"), "fine");
}

}  // namespace
}  // namespace ksampler
