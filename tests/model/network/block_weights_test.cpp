// Weights in blocks of GGUF files, against what ggml's own package makes of them.
#include "host/files/gguf/gguf_file.hpp"
#include "host/model/network/tensors.hpp"
#include "host/model/network/weights.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace ksampler {
namespace {

using test::error_text;

std::shared_ptr<const TensorFile> blocks() { return TensorFile::open(TEST_DATA "/gguf/blocks.gguf"); }

at::Tensor expected(const std::string& name) {
  return map_tensor(TensorFile::open(TEST_DATA "/gguf/blocks.safetensors"), name);
}

class BlocksOfAFormat : public ::testing::TestWithParam<const char*> {};

TEST_P(BlocksOfAFormat, AreWidenedToTheBitAsGgmlDoes) {
  const Weights weights(blocks(), at::kCPU, at::kFloat);
  const auto stored = weights.stored(GetParam(), {3, 512});
  EXPECT_TRUE(stored->widened(at::kFloat).equal(expected(GetParam())));
  EXPECT_TRUE(stored->widened(at::kBFloat16).equal(expected(GetParam()).to(at::kBFloat16)));
  EXPECT_TRUE(weights.get(GetParam(), {3, 512}).equal(expected(GetParam())));
}

TEST_P(BlocksOfAFormat, TakeInMemoryWhatTheyTakeInTheFile) {
  const BlockFormat& format = *block_format(GetParam());
  const auto count = static_cast<std::uint64_t>(3 * 512 / format.values);
  EXPECT_EQ(Weights(blocks(), at::kCPU, at::kFloat).stored(GetParam(), {3, 512})->bytes(),
            count * format.bytes);
}

INSTANTIATE_TEST_SUITE_P(All, BlocksOfAFormat,
                         ::testing::Values("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K",
                                           "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS"),
                         [](const auto& each) { return std::string(each.param); });

TEST(Gguf, HasTensorsOfPlainTypesToo) {
  const Weights weights(blocks(), at::kCPU, at::kFloat);
  EXPECT_TRUE(weights.get("brain", {2, 4}).equal(expected("brain")));
}

TEST(Gguf, GivesTensorsTheShapeThatTheyHadBefore) {
  const Weights weights(blocks(), at::kCPU, at::kFloat);
  EXPECT_TRUE(weights.get("half", {2, 3, 2}).equal(expected("half")));
}

TEST(Gguf, SaysTheTextsOfItsMetadata) {
  EXPECT_EQ(blocks()->metadata().at("general.architecture"), "flux");
  EXPECT_EQ(blocks()->metadata().at("general.name"), "blocks");
}

TEST(Gguf, NamesATensorWhoseBlocksHoldNaN) {
  test::TemporaryFolder folder;
  auto file = blocks();
  const TensorEntry& entry = file->tensor("Q8_0");
  std::vector<std::byte> bytes = InputFile(TEST_DATA "/gguf/blocks.gguf").bytes();
  bytes.at(entry.begin) = std::byte{0xFF};
  bytes.at(entry.begin + 1) = std::byte{0x7F};
  const auto path = folder / "nan.gguf";
  test::write_text(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  const Weights weights(TensorFile::open(path), at::kCPU, at::kFloat);
  EXPECT_EQ(error_text([&] {
              weights.stored("Q8_0", {3, 512});
            }),
            path.string() + ": tensor 'Q8_0' (Q8_0) holds NaN or infinity: the file is damaged");
}

class AddsOneToBlocks : public WeightDelta {
 public:
  at::Tensor of(const at::Tensor& weight) const override { return at::ones_like(weight); }
};

TEST(Gguf, IsChangedByALoraAfterItIsWidened) {
  const WeightPatches patches = {
      {"Q4_K", {{.delta = std::make_shared<AddsOneToBlocks>(), .strength = 0.5, .rows = 3}}}};
  const Weights weights = Weights(blocks(), at::kCPU, at::kFloat).patched_by(patches);
  EXPECT_TRUE(weights.stored("Q4_K", {3, 512})->widened(at::kFloat).equal(expected("Q4_K") + 0.5));
}

// A GGUF header, byte by byte.
class Bytes {
 public:
  template <typename T>
  Bytes& add(T number) {
    const auto* from = reinterpret_cast<const char*>(&number);
    text_.append(from, sizeof number);
    return *this;
  }
  Bytes& text(const std::string& value) {
    add<std::uint64_t>(value.size());
    text_ += value;
    return *this;
  }
  Bytes& start(std::uint64_t tensors, std::uint64_t values, std::uint32_t version = 3) {
    text_ += "GGUF";
    return add(version).add(tensors).add(values);
  }
  Bytes& tensor(const std::string& name, std::vector<std::uint64_t> sizes, std::uint32_t type,
                std::uint64_t begin = 0) {
    text(name).add<std::uint32_t>(static_cast<std::uint32_t>(sizes.size()));
    for (const std::uint64_t size : sizes) add(size);
    return add(type).add(begin);
  }
  const std::string& str() const { return text_; }

 private:
  std::string text_;
};

std::string refusal(const Bytes& bytes) {
  const std::string& text = bytes.str();
  const ByteSource source{"x.gguf", text.size(), [&](std::uint64_t begin, std::span<std::byte> to) {
                            std::memcpy(to.data(), text.data() + begin, to.size());
                          }};
  return error_text([&] { read_gguf_header(source); });
}

TEST(GgufRefusals, NameWhatIsWrong) {
  const std::string f = "x.gguf: ";
  EXPECT_EQ(refusal(Bytes().start(0, 0, 1)),
            f + "is a GGUF file of version 1; expected 2 or 3, little-endian");
  EXPECT_EQ(refusal(Bytes().start(1U << 20U, 0)),
            f + "says that it has 1048576 tensors; at most 100000 are accepted");
  EXPECT_EQ(refusal(Bytes().start(0, 1)), f + "is cut short: it ends within its header");
  EXPECT_EQ(refusal(Bytes().start(0, 1).text("a").add<std::uint32_t>(77)),
            f + "has a value 'a' of type 77, which is not known");
  EXPECT_EQ(
      refusal(
          Bytes().start(0, 1).text("a").add<std::uint32_t>(9).add<std::uint32_t>(9).add<std::uint64_t>(
              1)),
      f + "has a list 'a' of type 9, which is not known");
  EXPECT_EQ(
      refusal(
          Bytes().start(0, 1).text("general.alignment").add<std::uint32_t>(4).add<std::uint32_t>(3)),
      f + "says that its alignment is 3; expected a multiple of 8");
  EXPECT_EQ(
      refusal(Bytes().start(1, 0).tensor("w", {32}, 99)),
      f + "tensor 'w' is of ggml's type 99, which is not known; known are Q4_0, Q4_1, Q5_0, Q5_1, "
          "Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL and IQ4_XS, F32, F16 and BF16");
  EXPECT_EQ(refusal(Bytes().start(1, 0).tensor("w", {33}, 2)),
            f + "tensor 'w' has rows of 33 values in blocks of 32");
  EXPECT_EQ(refusal(Bytes().start(1, 0).tensor("w", {32}, 2)),
            f + "tensor 'w' lies beyond the file's end: it is cut short, as a download that was not "
                "finished");
  EXPECT_EQ(refusal(Bytes().start(1, 0).tensor("w", {1ULL << 40U}, 0)),
            f + "tensor 'w' is larger than the file");
  EXPECT_EQ(refusal(Bytes().start(1, 0).tensor("", {1}, 0)),
            f + "has a tensor '' of 1 dimensions; expected a name, and at most 8");
  EXPECT_EQ(refusal(Bytes().start(1, 0).tensor("w", {}, 2)),
            f + "tensor 'w' has rows of 1 values in blocks of 32");
  EXPECT_EQ(refusal(Bytes()
                        .start(2, 0)
                        .tensor("a", {8}, 0)
                        .tensor("b", {8}, 0, 16)
                        .add<std::uint64_t>(0)
                        .add<std::uint64_t>(0)
                        .add<std::uint64_t>(0)
                        .add<std::uint64_t>(0)
                        .add<std::uint64_t>(0)
                        .add<std::uint64_t>(0)
                        .add<std::uint64_t>(0)
                        .add<std::uint64_t>(0)
                        .add<std::uint64_t>(0)
                        .add<std::uint64_t>(0)),
            f + "tensors 'a' and 'b' lie one over the other");
  EXPECT_EQ(refusal(Bytes()
                        .start(1, 1)
                        .text("comfy.gguf.orig_shape.w")
                        .add<std::uint32_t>(9)
                        .add<std::uint32_t>(5)
                        .add<std::uint64_t>(1)
                        .add<std::int32_t>(-5)
                        .tensor("w", {0}, 0)
                        .text(std::string(64, ' '))),
            f + "says that tensor 'w' had another number of values");
  EXPECT_EQ(refusal(Bytes().start(2, 0).tensor("w", {0}, 0).tensor("w", {0}, 0)),
            f + "has two tensors 'w'");
}

TEST(Gguf, GivesTextEncodersOfLlamaCppTheNamesOfTransformers) {
  const auto names = [](const Bytes& bytes) {
    const std::string text = bytes.str() + std::string(4096, '\0');
    const ByteSource source{"x.gguf", text.size(), [&](std::uint64_t begin, std::span<std::byte> to) {
                              std::memcpy(to.data(), text.data() + begin, to.size());
                            }};
    std::string all;
    for (const auto& [name, entry] : read_gguf_header(source).tensors) all += name + ' ';
    return all;
  };
  EXPECT_EQ(names(Bytes()
                      .start(4, 0)
                      .tensor("enc.blk.0.attn_q.weight", {1}, 0, 0)
                      .tensor("enc.blk.0.ffn_norm.weight", {1}, 0, 32)
                      .tensor("enc.output_norm.weight", {1}, 0, 64)
                      .tensor("token_embd.weight", {1}, 0, 96)),
            "encoder.block.0.layer.0.SelfAttention.q.weight encoder.block.0.layer.1.layer_norm.weight "
            "encoder.final_layer_norm.weight shared.weight ");
  EXPECT_EQ(names(Bytes()
                      .start(5, 0)
                      .tensor("blk.0.attn_q.weight", {1}, 0, 128)
                      .tensor("blk.0.attn_q_norm.weight", {1}, 0, 160)
                      .tensor("blk.0.attn_output.weight", {1}, 0, 192)
                      .tensor("output_norm.weight", {1}, 0, 224)
                      .tensor("output.weight", {1}, 0, 256)),
            "lm_head.weight model.layers.0.self_attn.o_proj.weight "
            "model.layers.0.self_attn.q_norm.weight model.layers.0.self_attn.q_proj.weight "
            "model.norm.weight ");
}

}  // namespace
}  // namespace ksampler
