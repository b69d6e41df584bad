#include "host/tensor/noise.hpp"

#include <ATen/ops/empty.h>

namespace ksampler {

at::Tensor normal(at::IntArrayRef shape, Generator& generator) {
  at::Tensor out = at::empty(shape, at::kFloat);
  generator.normals(out.mutable_data_ptr<float>(), static_cast<std::size_t>(out.numel()));
  return out;
}

}  // namespace ksampler
