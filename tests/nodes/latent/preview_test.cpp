// What a run shows of a latent on its way, and LatentPreview for the latents of a checkpoint.
#include "host/base/error.hpp"
#include "host/model/family/latent_colours.hpp"
#include "host/nodes/declarations.hpp"
#include "host/nodes/plugin_inputs.hpp"
#include "host/runtime/runtime.hpp"
#include "tests/model/network_case.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

extern "C" ksampler::Runtime* ksampler_make_runtime();

namespace ksampler {
namespace {

struct Shown {
  std::string node;
  std::uint32_t step;
  std::uint32_t steps;
  PreviewPicture picture;
};

class Viewer : public Reporter {
 public:
  void preview(const Node& node, std::uint32_t step, std::uint32_t steps,
               const PreviewPicture& picture) override {
    shown.push_back({node.name, step, steps, picture});
  }
  std::vector<Shown> shown;
};

// Five steps, for a batch of so many.
std::vector<Shown> previews(std::uint32_t every, int batch) {
  const test::TemporaryFolder folder;
  PipelineSource source;
  source.file = "p.yaml";
  source.folder = folder.path();
  source.text = R"(nodes:
  model: { type: ToyDenoiser, file: )" TEST_DATA R"(/parity/model.safetensors, denoiser: mixture,
           parameterization: eps }
  one: { type: ToyConditioning, label: 1 }
  canvas: { type: EmptyLatentImage, width: 128, height: 128, batch_size: )" +
                std::to_string(batch) + R"( }
  base: { type: KSampler, model: $model, positive: $one, negative: $one, latent_image: $canvas, seed: 7,
          steps: 5, cfg: 1.0, sampler_name: euler, scheduler: karras }
  save: { type: SaveLatent, samples: $base }
)";
  const Registry registry({BINARY_DIR "/plugins"});
  const Pipeline pipeline =
      check_pipeline(std::move(source), node_declarations(), plugin_inputs(registry));
  const std::unique_ptr<Runtime> runtime(ksampler_make_runtime());
  Viewer viewer;
  RunOptions options;
  options.device = "cpu";
  options.out = folder.path();
  options.preview_every = every;
  runtime->run(pipeline, registry, options, viewer);
  return std::move(viewer.shown);
}

TEST(Previews, ComeEverySoManyStepsAndAfterTheLast) {
  const std::vector<Shown> shown = previews(2, 1);
  ASSERT_EQ(shown.size(), 3u);
  EXPECT_EQ(shown[0].step, 2u);
  EXPECT_EQ(shown[1].step, 4u);
  EXPECT_EQ(shown[2].step, 5u);
  EXPECT_EQ(shown[2].steps, 5u);
  EXPECT_EQ(shown[0].node, "base");
  EXPECT_EQ(shown[0].picture.width, 16u);
  EXPECT_EQ(shown[0].picture.height, 16u);
  EXPECT_EQ(shown[0].picture.rgb.size(), 3u * 16 * 16);
  EXPECT_TRUE(previews(0, 1).empty());
}

TEST(Previews, ShowTheFirstFourOfABatchSideBySide) {
  const std::vector<Shown> shown = previews(5, 6);
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown[0].picture.width, 64u);
  EXPECT_EQ(shown[0].picture.height, 16u);
}

// Noise of the first level would be far outside of what a picture shows: black and white speckles.
TEST(Previews, ShowWhatIsPredictedAndNotTheNoisyLatent) {
  const PreviewPicture early = previews(1, 1).front().picture;
  const auto extreme = [](std::uint8_t value) { return value == 0 || value == 255; };
  const auto count = std::count_if(early.rgb.begin(), early.rgb.end(), extreme);
  EXPECT_LT(count, static_cast<std::ptrdiff_t>(early.rgb.size() / 4));
}

struct Decoded {
  std::vector<Shown> shown;
  std::vector<std::string> warnings;
};

class Listener : public Viewer {
 public:
  void warning(const Node&, const std::string& message) override { warnings.push_back(message); }
  std::vector<std::string> warnings;
};

