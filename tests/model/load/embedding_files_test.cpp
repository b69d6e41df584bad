// Textual inversions: vectors that are rows of the encoder's own table give what those tokens give.
#include "host/model/load/embedding_files.hpp"

#include "host/model/load/load_text.hpp"
#include "host/model/text/tokenizer.hpp"
#include "tests/model/made_encoder.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>

namespace ksampler {
namespace {

using test::Tensors;

const std::string kL =
    "conditioner.embedders.0.transformer.text_model.embeddings.token_embedding.weight";
const std::string kG = "conditioner.embedders.1.model.token_embedding.weight";
const std::string kSd1Tokens =
    "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight";

class Embeddings : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directory(folder_ / "embeddings"); }

  void write(const std::string& name, const Tensors& tensors) {
    test::written(folder_ / "embeddings" / name, tensors);
  }
  std::shared_ptr<const TextEncoder> encoder(const Tensors& tensors) {
    return load_text_encoder(test::written(folder_ / "model.safetensors", tensors));
  }
  // What is left out of the prompt, besides.
  EncodedText encode(const TextEncoder& clip, const std::string& prompt) {
    EmbeddingFiles files({folder_.path()});
    EncodedText text = clip.encode(prompt, &files);
    notes_ = files.notes();
    return text;
  }
  std::string in_folder(const std::string& name) { return (folder_ / "embeddings" / name).string(); }

  test::TemporaryFolder folder_;
  std::vector<std::string> notes_;
};

at::Tensor rows(const at::Tensor& table, const std::string& words) {
  std::vector<std::int64_t> ids;
  for (const TokenId id : tokenize(words)) ids.push_back(id);
  return table.index_select(0, at::tensor(ids, at::kLong)).contiguous();
}

// The same sums, but for the copies of the rows.
void expect_same(const EncodedText& a, const EncodedText& b) {
  EXPECT_TRUE(a.embedding.equal(b.embedding));
  EXPECT_TRUE(a.pooled.equal(b.pooled));
}

TEST_F(Embeddings, StandInPlaceOfTokens) {
  const Tensors tensors = test::transformers_tensors("cond_stage_model.transformer.");
  const auto clip = encoder(tensors);
  write("scene.safetensors", {{"emb_params", rows(tensors.at(kSd1Tokens), "red circle")}});
  expect_same(encode(*clip, "a embedding:scene on blue"), clip->encode("a red circle on blue"));
  expect_same(encode(*clip, "embedding:scene.safetensors, blue"), clip->encode("red circle, blue"));
  expect_same(encode(*clip, "a (embedding:scene:1.3) b"), clip->encode("a (red circle:1.3) b"));
  EXPECT_TRUE(notes_.empty());
}

TEST_F(Embeddings, OfOneVectorMayBeARow) {
  const Tensors tensors = test::transformers_tensors("cond_stage_model.transformer.");
  const auto clip = encoder(tensors);
  std::filesystem::create_directory(folder_ / "embeddings" / "animals");
  write("animals/tom.safetensors", {{"*", rows(tensors.at(kSd1Tokens), "cat")[0].contiguous()}});
  expect_same(encode(*clip, "a embedding:animals/tom"), clip->encode("a cat"));
}

TEST_F(Embeddings, OfSdxlHaveVectorsForEachEncoder) {
  const Tensors tensors = test::sdxl_tensors();
  const auto clip = encoder(tensors);
  write("scene.safetensors", {{"clip_l", rows(tensors.at(kL), "red circle")},
                              {"clip_g", rows(tensors.at(kG), "blue star moon")}});
  EmbeddingFiles files({folder_.path()});
  expect_same(clip->encode({.l = "a embedding:scene", .g = "embedding:scene b"}, &files),
              clip->encode({.l = "a red circle", .g = "blue star moon b"}));
  EXPECT_TRUE(files.notes().empty());
}

