// What a file says of its weights of few bits, in the ways that ComfyUI's files have it: a scale beside
// a weight, "x.weight_scale" or "x.scale_weight", and in newer ones how it was rounded,
// "x.comfy_quant", a text of JSON.
#ifndef KSAMPLER_MODEL_NETWORK_QUANTISATION_HPP
#define KSAMPLER_MODEL_NETWORK_QUANTISATION_HPP

#include "host/files/tensor_file.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ksampler {

// The name of the scale of the tensor `whole`; empty: it has none. Throws Error where it is neither one
// number nor one for each row.
std::string scale_name(const TensorFile& file, const std::string& whole);
bool has_scale(const TensorFile& file, const std::string& whole);

// Counts the scale among those that were taken, without reading it.
void scale_of_shapes(const TensorFile& file, const std::string& whole, std::set<std::string>& taken);

// How a weight was rounded.
enum class Rounding {
  scaled,   // each value times a scale, or its value alone
  rotated,  // the same, rotated before (comfy_weight.hpp)
  mxfp8,    // with a scale for each block of columns
  nvfp4     // likewise, two values a byte
};
struct RoundedFormat {
  Rounding rounding = Rounding::scaled;
  std::int64_t group = 0;  // of `rotated`
};
// Throws Error where the file says that it is of a format that is not known, and names it.
RoundedFormat rounded_format(const TensorFile& file, const std::string& whole);

// The shape that a weight has once it is widened. REQUIRES: there is such a tensor.
std::vector<std::int64_t> weight_shape(const TensorFile& file, const std::string& whole);

// The name of what is beside a weight, "x.weight" and ".weight_scale_2", where there is one.
std::optional<std::string> beside(const TensorFile& file, const std::string& whole,
                                  std::string_view ending);

}  // namespace ksampler

#endif
