// Weights that come and go: on a device, played by main memory, and in the pages of a file.
#include "host/model/network/weight_stream.hpp"

#include "host/base/memory.hpp"
#include "host/base/sanitized.hpp"
#include "host/model/network/device_weights.hpp"
#include "host/model/network/mapped_weights.hpp"
#include "host/model/network/tensors.hpp"
#include "host/model/network/weights.hpp"
#include "tests/model/model_file.hpp"
#include "tests/model/network/fake_device.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

using test::FakeDevice;
using test::FakeDeviceMemory;

constexpr std::int64_t kSide = 8;
constexpr std::uint64_t kEach = kSide * kSide * sizeof(float);  // bytes of a weight

// `count` weights, whose values are their numbers.
class StreamOfWeights : public ::testing::Test {
 protected:
  void make(std::size_t count, std::uint64_t room) {
    stream_ = std::make_unique<WeightStream>(
        device_weights(room, std::make_unique<FakeDeviceMemory>(device_)));
    for (std::size_t i = 0; i < count; ++i) {
      stream_->add(at::full({kSide, kSide}, static_cast<double>(i)));
    }
  }
  // Whether what is there is what is to be.
  void use(std::size_t index) {
    const at::Tensor weight = stream_->use(index);
    EXPECT_TRUE(weight.equal(at::full({kSide, kSide}, static_cast<double>(index)))) << index;
  }
  void pass() {
    for (std::size_t i = 0; i < stream_->size(); ++i) use(i);
  }

  FakeDevice device_;
  std::unique_ptr<WeightStream> stream_;
};

TEST_F(StreamOfWeights, IsCopiedOnceWhereAllFit) {
  make(6, 6 * kEach);
  for (int i = 0; i < 3; ++i) pass();
  EXPECT_EQ(device_.copies, 6);
  EXPECT_EQ(device_.most_bytes, 6 * kEach);
}

TEST_F(StreamOfWeights, KeepsAsManyAsFitBesideTwoBuffers) {
  for (std::uint64_t room = 2; room < 6; ++room) {
    device_ = {};
    make(6, room * kEach);
    pass();
    EXPECT_EQ(stream_->staying(), room - 2);
    const int before = device_.copies;
    pass();
    EXPECT_EQ(device_.copies - before, static_cast<int>(6 - (room - 2))) << room;
    EXPECT_EQ(device_.most_bytes, room * kEach);
    stream_.reset();
    EXPECT_EQ(device_.bytes, 0U);
  }
}

TEST_F(StreamOfWeights, HasTheNextOneOnItsWayWhileOneIsComputedWith) {
  make(4, 2 * kEach);
  pass();
  for (std::size_t i = 0; i < 4; ++i) {
    const int before = device_.copies;
    use(i);
    // Its own copy began when the one before was used; the one that begins now is of the next.
    EXPECT_EQ(device_.copies - before, 1);
    EXPECT_EQ(device_.last_copied, static_cast<float>((i + 1) % 4));
  }
}

TEST_F(StreamOfWeights, LearnsInWhichOrderItIsUsed) {
  make(4, 2 * kEach);
  const std::vector<std::size_t> order = {2, 0, 3, 1};
  for (const std::size_t i : order) use(i);
  for (int turn = 0; turn < 2; ++turn) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      use(order[i]);
      EXPECT_EQ(device_.last_copied, static_cast<float>(order[(i + 1) % 4]));
    }
  }
}

// As where two runs share a network on a device that has no room for both.
TEST_F(StreamOfWeights, NeverFillsABufferThatIsStillComputedWith) {
  make(4, 2 * kEach);
  const at::Tensor held = stream_->use(0);
  for (int i = 0; i < 3; ++i) pass();
  EXPECT_TRUE(held.equal(at::full({kSide, kSide}, 0.0)));
}

TEST_F(StreamOfWeights, SaysWhereThereIsNoRoomForTwoBuffers) {
  make(3, 2 * kEach - 1);
  EXPECT_EQ(test::error_text([&] { stream_->use(0); }),
            "the limit of 0 MB (--memory) is too low for this network: its largest weight is 0 MB; "
            "expected a limit of twice that and more");
}

