#include "host/nodes/packs/functions.hpp"

#include "host/nodes/image/functions.hpp"

namespace ksampler {

NodeBodies packs_functions() {
  return {
      {"Any Switch (rgthree)", run_any_switch},        {"Context (rgthree)", run_context},
      {"FloatConstant", run_float_constant},           {"INTConstant", run_int_constant},
      {"Image Comparer (rgthree)", run_image_compare}, {"Seed (rgthree)", run_seed},
      {"StringConstant", run_string_constant},
  };
}

}  // namespace ksampler
