#include "host/nodes/record.hpp"

namespace ksampler {

std::map<std::string, std::string> record_of(const NodeContext& context) {
  std::string settings;
  for (const std::string& setting : context.pipeline.settings) settings += setting + "\n";
  return {{"software", "ksampler"},
          {"pipeline", context.pipeline.text},
          {"settings", settings},
          {"profile", context.pipeline.profile}};
}

}  // namespace ksampler
