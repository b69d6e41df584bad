// Networks whose weights lie in the file, all or some of them in memory: to the bit what they are with
// copies of all weights.
#include "host/model/load/file_network.hpp"

#include "host/model/family/family.hpp"
#include "host/model/network/device_weights.hpp"
#include "host/model/network/mapped_weights.hpp"
#include "tests/model/network/fake_device.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace ksampler {
namespace {

constexpr char kPrefix[] = "model.diffusion_model.";

Weights weights_of(const std::filesystem::path& file, at::ScalarType type) {
  return Weights(TensorFile::open(file), at::kCPU, type).within(kPrefix);
}

const Family& family_of(const Weights& weights) {
  const auto found =
      std::ranges::find_if(families(), [&](const Family* each) { return each->is_of(weights); });
  EXPECT_NE(found, families().end());
  return **found;
}

NetworkInput input_of(const Network& network) {
  const NetworkFacts facts = network.facts();
  NetworkInput input{.x = at::randn({1, facts.channels, 8, 8}).to(network.options()),
                     .timesteps = at::full({1}, 0.5),
                     .text = at::randn({1, 8, facts.text_width}).to(network.options())};
  if (facts.pooled_width > 0) input.pooled = at::randn({1, facts.pooled_width});
  if (facts.numbers > 0) input.numbers = at::full({1, facts.numbers}, 64.0);
  if (facts.guidance) input.guidance = at::full({1}, 3.5);
  return input;
}

class AddsOne : public WeightDelta {
 public:
  at::Tensor of(const at::Tensor& weight) const override { return at::ones_like(weight); }
};

struct StreamedCase {
  const char* name;
  at::ScalarType in_file;
  at::ScalarType type;
};

class NetworkOfAFile : public ::testing::TestWithParam<StreamedCase> {
 protected:
  NetworkOfAFile() {
    test::ModelFile model = test::network(GetParam().name);
    for (auto& [name, tensor] : model.tensors) tensor = tensor.to(GetParam().in_file);
    model.write(path_);
  }

