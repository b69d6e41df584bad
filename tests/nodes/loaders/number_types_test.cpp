// What networks compute with, as a run is asked for it: it reaches each network, and is recorded.
#include "host/files/png.hpp"
#include "tests/model/made_encoder.hpp"
#include "tests/model/network_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::ModelFile;

constexpr char kPipeline[] = R"(nodes:
  unet: { type: UNETLoader, unet_name: model.safetensors, weight_dtype: default }
  clip: { type: CLIPLoader, clip_name: model.safetensors }
  vae: { type: VAELoader, vae_name: model.safetensors }
  positive: { type: CLIPTextEncode, clip: $clip, text: a red circle }
  negative: { type: CLIPTextEncode, clip: $clip, text: "" }
  canvas: { type: EmptyLatentImage, width: 64, height: 64 }
  base: { type: KSampler, model: $unet, positive: $positive, negative: $negative, latent_image: $canvas,
          seed: 1, steps: 2, cfg: 4.0, sampler_name: euler, scheduler: normal }
  image: { type: VAEDecode, vae: $vae, samples: $base }
  save: { type: SaveImage, images: $image, filename_prefix: picture }
)";

class RunWithTypes : public ::testing::Test {
 protected:
  RunWithTypes() {
    model_ = ModelFile().add("sd1_unet").add("vae");
    const test::Tensors text =
        test::transformers_tensors("cond_stage_model.transformer.", {.width = 24});
    model_.tensors.insert(text.begin(), text.end());
    model_.write(folder_ / "model.safetensors");
  }

  Picture run(const NumberTypes& types, const std::string& text = kPipeline) const {
    return read_png(run_pipeline_text(text, folder_.path(), types).files.at(0));
  }

  ModelFile model_;
  test::TemporaryFolder folder_;
};

TEST_F(RunWithTypes, EachReachesItsNetwork) {
  const Picture usual = run({});
  // On a CPU, this is what is usual.
  EXPECT_EQ(run({.unet = "fp32", .vae = "fp32", .text = "fp32"}).rgba, usual.rgba);
  for (const char* type : {"fp16", "bf16"}) {
    EXPECT_NE(run({.unet = type}).rgba, usual.rgba) << type;
    EXPECT_NE(run({.vae = type}).rgba, usual.rgba) << type;
    EXPECT_NE(run({.text = type}).rgba, usual.rgba) << type;
  }
  // What was kept in another type is not taken for this.
  EXPECT_EQ(run({}).rgba, usual.rgba);
}

TEST_F(RunWithTypes, TheOneThatALoaderNamesGoesBefore) {
  std::string text = kPipeline;
  text.replace(text.find("default"), 7, "fp32");
  EXPECT_EQ(run({.unet = "bf16"}, text).rgba, run({}).rgba);
}

TEST_F(RunWithTypes, APictureRecordsThoseThatWereAskedFor) {
  EXPECT_EQ(run({}).text.at("made_with").find("dtypes"), std::string::npos);
  const std::string record = run({.vae = "bf16"}).text.at("made_with");
  EXPECT_NE(record.find(R"("dtypes":{"unet":"auto","vae":"bf16","text":"auto"})"), std::string::npos)
      << record;
}

TEST_F(RunWithTypes, AnOverflowIsAnErrorAndNoBlackPicture) {
  model_.tensors.at("first_stage_model.decoder.conv_in.weight") *= 2e5;
  model_.write(folder_ / "model.safetensors");
  EXPECT_NE(
      test::error_text([&] { run({.vae = "fp16"}); }).find("the autoencoder overflows in float16"),
      std::string::npos);
  EXPECT_EQ(test::error_text([&] { run({.vae = "bf16"}); }), "no error");
}

}  // namespace
}  // namespace ksampler
