// ControlNetApply and ControlNetApplyAdvanced.
#include "host/nodes/control/functions.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {
namespace {

constexpr std::int64_t kColours = 3;

Control control_of(const Inputs& in) {
  const at::Tensor& image = in.link<ImageValue>("image");
  return {.source = in.link<ControlNetValue>("control_net"),
          .picture = image.narrow(3, 0, kColours).permute({0, 3, 1, 2}).contiguous(),
          .strength = in.number("strength")};
}

// Behind those that it has already. At strength 0 there is none.
ConditioningValue with_control(const ConditioningValue& to, const Control& control) {
  ConditioningValue all = to;
  for (Conditioning& conditioning : all) {
    if (control.strength != 0.0) conditioning.controls.push_back(control);
  }
  return all;
}

}  // namespace

std::vector<Value> run_control_net_apply(const NodeContext&, const Inputs& in) {
  ConditioningValue all = with_control(in.link<ConditioningValue>("conditioning"), control_of(in));
  for (Conditioning& conditioning : all) {
    conditioning.controls_negative = !conditioning.controls.empty();
  }
  return {all};
}

std::vector<Value> run_control_net_apply_advanced(const NodeContext&, const Inputs& in) {
  Control control = control_of(in);
  control.start_percent = in.number("start_percent");
  control.end_percent = in.number("end_percent");
  const auto applied = [&](const char* name) {
    ConditioningValue all = with_control(in.link<ConditioningValue>(name), control);
    for (Conditioning& conditioning : all) conditioning.controls_negative = false;
    return all;
  };
  return {applied("positive"), applied("negative")};
}

}  // namespace ksampler
