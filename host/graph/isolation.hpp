// `isolation: { my_plugin: process }` in a pipeline file.
#ifndef KSAMPLER_GRAPH_ISOLATION_HPP
#define KSAMPLER_GRAPH_ISOLATION_HPP

#include "host/graph/document.hpp"

#include <string>
#include <vector>

namespace ksampler {

// Adds what is wrong with it; `plugins` says which there are.
void check_isolation(const Document& document, const PluginInputs& plugins,
                     std::vector<Diagnostic>& diagnostics);

}  // namespace ksampler

#endif
