// The rules of each family, on small random networks whose own numbers clip_text_test.cpp vouches for.
#include "host/model/load/load_text.hpp"

#include "host/model/text/tokenizer.hpp"
#include "tests/model/made_encoder.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

#include <string>

namespace ksampler {
namespace {

using test::Tensors;

// One network on other batches of rows: its sums may be rounded in another order.
constexpr double kRounding = 1e-5;

bool near(const at::Tensor& a, const at::Tensor& b) {
  return a.sizes() == b.sizes() && (a - b).abs().max().item<double>() < kRounding;
}

// The tokens of a prompt without weights, between start and end, padded to 77.
at::Tensor padded(const std::string& prompt, TokenId pad) {
  std::vector<std::int64_t> ids = {kStartOfText};
  for (const TokenId id : tokenize(prompt)) ids.push_back(id);
  ids.push_back(kEndOfText);
  ids.resize(77, pad);
  return at::tensor(ids, at::kLong).view({1, 77});
}

class TextEncoderOf : public ::testing::Test {
 protected:
  std::shared_ptr<const TextEncoder> encoder(const Tensors& tensors) {
    return load_text_encoder(test::written(folder_ / "model.safetensors", tensors));
  }
  std::shared_ptr<const TextEncoder> sd1() {
    return encoder(test::transformers_tensors("cond_stage_model.transformer."));
  }

