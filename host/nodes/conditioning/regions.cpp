// The nodes that say where, when and how strongly a conditioning holds.
#include "host/base/conventions.hpp"
#include "host/nodes/conditioning/functions.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_conditioning_set_area(const NodeContext&, const Inputs& in) {
  ConditioningValue all = in.link<ConditioningValue>("conditioning");
  for (Conditioning& conditioning : all) {
    conditioning.area = Area{in.integer("height") / kCellPixels, in.integer("width") / kCellPixels,
                             in.integer("y") / kCellPixels, in.integer("x") / kCellPixels};
    conditioning.area_share.reset();  // what is set last holds
    conditioning.area_of_mask = false;
    conditioning.strength = in.number("strength");
  }
  return {all};
}

std::vector<Value> run_conditioning_set_area_percentage(const NodeContext&, const Inputs& in) {
  ConditioningValue all = in.link<ConditioningValue>("conditioning");
  for (Conditioning& conditioning : all) {
    conditioning.area.reset();
    conditioning.area_share =
        AreaShare{in.number("height"), in.number("width"), in.number("y"), in.number("x")};
    conditioning.area_of_mask = false;
    conditioning.strength = in.number("strength");
  }
  return {all};
}

std::vector<Value> run_conditioning_set_area_strength(const NodeContext&, const Inputs& in) {
  ConditioningValue all = in.link<ConditioningValue>("conditioning");
  for (Conditioning& conditioning : all) conditioning.strength = in.number("strength");
  return {all};
}

std::vector<Value> run_conditioning_set_mask(const NodeContext&, const Inputs& in) {
  ConditioningValue all = in.link<ConditioningValue>("conditioning");
  for (Conditioning& conditioning : all) {
    conditioning.mask = in.link<MaskValue>("mask");
    conditioning.mask_strength = in.number("strength");
    conditioning.area_of_mask = in.text("set_cond_area") == "mask bounds";
  }
  return {all};
}

std::vector<Value> run_conditioning_set_timestep_range(const NodeContext&, const Inputs& in) {
  ConditioningValue all = in.link<ConditioningValue>("conditioning");
  for (Conditioning& conditioning : all) {
    conditioning.start_percent = in.number("start");
    conditioning.end_percent = in.number("end");
  }
  return {all};
}

}  // namespace ksampler
