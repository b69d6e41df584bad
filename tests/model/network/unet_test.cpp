// Each architecture, small, against what diffusers computes with the same weights.
#include "host/model/network/unet.hpp"

#include "host/model/family/family.hpp"
#include "tests/model/network_case.hpp"

#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace ksampler {
namespace {

using test::case_tensor;
using test::kFloat32;

const Family& family_of(const Weights& weights) {
  return **std::ranges::find_if(families(), [&](const Family* each) { return each->is_of(weights); });
}

std::shared_ptr<const Network> load(const std::string& name, at::ScalarType type = at::kFloat) {
  const Weights weights = test::network_weights(name, type).within("model.diffusion_model.");
  return family_of(weights).network(weights);
}

at::Tensor forward(const Network& network, const std::string& name, const std::string& key,
                   std::int64_t perturbed = 0, std::int64_t times = 1) {
  const c10::InferenceMode inference;
  const at::ScalarType type = c10::typeMetaToScalarType(network.options().dtype());
  NetworkInput input{.x = case_tensor(name, key + ".x").to(type),
                     .timesteps = case_tensor(name, key + ".t"),
                     .text = case_tensor(name, key + ".context").to(type)};
  if (test::has_case_tensor(name, key + ".pooled")) {
    input.pooled = case_tensor(name, key + ".pooled");
    input.numbers = case_tensor(name, key + ".sizes");
  }
  input.perturbed = perturbed;
  for (at::Tensor* each : {&input.x, &input.timesteps, &input.text, &input.pooled, &input.numbers}) {
    if (!each->defined()) continue;
    std::vector<std::int64_t> repeats(static_cast<std::size_t>(each->dim()), 1);
    repeats[0] = times;
    *each = each->repeat(repeats);
  }
  return network.predict(input).to(at::kFloat);
}

class UnetOfAnArchitecture : public ::testing::TestWithParam<const char*> {};

TEST_P(UnetOfAnArchitecture, ComputesWhatDiffusersComputes) {
  const std::string name = GetParam();
  const auto network = load(name);
  for (const std::string key : {"even", "odd"}) {
    EXPECT_LT(test::relative_difference(forward(*network, name, key), case_tensor(name, key + ".out")),
              kFloat32)
        << key;
  }
}

TEST_P(UnetOfAnArchitecture, IsInHalfPrecisionAsNearAsItsRoundingsLetIt) {
  const std::string name = GetParam();
  // A residual block rounds 6 times, a transformer block some 12 times; the way through has 6 of each.
  constexpr int kRoundings = 6 * (6 + 12);
  for (const at::ScalarType type : {at::kHalf, at::kBFloat16}) {
    const auto network = load(name, type);
    for (const std::string key : {"even", "odd"}) {
      const double difference =
          test::relative_difference(forward(*network, name, key), case_tensor(name, key + ".out"));
      EXPECT_LT(difference, test::rounding_error(type, kRoundings)) << at::toString(type) << " " << key;
      // One rounding at least: it does compute in that type.
      EXPECT_GT(difference, test::rounding_error(type, 1) / 8) << at::toString(type) << " " << key;
    }
  }
}

TEST_P(UnetOfAnArchitecture, IsWeakenedAsDiffusersWeakensIt) {
  const std::string name = GetParam();
  const auto network = load(name);
  ASSERT_TRUE(network->facts().perturbs);
  for (const std::string key : {"even", "odd"}) {
    const std::int64_t rows = case_tensor(name, key + ".x").size(0);
    const at::Tensor wanted = case_tensor(name, key + ".perturbed");
    EXPECT_LT(test::relative_difference(forward(*network, name, key, rows), wanted), kFloat32) << key;
    // In one batch with rows that are not: these stay as they are.
    const at::Tensor both = forward(*network, name, key, rows, /*times=*/2);
    EXPECT_LT(test::relative_difference(both.narrow(0, 0, rows), case_tensor(name, key + ".out")),
              kFloat32)
        << key;
    EXPECT_LT(test::relative_difference(both.narrow(0, rows, rows), wanted), kFloat32) << key;
  }
}

TEST_P(UnetOfAnArchitecture, HasAUseForEveryTensor) {
  const Weights weights = test::network_weights(GetParam()).within("model.diffusion_model.");
  family_of(weights).network(weights);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(All, UnetOfAnArchitecture,
                         ::testing::Values("sd1_unet", "sd2_unet", "sdxl_unet", "refiner_unet"));

}  // namespace
}  // namespace ksampler
