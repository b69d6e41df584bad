// The pipelines of configs/families, from their prompt to their picture, with small networks in the
// place of the published files: their pictures are noise, and that of another family would not fit.
#include "host/files/png.hpp"
#include "tests/model/network_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace ksampler {
namespace {

const std::filesystem::path kFolder = SOURCE_DIR "/configs/families";

struct FamilyFile {
  const char* pipeline;
  // The published file's name there, and the small network that is of its kind.
  std::map<std::string, std::string> files;
};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Of Qwen-Image, for a text as wide as the small encoder's that sees pictures.
std::filesystem::path editing_network(const std::filesystem::path& folder) {
  constexpr std::int64_t kWidth = 128;
  test::ModelFile file = test::network("qwen_image");
  const std::string root = "model.diffusion_model.txt_";
  file.tensors.at(root + "norm.weight") = at::ones({kWidth});
  file.tensors.at(root + "in.weight") = at::randn({64, kWidth}) / 8;
  std::filesystem::path path = folder / "editing.safetensors";
  file.write(path);
  return path;
}

// Wan 2.1's autoencoder, of pictures with alpha.
std::filesystem::path autoencoder_with_alpha(const std::filesystem::path& folder) {
  test::ModelFile file = test::network("wan_vae");
  const auto with_one_more = [&](const std::string& name, std::int64_t dimension) {
    at::Tensor& tensor = file.tensors.at(name);
    tensor = at::cat({tensor, tensor.narrow(dimension, 0, 1)}, dimension);
  };
  with_one_more("encoder.conv1.weight", 1);
  with_one_more("decoder.head.2.weight", 0);
  with_one_more("decoder.head.2.bias", 0);
  std::filesystem::path path = folder / "alpha.safetensors";
  file.write(path);
  return path;
}

// Grey, with a hole in its middle: its mask.
std::filesystem::path photo_with_a_hole(const std::filesystem::path& folder) {
  constexpr std::uint32_t kSide = 32;
  std::vector<std::uint8_t> pixels(std::size_t{kSide} * kSide * 4, 0x80);
  for (std::size_t i = 0; i < pixels.size(); i += 4) {
    const std::size_t column = i / 4 % kSide;
    pixels[i + 3] = column > kSide / 4 && column < kSide / 2 ? 0 : 0xFF;
  }
  const std::vector<std::byte> png = png_bytes_with_alpha(kSide, kSide, pixels);
  std::filesystem::path path = folder / "photo.png";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(png.data()), static_cast<std::streamsize>(png.size()));
  return path;
}

class FamilyPipeline : public ::testing::TestWithParam<FamilyFile> {
 protected:
  // With the small files, 64 by 48 pixels, and three steps where there are more.
  std::string made_small() const {
    std::string text = text_of(kFolder / (std::string(GetParam().pipeline) + ".yaml"));
    for (const auto& [published, small] : GetParam().files) {
      const std::size_t at = text.find(" " + published);
      EXPECT_NE(at, std::string::npos) << published;
      if (at == std::string::npos) continue;
      const std::filesystem::path file = small == "editing" ? editing_network(folder_.path())
                                         : small == "vae with alpha"
                                             ? autoencoder_with_alpha(folder_.path())
                                             : test::network_file(small);
      text.replace(at + 1, published.size(), file.string());
    }
    const auto replace = [&](const char* from, const std::string& to) {
      text = std::regex_replace(text, std::regex(from), to);
    };
    replace("width: [0-9]+", "width: 64");
    replace("height: [0-9]+", "height: 48");
    replace("steps: [0-9]+", "steps: 3");
    replace("image: photo.png", "image: " + photo_with_a_hole(folder_.path()).string());
    return text;
  }

  test::TemporaryFolder folder_;
};

TEST_P(FamilyPipeline, GoesFromItsPromptToItsPicture) {
  const Outcome outcome = run_pipeline_text(made_small(), folder_.path());
  EXPECT_EQ(outcome.steps, 3U);
  ASSERT_GE(outcome.files.size(), 1U);  // of layers, several
  const Picture picture = read_png(outcome.files[0]);
  // A broken run is of one colour: NaN is black.
  const std::set<std::uint16_t> levels(picture.rgba.begin(), picture.rgba.end());
  EXPECT_GT(levels.size(), 10U);
  EXPECT_EQ(outcome.warnings, std::vector<std::string>());
}

const std::string kClipL = "clip_l.safetensors";
const std::string kT5 = "t5xxl_fp16.safetensors";
const std::string kAe = "ae.safetensors";
const std::string kQwenVae = "qwen_image_vae.safetensors";

