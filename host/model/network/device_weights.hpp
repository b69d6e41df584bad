// Streamed weights on a device: those that stay have memory of their own there, the others go through
// two buffers, one computed with while the other is filled.
#ifndef KSAMPLER_MODEL_NETWORK_DEVICE_WEIGHTS_HPP
#define KSAMPLER_MODEL_NETWORK_DEVICE_WEIGHTS_HPP

#include "host/model/network/weight_stream.hpp"

namespace ksampler {

// What is asked of a device. A test has one in main memory.
class DeviceMemory {
 public:
  DeviceMemory() = default;
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;
  virtual ~DeviceMemory() = default;

  // [bytes] of uint8.
  virtual at::Tensor make(std::uint64_t bytes) = 0;
  // Begins to copy a weight to the first bytes of `to`, behind all that was computed before this call.
  virtual void copy(const at::Tensor& in_file, const at::Tensor& to) = 0;
  // Has what is computed after this call wait for the last copy to `to`.
  virtual void wait_for(const at::Tensor& to) = 0;
};

// LibTorch's: copies go through pinned memory, on a stream of their own.
std::unique_ptr<DeviceMemory> device_memory(at::Device device);

// Weights have `room` bytes.
std::unique_ptr<WeightPlace> device_weights(std::uint64_t room, std::unique_ptr<DeviceMemory> memory);

}  // namespace ksampler

#endif
