// The nodes of a document against their declarations.
#ifndef KSAMPLER_GRAPH_NODE_CHECKER_HPP
#define KSAMPLER_GRAPH_NODE_CHECKER_HPP

#include "host/graph/document.hpp"

#include <vector>

namespace ksampler {

// The nodes of a document in the file's order, each with its declaration where there is one, and still
// without inputs.
std::vector<Node> declare_nodes(const Document& document, const std::vector<NodeDecl>& declarations,
                                std::vector<Diagnostic>& diagnostics);

// Nodes in the file's order, with links as indices among them. Where diagnostics were added, nodes may
// lack their declaration or values.
std::vector<Node> check_nodes(const Document& document, const std::vector<NodeDecl>& declarations,
                              const PluginInputs& plugins, std::vector<Diagnostic>& diagnostics,
                              std::vector<Diagnostic>& notes);

}  // namespace ksampler

#endif
