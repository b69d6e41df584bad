#include "host/nodes/utils/functions.hpp"

namespace ksampler {

NodeBodies utils_functions() {
  return {
      {"GetNode", run_get_node},
      {"Reroute", run_reroute},
      {"SetNode", run_set_node},
  };
}

}  // namespace ksampler
