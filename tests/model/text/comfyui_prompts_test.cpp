// Prompts in ComfyUI's chunks: tokens and weights as ComfyUI 0.3.64 makes them, up to the end of each
// chunk (tests/data/text/prompts.json).
#include "host/model/text/chunks.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>
#include <vector>

namespace ksampler {
namespace {

std::vector<Chunk> padded(const nlohmann::json& chunks, const ChunkShape& shape) {
  std::vector<Chunk> result;
  for (const nlohmann::json& tokens : chunks) {
    Chunk& chunk = result.emplace_back();
    for (const nlohmann::json& token : tokens) chunk.push_back({token.at(0), token.at(1)});
    chunk.resize(shape.length, {shape.pad});
  }
  return result;
}

TEST(ComfyUiPrompts, AreTheSameTokensAndWeightsInTheSameChunks) {
  std::ifstream file(TEST_DATA "/text/prompts.json");
  const nlohmann::json prompts = nlohmann::json::parse(file);
  ASSERT_EQ(prompts.size(), 56U);
  for (const auto& [name, prompt] : prompts.items()) {
    for (const TokenId pad : {kEndOfText, TokenId(0)}) {  // CLIP's, OpenCLIP's
      const ChunkShape shape{.pad = pad};
      EXPECT_EQ(chunks_of(prompt.at("text").get<std::string>(), shape),
                padded(prompt.at("chunks"), shape))
          << name;
    }
  }
}

}  // namespace
}  // namespace ksampler
