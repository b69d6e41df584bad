#ifndef KSAMPLER_NODES_UTILS_FUNCTIONS_HPP
#define KSAMPLER_NODES_UTILS_FUNCTIONS_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

// custom_combo.cpp
NodeBody run_custom_combo;

// math_expression.cpp
NodeBody run_math_expression;

// passing.cpp
NodeBody run_get_node;
NodeBody run_reroute;
NodeBody run_set_node;
NodeBody run_switch;

// preview_any.cpp
NodeBody run_preview_any;

// primitives.cpp
NodeBody run_primitive_boolean;
NodeBody run_primitive_float;
NodeBody run_primitive_int;
NodeBody run_primitive_string;

// resolution.cpp
NodeBody run_resolution_selector;

// texts.cpp
NodeBody run_string_concatenate;
NodeBody run_string_replace;

}  // namespace ksampler

#endif
