#ifndef KSAMPLER_NODES_CONTROL_FUNCTIONS_HPP
#define KSAMPLER_NODES_CONTROL_FUNCTIONS_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

// apply.cpp
NodeBody run_control_net_apply;
NodeBody run_control_net_apply_advanced;

}  // namespace ksampler

#endif
