// Pictures beside what ComfyUI's own nodes make of them: a folder each of tests/data/parity_nodes, with
// case.json (nodes as in a pipeline file), inputs, and comfyui.safetensors (pictures U8 [N,H,W,3]).
#include "host/files/png.hpp"
#include "host/files/tensor_file.hpp"
#include "host/sampling/masks.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"

#include <ATen/ops/equal.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>

namespace ksampler {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path kFolder = TEST_DATA "/parity_nodes";

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kFolder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

class ComfyUiPicture : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    case_ = Json::parse(test::read_text(kFolder / GetParam() / "case.json"));
    reference_ = TensorFile::open(kFolder / GetParam() / "comfyui.safetensors");
    for (const auto& entry : fs::directory_iterator(kFolder / GetParam())) {
      fs::copy_file(entry.path(), folder_ / entry.path().filename());
    }
  }

  // The pictures that the case's nodes make, one behind the other. JSON is YAML.
  std::vector<std::uint8_t> pictures(const std::string& link) {
    Json nodes = case_.at("nodes");
    nodes["saved"] = {{"type", "SaveImage"}, {"images", link}};
    std::vector<std::uint8_t> levels;
    for (const auto& file : run_pipeline_text(Json{{"nodes", nodes}}.dump(), folder_.path()).files) {
      const Picture picture = read_png(file);
      for (std::size_t i = 0; i < picture.rgba.size(); ++i) {
        if (i % 4 != 3) levels.push_back(static_cast<std::uint8_t>(picture.rgba[i] / 257));
      }
    }
    return levels;
  }

  // As it is used: brought to the size of the latent.
  void compare_mask() {
    const Json& image = case_.at("nodes").at("i").at("image");
    NodeCase node{"LoadImage", {{"image", (folder_ / image.get<std::string>()).string()}}, {}, {}};
    const auto mask = std::any_cast<MaskValue>(node.run().at(1));
    std::vector<float> values(64 * 64);
    reference_->read(reference_->tensor("mask.mask"), std::as_writable_bytes(std::span(values)));
    const bool is_zero = std::all_of(values.begin(), values.end(), [](float v) { return v == 0; });
    ASSERT_TRUE(is_zero);  // such masks are of another size in ComfyUI
    EXPECT_TRUE(at::equal(fit_mask(mask, {1, 4, 32, 32}), at::zeros({1, 4, 32, 32})));
  }

  test::TemporaryFolder folder_;
  Json case_;
  std::shared_ptr<const TensorFile> reference_;
};

TEST_P(ComfyUiPicture, IsTheSameHere) {
  for (const auto& [name, output] : case_.at("outputs").items()) {
    if (output.at("what") != "image") {
      compare_mask();
      continue;
    }
    const std::vector<std::byte> theirs = reference_->read(name);
    const std::vector<std::uint8_t> ours = pictures(output.at("link"));
    ASSERT_EQ(ours.size(), theirs.size());
    // 2e-6 of the largest value, as the case has it, is no level; but builds of libjpeg may round the
    // inverse transform differently.
    const int tolerance = GetParam().find("jpeg") == std::string::npos ? 0 : 1;
    int most = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
      most = std::max(most, std::abs(int{ours[i]} - std::to_integer<int>(theirs[i])));
    }
    EXPECT_LE(most, tolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(OfItsNodes, ComfyUiPicture, testing::ValuesIn(cases()),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace ksampler
