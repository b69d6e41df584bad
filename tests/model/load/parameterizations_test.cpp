// What a network is taken to predict: latent consistency models beside diffusers' LCMScheduler, and the
// guess for SD 2.
#include "host/base/error.hpp"
#include "host/model/denoise/preconditioning.hpp"
#include "host/model/family/latent_colours.hpp"
#include "host/model/load/load_model.hpp"
#include "tests/model/model_file.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ksampler {
namespace {

using test::error_text;
using test::ModelFile;

// x = 3, and a network that predicts -0.7. diffusers 0.42: LCMScheduler(beta_start=0.00085,
// beta_end=0.012, beta_schedule="scaled_linear", original_inference_steps=50, clip_sample=False), step(
// -0.7, t, 3 * sqrt(abar)).denoised in float64.
TEST(ConsistencyModel, GivesWhatDiffusersSchedulerGives) {
  const ModelSampling lcm = ModelSampling::lcm();
  const struct {
    double timestep, sigma, denoised;
  } cases[] = {
      {19, 0.134450814, 3.09412532}, {499, 1.61288708, 4.12902079}, {999, 14.6146466, 13.2302533}};
  for (const auto& each : cases) {
    const double sigma = lcm.sigma(each.timestep);
    EXPECT_NEAR(sigma, each.sigma, 3e-6 * each.sigma);  // theirs: a product of 1000 float32
    EXPECT_EQ(lcm.timestep(sigma), each.timestep);
    const auto [c_in, c_skip, c_out] = preconditioning(lcm, sigma);
    // c_skip, at most 7e-6, is times x here, as in ComfyUI, and times sqrt(abar) x there.
    EXPECT_NEAR(c_skip * 3.0 + c_out * -0.7, each.denoised, 3e-6 * each.denoised);
    EXPECT_DOUBLE_EQ(c_in, 1.0 / std::sqrt(sigma * sigma + 1.0));
  }
}

TEST(ImageToImage, IsGivenTheLatentAsItIsAndPredictsThePicture) {
  const auto [c_in, c_skip, c_out] = preconditioning(ModelSampling::image_to_image(), 5.0);
  EXPECT_EQ(c_in, 1.0);
  EXPECT_EQ(c_skip, 0.0);
  EXPECT_EQ(c_out, 1.0);
  EXPECT_EQ(ModelSampling::image_to_image().sigma_max(), ModelSampling::named("eps").sigma_max());
}

TEST(ConsistencyModel, KnowsFiftyLevelsOfAThousand) {
  const ModelSampling lcm = ModelSampling::lcm();
  const ModelSampling eps = ModelSampling::named("eps");
  ASSERT_EQ(lcm.abi()->sigma_count, 50u);
  for (std::uint32_t i = 0; i < 50; ++i) {
    EXPECT_EQ(lcm.abi()->sigmas[i], eps.abi()->sigmas[20 * i + 19]);
    EXPECT_EQ(lcm.timestep(lcm.abi()->sigmas[i]), 20.0 * i + 19.0);
  }
  EXPECT_EQ(lcm.sigma(0), lcm.sigma(19));  // below the first: the first
  EXPECT_GT(ModelSampling::lcm(/*zero_terminal_snr=*/true).sigma_max(), 4000.0);
}

TEST(ConsistencyModel, IsTheOnlyOneWithABoundary) {
  for (const std::string& name : ModelSampling::names()) {
    EXPECT_FALSE(ModelSampling::named(name).consistency(1.0).has_value()) << name;
  }
}

class StableDiffusion2 : public ::testing::Test {
 protected:
  // Of a network without metadata whose first normalisation of block 11 has biases of +-spread.
  static std::uint32_t prediction_at(double spread) {
    const test::TemporaryFolder folder;
    ModelFile model = ModelFile().add("sd2_unet");
    model.metadata.erase("modelspec.prediction_type");
    at::Tensor bias = at::full({64}, spread);
    bias.narrow(0, 0, 32).neg_();
    model.tensors["model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias"] = bias;
    model.write(folder / "model.safetensors");
    return find_model(open_model_file(folder / "model.safetensors"), at::kCPU, at::kFloat)
        .value.sampling.prediction();
  }
};

// ComfyUI's rule: a standard deviation above 0.09, and so 768-v from 512-base.
TEST_F(StableDiffusion2, IsTakenToPredictVWhereItsBiasesSpreadWide) {
  EXPECT_EQ(prediction_at(0.12), static_cast<std::uint32_t>(KS_PREDICTION_V));
  EXPECT_EQ(prediction_at(0.0901), static_cast<std::uint32_t>(KS_PREDICTION_V));
  EXPECT_EQ(prediction_at(0.0899), static_cast<std::uint32_t>(KS_PREDICTION_EPS));
  EXPECT_EQ(prediction_at(0.02), static_cast<std::uint32_t>(KS_PREDICTION_EPS));
}

TEST_F(StableDiffusion2, IsAloneInThat) {
  const test::TemporaryFolder folder;
  ModelFile model = ModelFile().add("sd1_unet");
  at::Tensor bias = at::full({32}, 0.5);
  bias.narrow(0, 0, 16).neg_();
  model.tensors["model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias"] = bias;
  model.write(folder / "model.safetensors");
  EXPECT_EQ(find_model(open_model_file(folder / "model.safetensors"), at::kCPU, at::kFloat)
                .value.sampling.prediction(),
            static_cast<std::uint32_t>(KS_PREDICTION_EPS));
}

// What the tensors say that ComfyUI looks for in SDXL's files.
class MarkersOfAFile : public ::testing::Test {
 protected:
  static Found<Model> loaded(const std::vector<std::string>& markers) {
    const test::TemporaryFolder folder;
    ModelFile model = ModelFile().add("sdxl_unet");
    model.metadata.erase("modelspec.prediction_type");
    for (const std::string& name : markers)
      model.tensors[name] = at::zeros({0});  // ComfyUI's are empty
    model.write(folder / "model.safetensors");
    return find_model(open_model_file(folder / "model.safetensors"), at::kCPU, at::kFloat);
  }
  static std::string refusal(const std::string& marker) {
    const std::string text = error_text([&] { loaded({marker}); });
    return text.substr(text.find(": ") + 2);
  }
};

TEST_F(MarkersOfAFile, SayThatItPredictsV) {
  const auto plain = loaded({}).value.sampling;
  EXPECT_EQ(plain.prediction(), static_cast<std::uint32_t>(KS_PREDICTION_EPS));
  const auto v = loaded({"v_pred"}).value.sampling;
  EXPECT_EQ(v.prediction(), static_cast<std::uint32_t>(KS_PREDICTION_V));
  EXPECT_EQ(v.sigma_max(), plain.sigma_max());
}

TEST_F(MarkersOfAFile, SayThatItsLastTimestepHasNoSignal) {
  const auto sampling = loaded({"v_pred", "ztsnr"}).value.sampling;
  EXPECT_EQ(sampling.prediction(), static_cast<std::uint32_t>(KS_PREDICTION_V));
  EXPECT_GT(sampling.sigma_max(), 4000.0);
  // Alone it says nothing, as in ComfyUI.
  const auto alone = loaded({"ztsnr"}).value.sampling;
  EXPECT_EQ(alone.prediction(), static_cast<std::uint32_t>(KS_PREDICTION_EPS));
  EXPECT_LT(alone.sigma_max(), 20.0);
}

TEST_F(MarkersOfAFile, OfEdmAreRefusedWithWhatTheyNeed) {
  const std::string known = "; known are networks that predict eps or v at discrete times";
  for (const std::string key : {"edm_mean", "edm_std"}) {
    EXPECT_EQ(refusal(key), "has a tensor '" + key +
                                "', as Playground 2.5: it needs EDM's preconditioning (sigma_data "
                                "0.5, sigmas from 0.002 to 80) and latents of that mean and "
                                "deviation, which is not supported" +
                                known);
  }
  EXPECT_EQ(refusal("edm_vpred.sigma_max"),
            "has a tensor 'edm_vpred.sigma_max': it predicts v at EDM's continuous sigmas "
            "(sigma_data 1, up to that sigma_max), which is not supported" +
                known);
}

TEST(ColoursOfALatent, AreLinear) {
  const at::Tensor latent = at::arange(8, at::kFloat).view({1, 2, 2, 2}) / 8.0;
  const LatentColours colours = parse_colours("1 0 0.5  0 1 -0.5  0.25 0 0", 2);
  const at::Tensor rgb = coloured(latent, colours);
  ASSERT_EQ(rgb.sizes(), at::IntArrayRef({1, 3, 2, 2}));
  // Channels 1/8 and 5/8, which is 0.125 + 0.25, 0.625 and (0.125 - 0.625) / 2, from -1..1 to 0..1.
  EXPECT_FLOAT_EQ(rgb[0][0][0][1].item<float>(), (0.375f + 1.0f) / 2.0f);
  EXPECT_FLOAT_EQ(rgb[0][1][0][1].item<float>(), (0.625f + 1.0f) / 2.0f);
  EXPECT_FLOAT_EQ(rgb[0][2][0][1].item<float>(), (-0.25f + 1.0f) / 2.0f);
}

TEST(ColoursOfALatent, AreThoseOfTheFamily) {
  EXPECT_EQ(stable_diffusion_latents().colours.factors[0][0], 0.298);
  EXPECT_NE(sdxl_latents().colours.offset[0], 0.0);
  const at::Tensor picture = at::full({1, 3, 1, 1}, 0.5);
  EXPECT_TRUE(coloured(picture, plain_colours(3)).equal(at::full({1, 3, 1, 1}, 0.75)));
  EXPECT_TRUE(
      coloured(at::full({1, 16, 1, 1}, 0.5), plain_colours(16)).equal(at::full({1, 3, 1, 1}, 0.75)));
}

TEST(ColoursOfALatent, AreBlackWhereNothingIsKnown) {
  const at::Tensor latent = at::full({1, 3, 1, 1}, std::numeric_limits<float>::quiet_NaN());
  EXPECT_TRUE(coloured(latent, plain_colours(3)).equal(at::zeros({1, 3, 1, 1})));
}

TEST(ColoursOfALatent, AreReadFromAFilesMetadata) {
  const test::TemporaryFolder folder;
  const auto load = [&](const std::string& text) {
    ModelFile model = ModelFile().add("sd1_unet");
    model.metadata["ksampler.latent_rgb"] = text;
    model.write(folder / "model.safetensors");
    return find_model(open_model_file(folder / "model.safetensors"), at::kCPU, at::kFloat)
        .value.source->latents()
        .colours;
  };
  const LatentColours colours = load("1 2 3 4 5 6 7 8 9 10 11 12 0.5 0.25 0");
  EXPECT_EQ(colours.factors[3][2], 12.0);
  EXPECT_EQ(colours.offset[1], 0.25);
  const std::string name = (folder / "model.safetensors").string() + ": ";
  EXPECT_EQ(error_text([&] { load("1 2 3"); }),
            name +
                "the metadata's 'ksampler.latent_rgb': '1 2 3' is given as the colours of a latent; "
                "expected 15 numbers: red, green and blue for each of 4 channels, and an offset");
  EXPECT_NE(error_text([&] { load("1 2 3 4 5 6 7 8 9 10 11 12 0.5 0.25 blue"); }), "no error");
}

}  // namespace
}  // namespace ksampler
