#include "host/nodes/control/functions.hpp"

namespace ksampler {

NodeBodies control_functions() {
  return {
      {"ControlNetApply", run_control_net_apply},
      {"ControlNetApplyAdvanced", run_control_net_apply_advanced},
  };
}

}  // namespace ksampler
