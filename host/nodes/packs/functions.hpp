#ifndef KSAMPLER_NODES_PACKS_FUNCTIONS_HPP
#define KSAMPLER_NODES_PACKS_FUNCTIONS_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

// constants.cpp
NodeBody run_float_constant;
NodeBody run_int_constant;
NodeBody run_seed;
NodeBody run_string_constant;

// contexts.cpp
NodeBody run_any_switch;
NodeBody run_context;

}  // namespace ksampler

#endif
