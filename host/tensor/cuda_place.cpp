#include "host/tensor/cuda_place.hpp"

#include <ATen/core/Tensor.h>
#include <c10/core/Stream.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace ksampler {

cuda::Place cuda_place(at::Device device) {
  const c10::Stream stream = c10::impl::VirtualGuardImpl(at::kCUDA).getStream(device);
  return {device.index(), static_cast<cuda::CuStream>(stream.native_handle())};
}

}  // namespace ksampler
