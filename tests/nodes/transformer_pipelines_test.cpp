// From a prompt to a picture with each family of transformers, small, beside diffusers' pipelines with
// the same weights and noise (tests/model/reference/make_pipelines.py).
#include "host/base/memory.hpp"
#include "host/model/network/tensors.hpp"
#include "tests/model/network_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ksampler {
namespace {

// Through the encoders, three steps and the decoder, each near its reference by 1e-4.
constexpr double kWhole = 1e-3;

// The sigmas, the seed and the size of make_pipelines.py.
const std::string kSampled = R"(
  canvas: { type: EmptySD3LatentImage, width: 128, height: 64 }
  noise: { type: RandomNoise, noise_seed: 7 }
  euler: { type: KSamplerSelect, sampler_name: euler }
  sigmas: { type: ManualSigmas, sigmas: [1, 0.75, 0.4, 0] }
  sampled: { type: SamplerCustomAdvanced, noise: $noise, guider: $guider, sampler: $euler, sigmas: $sigmas,
             latent_image: $canvas }
  vae: { type: VAELoader, vae_name: VAE }
  picture: { type: VAEDecode, samples: $sampled.output, vae: $vae }
  latent: { type: SaveLatent, samples: $sampled.output, filename_prefix: latent }
  save: { type: SaveImage, images: $picture, filename_prefix: picture }
)";

class WholePipeline : public ::testing::Test {
 protected:
  // Runs nodes in which NAME.safetensors stands for the file of that case.
  Outcome run(const std::string& nodes, const std::string& vae_name = "vae16",
              std::uint64_t memory = 0) {
    std::string text = "nodes:" + nodes + kSampled;
    const std::size_t vae = text.find("vae_name: VAE");
    text.replace(vae + 10, 3, test::network_file(vae_name).string());
    for (const char* name : {"flux", "qwen_image", "whole_qwen25", "sd35", "z_image", "whole_t5",
                             "whole_clip_l24", "whole_clip_l8", "whole_clip_g16", "whole_qwen3"}) {
      const std::string word = std::string("<") + name + ">";
      for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word)) {
        text.replace(at, word.size(), test::network_file(name).string());
      }
    }
    return run_pipeline_text(text, folder_.path(), {}, memory);
  }

  void expect_as_in(const std::string& name) {
    std::filesystem::path latent;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      if (entry.path().extension() == ".latent") latent = entry.path();
    }
    ASSERT_FALSE(latent.empty());
    const at::Tensor ours = map_tensor(TensorFile::open(latent), "latent_tensor").to(at::kFloat);
    EXPECT_LT(test::relative_difference(ours, test::case_tensor(name, "latent")), kWhole);
  }

  test::TemporaryFolder folder_;
};

TEST_F(WholePipeline, OfFluxIsDiffusersPipeline) {
  const Outcome outcome = run(R"(
  unet: { type: UNETLoader, unet_name: <flux> }
  clip: { type: DualCLIPLoader, clip_name1: <whole_t5>, clip_name2: <whole_clip_l24>, clip_type: flux }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  guided: { type: FluxGuidance, conditioning: $prompt, guidance: 2.5 }
  guider: { type: BasicGuider, model: $unet, conditioning: $guided })");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_flux");
}

TEST_F(WholePipeline, OfSd3IsDiffusersPipeline) {
  const Outcome outcome = run(R"(
  unet: { type: UNETLoader, unet_name: <sd35> }
  clip: { type: TripleCLIPLoader, clip_name1: <whole_clip_g16>, clip_name2: <whole_t5>,
          clip_name3: <whole_clip_l8> }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  nothing: { type: ConditioningZeroOut, conditioning: $prompt }
  guider: { type: CFGGuider, model: $unet, positive: $prompt, negative: $nothing, cfg: 3 })");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_sd3");
}

TEST_F(WholePipeline, OfZImageIsDiffusersPipeline) {
  const Outcome outcome = run(R"(
  unet: { type: UNETLoader, unet_name: <z_image> }
  clip: { type: CLIPLoader, clip_name: <whole_qwen3> }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  guider: { type: BasicGuider, model: $unet, conditioning: $prompt })");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_z_image");
}

// Twice what the process takes by now: the encoder's and the transformer's weights come and go.
TEST_F(WholePipeline, OfZImageIsTheSameBelowALimitOfMemory) {
  run(R"(
  unet: { type: UNETLoader, unet_name: <z_image> }
  clip: { type: CLIPLoader, clip_name: <whole_qwen3> }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  guider: { type: BasicGuider, model: $unet, conditioning: $prompt })",
      "vae16", 2 * resident_memory());
  expect_as_in("whole_z_image");
}

TEST_F(WholePipeline, OfQwenImageIsDiffusersPipeline) {
  const Outcome outcome = run(R"(
  unet: { type: UNETLoader, unet_name: <qwen_image> }
  clip: { type: CLIPLoader, clip_name: <whole_qwen25> }
  prompt: { type: CLIPTextEncode, clip: $clip, text: a red circle on a blue square }
  guider: { type: BasicGuider, model: $unet, conditioning: $prompt })",
                              "wan_vae");
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
  expect_as_in("whole_qwen_image");
}

}  // namespace
}  // namespace ksampler
