// What networks are shown beside the latent. Whole runs of them are compared with ComfyUI in
// tests/data/parity_newer; here is what stands where.
#include "host/model/denoise/concat.hpp"

#include "host/model/denoise/batched_denoiser.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <memory>

namespace ksampler {
namespace {

constexpr std::int64_t kCellSide = 8;

TEST(FurtherChannels, AreKnownByTheirNumber) {
  const LatentFormat sd = stable_diffusion_latents();
  EXPECT_NE(unet_concat(sd, 5), nullptr);
  EXPECT_EQ(unet_concat(sd, 4), nullptr);
  EXPECT_NE(sd1_concat(sd, 4), nullptr);
  EXPECT_EQ(sd1_concat(sd, 5), unet_concat(sd, 5));
  const LatentFormat flux = flux_latents();
  EXPECT_NE(flux_concat(flux, 16), nullptr);
  EXPECT_NE(flux_concat(flux, 80), nullptr);
  EXPECT_EQ(flux_concat(flux, 17), nullptr);
}

TEST(FurtherChannels, OfFillAreThePictureAndThePixelsOfTheMask) {
  const LatentFormat format = flux_latents();
  Conditioning conditioning;
  conditioning.concat_latent = at::rand({1, 16, 2, 3});
  // Each pixel has its number, so that it is seen where it goes.
  conditioning.concat_mask = at::arange(16 * 24, at::kFloat).view({1, 1, 16, 24});
  const at::Tensor latent = at::zeros({2, 16, 2, 3});
  const at::Tensor made = flux_concat(format, 80)({conditioning, latent, {}, format});
  ASSERT_EQ(made.sizes(), at::IntArrayRef({2, 80, 2, 3}));
  const at::Tensor picture = format.to_model(conditioning.concat_latent);
  EXPECT_TRUE(at::equal(made.narrow(1, 0, 16), picture.expand({2, 16, 2, 3})));
  for (std::int64_t row = 0; row < 2; ++row) {
    for (std::int64_t column = 0; column < 3; ++column) {
      const at::Tensor cell = conditioning.concat_mask[0][0]
                                  .narrow(0, kCellSide * row, kCellSide)
                                  .narrow(1, kCellSide * column, kCellSide);
      EXPECT_TRUE(
          at::equal(made[1].narrow(0, 16, 64).select(1, row).select(1, column), cell.reshape({64})));
    }
  }
}

TEST(FurtherChannels, OfFillWithoutAPictureAreAnEmptyOneThatIsAllMadeAnew) {
  const LatentFormat format = flux_latents();
  const at::Tensor latent = at::rand({1, 16, 4, 4});
  const at::Tensor made = flux_concat(format, 80)({Conditioning(), latent, {}, format});
  EXPECT_TRUE(at::equal(made.narrow(1, 0, 16), format.to_model(at::zeros({1, 16, 4, 4}))));
  EXPECT_TRUE(at::equal(made.narrow(1, 16, 64), at::ones({1, 64, 4, 4})));
}

TEST(FurtherChannels, OfFillTakeTheLatentsMaskWhereTheConditioningHasNone) {
  const LatentFormat format = flux_latents();
  const at::Tensor latent = at::zeros({1, 16, 2, 2});
  const at::Tensor mask = at::full({1, 16, 2, 2}, 0.25);
  const at::Tensor made = flux_concat(format, 80)({Conditioning(), latent, mask, format});
  EXPECT_TRUE(at::equal(made.narrow(1, 16, 64), at::full({1, 64, 2, 2}, 0.25)));
}

// A network that says what it takes, and is not asked.
class UnaskedNetwork : public Network {
 public:
  NetworkFacts facts() const override { return {.channels = 4}; }
  at::TensorOptions options() const override { return at::kFloat; }
  at::Tensor predict(const NetworkInput& input) const override { return input.x; }
};

TEST(FurtherChannels, OfAnotherModelsPictureAreRefusedWithTheNameOfItsNode) {
  const BatchedDenoiser model(std::make_shared<UnaskedNetwork>(), nullptr, stable_diffusion_latents(),
                              ModelSampling::named("eps"), sd1_concat(stable_diffusion_latents(), 4));
  Conditioning conditioning;
  conditioning.concat_latent = at::rand({1, 16, 2, 2});
  const auto refusal = [&] {
    return test::error_text([&] { model.concat(conditioning, at::rand({1, 4, 2, 2}), {}); });
  };
  EXPECT_EQ(
      refusal(),
      "a picture of InstructPixToPixConditioning has 16 channels, and the model's latents have 4: "
      "it was encoded for another model");
  conditioning.concat_mask = at::ones({1, 1, 2, 2});
  EXPECT_EQ(refusal(),
            "a picture of InpaintModelConditioning has 16 channels, and the model's latents have 4: "
            "it was encoded for another model");
}

TEST(FurtherChannels, OfDepthAreThePictureInTheModelsScale) {
  const LatentFormat format = flux_latents();
  Conditioning conditioning;
  conditioning.concat_latent = at::rand({1, 16, 4, 4});
  const at::Tensor latent = at::zeros({1, 16, 4, 4});
  EXPECT_TRUE(at::equal(flux_concat(format, 16)({conditioning, latent, {}, format}),
                        format.to_model(conditioning.concat_latent)));
}

}  // namespace
}  // namespace ksampler
