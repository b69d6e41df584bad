// How wide a token of text is: what an encoder gives, and what a network takes, by their files'
// headers.
#ifndef KSAMPLER_MODEL_FILE_TEXT_WIDTH_HPP
#define KSAMPLER_MODEL_FILE_TEXT_WIDTH_HPP

#include "host/model/file/tensor_names.hpp"
#include "host/model/file/text_recipe.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace ksampler {

// None: the headers do not tell.
std::optional<std::int64_t> given_text_width(const TextRecipe& recipe,
                                             const std::vector<TensorNames>& files);

// `network`: its tensors, without what stands before their names.
std::optional<std::int64_t> taken_text_width(const TensorNames& network);

}  // namespace ksampler

#endif
