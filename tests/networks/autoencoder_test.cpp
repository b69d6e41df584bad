// A small autoencoder against what diffusers computes with the same weights.
#include "host/model/network/autoencoder.hpp"

#include "tests/networks/network_case.hpp"

#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::case_tensor;

// As for the UNet: float32 sums in another order.
constexpr double kFloat32 = 1e-4;

TEST(Autoencoder, EncodesToTheMeanThatDiffusersComputes) {
  const c10::InferenceMode inference;
  const Autoencoder autoencoder(test::network_weights("vae").within("first_stage_model."));
  EXPECT_LT(test::relative_difference(autoencoder.encode(case_tensor("vae", "pixels")),
                                      case_tensor("vae", "mean")),
            kFloat32);
}

TEST(Autoencoder, DecodesToThePictureThatDiffusersComputes) {
  const c10::InferenceMode inference;
  const Autoencoder autoencoder(test::network_weights("vae").within("first_stage_model."));
  EXPECT_LT(test::relative_difference(autoencoder.decode(case_tensor("vae", "latent")),
                                      case_tensor("vae", "decoded")),
            kFloat32);
}

TEST(Autoencoder, ReadsItsScaleAndChannelsOffItsTensors) {
  const Weights weights = test::network_weights("vae").within("first_stage_model.");
  const Autoencoder autoencoder(weights);
  EXPECT_EQ(autoencoder.scale(), 2);
  EXPECT_EQ(autoencoder.channels(), 4);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>{});
}

}  // namespace
}  // namespace ksampler
