#include "host/plugin/library.hpp"
#include "host/plugin/manifest.hpp"
#include "tests/plugin/fixtures.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using Sentences = std::vector<std::string>;

class Differences : public testing::Test {
 protected:
  const PluginDescription library_ = Library::open(test::good_plugin("logging"))->description();
  PluginDescription manifest_ = library_;
};

TEST_F(Differences, AreNoneBetweenEqualDescriptions) {
  EXPECT_EQ(differences(manifest_, library_), Sentences{});
}

TEST_F(Differences, NameWhatDiffersAndBothValues) {
  manifest_.version = "9.9";
  manifest_.samplers[0].order = 4;
  manifest_.samplers[0].stochastic = false;
  manifest_.samplers[0].params[0].maximum = 2;
  EXPECT_EQ(
      differences(manifest_, library_),
      (Sentences{"the list of traits of sampler 'logged' is 'adaptive' in the manifest and "
                 "'stochastic and adaptive' in the library",
                 "the maximum of parameter 'eta' of sampler 'logged' is 2 in the manifest and 1 in "
                 "the library",
                 "the order of sampler 'logged' is 4 in the manifest and 0 in the library",
                 "the version is '9.9' in the manifest and '0.1.0' in the library"}));
}

TEST_F(Differences, NameWhatOneSideAloneProvides) {
  manifest_.samplers[0].id = "other";
  EXPECT_EQ(differences(manifest_, library_),
            (Sentences{"sampler 'other' is in the manifest, and the library does not provide it",
                       "sampler 'logged' is in the library, and the manifest does not list it"}));
}

TEST_F(Differences, NameAParameterThatIsMissing) {
  manifest_.samplers[0].params.pop_back();
  EXPECT_EQ(
      differences(manifest_, library_),
      (Sentences{"the list of parameters of sampler 'logged' is 'eta, order, fast and colour' in the "
                 "manifest and 'eta, order, fast, colour and weights' in the library"}));
}

// Every field counts: a field that is added to the description and forgotten here would let a manifest
// lie.
TEST_F(Differences, SeeEveryField) {
  const auto differs = [this](auto change) {
    manifest_ = library_;
    change(manifest_);
    return differences(manifest_, library_).size() == 1;
  };
  EXPECT_TRUE(differs([](auto& p) { p.licence = "x"; }));
  EXPECT_TRUE(differs([](auto& p) { p.name = "x"; }));
  EXPECT_TRUE(differs([](auto& p) { p.abi_minor = 7; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].title = "x"; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].summary = "x"; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].source = "x"; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].unconditional = true; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].drops_penultimate = true; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].adaptive = false; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].fresh_mask_noise = true; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].no_limit = true; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].leaves_noise = true; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].device_noise = true; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].noise = NoiseKind::none; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].fits_additive = true; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].fits_flow = false; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].model_calls = 1; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].model_calls_second_last = 1; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].model_calls_last = 1; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].params[1].summary = "x"; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].params[1].type = ParamType::number; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].params[1].minimum = 0; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].params[1].default_value = 3; }));
  EXPECT_TRUE(differs([](auto& p) { p.samplers[0].params[3].choices[0] = "pink"; }));
  EXPECT_TRUE(differs([](auto& p) { std::swap(p.samplers[0].params[0], p.samplers[0].params[1]); }));
  EXPECT_TRUE(differs([](auto& p) { p.noises.emplace_back().id = "other"; }));
}

TEST_F(Differences, SeeEveryFieldOfANoise) {
  PluginDescription with = library_;
  with.noises.emplace_back().id = "speckled";
  with.noises[0].params = library_.samplers[0].params;
  const auto differs = [&](auto change) {
    PluginDescription changed = with;
    change(changed.noises[0]);
    return differences(changed, with).size() == 1;
  };
  EXPECT_TRUE(differs([](NoiseDescription& n) { n.title = "x"; }));
  EXPECT_TRUE(differs([](NoiseDescription& n) { n.unit = true; }));
  EXPECT_TRUE(differs([](NoiseDescription& n) { n.white = true; }));
  EXPECT_TRUE(differs([](NoiseDescription& n) { n.by_item = true; }));
  EXPECT_TRUE(differs([](NoiseDescription& n) { n.params[1].maximum = 9; }));
}

}  // namespace
}  // namespace ksampler
