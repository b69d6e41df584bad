// Each case of tests/data/parity_nodes gives what ComfyUI's nodes gave. None differs on purpose: where
// this host does (docs/decisions.md), the tests of its parts hold what it does instead.
#include "host/sampling/masks.hpp"
#include "tests/nodes/comfyui_case.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

namespace ksampler {
namespace {

class ComfyUiCases : public testing::TestWithParam<std::string> {};

std::string latent_of_mask(const std::string& mask) {
  return mask.substr(0, mask.size() - std::string("mask").size()) + "samples";
}

// A level is the whole part of a value times 255: where a value lies at the border of two, the last bit
// decides, in one of some thousand pixels. Libjpeg's builds may round its transform differently.
void expect_levels(const at::Tensor& ours, const at::Tensor& theirs, bool rounded) {
  const at::Tensor difference = (ours.to(at::kInt) - theirs.to(at::kInt)).abs();
  EXPECT_LE(difference.max().item<int>(), rounded ? 1 : 0);
  EXPECT_LE(difference.to(at::kDouble).mean().item<double>(), 0.001);
}

// The case's tolerance was set by its kind: what sums in another order of float32 do to a copy or a sum
// of two (2e-6), to an exponential (3e-7 of sigmas), a text encoder (1e-5), an autoencoder (2e-5) and a
// sampler of some steps, which hands on what went before (1e-4). Each is some ten times the largest
// that was measured.
void expect_near(const at::Tensor& ours, const at::Tensor& theirs, double tolerance) {
  const double largest = theirs.abs().max().item<double>();
  EXPECT_LE((ours - theirs).abs().max().item<double>(), tolerance * largest);
}

TEST_P(ComfyUiCases, GiveTheSameHere) {
  const ComfyUiCase made = run_comfyui_case(GetParam());
  ASSERT_EQ(made.ours.size(), made.theirs.size());
  for (const auto& [name, reference] : made.theirs) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(made.ours.contains(name));
    at::Tensor ours = made.ours.at(name);
    at::Tensor theirs = reference;
    if (name.ends_with(".mask") && ours.numel() != theirs.numel()) {
      // A picture that is all opaque has a mask of 64 x 64 in ComfyUI. What counts is what samplers
      // see.
      const at::IntArrayRef shape = made.theirs.at(latent_of_mask(name)).sizes();
      ours = fit_mask(ours, shape);
      theirs = fit_mask(theirs, shape);
    }
    ASSERT_EQ(ours.sizes(), theirs.sizes());
    if (theirs.scalar_type() == at::kByte) {
      expect_levels(ours, theirs, made.rounds_levels);
    } else if (theirs.scalar_type() == at::kLong) {
      EXPECT_TRUE(at::equal(ours, theirs));
    } else {
      expect_near(ours, theirs, made.tolerance);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(OfItsNodes, ComfyUiCases, testing::ValuesIn(comfyui_cases()),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           for (char& c : name) {
                             if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace ksampler