TEST_F(Embeddings, AreLeftOutForAnEncoderOfAnotherWidth) {
  const Tensors tensors = test::sdxl_tensors();
  const auto clip = encoder(tensors);
  write("old.safetensors", {{"emb_params", rows(tensors.at(kL), "red circle")}});
  EmbeddingFiles files({folder_.path()});
  expect_same(clip->encode({.l = "a embedding:old cat", .g = "a embedding:old cat"}, &files),
              clip->encode({.l = "a red circle cat", .g = "a cat"}));
  EXPECT_EQ(
      files.notes(),
      (std::vector<std::string>{
          "'embedding:old' is left out of the prompt for OpenCLIP-G: " + in_folder("old.safetensors") +
          " has 'emb_params' of shape [2, 32], and this encoder's vectors are 48 wide"}));
}

TEST_F(Embeddings, AreLeftOutWithoutAFileAndTheNearestIsNamed) {
  const auto clip = encoder(test::transformers_tensors("cond_stage_model.transformer."));
  write("easynegative.safetensors", {{"emb_params", at::ones({1, 32})}});
  expect_same(encode(*clip, "a embedding:eazynegative, embedding:eazynegative cat"),
              clip->encode("a , cat"));
  EXPECT_EQ(
      notes_,
      (std::vector<std::string>{"'embedding:eazynegative' is left out of the prompt: there is no file "
                                "'eazynegative.safetensors' in " +
                                (folder_ / "embeddings").string() + "; did you mean 'easynegative'?"}));
}

TEST_F(Embeddings, DoNotLeadOutOfTheirFolder) {
  const auto clip = encoder(test::transformers_tensors("cond_stage_model.transformer."));
  for (const std::string& name : {std::string("../model"), (folder_ / "model.safetensors").string()}) {
    expect_same(encode(*clip, "a embedding:" + name), clip->encode("a"));
    EXPECT_EQ(notes_.size(), 1U) << name;
  }
}

TEST_F(Embeddings, ThatArePicklesAreSaidToBe) {
  const auto clip = encoder(test::transformers_tensors("cond_stage_model.transformer."));
  std::ofstream(folder_ / "embeddings" / "old.pt") << "x";
  encode(*clip, "embedding:old");
  EXPECT_EQ(
      notes_,
      (std::vector<std::string>{"'embedding:old' is left out of the prompt: " + in_folder("old.pt") +
                                " is not a safetensors file, and only those are read"}));
}

TEST_F(Embeddings, AreLeftOutWhereTheirTensorCannotBeTold) {
  const auto clip = encoder(test::transformers_tensors("cond_stage_model.transformer."));
  write("two.safetensors", {{"a", at::ones({1, 32})}, {"b", at::ones({1, 32})}});
  expect_same(encode(*clip, "a embedding:two"), clip->encode("a"));
  EXPECT_EQ(
      notes_,
      (std::vector<std::string>{
          "'embedding:two' is left out of the prompt for CLIP-L: " + in_folder("two.safetensors") +
          " has neither a tensor 'clip_l' nor 'emb_params' nor one alone"}));
}

TEST_F(Embeddings, ThatAreDamagedAreErrors) {
  const auto clip = encoder(test::transformers_tensors("cond_stage_model.transformer."));
  write("nan.safetensors",
        {{"emb_params", at::full({1, 32}, std::numeric_limits<float>::quiet_NaN())}});
  EXPECT_EQ(test::error_text([&] { encode(*clip, "embedding:nan"); }),
            in_folder("nan.safetensors") + ": tensor 'emb_params' holds NaN or infinity");
}

TEST_F(Embeddings, AreTakenFromTheFirstFolderThatHasThem) {
  const Tensors tensors = test::transformers_tensors("cond_stage_model.transformer.");
  const auto clip = encoder(tensors);
  const test::TemporaryFolder other;
  std::filesystem::create_directory(other / "embeddings");
  write("pet.safetensors", {{"emb_params", rows(tensors.at(kSd1Tokens), "cat")}});
  test::written(other / "embeddings/pet.safetensors",
                {{"emb_params", rows(tensors.at(kSd1Tokens), "dog")}});
  EmbeddingFiles files({other / "nowhere", other.path(), folder_.path()});
  expect_same(clip->encode("embedding:pet", &files), clip->encode("dog"));
}

}  // namespace
}  // namespace ksampler
