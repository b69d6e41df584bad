// MaskComposite: one mask with another, in the rectangle where the other lies.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/nodes/composite.hpp"
#include "host/nodes/mask/functions.hpp"
#include "host/nodes/mask/mask_values.hpp"
#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>

#include <map>

namespace ksampler {
namespace {

using Combine = at::Tensor (*)(const at::Tensor& below, const at::Tensor& above);

// Which of the two it is nearer to, halves to even.
at::Tensor truth(const at::Tensor& mask) { return mask.round() != 0; }

const std::map<std::string, Combine>& operations() {
  static const std::map<std::string, Combine> table = {
      {"multiply", [](const at::Tensor& below, const at::Tensor& above) { return below * above; }},
      {"add", [](const at::Tensor& below, const at::Tensor& above) { return below + above; }},
      {"subtract", [](const at::Tensor& below, const at::Tensor& above) { return below - above; }},
      {"and", [](const at::Tensor& b, const at::Tensor& a) { return (truth(b) & truth(a)).to(b); }},
      {"or", [](const at::Tensor& b, const at::Tensor& a) { return (truth(b) | truth(a)).to(b); }},
      {"xor", [](const at::Tensor& b, const at::Tensor& a) { return (truth(b) ^ truth(a)).to(b); }},
  };
  return table;
}

}  // namespace

std::vector<Value> run_mask_composite(const NodeContext& context, const Inputs& in) {
  const at::Tensor result = in_layers(in.link<MaskValue>("destination")).clone().unsqueeze(1);
  const at::Tensor source = in_layers(in.link<MaskValue>("source")).unsqueeze(1);
  if (source.size(0) != 1 && source.size(0) != result.size(0)) {
    throw Error(sentence("'source' has {} masks and 'destination' {}; it takes 1 or as many",
                         source.size(0), result.size(0)));
  }
  const Spot spot{in.integer("x"), in.integer("y")};
  if (is_inside(result, spot)) {
    const at::Tensor above = visible(source, result, spot);
    at::Tensor part = result.narrow(2, spot.y, above.size(2)).narrow(3, spot.x, above.size(3));
    part.copy_(operations().at(in.text("operation"))(part, above));
  } else {
    context.reporter.warning(
        in.node(), sentence("x {}, y {} lies outside the mask of {} x {}, and so nothing changes",
                            spot.x, spot.y, result.size(3), result.size(2)));
  }
  return {MaskValue(result.squeeze(1).clamp(0.0, 1.0))};
}

}  // namespace ksampler
