// What stands before the names of a language model's tensors: "model.language_model." in some files of
// models that see, else "model.".
#ifndef KSAMPLER_MODEL_FILE_LANGUAGE_ROOT_HPP
#define KSAMPLER_MODEL_FILE_LANGUAGE_ROOT_HPP

#include <string>

namespace ksampler {

// `names`: tensors that are asked for by has(), as Weights and TensorNames are.
template <typename Names>
std::string language_root(const Names& names) {
  const std::string of_several = "model.language_model.";
  return names.has(of_several + "embed_tokens.weight") ? of_several : "model.";
}

}  // namespace ksampler

#endif