const std::vector<FamilyFile>& all() {
  static const std::vector<FamilyFile> files = {
      {"flux1-dev",
       {{"flux1-dev.safetensors", "flux"},
        {kClipL, "whole_clip_l24"},
        {kT5, "whole_t5"},
        {kAe, "vae16"}}},
      {"flux1-fill-dev",
       {{"flux1-fill-dev.safetensors", "flux_fill"},
        {kClipL, "whole_clip_l24"},
        {kT5, "whole_t5"},
        {kAe, "vae16"}}},
      {"chroma", {{"chroma1-hd.safetensors", "chroma"}, {kT5, "whole_t5"}, {kAe, "vae16"}}},
      {"flux2-klein",
       {{"flux-2-klein-4b.safetensors", "flux2"},
        {"qwen_3_4b.safetensors", "whole_klein"},
        {"flux2-vae.safetensors", "flux2_vae"}}},
      {"flux2-dev",
       {{"flux2_dev_fp8mixed.safetensors", "flux2_dev"},
        {"mistral_3_small_flux2_fp8.safetensors", "whole_mistral"},
        {"flux2-vae.safetensors", "flux2_vae"}}},
      {"lumina2",
       {{"lumina_2_model_bf16.safetensors", "lumina2_pipeline"},
        {"gemma_2_2b_fp16.safetensors", "whole_gemma2"},
        {kAe, "vae16"}}},
      {"anima",
       {{"anima-preview.safetensors", "anima_pipeline"},
        {"qwen_3_06b_base.safetensors", "whole_qwen3_06b"},
        {kQwenVae, "wan_vae"}}},
      {"z-image-turbo",
       {{"z_image_turbo_bf16.safetensors", "z_image"},
        {"qwen_3_4b.safetensors", "whole_qwen3"},
        {kAe, "vae16"}}},
      {"sd3.5",
       {{"sd3.5_medium.safetensors", "sd35"},
        {kClipL, "whole_clip_l8"},
        {"clip_g.safetensors", "whole_clip_g16"},
        {kT5, "whole_t5"},
        {"sd3.5_vae.safetensors", "vae16"}}},
      {"qwen-image",
       {{"qwen_image_fp8_e4m3fn.safetensors", "qwen_image"},
        {"qwen_2.5_vl_7b_fp8_scaled.safetensors", "whole_qwen25"},
        {kQwenVae, "wan_vae"}}},
      {"qwen-image-edit",
       {{"qwen_image_edit_2509_fp8_e4m3fn.safetensors", "editing"},
        {"qwen_2.5_vl_7b_fp8_scaled.safetensors", "whole_qwen_vl"},
        {kQwenVae, "wan_vae"}}},
      {"flux1-redux-dev",
       {{"flux1-dev.safetensors", "flux"},
        {kClipL, "whole_clip_l24"},
        {kT5, "whole_t5"},
        {kAe, "vae16"},
        {"sigclip_vision_patch14_384.safetensors", "siglip_vision"},
        {"flux1-redux-dev.safetensors", "redux"}}},
      {"qwen-image-layered",
       {{"qwen_image_layered_bf16.safetensors", "qwen_layered"},
        {"qwen_2.5_vl_7b_fp8_scaled.safetensors", "whole_qwen25"},
        {"qwen_image_layered_vae.safetensors", "vae with alpha"}}},
      {"qwen-image-2.1",
       {{"qwen_image_2.1_bf16.safetensors", "qwen_image21_pipeline"},
        {"qwen3vl_8b_bf16.safetensors", "whole_qwen3_vl_8b"},
        {"qwen_image_2.1_vae_bf16.safetensors", "qwen21_vae"}}},
      {"krea2-turbo",
       {{"krea2_turbo_fp8_scaled.safetensors", "krea2_pipeline"},
        {"qwen3vl_4b_fp8_scaled.safetensors", "whole_qwen3_vl"},
        {kQwenVae, "wan_vae"}}},
  };
  return files;
}

std::string named(const ::testing::TestParamInfo<FamilyFile>& info) {
  return std::regex_replace(std::string(info.param.pipeline), std::regex("[-.]"), "_");
}

INSTANTIATE_TEST_SUITE_P(Configs, FamilyPipeline, ::testing::ValuesIn(all()), named);

TEST(FamilyPipelines, AreAllTried) {
  std::set<std::string> there;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".yaml") there.insert(entry.path().stem().string());
  }
  std::set<std::string> tried;
  for (const FamilyFile& file : all()) tried.emplace(file.pipeline);
  EXPECT_EQ(tried, there);
}

}  // namespace
}  // namespace ksampler
