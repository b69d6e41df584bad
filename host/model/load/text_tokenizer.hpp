// The tokenizer of a language model: what its file brings, what lies beside it, or what is built in.
#ifndef KSAMPLER_MODEL_LOAD_TEXT_TOKENIZER_HPP
#define KSAMPLER_MODEL_LOAD_TEXT_TOKENIZER_HPP

#include "host/files/tensor_file.hpp"
#include "host/model/file/text_recipe.hpp"
#include "host/model/text/byte_tokenizer.hpp"

#include <memory>

namespace ksampler {

// Mistral's is a tensor of ComfyUI's files, "tekken_model", or a tokenizer.json; Qwen's is a
// tokenizer.json, or built in. A tokenizer.json lies in the file's folder, beside a config.json where
// it is Qwen's, or in the folder "tokenizer" beside that, as diffusers writes models. Throws Error: no
// vocabulary for Mistral; one that is damaged, or of another kind.
std::shared_ptr<const ByteTokenizer> tokenizer_for(const TensorFile& file, const SentencePlace& place);

}  // namespace ksampler

#endif
