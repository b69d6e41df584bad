#include "host/sampling/differential_mask.hpp"

#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <vector>

namespace ksampler {
namespace {

at::Tensor values(std::vector<double> list) { return at::tensor(list, at::kFloat); }

// Its timestep is 1000 * sigma, and its smallest sigma 0.001.
const ModelSampling kFlow = ModelSampling::flow(1.0);
const at::Tensor kMask = values({0, 0.4, 0.5, 1});

TEST(DifferentialMask, OpensAPlaceWhenItsShareOfTheRunIsLeft) {
  const std::vector<double> sigmas = {1.0, 0.5, 0.0};
  const DifferentialMask mask(kFlow, sigmas, 1.0);
  EXPECT_TRUE(at::equal(mask.at(kMask, 1.0), values({0, 0, 0, 1})));
  EXPECT_TRUE(at::equal(mask.at(kMask, 0.5), values({0, 0, 1, 1})));  // (500 - 1) / (1000 - 1)
  EXPECT_TRUE(at::equal(mask.at(kMask, 0.001), values({1, 1, 1, 1})));
}

TEST(DifferentialMask, CountsFromTheFirstLevelOfTheRunToTheLast) {
  const std::vector<double> sigmas = {0.8, 0.6, 0.4};
  const DifferentialMask mask(kFlow, sigmas, 1.0);
  EXPECT_TRUE(at::equal(mask.at(kMask, 0.6), values({0, 0, 1, 1})));  // (600 - 400) / (800 - 400)
  EXPECT_TRUE(at::equal(mask.at(kMask, 0.55), values({0, 1, 1, 1})));
}

TEST(DifferentialMask, MixesInTheMaskAsItIs) {
  const std::vector<double> sigmas = {1.0, 0.0};
  const at::Tensor quarter = DifferentialMask(kFlow, sigmas, 0.25).at(kMask, 0.5);
  EXPECT_TRUE(at::allclose(quarter, values({0, 0.3, 0.625, 1})));
  // ComfyUI takes 0 for 1.
  EXPECT_TRUE(at::equal(DifferentialMask(kFlow, sigmas, 0.0).at(kMask, 0.5), values({0, 0, 1, 1})));
}

}  // namespace
}  // namespace ksampler
