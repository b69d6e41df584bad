// Prompts that YAML cuts short: " #" begins a comment in a text without quotes.
#ifndef KSAMPLER_GRAPH_CUT_TEXT_HPP
#define KSAMPLER_GRAPH_CUT_TEXT_HPP

#include "host/graph/pipeline.hpp"

#include <vector>

namespace ksampler {

// A warning for each text of a node that a '#' ends, at its place. For a pipeline that was found right.
std::vector<Diagnostic> cut_texts(const ParsedPipeline& parsed,
                                  const std::vector<NodeDecl>& declarations);

}  // namespace ksampler

#endif
