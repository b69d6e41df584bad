// Inputs of a node as parameters of a plugin that have the same names.
#ifndef KSAMPLER_NODES_SAMPLING_NAMED_PARAMS_HPP
#define KSAMPLER_NODES_SAMPLING_NAMED_PARAMS_HPP

#include "host/graph/execute.hpp"
#include "host/plugin/registry.hpp"

#include <string>
#include <vector>

namespace ksampler {

// A plugin takes numbers: a boolean is 0 or 1, a choice the index of what was chosen.
std::vector<NamedParam> named_params(const Inputs& in, const std::vector<std::string>& names);

}  // namespace ksampler

#endif
