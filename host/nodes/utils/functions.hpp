#ifndef KSAMPLER_NODES_UTILS_FUNCTIONS_HPP
#define KSAMPLER_NODES_UTILS_FUNCTIONS_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

// passing.cpp
NodeBody run_get_node;
NodeBody run_reroute;
NodeBody run_set_node;

}  // namespace ksampler

#endif
