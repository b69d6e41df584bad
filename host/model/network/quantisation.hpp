// What a file says of its weights of 8 bits, in the ways that ComfyUI's files have it: a scale beside a
// weight, "x.weight_scale" or "x.scale_weight", and in newer ones how it was rounded, "x.comfy_quant",
// a text of JSON.
#ifndef KSAMPLER_MODEL_NETWORK_QUANTISATION_HPP
#define KSAMPLER_MODEL_NETWORK_QUANTISATION_HPP

#include "host/files/tensor_file.hpp"

#include <set>
#include <string>

namespace ksampler {

// The name of the scale of the tensor `whole`; empty: it has none. Throws Error where it is neither one
// number nor one for each row.
std::string scale_name(const TensorFile& file, const std::string& whole);
bool has_scale(const TensorFile& file, const std::string& whole);

// Counts the scale among those that were taken, without reading it.
void scale_of_shapes(const TensorFile& file, const std::string& whole, std::set<std::string>& taken);

// Throws Error where the weight is of a format that is not known: it names the format.
void check_quantisation(const TensorFile& file, const std::string& whole);

}  // namespace ksampler

#endif