// Of the shipped model, two steps, with or without a decoder of previews beside the pipeline.
Decoded decoded_previews(bool with_file) {
  const test::TemporaryFolder folder;
  if (with_file) {
    std::filesystem::create_directory(folder / "vae_approx");
    test::network("tiny_decoder").write(folder / "vae_approx/taesd_decoder.safetensors");
  }
  PipelineSource source;
  source.file = "p.yaml";
  source.folder = folder.path();
  source.text = R"(nodes:
  c: { type: CheckpointLoaderSimple, ckpt_name: )" SOURCE_DIR R"(/configs/models/shapes.safetensors }
  p: { type: CLIPTextEncode, clip: $c.clip, text: a red circle }
  canvas: { type: EmptyLatentImage, width: 128, height: 64 }
  base: { type: KSampler, model: $c.model, positive: $p, negative: $p, latent_image: $canvas, seed: 7,
          steps: 2, cfg: 1.0, sampler_name: euler, scheduler: karras }
  save: { type: SaveLatent, samples: $base }
)";
  const Registry registry({BINARY_DIR "/plugins"});
  const Pipeline pipeline =
      check_pipeline(std::move(source), node_declarations(), plugin_inputs(registry));
  const std::unique_ptr<Runtime> runtime(ksampler_make_runtime());
  Listener listener;
  RunOptions options;
  options.device = "cpu";
  options.out = folder.path();
  options.preview_every = 1;
  options.decoded_previews = true;
  runtime->run(pipeline, registry, options, listener);
  return {std::move(listener.shown), std::move(listener.warnings)};
}

TEST(DecodedPreviews, AreEightTimesAsWideAndHighAsTheLatent) {
  const Decoded decoded = decoded_previews(true);
  EXPECT_EQ(decoded.warnings, std::vector<std::string>());
  ASSERT_EQ(decoded.shown.size(), 2u);
  EXPECT_EQ(decoded.shown[0].picture.width, 128u);
  EXPECT_EQ(decoded.shown[0].picture.height, 64u);
}

TEST(DecodedPreviews, ShowColoursWithoutTheFileAndSayWhichItIsOnce) {
  const Decoded decoded = decoded_previews(false);
  EXPECT_EQ(decoded.warnings,
            std::vector<std::string>{"previews show the latents' colours: no file "
                                     "'taesd_decoder.safetensors' is in vae_approx of --models, or "
                                     "beside the pipeline"});
  ASSERT_EQ(decoded.shown.size(), 2u);
  EXPECT_EQ(decoded.shown[0].picture.width, 16u);
}

class PreviewOfACheckpointsLatent : public ::testing::Test {
 protected:
  static Value model() {
    NodeCase loader{"UNETLoader", {{"unet_name", test::network_file("sd1_unet").string()}}, {}, {}};
    return loader.run()[0];
  }
  c10::InferenceMode inference_;
};

TEST_F(PreviewOfACheckpointsLatent, HasTheScaleAndColoursOfItsModel) {
  const at::Tensor samples = at::randn({2, 4, 3, 5}) / 0.18215;
  NodeCase node{"LatentPreview", {}, {{"samples", latent_of(samples)}, {"model", model()}}, {}};
  const auto image = std::any_cast<ImageValue>(node.run()[0]);
  const at::Tensor expected = coloured(samples * 0.18215, stable_diffusion_latents().colours);
  EXPECT_TRUE(image.equal(expected.permute({0, 2, 3, 1})));
}

TEST_F(PreviewOfACheckpointsLatent, IsRefusedForALatentOfAnother) {
  NodeCase node{
      "LatentPreview", {}, {{"samples", latent_of(at::zeros({1, 16, 3, 5}))}, {"model", model()}}, {}};
  EXPECT_EQ(
      test::error_text([&] { node.run(); }),
      "this model's latents have 4 channels; the latent has 16: it was encoded for another model");
}

TEST_F(PreviewOfACheckpointsLatent, AndItsModelMayBeAConsistencyModel) {
  NodeCase node{"ModelSamplingDiscrete", {{"sampling", std::string("lcm")}}, {{"model", model()}}, {}};
  const auto lcm = std::any_cast<ModelValue>(node.run()[0]);
  EXPECT_EQ(lcm.sampling.abi()->sigma_count, 50u);
  EXPECT_TRUE(lcm.sampling.consistency(1.0).has_value());
  EXPECT_EQ(lcm.sampling.prediction(), static_cast<std::uint32_t>(KS_PREDICTION_EPS));
}

}  // namespace
}  // namespace ksampler
