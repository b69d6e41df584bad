// What was sampled before a node failed.
#include "host/base/error.hpp"
#include "host/files/output.hpp"
#include "host/files/safetensors.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

// The model takes latents of 16 by 16 cells alone: "again" fails, after "base" and "other" are sampled.
const std::string kNodes =
    "nodes:\n"
    "  model: { type: ToyDenoiser, file: " TEST_DATA
    "/parity/model.safetensors, denoiser: mixture, parameterization: eps }\n"
    "  one: { type: ToyConditioning, label: 1 }\n"
    "  canvas: { type: EmptyLatentImage, width: 128, height: 128, batch_size: 3 }\n"
    "  base: &sampler { type: KSampler, model: $model, positive: $one, negative: $one, steps: 2, seed: "
    "7,\n"
    "                   latent_image: $canvas, cfg: 1.0, sampler_name: euler, scheduler: karras }\n"
    "  other: { <<: *sampler, seed: 8 }\n"
    "  large: { type: LatentUpscaleBy, samples: $base, upscale_method: bilinear, scale_by: 2.0 }\n";
const std::string kFailing =
    "  again: { <<: *sampler, latent_image: $large }\n"
    "  save: { type: SaveLatent, samples: $again, filename_prefix: last }\n"
    "  more: { type: SaveLatent, samples: $canvas, filename_prefix: canvas }\n"
    "  late: { type: LatentAdd, samples1: $other, samples2: $again }\n"
    "  sum: { type: SaveLatent, samples: $late, filename_prefix: sum }\n";
const std::string kFine =
    "  save: { type: SaveLatent, samples: $large, filename_prefix: large }\n"
    "  more: { type: SaveLatent, samples: $other, filename_prefix: other }\n";

class RescuedLatents : public ::testing::Test {
 protected:
  std::vector<std::string> rescued() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("rescued")) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  std::vector<std::byte> samples(const std::string& name) const {
    return TensorFile::open(folder_ / name)->read("latent_tensor");
  }

  test::TemporaryFolder folder_;
};

TEST_F(RescuedLatents, AreThoseThatWereSampledAndNotUsedUp) {
  const std::string said =
      test::error_text([&] { run_pipeline_text(kNodes + kFailing, folder_.path()); });
  EXPECT_EQ(rescued(),
            (std::vector<std::string>{"rescued_large_00001_.latent", "rescued_other_00001_.latent"}));
  EXPECT_NE(said.find("node 'again' (KSampler): this model denoises latents of 4 channels"),
            std::string::npos)
      << said;
  EXPECT_NE(said.find(". What was sampled is kept, for LoadLatent: "), std::string::npos) << said;
  for (const std::string& name : rescued())
    EXPECT_NE(said.find((folder_ / name).string()), std::string::npos);

  run_pipeline_text(kNodes + kFine, folder_.path());
  EXPECT_EQ(samples("rescued_large_00001_.latent"), samples("large_00001_.latent"));
  EXPECT_EQ(samples("rescued_other_00001_.latent"), samples("other_00001_.latent"));
}

TEST_F(RescuedLatents, AreNoneBeforeSampling) {
  std::string text = kNodes + kFailing;
  text.replace(text.find("$canvas, cfg"), 12, "$large2, cfg");
  text +=
      "  large2: { type: LatentUpscaleBy, samples: $canvas, upscale_method: bilinear, scale_by: 2.0 "
      "}\n";
  const std::string said = test::error_text([&] { run_pipeline_text(text, folder_.path()); });
  EXPECT_NE(said.find("node 'base' (KSampler)"), std::string::npos) << said;
  EXPECT_EQ(said.find("kept"), std::string::npos) << said;
  EXPECT_EQ(rescued(), std::vector<std::string>{});
}

TEST_F(RescuedLatents, CannotHideTheErrorWhereTheyCannotBeWritten) {
  const fs::path out = folder_ / "out";
  test::write_text(out, "a file");
  test::write_text(folder_ / "p.yaml", kNodes + kFailing);
  const std::string said = test::error_text([&] { run_pipeline(folder_ / "p.yaml", out); });
  EXPECT_NE(said.find("node 'again' (KSampler): this model denoises"), std::string::npos) << said;
  EXPECT_NE(said.find(". What was sampled could not be kept: "), std::string::npos) << said;
}

// The picture is made of them, and is in no file yet.
TEST_F(RescuedLatents, OutliveAPictureThatCannotBeWritten) {
  test::write_text(folder_ / "blocked", "a file where a folder is wanted");
  const std::string said = test::error_text([&] {
    run_pipeline_text(
        kNodes +
            "  image: { type: LatentPreview, samples: $base }\n"
            "  fine: { type: SaveLatent, samples: $other, filename_prefix: other }\n"
            "  save: { type: SaveImage, images: $image, filename_prefix: blocked/picture }\n",
        folder_.path());
  });
  EXPECT_EQ(rescued(), std::vector<std::string>{"rescued_base_00001_.latent"}) << said;
  EXPECT_NE(said.find((folder_ / "rescued_base_00001_.latent").string()), std::string::npos) << said;
}

TEST_F(RescuedLatents, GoOnAsIfNothingHadHappened) {
  const std::vector<float> mask(16 * 16, 0.25f);
  write_whole(
      folder_ / "mask.safetensors",
      safetensors_bytes({{"mask", {DType::f32, {16, 16}, std::as_bytes(std::span(mask))}}}, {}));
  std::string nodes = kNodes;
  nodes.replace(nodes.find("latent_image: $canvas"), 21, "latent_image: $masked");
  nodes +=
      "  mask: { type: LoadMask, file: mask.safetensors, tensor: mask }\n"
      "  two: { type: LatentFromBatch, samples: $canvas, batch_index: 1, length: 2 }\n"
      "  masked: { type: SetLatentNoiseMask, samples: $two, mask: $mask }\n";
  const std::string second = "  second: { <<: *sampler, latent_image: $base, seed: 9, denoise: 0.5 }\n";
  const std::string save =
      "  save: { type: SaveLatent, samples: $second, filename_prefix: straight }\n";
  const std::string broken =
      "  broken: { <<: *sampler, latent_image: $large }\n"
      "  lost: { type: SaveLatent, samples: $broken, filename_prefix: lost }\n";
  run_pipeline_text(nodes + second + save, folder_.path());
  EXPECT_NE(
      test::error_text([&] { run_pipeline_text(nodes + broken + second + save, folder_.path()); }),
      "no error");

  std::string after = nodes + "  rescued: { type: LoadLatent, latent: rescued_base_00001_.latent }\n" +
                      second +
                      "  save: { type: SaveLatent, samples: $second, filename_prefix: after }\n";
  after.replace(after.find("latent_image: $base"), 19, "latent_image: $rescued");
  run_pipeline_text(after, folder_.path());
  EXPECT_EQ(samples("after_00001_.latent"), samples("straight_00001_.latent"));
}

}  // namespace
}  // namespace ksampler
