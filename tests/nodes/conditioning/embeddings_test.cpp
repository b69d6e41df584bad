// Where CLIPTextEncode looks for the embeddings of a prompt.
#include "tests/model/made_encoder.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

class EmbeddingsOfAPrompt : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "checkpoints");
    clip_.emplace(
        test::written(folder_ / "checkpoints/sd1.safetensors",
                      test::transformers_tensors("cond_stage_model.transformer.", {.width = 8})));
  }
  void add(const fs::path& folder, const std::string& name) {
    fs::create_directories(folder / "embeddings");
    test::written(folder / "embeddings" / name, {{"emb_params", at::ones({1, 8})}});
  }
  std::vector<std::string> warnings_of(const std::string& text) {
    NodeCase node{"CLIPTextEncode", {{"text", text}}, {{"clip", clip_}}, {}, files_};
    node.run();
    seen_ = node.seen;
    return node.warnings;
  }

  test::TemporaryFolder folder_;
  ClipValue clip_;
  FileFolders files_;
  std::vector<SeenFile> seen_;
};

TEST_F(EmbeddingsOfAPrompt, AreBesideTheCheckpointOrItsFolder) {
  add(folder_ / "checkpoints", "here.safetensors");
  add(folder_.path(), "there.safetensors");
  EXPECT_TRUE(warnings_of("embedding:here embedding:there").empty());
}

TEST_F(EmbeddingsOfAPrompt, AreLookedForWhereverModelsAre) {
  fs::create_directories(folder_ / "elsewhere/embeddings");
  test::written(folder_ / "elsewhere/embeddings/far.safetensors", {{"emb_params", at::ones({1, 8})}});
  files_.add("embeddings", folder_ / "elsewhere/embeddings");
  EXPECT_TRUE(warnings_of("embedding:far").empty());
}

// So that a result is not taken for good after one of them has changed.
TEST_F(EmbeddingsOfAPrompt, AreSaidToBeLookedForFoundOrNot) {
  add(folder_.path(), "there.safetensors");
  warnings_of("a cat");
  EXPECT_TRUE(seen_.empty());
  warnings_of("embedding:there");
  ASSERT_FALSE(seen_.empty());
  EXPECT_EQ(seen_.back().file.string(), (folder_ / "embeddings/there.safetensors").string());
  EXPECT_TRUE(seen_.back().stamp.has_value());
  EXPECT_FALSE(seen_.front().stamp.has_value());  // beside the checkpoint
}

TEST_F(EmbeddingsOfAPrompt, AreWarnedOfWhereThereIsNoFile) {
  add(folder_.path(), "there.safetensors");
  const std::vector<std::string> warnings = warnings_of("a cat, embedding:thera, a dog");
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_TRUE(warnings[0].starts_with("'embedding:thera' is left out of the prompt: there is no file"))
      << warnings[0];
  EXPECT_TRUE(warnings[0].ends_with("; did you mean 'there'?")) << warnings[0];
}

}  // namespace
}  // namespace ksampler
