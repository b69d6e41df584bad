// Values of workflows as ComfyUI takes them: a number may be a text, a text a number, a flag either.
#ifndef KSAMPLER_GRAPH_COMFY_KINDLY_READ_HPP
#define KSAMPLER_GRAPH_COMFY_KINDLY_READ_HPP

#include "host/graph/declaration.hpp"
#include "host/graph/yaml_tree.hpp"

#include <string>

namespace ksampler {

// `value` as the input takes it, where ComfyUI would take it too; else as it is, for the check to name.
// `note` says what was made of it, where a user might wonder: a width of 70 is 64, as of 8 to a cell.
YamlNode kindly_read(const YamlNode& value, const InputDecl& input, std::string& note);

}  // namespace ksampler

#endif
