// The names and shapes of the tensors of published files, as ComfyUI's own modules have them
// (reference/list_keys.py): at their full sizes, each is taken, and nothing else is asked for.
#include "host/model/family/family.hpp"
#include "host/model/file/model_file.hpp"
#include "host/model/load/load_model.hpp"
#include "host/model/load/load_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace ksampler {
namespace {

// Some files have 64 GB. A file may be as large as it says without taking room on a disk; what is read
// here is its header.
class SparseFile {
 public:
  explicit SparseFile(const std::string& name) : path_(folder_ / (name + ".safetensors")) {
    std::ifstream list(std::string(TEST_DATA "/keys/") + name + ".txt");
    std::string line;
    while (std::getline(list, line)) add(line);
    const std::string text = header_.dump();
    const std::uint64_t length = text.size();
    std::ofstream file(path_, std::ios::binary);
    file.write(reinterpret_cast<const char*>(&length), sizeof length);  // safetensors is little-endian
    file << text;
    file.close();
    std::filesystem::resize_file(path_, sizeof length + length + bytes_);
  }

  Weights weights() const { return {open_model_file(path_), at::kCPU, at::kBFloat16}; }
  std::size_t tensors() const { return header_.size(); }

 private:
  // "blocks.0..2.weight 3 4"
  void add(const std::string& line) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    std::vector<std::uint64_t> shape;
    for (std::uint64_t size = 0; words >> size;) shape.push_back(size);
    const std::size_t dots = name.find("..");
    if (dots == std::string::npos) return add(name, shape);
    const std::size_t begin = name.rfind('.', dots - 1) + 1;
    const std::size_t end = name.find('.', dots + 2);
    const int last = std::stoi(name.substr(dots + 2, end - dots - 2));
    for (int i = std::stoi(name.substr(begin, dots - begin)); i <= last; ++i) {
      add(name.substr(0, begin) + std::to_string(i) + name.substr(end), shape);
    }
  }
  void add(const std::string& name, const std::vector<std::uint64_t>& shape) {
    std::uint64_t size = 2;  // bytes of a BF16
    for (const std::uint64_t each : shape) size *= each;
    header_[name] = {{"dtype", "BF16"}, {"shape", shape}, {"data_offsets", {bytes_, bytes_ + size}}};
    bytes_ += size;
  }

  test::TemporaryFolder folder_;
  std::filesystem::path path_;
  nlohmann::json header_;
  std::uint64_t bytes_ = 0;
};

struct Published {
  const char* file;
  const char* what;  // the family's name, or the encoder's
  std::size_t tensors;
};

template <typename Param>
std::string named(const ::testing::TestParamInfo<Param>& info) {
  std::string name = info.param.file;
  for (char& letter : name) {
    if (letter == '-' || letter == '.') letter = '_';
  }
  return name;
}

class PublishedNetwork : public ::testing::TestWithParam<Published> {};

TEST_P(PublishedNetwork, IsTakenToTheLastTensor) {
  const SparseFile file(GetParam().file);
  ASSERT_EQ(file.tensors(), GetParam().tensors);
  const Weights all = file.weights();
  const std::string prefix = "model.diffusion_model.";
  const Weights weights = (all.has_any(prefix) ? all.within(prefix) : all).shapes();
  const auto family =
      std::ranges::find_if(families(), [&](const Family* each) { return each->is_of(weights); });
  ASSERT_NE(family, families().end());
  EXPECT_STREQ((*family)->name, GetParam().what);
  (*family)->network(weights);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

INSTANTIATE_TEST_SUITE_P(
    Files, PublishedNetwork,
    ::testing::Values(
        Published{"flux1-dev", "Flux.1", 780}, Published{"flux1-schnell", "Flux.1 schnell", 776},
        Published{"flux1-depth-dev", "Flux.1", 780}, Published{"flux1-fill-dev", "Flux.1", 780},
        Published{"chroma1-hd", "Chroma", 643}, Published{"flux2-dev", "Flux.2", 299},
        Published{"flux2-klein-4b", "Flux.2", 149}, Published{"flux2-klein-9b", "Flux.2", 201},
        Published{"z-image", "Z-Image", 453}, Published{"qwen-image", "Qwen-Image", 1933},
        Published{"qwen-image-layered", "Qwen-Image", 1934}, Published{"lumina2", "Lumina 2", 399},
        Published{"anima", "Anima", 685}, Published{"sd3-medium", "SD 3", 491},
        Published{"sd3.5-medium", "SD 3", 665}, Published{"sd3.5-large", "SD 3", 923}),
    named<Published>);

struct PublishedEncoder {
  const char* file;
  SentenceKind kind;
  std::size_t tensors;
};

class PublishedTextEncoder : public ::testing::TestWithParam<PublishedEncoder> {};

TEST_P(PublishedTextEncoder, IsTakenToTheLastTensor) {
  const SparseFile file(GetParam().file);
  ASSERT_EQ(file.tensors(), GetParam().tensors);
  const Weights weights = file.weights().shapes();
  // Tokenizers, which some files bring, are not in the lists.
  const auto recipe = find_recipe(names_of({weights}), TextUse::as_found);
  ASSERT_TRUE(recipe && recipe->sentence);
  if (recipe->sentence->kind == SentenceKind::t5) {
    load_t5(weights, *recipe->sentence);
  } else {
    load_language(weights, *recipe->sentence);
  }
  EXPECT_EQ(recipe->sentence->kind, GetParam().kind);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

INSTANTIATE_TEST_SUITE_P(
    Files, PublishedTextEncoder,
    ::testing::Values(PublishedEncoder{"t5xxl", SentenceKind::t5, 219},
                      PublishedEncoder{"qwen_3_06b", SentenceKind::qwen3_anima, 310},
                      PublishedEncoder{"qwen_3_4b", SentenceKind::qwen3, 398},
                      PublishedEncoder{"gemma_2_2b", SentenceKind::gemma2, 288},
                      PublishedEncoder{"mistral_3_small_flux2", SentenceKind::mistral, 362},
                      PublishedEncoder{"qwen_3_8b", SentenceKind::qwen3_flux2, 398},
                      PublishedEncoder{"qwen_2.5_vl_7b", SentenceKind::qwen25, 728}),
    named<PublishedEncoder>);

class PublishedAutoencoder : public ::testing::TestWithParam<Published> {};

TEST_P(PublishedAutoencoder, IsTakenToTheLastTensor) {
  const SparseFile file(GetParam().file);
  ASSERT_EQ(file.tensors(), GetParam().tensors);
  EXPECT_EQ(find_autoencoder(file.weights().file(), at::kCPU).surplus, std::vector<std::string>());
}

INSTANTIATE_TEST_SUITE_P(Files, PublishedAutoencoder,
                         ::testing::Values(Published{"ae", "", 244}, Published{"flux2-vae", "", 250},
                                           Published{"qwen_image_vae", "", 194}),
                         named<Published>);

}  // namespace
}  // namespace ksampler