  test::TemporaryFolder folder_;
};

TEST_F(TextEncoderOf, Sd1TakesTheLastLayerWithTheNorm) {
  const auto clip = sd1();
  const ClipText& network = *clip->towers().at(0).network;
  const EncodedText text = clip->encode("a red circle");
  const auto expected = network(padded("a red circle", kEndOfText), -1, true);
  EXPECT_EQ(text.embedding.sizes(), (at::IntArrayRef{1, 77, 32}));
  EXPECT_TRUE(near(text.embedding, expected.hidden));
  EXPECT_TRUE(near(text.pooled, expected.pooled));
}

TEST_F(TextEncoderOf, Sd1SkipsLayersAndKeepsTheNorm) {
  const auto clip = sd1();
  const ClipText& network = *clip->towers().at(0).network;
  const auto tokens = padded("cat", kEndOfText);
  EXPECT_TRUE(
      near(clip->with_last_layer(-2)->encode("cat").embedding, network(tokens, -2, true).hidden));
  EXPECT_TRUE(near(clip->with_last_layer(-1)->encode("cat").embedding, clip->encode("cat").embedding));
  EXPECT_TRUE(near(clip->with_last_layer(-3)->encode("cat").pooled, clip->encode("cat").pooled));
  EXPECT_FALSE(near(clip->with_last_layer(-2)->encode("cat").embedding, clip->encode("cat").embedding));
}

TEST_F(TextEncoderOf, FilesFromBefore2023AreTheSameEncoder) {
  const EncodedText expected = sd1()->encode("a cat");
  const auto bare = encoder(test::transformers_tensors("cond_stage_model.transformer.", {}, ""));
  EXPECT_TRUE(at::equal(bare->encode("a cat").embedding, expected.embedding));
}

TEST_F(TextEncoderOf, AWeightMovesATokenAwayFromThatOfAnEmptyPrompt) {
  const auto clip = sd1();
  const at::Tensor plain = clip->encode("a red circle").embedding;
  const at::Tensor empty = clip->encode("").embedding;
  // Start, "a", "red" (at 2), "circle".
  const at::Tensor weighted = clip->encode("a (red:1.5) circle").embedding;
  const at::Tensor expected = plain.clone();
  expected.select(1, 2).copy_((plain - empty).select(1, 2) * 1.5 + empty.select(1, 2));
  EXPECT_TRUE(near(weighted, expected));
  EXPECT_FALSE(near(weighted, plain));
  EXPECT_TRUE(near(clip->encode("(a red circle:1.0)").embedding, plain));
}

TEST_F(TextEncoderOf, WeightZeroLeavesTheEmptyPromptsToken) {
  const auto clip = sd1();
  EXPECT_TRUE(
      near(clip->encode("(cat:0)").embedding.select(1, 1), clip->encode("").embedding.select(1, 1)));
}

TEST_F(TextEncoderOf, ChunksStandOneAfterAnotherAndTheFirstIsPooled) {
  const auto clip = sd1();
  std::string cats;
  for (int i = 0; i < 75; ++i) cats += "cat ";
  const EncodedText both = clip->encode(cats + "a red circle");
  ASSERT_EQ(both.embedding.sizes(), (at::IntArrayRef{1, 154, 32}));
  const EncodedText first = clip->encode(cats);
  const EncodedText second = clip->encode("a red circle");
  EXPECT_TRUE(near(both.embedding, at::cat({first.embedding, second.embedding}, 1)));
  EXPECT_TRUE(near(both.pooled, first.pooled));
}

TEST_F(TextEncoderOf, AWeightInOneChunkIsMeasuredFromTheEmptyPromptInItsPlace) {
  const auto clip = sd1();
  std::string cats;
  for (int i = 0; i < 75; ++i) cats += "cat ";
  const at::Tensor embedding = clip->encode(cats + "(red:2)").embedding;
  EXPECT_TRUE(near(embedding.narrow(1, 77, 77), clip->encode("(red:2)").embedding));
  EXPECT_TRUE(near(embedding.narrow(1, 0, 77), clip->encode(cats).embedding));
}

TEST_F(TextEncoderOf, Sd2PadsWithZeroAndTakesTheLastButOneWithTheNorm) {
  const auto clip = encoder(test::open_clip_tensors("cond_stage_model.model."));
  EXPECT_EQ(clip->towers().at(0).rules.name, "OpenCLIP-H");
  const ClipText& network = *clip->towers().at(0).network;
  EXPECT_TRUE(near(clip->encode("cat").embedding, network(padded("cat", 0), -2, true).hidden));
}

TEST_F(TextEncoderOf, SdxlSetsTheLastButOneOfBothSideBySideAndPoolsTheSecond) {
  const auto clip = encoder(test::sdxl_tensors());
  const ClipText& l = *clip->towers().at(0).network;
  const ClipText& g = *clip->towers().at(1).network;
  const EncodedText text = clip->encode("a red circle");
  const auto of_l = l(padded("a red circle", kEndOfText), -2, false);
  const auto of_g = g(padded("a red circle", 0), -2, false);
  EXPECT_EQ(clip->embedding_width(), 80);
  EXPECT_TRUE(near(text.embedding, at::cat({of_l.hidden, of_g.hidden}, 2)));
  EXPECT_TRUE(near(text.pooled, of_g.pooled));
  EXPECT_EQ(text.pooled.sizes(), (at::IntArrayRef{1, 24}));
}

TEST_F(TextEncoderOf, SdxlTakesAPromptForEachAndFillsUpTheShorter) {
  const auto clip = encoder(test::sdxl_tensors());
  std::string cats;
  for (int i = 0; i < 76; ++i) cats += "cat ";
  const EncodedText text = clip->encode({.l = "red", .g = cats});
  ASSERT_EQ(text.embedding.sizes(), (at::IntArrayRef{1, 154, 80}));
  const at::Tensor of_l = text.embedding.narrow(2, 0, 32);
  EXPECT_TRUE(near(of_l.narrow(1, 0, 77), clip->encode("red").embedding.narrow(2, 0, 32)));
  EXPECT_TRUE(near(of_l.narrow(1, 77, 77), clip->encode("").embedding.narrow(2, 0, 32)));
  const at::Tensor of_g = clip->encode(cats).embedding.narrow(2, 32, 48);
  EXPECT_TRUE(near(text.embedding.narrow(2, 32, 48), of_g));
  EXPECT_TRUE(near(text.pooled, clip->encode(cats).pooled));
}

TEST_F(TextEncoderOf, SdxlsShorterEncoderGivesItsLastLayerWhereItHasTooFew) {
  const auto clip = encoder(test::sdxl_tensors());
  const EncodedText text = clip->with_last_layer(-4)->encode("cat");  // CLIP-L has 3
  const ClipText& l = *clip->towers().at(0).network;
  const ClipText& g = *clip->towers().at(1).network;
  EXPECT_TRUE(near(text.embedding.narrow(2, 0, 32), l(padded("cat", kEndOfText), -1, true).hidden));
  EXPECT_TRUE(near(text.embedding.narrow(2, 32, 48), g(padded("cat", 0), -4, false).hidden));
}

TEST_F(TextEncoderOf, TheRefinerHasTheSecondAlone) {
  const auto clip = encoder(test::open_clip_tensors("conditioner.embedders.0.model."));
  const ClipText& g = *clip->towers().at(0).network;
  const auto expected = g(padded("cat", 0), -2, false);
  EXPECT_TRUE(near(clip->encode({.l = "dog", .g = "cat"}).embedding, expected.hidden));
  EXPECT_TRUE(near(clip->encode("cat").pooled, expected.pooled));
}

// As SD-Turbo is distributed: the names of the refiner's encoder, and a UNet without its label.
TEST_F(TextEncoderOf, Sd2InTheNamesOfSgmIsSd2) {
  Tensors tensors = test::open_clip_tensors("conditioner.embedders.0.model.");
  tensors["model.diffusion_model.input_blocks.0.0.weight"] = at::zeros({8, 4, 3, 3});
  const auto sgm = encoder(tensors);
  EXPECT_EQ(sgm->towers().at(0).rules.name, "OpenCLIP-H");
  Tensors renamed;
  const std::string prefix = "conditioner.embedders.0.model.";
  for (const auto& [name, tensor] : tensors) {
    if (name.starts_with(prefix)) {
      renamed["cond_stage_model.model." + name.substr(prefix.size())] = tensor;
    }
  }
  const EncodedText text = sgm->encode("a cat");
  EXPECT_TRUE(text.embedding.equal(encoder(renamed)->encode("a cat").embedding));

  tensors["model.diffusion_model.label_emb.0.0.weight"] = at::zeros({8, 8});
  EXPECT_EQ(encoder(tensors)->towers().at(0).rules.name, "OpenCLIP-G");
}

TEST_F(TextEncoderOf, ACheckpointIsToldByItsDepthWhateverItsNames) {
  const auto of = [&](const Tensors& tensors) { return encoder(tensors)->towers().at(0).rules.name; };
  const test::MadeShape deep{.width = 8, .layers = 23};
  EXPECT_EQ(of(test::transformers_tensors("cond_stage_model.transformer.", deep)), "OpenCLIP-H");
  EXPECT_EQ(of(test::open_clip_tensors("conditioner.embedders.0.model.", deep)), "OpenCLIP-H");
  EXPECT_EQ(of(test::open_clip_tensors("cond_stage_model.model.", {.width = 8, .layers = 32})),
            "OpenCLIP-G");
}

TEST_F(TextEncoderOf, AFileOfItsOwnIsToldByItsDepth) {
  const auto name = [&](std::int64_t layers) {
    Tensors tensors = test::transformers_tensors("", {.width = 8, .layers = layers});
    if (layers > 30)
      tensors["text_projection.weight"] = tensors.at("text_model.encoder.layers.0.mlp.fc1.weight");
    return encoder(tensors)->towers().at(0).rules.name;
  };
  EXPECT_EQ(name(12), "CLIP-L");
  EXPECT_EQ(name(24), "OpenCLIP-H");
  EXPECT_EQ(name(32), "OpenCLIP-G");
}

TEST_F(TextEncoderOf, HalfPrecisionFilesAreComputedInFloat) {
  Tensors tensors = test::transformers_tensors("cond_stage_model.transformer.");
  for (auto& [name, tensor] : tensors) tensor = tensor.to(at::kHalf);
  const auto half = encoder(tensors)->encode("a cat");
  for (auto& [name, tensor] : tensors) tensor = tensor.to(at::kFloat);
  const auto widened = encoder(tensors)->encode("a cat");
  EXPECT_EQ(half.embedding.scalar_type(), at::kFloat);
  EXPECT_TRUE(at::equal(half.embedding, widened.embedding));
}

TEST_F(TextEncoderOf, WeightsThatAreKeptInLessAreThoseOfAFileInThatType) {
  Tensors tensors = test::transformers_tensors("cond_stage_model.transformer.");
  const Weights wide = test::written(folder_ / "wide.safetensors", tensors);
  for (const at::ScalarType type : {at::kHalf, at::kBFloat16}) {
    Tensors rounded = tensors;
    for (auto& [name, tensor] : rounded) tensor = tensor.to(type);
    const auto expected = encoder(rounded)->encode("a cat");
    const auto kept = load_text_encoder(wide.as(type))->encode("a cat");
    EXPECT_EQ(kept.embedding.scalar_type(), at::kFloat);
    EXPECT_TRUE(at::equal(kept.embedding, expected.embedding));
    EXPECT_FALSE(at::equal(kept.embedding, load_text_encoder(wide)->encode("a cat").embedding));
  }
}

}  // namespace
}  // namespace ksampler
