// What llama.cpp calls the layers of text encoders, and what transformers does.
#ifndef KSAMPLER_FILES_GGUF_GGUF_NAMES_HPP
#define KSAMPLER_FILES_GGUF_GGUF_NAMES_HPP

#include "host/files/tensor_file.hpp"

namespace ksampler {

// Renames tensors of T5's encoder and of Qwen's language models, where the file has llama.cpp's names.
void use_names_of_transformers(TensorFileHeader& header);

}  // namespace ksampler

#endif
