// CFGGuider, BasicGuider and DualCFGGuider.
#include "host/nodes/sampling/functions.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_cfg_guider(const NodeContext&, const Inputs& in) {
  return {GuiderValue{in.link<ModelValue>("model"),
                      cfg_guidance(in.link<ConditioningValue>("positive"),
                                   in.link<ConditioningValue>("negative"), in.number("cfg"))}};
}

std::vector<Value> run_basic_guider(const NodeContext&, const Inputs& in) {
  return {GuiderValue{in.link<ModelValue>("model"),
                      basic_guidance(in.link<ConditioningValue>("conditioning"))}};
}

std::vector<Value> run_dual_cfg_guider(const NodeContext&, const Inputs& in) {
  return {GuiderValue{
      in.link<ModelValue>("model"),
      dual_guidance(in.link<ConditioningValue>("cond1"), in.link<ConditioningValue>("cond2"),
                    in.link<ConditioningValue>("negative"), in.number("cfg_conds"),
                    in.number("cfg_cond2_negative"), in.text("style") == "nested")}};
}

}  // namespace ksampler
