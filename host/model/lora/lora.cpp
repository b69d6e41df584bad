#include "host/model/lora/lora.hpp"

#include "host/base/error.hpp"
#include "host/base/text.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/ops/isfinite.h>

#include <cmath>

namespace ksampler {
namespace {

[[noreturn]] void refuse(const Lora& lora, const std::string& tensor, const std::string& why) {
  throw Error({lora.file->file().string()}, "tensor " + quote(tensor) + " " + why);
}

// A matrix or the kernel of a convolution, finite, in the type of the file, or float16 where that is of
// 8 bits.
at::Tensor checked(const Lora& lora, const std::string& name) {
  at::Tensor tensor = map_tensor(lora.file, name);
  if (!tensor.is_floating_point()) {
    refuse(lora, name,
           "is of type " + std::string(name_of(lora.file->tensor(name).type)) +
               "; a LoRA's are F8, F16, BF16 or F32");
  }
  if (tensor.dim() < 2 || tensor.size(0) == 0 || tensor.size(1) == 0) {
    refuse(lora, name,
           "has shape " + shape_text(tensor.sizes()) +
               "; expected a matrix or the kernel of a convolution");
  }
  if (tensor.element_size() == 1) tensor = tensor.to(at::kHalf);  // holds all that 8 bits do
  if (!at::isfinite(tensor).all().item<bool>()) {
    refuse(lora, name, "holds NaN or infinity: the file is damaged");
  }
  return tensor;
}

double scale_of(const LoraLayer& layer, double rank) {
  if (!layer.alpha) return 1.0;
  return layer.alpha->alpha / (layer.alpha->rank_stabilized ? std::sqrt(rank) : rank);
}

LowRank layer_for(const Lora& lora, const LoraLayer& layer, const LoraTarget& target, double strength) {
  LowRank patch;
  const at::Tensor up = checked(lora, layer.up);
  const at::Tensor down = checked(lora, layer.down);
  patch.up = up.flatten(1);
  patch.down = down.flatten(1);
  patch.first_row = target.first_row;
  patch.rows = target.rows;
  const std::int64_t rank = patch.down.size(0);
  std::int64_t columns = patch.down.size(1);
  if (!layer.mid.empty()) {
    patch.mid = checked(lora, layer.mid);
    if (patch.mid.dim() != 4 || patch.mid.size(0) != rank || patch.mid.size(1) != rank) {
      refuse(lora, layer.mid,
             "has shape " + shape_text(patch.mid.sizes()) + "; expected " +
                 shape_text({rank, rank, -1, -1}));
    }
    columns *= patch.mid.size(2) * patch.mid.size(3);
  }
  const auto want = [&](const std::string& shape, const std::string& of) {
    return "; " + quote(target.tensor) + " of the model needs " + shape + " " + of;
  };
  if (patch.up.size(0) != target.rows || patch.up.size(1) != rank) {
    refuse(lora, layer.up,
           "has shape " + shape_text(up.sizes()) +
               want(shape_text({target.rows, rank}), "beside its down"));
  }
  if (columns != target.columns) {
    refuse(lora, layer.down,
           "has shape " + shape_text(down.sizes()) +
               want(std::to_string(target.columns),
                    "numbers a row, and this gives " + std::to_string(columns)));
  }
  if (target.transposed) {  // (up down)^T = down^T up^T
    if (patch.mid.defined()) refuse(lora, layer.mid, "splits a kernel, and the layer is a matrix");
    const at::Tensor first = patch.down.t();
    patch.down = patch.up.t();
    patch.up = first;
    patch.rows = target.columns;
  }
  patch.scale = strength * scale_of(layer, static_cast<double>(rank));
  return patch;
}

}  // namespace

WeightPatches lora_patches(const Lora& lora, const LoraTargets& targets, double strength,
                           std::set<std::string>& used) {
  WeightPatches patches;
  for (const auto& [name, layer] : lora.layers) {
    const auto target = targets.find(name);
    if (target == targets.end()) continue;
    used.insert(name);
    patches[target->second.tensor].push_back(layer_for(lora, layer, target->second, strength));
  }
  return patches;
}

}  // namespace ksampler
