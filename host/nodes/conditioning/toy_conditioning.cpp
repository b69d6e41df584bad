#include "host/nodes/conditioning/functions.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_toy_conditioning(const NodeContext&, const Inputs& in) {
  Conditioning conditioning;
  conditioning.label = in.integer("label");
  if (in.has("strength")) conditioning.strength = in.number("strength");
  if (in.has("area")) {
    const auto& area = in.integers("area");
    conditioning.area = Area{area.at(0), area.at(1), area.at(2), area.at(3)};
  }
  if (in.has("mask")) conditioning.mask = in.link<MaskValue>("mask");
  if (in.has("mask_strength")) conditioning.mask_strength = in.number("mask_strength");
  if (in.has("start_percent")) conditioning.start_percent = in.number("start_percent");
  if (in.has("end_percent")) conditioning.end_percent = in.number("end_percent");
  return {ConditioningValue{conditioning}};
}

}  // namespace ksampler
