// Whether each network is given the text that it takes, as far as the headers of its file and of its
// text encoder's tell: before gigabytes are loaded for it.
#ifndef KSAMPLER_NODES_TEXT_FITS_HPP
#define KSAMPLER_NODES_TEXT_FITS_HPP

#include "host/graph/pipeline.hpp"
#include "host/model/file/tensor_names.hpp"
#include "host/model/file/text_recipe.hpp"

#include <optional>
#include <vector>

namespace ksampler {

// The files of text encoders that a loader names, and what they are together.
struct NamedEncoders {
  std::vector<TensorNames> files;
  TextRecipe recipe;
};

// None: the node loads none, or its files come by a link. Throws Error.
std::optional<NamedEncoders> named_encoders(const Node& node);

// Throws Error with each sampling node, or guider, whose network takes another text than it is given.
// Where several loaders may be meant, nothing is said.
void check_texts_fit(const Pipeline& pipeline);

}  // namespace ksampler

#endif
