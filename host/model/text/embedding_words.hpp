// "embedding:name" in a prompt, ComfyUI's word for a textual inversion (Gal et al. 2022): vectors of a
// file stand in place of tokens. It begins a text or follows a space or a line end, and the name ends
// at the next; a comma behind it is text.
#ifndef KSAMPLER_MODEL_TEXT_EMBEDDING_WORDS_HPP
#define KSAMPLER_MODEL_TEXT_EMBEDDING_WORDS_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksampler {

// A row of a table that the caller has.
using VectorIndex = std::int32_t;
inline constexpr VectorIndex kNoVector = -1;

struct VectorRange {
  VectorIndex first = 0;
  VectorIndex count = 0;
  bool operator==(const VectorRange&) const = default;
};

// What the names of a prompt stand for.
class PromptVectors {
 public:
  virtual ~PromptVectors() = default;
  // Whether there is a file of that name.
  virtual bool has(const std::string& name) = 0;
  // Where its vectors are in the table. None where there is no file, or it does not fit: the word is
  // left out of the prompt.
  virtual std::optional<VectorRange> find(const std::string& name) = 0;
};

// Vectors, then text: a piece has one of them, or an embedding and what follows it.
struct PromptPiece {
  std::optional<VectorRange> vectors;
  std::string text;
};

// A text of one weight, taken apart at its embeddings.
std::vector<PromptPiece> pieces_of(std::string_view text, PromptVectors& vectors);

}  // namespace ksampler

#endif
