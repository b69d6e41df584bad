// CFGGuider, BasicGuider and DualCFGGuider.
#include "host/nodes/sampling/functions.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {
namespace {

// Guiders shape the inner pair of the guidance, as in ComfyUI; the guider dual_cfg makes the rest of
// it.
GuiderValue dual_around_guiders(ModelValue model, ConditioningList cond1, ConditioningList cond2,
                                ConditioningList negative, double cfg_conds, double cfg_cond2_negative,
                                bool nested) {
  ModelGuider outer{
      "dual_cfg", {{"style", nested ? 1.0 : 0.0}, {"scale", nested ? cfg_cond2_negative : cfg_conds}}};
  outer.second = nested ? std::move(negative) : std::move(cond1);
  outer.second_is_negative = nested;
  model.guiders.push_back(std::move(outer));
  if (nested) {
    return {std::move(model), cfg_guidance(std::move(cond1), std::move(cond2), cfg_conds)};
  }
  Guidance pair = cfg_guidance(std::move(cond2), std::move(negative), cfg_cond2_negative);
  pair.front().negative = true;  // as dual_guidance() tells of it
  return {std::move(model), std::move(pair)};
}

}  // namespace

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
  const auto& model = in.link<ModelValue>("model");
  const auto& cond1 = in.link<ConditioningValue>("cond1");
  const auto& cond2 = in.link<ConditioningValue>("cond2");
  const auto& negative = in.link<ConditioningValue>("negative");
  const double cfg_conds = in.number("cfg_conds");
  const double cfg_cond2_negative = in.number("cfg_cond2_negative");
  const bool nested = in.text("style") == "nested";
  if (!model.guiders.empty()) {
    return {dual_around_guiders(model, cond1, cond2, negative, cfg_conds, cfg_cond2_negative, nested)};
  }
  return {
      GuiderValue{model, dual_guidance(cond1, cond2, negative, cfg_conds, cfg_cond2_negative, nested)}};
}

}  // namespace ksampler
