#include "host/nodes/mask/mask_values.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <cstdio>

namespace ksampler {
namespace {

// What resizing adds in float32 to values that lie between 0 and 1.
constexpr double kRounding = 1e-6;

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

}  // namespace

at::Tensor read_mask(const NodeContext& context, const Node& node,
                     const std::shared_ptr<const TensorFile>& file, const std::string& name) {
  const auto refuse = [&](const std::string& why) {
    throw Error(Diagnostic::Kind::bad_file, {file->file().string()},
                sentence("tensor {} is no mask: {}", quote(name), why));
  };
  const at::Tensor stored = map_tensor(file, name);
  if (stored.dim() < 2 || stored.dim() > 4 || (stored.dim() == 4 && stored.size(1) != 1)) {
    refuse(
        sentence("its shape is {}; expected [height, width], [batch, height, width] or [batch, 1, "
                 "height, width]",
                 shape_text(stored.sizes())));
  }
  if (stored.numel() == 0) {
    refuse(sentence("its shape is {}, which has no values; expected some", shape_text(stored.sizes())));
  }
  const bool is_u8 = stored.scalar_type() == at::kByte;
  at::Tensor mask = stored.to(at::kFloat);
  const double lowest = at::amin(mask).item<double>();
  const double highest = at::amax(mask).item<double>();
  if (is_u8) {
    if (highest == 1) {
      context.reporter.warning(
          node, sentence("{}: tensor {} is of type U8, in which 255 stands for 1, and its largest "
                         "value is 1; a mask of 0 and 1 is of type BOOL or F32",
                         file->file(), quote(name)));
    }
    return mask / 255.0;
  }
  if (!(lowest >= -kRounding && highest <= 1 + kRounding)) {
    const bool finite = at::isfinite(mask).all().item<bool>();
    refuse(finite ? sentence("its values go from {} to {}; expected 0 to 1 (of type U8: 0 to 255)",
                             number_text(lowest), number_text(highest))
                  : "it holds NaN or infinity; expected values from 0 to 1");
  }
  return mask.clamp(0.0, 1.0);
}

at::Tensor in_layers(const at::Tensor& mask) {
  return mask.reshape({-1, mask.size(-2), mask.size(-1)});
}

void warn_where_nothing_changes(const NodeContext& context, const Node& node, const at::Tensor& mask) {
  if (mask.numel() == 0 || at::amax(mask).item<double>() > 0) return;
  context.reporter.warning(
      node,
      "the mask is 0 everywhere, so that sampling leaves the latent as it is; it may "
      "change where a mask is 1 (InvertMask turns one around)");
}

}  // namespace ksampler
