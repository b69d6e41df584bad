// What stands before the names of a language model's tensors: "model.", or more in files of models that
// see.
#ifndef KSAMPLER_MODEL_FILE_LANGUAGE_ROOT_HPP
#define KSAMPLER_MODEL_FILE_LANGUAGE_ROOT_HPP

#include <string>

namespace ksampler {

// `names`: tensors that are asked for by has(), as Weights and TensorNames are.
template <typename Names>
std::string language_root(const Names& names) {
  for (const char* of_several : {"model.language_model.", "language_model.model."}) {
    if (names.has(std::string(of_several) + "embed_tokens.weight")) return of_several;
  }
  return "model.";
}

}  // namespace ksampler

#endif
