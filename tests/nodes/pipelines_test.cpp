// The pipelines of configs/, and what the nodes do that the parity cases do not ask for.
#include "host/base/error.hpp"
#include "host/files/tensor_file.hpp"
#include "tests/nodes/pipeline_runner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace ksampler {
namespace {

using test::TemporaryFolder;

std::vector<std::string> configs() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(SOURCE_DIR "/configs")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().stem().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class EveryConfig : public testing::TestWithParam<std::string> {};

TEST_P(EveryConfig, RunsAndWritesSomethingWithoutAWarning) {
  const TemporaryFolder folder;
  const Outcome outcome = run_pipeline(
      std::filesystem::path(SOURCE_DIR "/configs") / (GetParam() + ".yaml"), folder.path());
  EXPECT_FALSE(outcome.files.empty());
  EXPECT_TRUE(outcome.warnings.empty()) << testing::PrintToString(outcome.warnings);
}

INSTANTIATE_TEST_SUITE_P(Shipped, EveryConfig, testing::ValuesIn(configs()),
                         [](const auto& instance) { return instance.param; });

const std::string kIconsModel = R"(
nodes:
  model: { type: PictureDenoiser, file: )" SOURCE_DIR R"(/configs/icons/icons.safetensors }
)";

std::vector<float> latent_in(const std::filesystem::path& file) {
  const auto opened = TensorFile::open(file);
  const TensorEntry& entry = opened->tensor("latent_tensor");
  std::vector<float> values(entry.bytes() / sizeof(float));
  opened->read(entry, std::as_writable_bytes(std::span(values)));
  return values;
}

// Whether a latent [3,32,32] is one of the icons of a class, by label.
bool is_icon_of(std::span<const float> latent, std::int64_t label) {
  const auto icons = TensorFile::open(SOURCE_DIR "/configs/icons/icons.safetensors");
  const auto pictures = icons->read("pictures");
  const auto labels = icons->read("labels");
  for (std::size_t i = 0; i * 8 < labels.size(); ++i) {
    std::int64_t one = 0;
    std::memcpy(&one, labels.data() + i * 8, 8);
    if (one != label) continue;
    double worst = 0;
    for (std::size_t k = 0; k < latent.size(); ++k) {
      const double pixel = static_cast<double>(pictures[i * latent.size() + k]) / 127.5 - 1.0;
      worst = std::max(worst, std::abs(pixel - latent[k]));
    }
    // Two of the 256 levels of a pixel: sharp, not nearly the picture.
    if (worst < 2.0 / 127.5) return true;
  }
  return false;
}

TEST(PictureDenoiser, GivesSharpPicturesOfTheClassThatWasAskedFor) {
  const TemporaryFolder folder;
  const Outcome outcome = run_pipeline_text(kIconsModel + R"(
  heart: { type: ClassConditioning, model: $model, class: heart }
  star: { type: ClassConditioning, model: $model, class: star }
  canvas: { type: EmptyLatentImage, width: 256, height: 256, batch_size: 8 }
  base: { type: KSampler, model: $model, positive: $heart, negative: $star, latent_image: $canvas,
          seed: 3, steps: 20, cfg: 2.0, sampler_name: euler, scheduler: karras }
  save: { type: SaveLatent, samples: $base, filename_prefix: hearts }
)",
                                            folder.path());
  const std::vector<float> latents = latent_in(outcome.files.at(0));
  constexpr std::size_t kSize = 3 * 32 * 32;
  ASSERT_EQ(latents.size(), 8 * kSize);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_TRUE(is_icon_of(std::span(latents).subspan(i * kSize, kSize), 6)) << "item " << i;
  }
}

TEST(ClassConditioning, NamesTheNearestClass) {
  const TemporaryFolder folder;
  try {
    run_pipeline_text(kIconsModel + R"(
  heart: { type: ClassConditioning, model: $model, class: hart }
  canvas: { type: EmptyLatentImage, width: 256, height: 256 }
  base: { type: KSampler, model: $model, positive: $heart, negative: $heart, latent_image: $canvas,
          sampler_name: euler, scheduler: karras }
  save: { type: SaveLatent, samples: $base }
)",
                      folder.path());
    FAIL() << "expected an error";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("pipeline.yaml:5:3"), std::string::npos) << text;
    EXPECT_NE(text.find("unknown class 'hart'; did you mean 'heart'?"), std::string::npos) << text;
  }
}

