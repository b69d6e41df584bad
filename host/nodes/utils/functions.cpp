#include "host/nodes/utils/functions.hpp"

namespace ksampler {

NodeBodies utils_functions() {
  return {
      {"ComfyMathExpression", run_math_expression},
      {"ComfySwitchNode", run_switch},
      {"CustomCombo", run_custom_combo},
      {"GetNode", run_get_node},
      {"PreviewAny", run_preview_any},
      {"PrimitiveBoolean", run_primitive_boolean},
      {"PrimitiveFloat", run_primitive_float},
      {"PrimitiveInt", run_primitive_int},
      {"PrimitiveString", run_primitive_string},
      {"PrimitiveStringMultiline", run_primitive_string},
      {"Reroute", run_reroute},
      {"ResolutionSelector", run_resolution_selector},
      {"SetNode", run_set_node},
      {"StringConcatenate", run_string_concatenate},
      {"StringReplace", run_string_replace},
  };
}

}  // namespace ksampler
