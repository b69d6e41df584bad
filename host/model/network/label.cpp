#include "host/model/network/label.hpp"

#include "host/model/network/layers.hpp"

#include <ATen/ops/cat.h>

namespace ksampler {

at::Tensor label_of(const at::Tensor& pooled, const at::Tensor& numbers) {
  const at::Tensor embedded = sinusoidal_embedding(numbers.flatten(), kNumberEmbedding);
  return at::cat({pooled, embedded.view({numbers.size(0), -1})}, 1);
}

}  // namespace ksampler