// Three ways to noise that must be the same, and one that must not.
TEST(NoiseNodes, ShapeTheNoiseOfWhateverSamples) {
  const TemporaryFolder folder;
  const Outcome outcome =
      run_pipeline_text(R"(
nodes:
  model: { type: ToyDenoiser, file: )" TEST_DATA
                        R"(/parity/model.safetensors, denoiser: mixture, parameterization: eps }
  gaussian: { type: Noise, model: $model, noise: gaussian }
  noisy: { type: Noise, model: $gaussian, noise: { name: student_t, nu: 6 } }
  one: { type: ToyConditioning, label: 1 }
  two: { type: ToyConditioning, label: 2 }
  canvas: { type: EmptyLatentImage, width: 128, height: 128 }
  whole: { type: KSampler, model: $noisy, positive: $one, negative: $two, latent_image: $canvas, seed: 7,
           steps: 6, cfg: 4.0, sampler_name: euler_ancestral, scheduler: karras }
  plain: { type: KSampler, model: $gaussian, positive: $one, negative: $two, latent_image: $canvas, seed: 7,
           steps: 6, cfg: 4.0, sampler_name: euler_ancestral, scheduler: karras }
  noise: { type: RandomNoise, noise_seed: 7 }
  guider: { type: CFGGuider, model: $noisy, positive: $one, negative: $two, cfg: 4.0 }
  sampler: { type: KSamplerSelect, sampler_name: euler_ancestral }
  sigmas: { type: BasicScheduler, model: $model, scheduler: karras, steps: 6, denoise: 1.0 }
  parts: { type: SamplerCustomAdvanced, noise: $noise, guider: $guider, sampler: $sampler, sigmas: $sigmas,
           latent_image: $canvas }
  custom: { type: SamplerCustom, model: $noisy, noise_seed: 7, cfg: 4.0, positive: $one, negative: $two,
            sampler: $sampler, sigmas: $sigmas, latent_image: $canvas }
  added: { type: AddNoise, model: $noisy, noise: $noise, sigmas: $sigmas, latent_image: $canvas }
  added_plain: { type: AddNoise, model: $model, noise: $noise, sigmas: $sigmas, latent_image: $canvas }
  save_whole: { type: SaveLatent, samples: $whole, filename_prefix: whole }
  save_plain: { type: SaveLatent, samples: $plain, filename_prefix: plain }
  save_parts: { type: SaveLatent, samples: $parts.output, filename_prefix: parts }
  save_custom: { type: SaveLatent, samples: $custom.output, filename_prefix: custom }
  save_added: { type: SaveLatent, samples: $added, filename_prefix: added }
  save_added_plain: { type: SaveLatent, samples: $added_plain, filename_prefix: added_plain }
)",
                        folder.path());
  const auto saved = [&](const char* name) {
    return latent_in(folder / (std::string(name) + "_00001_.latent"));
  };
  EXPECT_EQ(saved("whole"), saved("parts"));
  EXPECT_EQ(saved("whole"), saved("custom"));
  EXPECT_NE(saved("whole"), saved("plain"));
  EXPECT_NE(saved("added"), saved("added_plain"));
}

