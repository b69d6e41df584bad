#include "host/tensor/space.hpp"

#include <c10/util/Exception.h>

#include <utility>

namespace ksampler {
namespace {

at::Tensor* torch_or_null(const RunTensor* found) {
  return found == nullptr ? nullptr : &torch_tensor(*found);
}

}  // namespace

TensorSpace::TensorSpace(const at::Tensor& prototype)
    : HasMemory{TorchMemory(prototype)}, Space(torch_memory) {}

ks_tensor* TensorSpace::adopt(at::Tensor data) {
  const at::Tensor& like = torch_memory.prototype();
  TORCH_CHECK(data.defined() && data.is_contiguous() && data.scalar_type() == like.scalar_type() &&
                  data.device() == like.device() && data.sizes() == like.sizes(),
              "a tensor for a run: found ", data.toString(), " ", data.sizes(),
              "; expected a contiguous ", like.toString(), " ", like.sizes());
  adopted_.push_back(std::make_unique<at::Tensor>(std::move(data)));
  return Space::adopt(run_tensor(*adopted_.back()));
}

at::Tensor* TensorSpace::find(const ks_tensor* handle) const {
  return torch_or_null(Space::find(handle));
}

at::Tensor* TensorSpace::find_sized(const ks_tensor* handle) const {
  return torch_or_null(Space::find_sized(handle));
}

}  // namespace ksampler