// Of a file, with a memory of the process that a test says.
class StreamOfAFile : public ::testing::Test {
 protected:
  void make(std::uint64_t limit) {
    test::ModelFile model;
    for (int i = 0; i < 6; ++i) {
      model.tensors[std::to_string(i)] = at::full({kWide, kWide}, static_cast<double>(i));
    }
    model.write(path_);
    file_ = TensorFile::open(path_);
    stream_ = std::make_unique<WeightStream>(
        mapped_weights(limit, {.begin = [] {}, .highest = [this] { return resident_; }}));
    for (int i = 0; i < 6; ++i) stream_->add(tensor_in_file(file_, std::to_string(i)));
  }
  void pass() {
    for (std::size_t i = 0; i < 6; ++i) {
      EXPECT_EQ(stream_->use(i)[0][0].item<float>(), static_cast<float>(i));
    }
  }

  static constexpr std::int64_t kWide = 64;
  static constexpr std::uint64_t kBytes = kWide * kWide * sizeof(float);
  static constexpr std::uint64_t kRest = 100 * kBytes;  // of the process

  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "model.safetensors";
  std::shared_ptr<const TensorFile> file_;
  std::uint64_t resident_ = kRest;
  std::unique_ptr<WeightStream> stream_;
};

TEST_F(StreamOfAFile, KeepsNothingBeforeTheRestIsKnownAndThenWhatFits) {
  // A thirty-second of the limit is spare; beside it there is room for three and a buffer.
  make((kRest + 4 * kBytes) * 32 / 31 + 32);
  pass();
  EXPECT_EQ(stream_->staying(), 0U);
  pass();
  EXPECT_EQ(stream_->staying(), 3U);
}

TEST_F(StreamOfAFile, KeepsFewerWhereTheRestGrows) {
  make((kRest + 4 * kBytes) * 32 / 31 + 32);
  pass();
  pass();
  resident_ += 5 * kBytes;  // with the three and one in a buffer: two more than there were
  stream_->use(0);
  EXPECT_LT(stream_->staying(), 3U);
}

TEST_F(StreamOfAFile, StartsOverForALargerPicture) {
  make(2 * kRest);
  pass();
  pass();
  EXPECT_EQ(stream_->staying(), 6U);
  stream_->start_over();
  stream_->use(0);
  EXPECT_EQ(stream_->staying(), 0U);
}

TEST_F(StreamOfAFile, SaysWhatTheLimitWouldHaveToBe) {
  resident_ = 900'000'000;
  make(900'000'000);
  EXPECT_EQ(
      test::error_text([&] { stream_->use(0); }),
      "the limit of 858 MB (--memory) is too low: without any weights, the program takes 858 MB, "
      "and the largest weight is 0 MB; expected a limit well above 885 MB, or a smaller picture or "
      "batch");
}

#if !KSAMPLER_SANITIZED  // whose own memory grows with what is computed
// 12 weights of 4 MB, and a limit that leaves room for some of them.
TEST(ResidentMemory, StaysBelowTheLimitWhileWeightsComeAndGo) {
  const c10::InferenceMode inference;
  constexpr std::int64_t kWidth = 1024;
  constexpr std::uint64_t kRoom = 24U << 20U;
  const test::TemporaryFolder folder;
  test::ModelFile model;
  for (int i = 0; i < 12; ++i) model.tensors[std::to_string(i)] = at::rand({kWidth, kWidth});
  model.write(folder / "file");
  model.tensors.clear();
  return_freed_memory();
  at::Tensor x = at::ones({4, kWidth});
  at::linear(x, at::ones({kWidth, kWidth}));  // what it takes by itself
  return_freed_memory();
  const std::uint64_t limit = (resident_memory() + kRoom) / 31 * 32;  // of which one part is spare
  const auto stream = std::make_shared<WeightStream>(mapped_weights(limit));
  const Weights weights =
      Weights(TensorFile::open(folder / "file"), at::kCPU, at::kFloat).in_file(stream);
  std::vector<std::shared_ptr<const StoredWeight>> layers;
  begin_resident_peak();
  for (int i = 0; i < 12; ++i) layers.push_back(weights.stored(std::to_string(i), {kWidth, kWidth}));
  EXPECT_LT(resident_peak(), limit);
  for (int turn = 0; turn < 4; ++turn) {
    for (const auto& layer : layers) {
      EXPECT_LT(resident_memory(), limit);
      at::linear(x, layer->widened(at::kFloat));
      EXPECT_LT(resident_peak(), limit);
    }
  }
  EXPECT_GT(stream->staying(), 1U);
  EXPECT_LT(stream->staying(), 6U);  // of 24 MB, less a buffer and what is spare
}
#endif

}  // namespace
}  // namespace ksampler
