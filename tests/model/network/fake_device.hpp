// A device played by main memory, which counts what is asked of it.
#ifndef KSAMPLER_TESTS_MODEL_NETWORK_FAKE_DEVICE_HPP
#define KSAMPLER_TESTS_MODEL_NETWORK_FAKE_DEVICE_HPP

#include "host/model/network/device_weights.hpp"

#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>
#include <set>
#include <stdexcept>

namespace ksampler::test {

struct FakeDevice {
  std::uint64_t bytes = 0;  // in use
  std::uint64_t most_bytes = 0;
  int copies = 0;
  float last_copied = -1.0F;         // the first value of it
  std::set<const void*> on_the_way;  // copied to, and not waited for
};

// A copy is made at once, the earliest moment at which a device may make it.
class FakeDeviceMemory : public DeviceMemory {
 public:
  explicit FakeDeviceMemory(FakeDevice& device) : device_(&device) {}

  at::Tensor make(std::uint64_t bytes) override {
    device_->bytes += bytes;
    device_->most_bytes = std::max(device_->most_bytes, device_->bytes);
    constexpr std::align_val_t kAligned{64};
    const auto let_go = [device = device_, bytes](void* memory) {
      device->bytes -= bytes;
      ::operator delete(memory, kAligned);
    };
    return at::from_blob(::operator new(bytes, kAligned), {static_cast<std::int64_t>(bytes)}, let_go,
                         at::kByte);
  }

  void copy(const at::Tensor& in_file, const at::Tensor& to) override {
    if (to.nbytes() < in_file.nbytes()) throw std::logic_error("a buffer that is too small");
    std::memcpy(to.mutable_data_ptr(), in_file.const_data_ptr(), in_file.nbytes());
    ++device_->copies;
    std::memcpy(&device_->last_copied, in_file.const_data_ptr(), sizeof(float));
    device_->on_the_way.insert(to.const_data_ptr());
  }

  void wait_for(const at::Tensor& to) override {
    if (device_->on_the_way.erase(to.const_data_ptr()) == 0) {
      throw std::logic_error("waits for what nobody copied");
    }
  }

 private:
  FakeDevice* device_;
};

}  // namespace ksampler::test

#endif