  Weights weights(const WeightPatches& patches = {}) const {
    return weights_of(path_, GetParam().type).patched_by(patches);
  }
  std::shared_ptr<const Network> network(const Weights& weights,
                                         std::shared_ptr<WeightStream> stream) const {
    return std::make_shared<FileNetwork>(weights, std::move(stream), family_of(weights).network);
  }
  // Three passes, so that all has come and gone.
  void expect_same_bits(const Weights& weights, const std::shared_ptr<WeightStream>& stream) const {
    const c10::InferenceMode inference;
    const auto copied = family_of(weights).network(weights.fresh());
    const auto streamed = network(weights.fresh(), stream);
    const NetworkInput input = input_of(*copied);
    const at::Tensor expected = copied->predict(input);
    for (int pass = 0; pass < 3; ++pass) EXPECT_TRUE(streamed->predict(input).equal(expected)) << pass;
  }
  // Of its weights three quarters: networks this small have few, and two buffers are a half of them.
  std::uint64_t room() const { return std::filesystem::file_size(path_) / 4 * 3; }

  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "model.safetensors";
};

TEST_P(NetworkOfAFile, ComputesTheSameBitsWithWeightsThatLieInTheFile) {
  expect_same_bits(weights(), nullptr);
}

TEST_P(NetworkOfAFile, ComputesTheSameBitsWithWeightsThatComeAndGoOnACpu) {
  // The rest of the process is said to take nothing: all of the limit is for weights.
  const std::uint64_t limit = room();
  const auto stream = std::make_shared<WeightStream>(
      mapped_weights(limit, {.begin = [] {}, .highest = [] { return std::uint64_t{0}; }}));
  expect_same_bits(weights(), stream);
  EXPECT_GT(stream->staying(), 0U);
  EXPECT_LT(stream->staying(), stream->size());
}

TEST_P(NetworkOfAFile, ComputesTheSameBitsWithWeightsThatComeAndGoOnADevice) {
  test::FakeDevice device;
  const std::uint64_t room = this->room();
  {
    const auto stream = std::make_shared<WeightStream>(
        device_weights(room, std::make_unique<test::FakeDeviceMemory>(device)));
    expect_same_bits(weights(), stream);
    EXPECT_GT(stream->staying(), 0U);
    EXPECT_LT(stream->staying(), stream->size());
  }
  EXPECT_LE(device.most_bytes, room);
  EXPECT_EQ(device.bytes, 0U);
}

TEST_P(NetworkOfAFile, IsChangedByALoraToTheSameBits) {
  WeightPatches patches;
  const Weights plain = weights();
  for (const std::string& name : plain.names()) {
    const std::vector<std::int64_t> shape = plain.shape(name);
    if (shape.size() < 2) continue;
    patches[kPrefix + name] = {
        {.delta = std::make_shared<AddsOne>(), .strength = 1.0 / 512.0, .rows = shape[0]}};
  }
  expect_same_bits(weights(patches), nullptr);
  const auto stream = std::make_shared<WeightStream>(
      mapped_weights(room(), {.begin = [] {}, .highest = [] { return std::uint64_t{0}; }}));
  expect_same_bits(weights(patches), stream);
}

INSTANTIATE_TEST_SUITE_P(All, NetworkOfAFile,
                         ::testing::Values(StreamedCase{"z_image", at::kFloat, at::kFloat},
                                           StreamedCase{"z_image", at::kBFloat16, at::kFloat},
                                           StreamedCase{"z_image", at::kBFloat16, at::kBFloat16},
                                           StreamedCase{"z_image", at::kFloat, at::kBFloat16},
                                           StreamedCase{"flux", at::kBFloat16, at::kFloat},
                                           StreamedCase{"sd35", at::kHalf, at::kFloat},
                                           StreamedCase{"qwen_image", at::kBFloat16, at::kFloat},
                                           StreamedCase{"sd1_unet", at::kFloat, at::kFloat},
                                           StreamedCase{"sd1_unet", at::kHalf, at::kFloat},
                                           StreamedCase{"sd1_unet", at::kFloat, at::kBFloat16},
                                           StreamedCase{"sdxl_unet", at::kHalf, at::kFloat}),
                         [](const auto& each) {
                           return std::string(each.param.name) + at::toString(each.param.in_file) +
                                  "In" + at::toString(each.param.type);
                         });

class FileThatChanges : public ::testing::Test {
 protected:
  FileThatChanges() {
    test::network("z_image").write(path_);
    network_ = std::make_shared<FileNetwork>(weights_of(path_, at::kFloat), nullptr,
                                             family_of(weights_of(path_, at::kFloat)).network);
  }
  std::string predict() const {
    const c10::InferenceMode inference;
    return test::error_text([&] { network_->predict(input_of(*network_)); });
  }

  const std::string changed_ =
      ": was written to while it was being read; a program that saves to a new file and renames it "
      "does not disturb a run";
  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "model.safetensors";
  std::shared_ptr<const Network> network_;
};

TEST_F(FileThatChanges, IsAnErrorOfWhatIsPredictedFromIt) {
  EXPECT_EQ(predict(), "no error");
  std::filesystem::resize_file(path_, 100'000);
  EXPECT_EQ(predict(), path_.string() + changed_);
}

TEST_F(FileThatChanges, MayBeReplacedByAnotherAndRemoved) {
  test::network("sd1_unet").write(folder_ / "other");
  std::filesystem::rename(folder_ / "other", path_);
  EXPECT_EQ(predict(), "no error");
  std::filesystem::remove(path_);
  EXPECT_EQ(predict(), "no error");
}

TEST(StreamOfANetwork, IsThereWhereTheProcessHasALimit) {
  NetworkCache cache;
  EXPECT_EQ(stream_for(cache, at::kCPU, 100), nullptr);
  cache.limit(50);  // of networks alone, by which others make room
  EXPECT_EQ(stream_for(cache, at::kCPU, 100), nullptr);
  cache.limit_process(1000);
  EXPECT_NE(stream_for(cache, at::kCPU, 100), nullptr);
}

}  // namespace
}  // namespace ksampler
