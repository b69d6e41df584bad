// Our nodes as ComfyUI declares its own: {"KSampler": {"input": ..., "output": ...}}. The order of
// inputs is that of widgets, by whose places workflows keep values.
#ifndef KSAMPLER_SERVE_COMFY_OBJECT_INFO_HPP
#define KSAMPLER_SERVE_COMFY_OBJECT_INFO_HPP

#include "host/serve/comfy/choices.hpp"
#include "host/serve/comfy/json.hpp"

#include <string>
#include <vector>

namespace ksampler::comfy {

// Of all of these.
Json object_info(const std::vector<NodeDecl>& declarations, Choices& choices);
// Of one.
Json node_info(const NodeDecl& decl, Choices& choices);
// ["INT", {"default": 20, "min": 1, "max": 10000}]
Json input_spec(const NodeDecl& decl, const InputDecl& input, Choices& choices);

// "VAE Decode" of "VAEDecode", or what ComfyUI has in its place.
std::string display_name(const std::string& type);

}  // namespace ksampler::comfy

#endif
