// The names that diffusers gives to tensors, and those of the single-file layout for them. Where one
// tensor is several there, such as q, k and v, they are its parts, one below another.
#ifndef KSAMPLER_MODEL_FILE_DIFFUSERS_NAMES_HPP
#define KSAMPLER_MODEL_FILE_DIFFUSERS_NAMES_HPP

#include "host/files/tensor_file.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ksampler {

using TensorEntries = std::map<std::string, TensorEntry>;

// What becomes of a tensor.
struct SingleName {
  enum class Change {
    none,
    halves_swapped,  // diffusers' scale and shift are the authors' shift and scale
    flat,            // one row
    convolution,     // a matrix is a convolution of single cells
  };

  std::string name;
  int part = 0;  // of the tensor of that name
  Change change = Change::none;
};

// The layouts of diffusers that are known, by the names in a file.
enum class DiffusersLayout {
  unet,
  control_net,
  autoencoder,
  wan_autoencoder,
  flux,  // and Chroma
  flux2,
  sd3,
  z_image,
  krea2,
  clip,      // of transformers, without "text_model."
  language,  // likewise, without "model."
};
std::optional<DiffusersLayout> diffusers_layout_of(const TensorEntries& tensors);

// Of the layout's tensors; a name that is not known stays as it is.
SingleName single_name(DiffusersLayout layout, const TensorEntries& tensors, const std::string& name);

}  // namespace ksampler

#endif
