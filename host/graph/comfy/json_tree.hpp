// JSON as the tree that YAML is read into, so that each value knows its line and column.
#ifndef KSAMPLER_GRAPH_COMFY_JSON_TREE_HPP
#define KSAMPLER_GRAPH_COMFY_JSON_TREE_HPP

#include "host/graph/yaml_tree.hpp"

#include <string>
#include <string_view>

namespace ksampler {

// Strings are scalars in quotes, and each value is marked as one of ComfyUI's (YamlNode::comfy). Of a
// key that stands twice, the last counts, as in Python. NaN and Infinity, which Python writes, are
// empty texts. Throws Error where it is no JSON, or nested deeper than 64 levels; `file` is what its
// place says.
YamlPtr json_tree(std::string_view text, const std::string& file);

}  // namespace ksampler

#endif
