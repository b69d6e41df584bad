// Plugins of ABI 1.2 in the hosts of today: one that was built then (tests/abi/v1_2/built), in this
// process and isolated, and the same source built now, against the frozen headers. That the LibTorch
// host asks its networks for these predictions is tests/sampling's.
#include "host/conformance/toy_guiding.hpp"
#include "host/conformance/toy_host.hpp"
#include "host/plugin/isolation/isolated_library.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/manifest.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace ksampler {
namespace {

using toy::Vector;

const std::string kFolder12 = SOURCE_DIR "/tests/abi/v1_2/built/frozen-1-2";

// As tests/abi/v1_2/numbers.py computes them, which shares no code with the plugin or a host. All are
// sums of a few powers of 2, so that nothing is rounded.
const Vector kBoth = {3, 2, 8, 13.25};
const Vector kWeakened = {-4, 18, 13, 18};
const Vector kSecond = {2.75, 9, 5.5, 14.75};

struct Opened {
  std::string name;
  std::function<std::shared_ptr<const Library>()> open;
};

class PluginOfAbi12 : public ::testing::TestWithParam<Opened> {
 protected:
  Vector given(const char* id, std::uint32_t stage) const {
    toy::Host host;
    host.sigmas = {8, 4, 2, 1, 0};
    host.height = 2;
    host.cfg = 3;
    const GuiderInstance guider = library_->make_guider(id, {});
    toy::Guiding guiding(*guider.get(), stage, host);
    toy::Question question;
    question.cfg = 3;
    question.x = {16, 0, -16, 1};
    question.positive = {1, 2, 3, 4};
    question.negative = {0.5, 0, 1, -1};
    question.empty = {8, 0, 0, -8};
    question.perturbed = {4, -4, 0, 2};
    question.second = {2, 6, -2, 0.5};
    return guiding.ask(question).denoised;
  }

  std::shared_ptr<const Library> library_ = GetParam().open();
};

TEST_P(PluginOfAbi12, IsWhatItsManifestSays) {
  const Manifest manifest = read_manifest(kFolder12 + "/plugin.toml");
  EXPECT_EQ(differences(manifest.plugin, library_->description()), std::vector<std::string>{});
  EXPECT_EQ(manifest.plugin.abi_minor, 2u);
  ASSERT_EQ(manifest.plugin.guiders.size(), 3u);
  EXPECT_TRUE(manifest.plugin.guiders[0].needs_perturbed);
  EXPECT_TRUE(manifest.plugin.guiders[0].needs_second);
}

TEST_P(PluginOfAbi12, IsGivenThePredictionsThatItAsksFor) {
  EXPECT_EQ(given("frozen_both", KS_GUIDER_COMBINES), kBoth);
  EXPECT_EQ(given("frozen_weakened", KS_GUIDER_AFTER), kWeakened);
  EXPECT_EQ(given("frozen_second", KS_GUIDER_AFTER), kSecond);
}

INSTANTIATE_TEST_SUITE_P(
    Ways, PluginOfAbi12,
    ::testing::Values(
        Opened{"InProcess", [] { return Library::open(kFolder12 + "/frozen-1-2.so"); }},
        Opened{"Isolated",
               [] {
                 const IsolationSettings settings{.program = BINARY_DIR "/bin/ksampler-isolate",
                                                  .limit = std::chrono::milliseconds(20000)};
                 return isolated_library(read_manifest(kFolder12 + "/plugin.toml"), settings);
               }},
        Opened{"OfTodaysCompiler",
               [] { return Library::open(BINARY_DIR "/tests/abi/v1_2/frozen-1-2/frozen-1-2.so"); }}),
    [](const auto& named) { return named.param.name; });

}  // namespace
}  // namespace ksampler
