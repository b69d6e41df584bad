// A run's tensors behind the ABI's handles, in LibTorch's memory.
#ifndef KSAMPLER_TENSOR_SPACE_HPP
#define KSAMPLER_TENSOR_SPACE_HPP

#include "host/session/space.hpp"
#include "host/tensor/torch_memory.hpp"

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

namespace ksampler {

namespace space_detail {
struct HasMemory {  // before the space that is on it
  TorchMemory torch_memory;
};
}  // namespace space_detail

class TensorSpace : private space_detail::HasMemory, public Space {
 public:
  // Every tensor is like `prototype` (float32, float16 or bfloat16; contiguous).
  explicit TensorSpace(const at::Tensor& prototype);

  using Space::adopt;
  // A handle onto this tensor's storage, which the space holds. Throws c10::Error where it is not like
  // the prototype.
  ks_tensor* adopt(at::Tensor data);

  // As Space's.
  at::Tensor* find(const ks_tensor* handle) const;
  at::Tensor* find_sized(const ks_tensor* handle) const;

  // [items, channels, height, width]; zeros where the latent has not four dimensions.
  const LatentShape& shape() const { return torch_memory.shape(); }
  // The stream that the device's work is on (cudaStream_t); null on a CPU.
  void* stream() { return torch_memory.stream(); }

 private:
  std::vector<std::unique_ptr<at::Tensor>> adopted_;
};

}  // namespace ksampler

#endif
