#include "host/nodes/conditioning/functions.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_conditioning_combine(const NodeContext&, const Inputs& in) {
  ConditioningValue all = in.link<ConditioningValue>("conditioning_1");
  const auto& more = in.link<ConditioningValue>("conditioning_2");
  all.insert(all.end(), more.begin(), more.end());
  return {all};
}

}  // namespace ksampler
