#include "host/model/network/device_weights.hpp"

#include <ATen/ops/empty.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <array>
#include <cstring>
#include <map>
#include <optional>

namespace ksampler {
namespace {

// Copies wait for what was computed before, as that may still read the buffer; what is computed after
// them waits for them. Between the mapped file, whose pages may be on the disk, and the device there
// are two pinned buffers: the next is filled by the processor while the last is on its way.
class StreamedDeviceMemory : public DeviceMemory {
 public:
  explicit StreamedDeviceMemory(at::Device device)
      : device_(device), backend_(device.type()), side_(backend_.getStreamFromGlobalPool(device)) {}

  at::Tensor make(std::uint64_t bytes) override {
    return at::empty({static_cast<std::int64_t>(bytes)}, at::TensorOptions(at::kByte).device(device_));
  }

  void copy(const at::Tensor& in_file, const at::Tensor& to) override {
    const auto size = static_cast<std::int64_t>(in_file.nbytes());
    Pinned& pinned = pinned_.at(next_);
    next_ = (next_ + 1) % pinned_.size();
    if (pinned.sent) pinned.sent->synchronize();
    if (!pinned.bytes.defined() || pinned.bytes.size(0) < size) {
      pinned.bytes = at::empty({size}, at::TensorOptions(at::kByte).pinned_memory(true));
    }
    std::memcpy(pinned.bytes.mutable_data_ptr(), in_file.const_data_ptr(), in_file.nbytes());
    c10::Event computed(device_.type());
    computed.record(backend_.getStream(device_));
    computed.block(side_);
    {
      const c10::StreamGuard on_the_side(side_);
      to.narrow(0, 0, size).copy_(pinned.bytes.narrow(0, 0, size), /*non_blocking=*/true);
    }
    pinned.sent.emplace(device_.type());
    pinned.sent->record(side_);
    c10::Event copied(device_.type());
    copied.record(side_);
    copied_.insert_or_assign(to.const_data_ptr(), std::move(copied));
  }

  void wait_for(const at::Tensor& to) override {
    const auto found = copied_.find(to.const_data_ptr());
    if (found == copied_.end()) return;
    found->second.block(backend_.getStream(device_));
    copied_.erase(found);
  }

 private:
  struct Pinned {
    at::Tensor bytes;
    std::optional<c10::Event> sent;
  };

  at::Device device_;
  c10::impl::VirtualGuardImpl backend_;
  c10::Stream side_;
  std::array<Pinned, 2> pinned_;
  std::size_t next_ = 0;
  std::map<const void*, c10::Event> copied_;  // and not waited for
};

}  // namespace

std::unique_ptr<DeviceMemory> device_memory(at::Device device) {
  return std::make_unique<StreamedDeviceMemory>(device);
}

}  // namespace ksampler
