// Plugins of today in the host of ABI 1.0 (tests/abi/v1/host.hpp), which knows nothing of what came
// after. Compiled against the frozen headers alone. Of plugins that say that they load in it (ABI 1.0).
#include "tests/abi/frozen_numbers.hpp"
#include "tests/abi/v1/host.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

const std::string kBuilt = BINARY_DIR;
const std::string kFrozen = SOURCE_DIR "/tests/abi/v1/built";

bool is_finite(const Vector& values) {
  for (const double value : values) {
    if (!std::isfinite(value)) return false;
  }
  return true;
}

// Every sampler with its defaults, on each kind of model that it is made for.
void expect_samplers_run(const std::string& file) {
  v1::Plugin plugin(file);
  ASSERT_NE(plugin.samplers, nullptr);
  for (std::uint32_t i = 0; i < plugin.samplers->count; ++i) {
    const ks_sampler_info& info = *plugin.samplers->info(i);
    for (const bool flow : {false, true}) {
      if ((info.fits & (flow ? KS_FITS_FLOW : KS_FITS_ADDITIVE)) == 0) continue;
      const v1::Bounded<ks_value> values(v1::Plugin::defaults(info));
      ks_sampler* sampler = nullptr;
      ASSERT_EQ(plugin.samplers->create(plugin.host(), i, values.get(), info.param_count, &sampler),
                KS_OK)
          << info.id << ": " << plugin.message;
      v1::Run run;
      run.flow = flow;
      if (flow) run.sigmas = {0.9, 0.7, 0.5, 0.2, 0};
      EXPECT_EQ(run.sample(*sampler), KS_OK) << info.id << ": " << run.message;
      EXPECT_TRUE(is_finite(run.x)) << info.id;
      EXPECT_GT(run.model_calls, 0u) << info.id;
      sampler->destroy(sampler);
    }
  }
}

// The sampler of this id with its defaults; the values are followed by nothing.
Vector result_of(v1::Plugin& plugin, const std::string& id, v1::Run& run) {
  for (std::uint32_t i = 0; i < plugin.samplers->count; ++i) {
    const ks_sampler_info& info = *plugin.samplers->info(i);
    if (info.id != id) continue;
    const v1::Bounded<ks_value> values(v1::Plugin::defaults(info));
    ks_sampler* sampler = nullptr;
    EXPECT_EQ(plugin.samplers->create(plugin.host(), i, values.get(), info.param_count, &sampler),
              KS_OK);
    EXPECT_EQ(run.sample(*sampler), KS_OK) << run.message;
    sampler->destroy(sampler);
    return run.x;
  }
  ADD_FAILURE() << "no sampler " << id;
  return {};
}

TEST(AHostOfAbi10, RunsEverySamplerOfToday) {
  for (const std::string family : {"adams", "cfg-pp", "ddim", "exponential", "runge-kutta"}) {
    expect_samplers_run(kBuilt + "/plugins/" + family + "/" + family + ".so");
  }
}

TEST(AHostOfAbi10, RunsAPluginInCOfToday) {
  expect_samplers_run(kBuilt + "/tests/fixtures/plugins/minimal/minimal.so");
}

TEST(AHostOfAbi10, GetsTheNumbersOfEulersMethodFromTodaysDdim) {
  v1::Plugin plugin(kBuilt + "/plugins/ddim/ddim.so");
  v1::Run run;
  Vector expected = run.x;
  for (std::size_t i = 0; i + 1 < run.sigmas.size(); ++i) {
    const double sigma = run.sigmas[i], next = run.sigmas[i + 1];
    for (double& x : expected) {
      const double denoised = v1::Run::denoised(x, sigma, false);
      x = denoised + next / sigma * (x - denoised);
    }
  }
  const Vector x = result_of(plugin, "ddim", run);
  // The same in another order of float64 operations.
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(x[i], expected[i], 1e-13);
  EXPECT_EQ(run.model_calls, 4u);
  EXPECT_EQ(run.steps, 4u);
}

TEST(AHostOfAbi10, RunsEverySchedulerOfToday) {
  v1::Plugin plugin(kBuilt + "/plugins/schedules/schedules.so");
  ASSERT_NE(plugin.schedulers, nullptr);
  std::uint32_t fine = 0;
  for (std::uint32_t i = 0; i < plugin.schedulers->count; ++i) {
    const ks_scheduler_info& info = *plugin.schedulers->info(i);
    const v1::Bounded<ks_value> values(v1::Plugin::defaults(info));
    ks_scheduler* scheduler = nullptr;
    ASSERT_EQ(plugin.schedulers->create(plugin.host(), i, values.get(), info.param_count, &scheduler),
              KS_OK);
    // Some are for flow models only.
    v1::Request request;
    const bool given = request.schedule(*scheduler, 6, false) == KS_OK ||
                       (request = v1::Request(), request.schedule(*scheduler, 6, true) == KS_OK);
    if (given) {
      EXPECT_GE(request.sigmas.size(), 2u) << info.id;
      EXPECT_TRUE(is_finite(request.sigmas)) << info.id;
      ++fine;
    } else {
      EXPECT_NE(request.message, "") << info.id;
    }
    scheduler->destroy(scheduler);
  }
  // All but one that is nothing without its parameter.
  EXPECT_EQ(fine, plugin.schedulers->count - 1);
}

TEST(AHostOfAbi10, GetsTheFrozenNumbersFromThePluginsOfItsTime) {
  for (const frozen::Numbers& numbers : frozen::kNumbers) {
    v1::Plugin plugin(kFrozen + "/" + numbers.plugin + "/" + numbers.plugin + ".so");
    v1::Run run;
    frozen::expect_numbers(numbers, result_of(plugin, numbers.sampler, run), run);
  }
  v1::Plugin plugin(kFrozen + "/frozen-c/frozen-c.so");
  EXPECT_EQ(plugin.log, std::vector<std::string>{"frozen at ABI 1.0"});
}

TEST(AHostOfAbi10, RefusesAPluginOfALaterMinorVersionByName) {
  try {
    v1::Plugin plugin(kBuilt + "/tests/fixtures/plugins/bad/newer_minor.so");
    FAIL() << "it was loaded";
  } catch (const v1::Refused& refused) {
    EXPECT_NE(std::string(refused.what()).find("built with ABI 1."), std::string::npos)
        << refused.what();
  }
}

}  // namespace