TEST(NoiseNodes, NameTheNearestNoiseAndParameter) {
  const auto text = [](const std::string& noise) -> std::string {
    const TemporaryFolder folder;
    try {
      run_pipeline_text(kIconsModel + "  noisy: { type: Noise, model: $model, noise: " + noise + " }\n",
                        folder.path());
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_NE(text("unifrom").find("unknown noise 'unifrom'; did you mean 'uniform'?"), std::string::npos)
      << text("unifrom");
  EXPECT_NE(text("{ name: offset, strenght: 1 }")
                .find("noise 'offset' has no parameter 'strenght'; did you mean 'strength'?"),
            std::string::npos)
      << text("{ name: offset, strenght: 1 }");
}

// The same settings through KSampler and through the parts that ComfyUI takes it apart into.
TEST(SamplerCustomNodes, EqualKSamplerWithTheSameSettings) {
  const TemporaryFolder folder;
  const Outcome outcome =
      run_pipeline_text(R"(
nodes:
  model: { type: ToyDenoiser, file: )" TEST_DATA
                        R"(/parity/model.safetensors, denoiser: mixture, parameterization: eps }
  one: { type: ToyConditioning, label: 1 }
  two: { type: ToyConditioning, label: 2 }
  canvas: { type: EmptyLatentImage, width: 128, height: 128 }
  whole: { type: KSampler, model: $model, positive: $one, negative: $two, latent_image: $canvas, seed: 7,
           steps: 12, cfg: 4.0, sampler_name: dpmpp_2m_sde, scheduler: karras }
  noise: { type: RandomNoise, noise_seed: 7 }
  guider: { type: CFGGuider, model: $model, positive: $one, negative: $two, cfg: 4.0 }
  sampler: { type: KSamplerSelect, sampler_name: dpmpp_2m_sde }
  sigmas: { type: BasicScheduler, model: $model, scheduler: karras, steps: 12, denoise: 1.0 }
  parts: { type: SamplerCustomAdvanced, noise: $noise, guider: $guider, sampler: $sampler, sigmas: $sigmas,
           latent_image: $canvas }
  face: { type: SamplerDPMPP_2M_SDE, noise_device: cpu }
  custom: { type: SamplerCustom, model: $model, noise_seed: 7, cfg: 4.0, positive: $one, negative: $two,
            sampler: $face, sigmas: $sigmas, latent_image: $canvas }
  save_whole: { type: SaveLatent, samples: $whole, filename_prefix: whole }
  save_parts: { type: SaveLatent, samples: $parts.output, filename_prefix: parts }
  save_custom: { type: SaveLatent, samples: $custom.output, filename_prefix: custom }
)",
                        folder.path());
  ASSERT_EQ(outcome.files.size(), 3u);
  EXPECT_EQ(latent_in(outcome.files[0]), latent_in(outcome.files[1]));
  EXPECT_EQ(latent_in(outcome.files[0]), latent_in(outcome.files[2]));
}

// The latent with the noise in it is what a run without noise of its own begins with.
TEST(AddNoise, MakesWhatASamplerWouldBeginWith) {
  const TemporaryFolder folder;
  const Outcome outcome =
      run_pipeline_text(R"(
nodes:
  model: { type: ToyDenoiser, file: )" TEST_DATA
                        R"(/parity/model.safetensors, denoiser: mixture, parameterization: eps }
  one: { type: ToyConditioning, label: 1 }
  canvas: { type: EmptyLatentImage, width: 128, height: 128 }
  sigmas: { type: ManualSigmas, sigmas: [5, 2, 0.5, 0] }
  sampler: { type: KSamplerSelect, sampler_name: euler }
  noise: { type: RandomNoise, noise_seed: 7 }
  noisy: { type: AddNoise, model: $model, noise: $noise, sigmas: $sigmas, latent_image: $canvas }
  own: { type: SamplerCustom, model: $model, noise_seed: 7, cfg: 1.0, positive: $one, negative: $one,
         sampler: $sampler, sigmas: $sigmas, latent_image: $canvas }
  given: { type: SamplerCustom, model: $model, add_noise: false, cfg: 1.0, positive: $one,
           negative: $one, sampler: $sampler, sigmas: $sigmas, latent_image: $noisy }
  save_own: { type: SaveLatent, samples: $own.output, filename_prefix: own }
  save_given: { type: SaveLatent, samples: $given.output, filename_prefix: given }
)",
                        folder.path());
  ASSERT_EQ(outcome.files.size(), 2u);
  EXPECT_EQ(latent_in(outcome.files[0]), latent_in(outcome.files[1]));
}

