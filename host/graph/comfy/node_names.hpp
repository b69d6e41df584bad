// Names for the nodes of a workflow, which has numbers.
#ifndef KSAMPLER_GRAPH_COMFY_NODE_NAMES_HPP
#define KSAMPLER_GRAPH_COMFY_NODE_NAMES_HPP

#include "host/graph/document.hpp"

#include <map>
#include <string>

namespace ksampler {

// By id. Of a node with a title, that; of a prompt, what it is for ("positive"); of others, their type.
// A pipeline's names: small letters, digits and '_', each once.
std::map<std::string, std::string> node_names(const Document& document);

}  // namespace ksampler

#endif
