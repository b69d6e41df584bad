// How much memory networks may take where nobody says it.
#include "host/base/memory.hpp"
#include "host/model/load/model_cache.hpp"

#include <ATen/DeviceAccelerator.h>

namespace ksampler {

std::uint64_t default_network_memory(at::Device device) {
  if (device.is_cuda()) return at::accelerator::getMemoryInfo(device.index()).second / 10 * 9;
  return memory_of_process() / 4 * 3;
}

}  // namespace ksampler