// A mask of 0.5 is held over the first two levels, whose timesteps are above half of the first one's;
// along these Euler's steps stay on the line between latent and noise. So it is a run of the last step
// alone.
TEST(DifferentialDiffusion, LetsAGreyPlaceChangeInTheSecondHalfOfTheRun) {
  const TemporaryFolder folder;
  const Outcome outcome =
      run_pipeline_text(R"(
nodes:
  model: { type: ToyDenoiser, file: )" TEST_DATA
                        R"(/parity/model.safetensors, denoiser: mixture, parameterization: eps }
  differential: { type: DifferentialDiffusion, model: $model }
  one: { type: ToyConditioning, label: 1 }
  canvas: { type: EmptyLatentImage, width: 128, height: 128 }
  some: { type: RandomNoise, noise_seed: 3 }
  unit: { type: ManualSigmas, sigmas: [1] }
  latent: { type: AddNoise, model: $model, noise: $some, sigmas: $unit, latent_image: $canvas }
  grey: { type: SolidMask, value: 0.5, width: 16, height: 16 }
  masked: { type: SetLatentNoiseMask, samples: $latent, mask: $grey }
  sampler: { type: KSamplerSelect, sampler_name: euler }
  all: { type: ManualSigmas, sigmas: [5, 2, 0.5, 0] }
  last: { type: ManualSigmas, sigmas: [0.5, 0] }
  held: { type: SamplerCustom, model: $differential, noise_seed: 7, cfg: 1.0, positive: $one, negative: $one,
          sampler: $sampler, sigmas: $all, latent_image: $masked }
  short: { type: SamplerCustom, model: $model, noise_seed: 7, cfg: 1.0, positive: $one, negative: $one,
           sampler: $sampler, sigmas: $last, latent_image: $latent }
  mixed: { type: SamplerCustom, model: $model, noise_seed: 7, cfg: 1.0, positive: $one, negative: $one,
           sampler: $sampler, sigmas: $all, latent_image: $masked }
  save_held: { type: SaveLatent, samples: $held.output, filename_prefix: held }
  save_short: { type: SaveLatent, samples: $short.output, filename_prefix: short }
  save_mixed: { type: SaveLatent, samples: $mixed.output, filename_prefix: mixed }
)",
                        folder.path());
  ASSERT_EQ(outcome.files.size(), 3u);
  const std::vector<float> held = latent_in(outcome.files[0]), expected = latent_in(outcome.files[1]);
  const std::vector<float> mixed = latent_in(outcome.files[2]);
  ASSERT_EQ(held.size(), expected.size());
  double worst = 0, of_mixed = 0;
  for (std::size_t i = 0; i < held.size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(held[i]) - expected[i]));
    of_mixed = std::max(of_mixed, std::abs(static_cast<double>(mixed[i]) - expected[i]));
  }
  EXPECT_LT(worst, 1e-4);    // float32 at 5 times unit noise, of some steps
  EXPECT_GT(of_mixed, 0.1);  // without the node it is another picture
}

// Ten steps at once, and the first four and the last six with the noise handed on.
TEST(SplitSigmas, ContinuesWhereTheFirstPartEnds) {
  const TemporaryFolder folder;
  const Outcome outcome =
      run_pipeline_text(R"(
nodes:
  model: { type: ToyDenoiser, file: )" TEST_DATA
                        R"(/parity/model.safetensors, denoiser: mixture, parameterization: eps }
  one: { type: ToyConditioning, label: 1 }
  canvas: { type: EmptyLatentImage, width: 128, height: 128 }
  noise: { type: RandomNoise, noise_seed: 7 }
  none: { type: DisableNoise }
  guider: { type: BasicGuider, model: $model, conditioning: $one }
  sampler: { type: KSamplerSelect, sampler_name: euler }
  sigmas: { type: BasicScheduler, model: $model, scheduler: karras, steps: 10 }
  split: { type: SplitSigmas, sigmas: $sigmas, step: 4 }
  whole: { type: SamplerCustomAdvanced, noise: $noise, guider: $guider, sampler: $sampler, sigmas: $sigmas,
           latent_image: $canvas }
  high: { type: SamplerCustomAdvanced, noise: $noise, guider: $guider, sampler: $sampler,
          sigmas: $split.high_sigmas, latent_image: $canvas }
  low: { type: SamplerCustomAdvanced, noise: $none, guider: $guider, sampler: $sampler,
         sigmas: $split.low_sigmas, latent_image: $high.output }
  save_whole: { type: SaveLatent, samples: $whole.output, filename_prefix: whole }
  save_low: { type: SaveLatent, samples: $low.output, filename_prefix: low }
)",
                        folder.path());
  ASSERT_EQ(outcome.files.size(), 2u);
  EXPECT_EQ(latent_in(outcome.files[0]), latent_in(outcome.files[1]));
}

TEST(SaveLatent, CountsUpAndReplacesNothing) {
  const TemporaryFolder folder;
  const std::string text = R"(
nodes:
  canvas: { type: EmptyLatentImage, width: 64, height: 64 }
  save: { type: SaveLatent, samples: $canvas, filename_prefix: empty }
)";
  EXPECT_EQ(run_pipeline_text(text, folder.path()).files.at(0).filename(), "empty_00001_.latent");
  EXPECT_EQ(run_pipeline_text(text, folder.path()).files.at(0).filename(), "empty_00002_.latent");
}

}  // namespace
}  // namespace ksampler
