#include "host/model/load/text_tokenizer.hpp"

#include "host/base/error.hpp"
#include "host/base/plain_file.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/input_file.hpp"
#include "host/model/text/byte_pair_files.hpp"
#include "host/model/text/qwen_tokenizer.hpp"

#include <array>
#include <filesystem>
#include <optional>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

using Tokenizer = std::shared_ptr<const ByteTokenizer>;

// What Flux.2's template has.
constexpr std::array<const char*, 5> kMistralNames = {"<s>", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]",
                                                      "[INST]", "[/INST]"};
// What the templates of Qwen 2.5 and 3 have.
constexpr std::array<const char*, 4> kQwenNames = {"<|endoftext|>", "<|im_start|>", "<|im_end|>",
                                                   "<|image_pad|>"};

// What the names of tensors begin with in a model of several folders: "text_encoder_2.".
constexpr std::string_view kEncoderFolder = "text_encoder";

// "" of "text_encoder.", "_2" of "text_encoder_2."; none: it is no such folder.
std::optional<std::string> number_of_encoder(const std::string& prefix) {
  if (!prefix.starts_with(kEncoderFolder) || !prefix.ends_with('.')) return std::nullopt;
  std::string number = prefix.substr(kEncoderFolder.size());
  number.pop_back();
  return number.empty() || number.starts_with('_') ? std::optional(number) : std::nullopt;
}

// In the folder of the file, or in "tokenizer" beside that folder, where a pipeline is in parts. `own`:
// a folder of this model alone, which says so by a config.json: others share theirs.
std::optional<fs::path> tokenizer_json_of(const fs::path& file, const std::string& prefix, bool own) {
  if (const auto number = number_of_encoder(prefix)) {  // a whole model's folder
    const fs::path in_model = file / ("tokenizer" + *number) / "tokenizer.json";
    return is_plain_file(in_model) ? std::optional(in_model) : std::nullopt;
  }
  std::error_code ignored;
  const fs::path folder = fs::is_directory(file, ignored) ? file : file.parent_path();
  const bool has_config = is_plain_file(folder / "config.json");
  if (!own || has_config) {
    if (fs::path beside = folder / "tokenizer.json"; is_plain_file(beside)) return beside;
  }
  const fs::path in_parts = folder.parent_path() / "tokenizer" / "tokenizer.json";
  return has_config && is_plain_file(in_parts) ? std::optional(in_parts) : std::nullopt;
}

template <typename Names>
void check_names(const Tokenizer& tokenizer, const Names& names) {
  for (const char* name : names) {
    if (!tokenizer->named(name)) throw Error(sentence("has no token named {}", quote(name)));
  }
}

// What `read` makes of a vocabulary, whose mistakes are told with where it is.
template <typename Read>
Tokenizer read_at(const fs::path& file, const std::string& subject, const Read& read) {
  try {
    return read();
  } catch (const Error& error) {
    throw Error(Diagnostic::Kind::bad_file, {file.string()},
                subject + error.diagnostics().front().message);
  }
}

template <typename Names>
Tokenizer from_json(const fs::path& file, const Names& names) {
  return read_at(file, "", [&] {
    const InputFile input(file);
    const std::vector<std::byte> bytes = input.bytes();
    Tokenizer made = read_tokenizer_json(text_of(bytes));
    check_names(made, names);
    return made;
  });
}

Tokenizer of_mistral(const TensorFile& file, const std::string& prefix) {
  if (file.metadata().contains("general.architecture")) {
    throw Error(Diagnostic::Kind::bad_file, {file.file().string()},
                "is Mistral 3 in GGUF, which keeps the rows of q and k in another order; expected "
                "safetensors");
  }
  if (const std::string name = tekken_tensor(file, prefix); !name.empty()) {
    return read_at(file.file(), sentence("the vocabulary, tensor '{}', ", name), [&] {
      const std::vector<std::byte> bytes = file.read(name);
      Tokenizer made = read_tekken(text_of(bytes));
      check_names(made, kMistralNames);
      return made;
    });
  }
  if (const auto json = tokenizer_json_of(file.file(), prefix, /*own=*/false)) {
    return from_json(*json, kMistralNames);
  }
  throw Error(Diagnostic::Kind::bad_file, {file.file().string()},
              "holds no vocabulary for its Mistral 3; expected the tensor 'tekken_model', as ComfyUI's "
              "files have it, or a tokenizer.json beside the file");
}

}  // namespace

Tokenizer tokenizer_for(const TensorFile& file, const SentencePlace& place) {
  if (place.kind == SentenceKind::mistral) return of_mistral(file, place.prefix);
  if (const auto json = tokenizer_json_of(file.file(), place.prefix, /*own=*/true))
    return from_json(*json, kQwenNames);
  return qwen_tokenizer();
}

}  // namespace ksampler
