#include "host/model/text/qwen_tokenizer.hpp"

#include "host/model/text/incbin.hpp"

#include <array>
#include <string_view>

KSAMPLER_INCBIN(ksampler_qwen_merges, KSAMPLER_QWEN_MERGES_FILE)

namespace ksampler {
namespace {

constexpr TokenId kFirstNamed = 151'643;
constexpr std::array<std::string_view, 26> kNamed = {
    "<|endoftext|>",  "<|im_start|>",   "<|im_end|>",      "<|object_ref_start|>", "<|object_ref_end|>",
    "<|box_start|>",  "<|box_end|>",    "<|quad_start|>",  "<|quad_end|>",         "<|vision_start|>",
    "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>",   "<|video_pad|>",        "<tool_call>",
    "</tool_call>",   "<|fim_prefix|>", "<|fim_middle|>",  "<|fim_suffix|>",       "<|fim_pad|>",
    "<|repo_name|>",  "<|file_sep|>",   "<tool_response>", "</tool_response>",     "<think>",
    "</think>"};
static_assert(kFirstNamed + kNamed.size() == kQwenVocabularySize);

ByteTokenizer::Ids names_of_qwen() {
  ByteTokenizer::Ids named;
  for (std::size_t i = 0; i < kNamed.size(); ++i) {
    named.emplace(kNamed.at(i), kFirstNamed + static_cast<TokenId>(i));
  }
  return named;
}

}  // namespace

const std::shared_ptr<const ByteTokenizer>& qwen_tokenizer() {
  static const auto tokenizer = std::make_shared<const ByteTokenizer>(
      Vocabulary(ksampler_qwen_merges_bytes(), Vocabulary::WordEnds::unmarked), names_of_qwen(),
      WordRule::qwen, /*composes=*/true, kQwenVocabularySize);
  return tokenizer;
}

}  // namespace ksampler
