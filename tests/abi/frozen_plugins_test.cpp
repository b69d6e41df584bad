// Plugins of ABI 1.0 in the host of today: those that were built then (tests/abi/v1/built), and those
// of the same sources that are built now, against the frozen headers.
#include "host/plugin/isolation/isolated_library.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/manifest.hpp"
#include "host/plugin/params.hpp"
#include "tests/abi/frozen_numbers.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

const fs::path kThen = SOURCE_DIR "/tests/abi/v1/built";
const fs::path kNow = BINARY_DIR "/tests/abi/v1";

fs::path in(const fs::path& folder, const std::string& plugin) {
  return folder / plugin / (plugin + ".so");
}

void expect_frozen_numbers(const Library& library, const frozen::Numbers& numbers) {
  const PluginDescription& plugin = library.description();
  EXPECT_EQ(plugin.name, numbers.plugin);
  ASSERT_EQ(plugin.samplers.size(), 1u);
  EXPECT_EQ(plugin.samplers[0].id, numbers.sampler);
  const SamplerInstance sampler =
      library.make_sampler(numbers.sampler, values_for(plugin.samplers[0].params, {}, "it"));
  v1::Run run;
  ASSERT_EQ(run.sample(*sampler.get()), KS_OK) << run.message;
  frozen::expect_numbers(numbers, run.x, run);
}

void expect_frozen_schedule(const Library& library) {
  const SchedulerInstance scheduler = library.make_scheduler("frozen_thinned", {});
  v1::Request request;
  ASSERT_EQ(request.schedule(*scheduler.get(), 4, false), KS_OK) << request.message;
  EXPECT_EQ(request.sigmas, (Vector{16, 4, 1, 0.25, 0}));  // every second of the table, and 0
  ASSERT_EQ(request.schedule(*scheduler.get(), 300, false), KS_ERROR);
  EXPECT_EQ(request.message, "frozen_thinned takes at most 256 steps, and a model with a table");
}

TEST(PluginsOfAbi10, GiveTheirNumbers) {
  for (const frozen::Numbers& numbers : frozen::kNumbers) {
    expect_frozen_numbers(*Library::open(in(kThen, numbers.plugin)), numbers);
  }
}

TEST(PluginsOfAbi10, GiveTheirSchedule) {
  expect_frozen_schedule(*Library::open(in(kThen, "frozen-c")));
}

TEST(PluginsOfAbi10, GiveTheirNumbersInAProcessOfTheirOwn) {
  const IsolationSettings settings{.program = BINARY_DIR "/bin/ksampler-isolate",
                                   .limit = std::chrono::milliseconds(20000)};
  for (const frozen::Numbers& numbers : frozen::kNumbers) {
    const Manifest manifest = read_manifest(kThen / numbers.plugin / "plugin.toml");
    expect_frozen_numbers(*isolated_library(manifest, settings), numbers);
  }
  const Manifest manifest = read_manifest(kThen / "frozen-c" / "plugin.toml");
  expect_frozen_schedule(*isolated_library(manifest, settings));
}

TEST(PluginsOfAbi10, AreWhatTheManifestsOfTheirTimeSay) {
  for (const frozen::Numbers& numbers : frozen::kNumbers) {
    const Manifest manifest = read_manifest(kThen / numbers.plugin / "plugin.toml");
    EXPECT_EQ(differences(manifest.plugin, Library::open(manifest.library)->description()),
              std::vector<std::string>{});
    EXPECT_EQ(manifest.plugin.abi_major, 1u);
    EXPECT_EQ(manifest.plugin.abi_minor, 0u);
  }
}

// No noise, no correction, so that x is only scaled; but the scale tells of each of the values.
TEST(PluginsOfAbi10, TakeValuesOfEveryType) {
  const auto library = Library::open(in(kThen, "frozen-c"));
  const SamplerInstance sampler = library->make_sampler(
      "frozen_heun", std::vector<ParamValue>{0.0, 1.0, 0.0, 1.0, std::vector<double>{0.5, 0.25}});
  v1::Run run;
  run.sigmas = {8, 4};
  const Vector before = run.x;
  ASSERT_EQ(run.sample(*sampler.get()), KS_OK);

  double squares = 0, errors = 0;
  for (const double x : before) {
    const double denoised = v1::Run::denoised(x, 8, false), unconditional = denoised / 2;
    const double x_2 = x - 4 * (x - unconditional) / 8;
    squares += x * x;
    errors +=
        std::pow((x - x_2) / std::fmax(0.01, 0.05 * std::fmax(std::fabs(x), std::fabs(denoised))), 2);
  }
  const double scale = 1 + std::sqrt(squares / 3) / 1024 + std::sqrt(errors / 3) / 65536 + 8.0 / 4096 +
                       16.0 / 8192 + 1.0 / 16384 + 0.5 + 0.25;
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_NEAR(run.x[i], scale * before[i], 1e-12);
}

TEST(PluginsOfAbi10, AreRefusedWithTheirOwnWords) {
  const auto library = Library::open(in(kThen, "frozen-c"));
  try {
    library->make_sampler("frozen_heun",
                          std::vector<ParamValue>{0.5, 2.0, 1.0, 0.0, std::vector<double>(5, 0.1)});
    FAIL() << "five weights were taken";
  } catch (const std::exception& error) {
    EXPECT_NE(std::string(error.what()).find("the last of at most four numbers"), std::string::npos);
  }
}

TEST(SourcesOfAbi10, BuildAgainstTheirHeadersNowAndGiveTheirNumbers) {
  for (const frozen::Numbers& numbers : frozen::kNumbers) {
    expect_frozen_numbers(*Library::open(in(kNow, numbers.plugin)), numbers);
  }
  expect_frozen_schedule(*Library::open(in(kNow, "frozen-c")));
}

}  // namespace
}  // namespace ksampler
