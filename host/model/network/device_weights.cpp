#include "host/model/network/device_weights.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ksampler {
namespace {

class DeviceWeights : public WeightPlace {
 public:
  DeviceWeights(std::uint64_t room, std::unique_ptr<DeviceMemory> memory)
      : room_(room), memory_(std::move(memory)) {}

  void fetch(std::size_t index, const at::Tensor& in_file, bool stays) override {
    if (index >= here_.size()) here_.resize(index + 1);
    Here& here = here_[index];
    here.in_file = in_file;
    here.bytes = stays ? memory_->make(in_file.nbytes()) : free_buffer(in_file.nbytes());
    here.is_new = true;
    memory_->copy(in_file, here.bytes);
  }

  at::Tensor get(std::size_t index) override {
    Here& here = here_[index];
    if (std::exchange(here.is_new, false)) memory_->wait_for(here.bytes);
    const at::Tensor& like = here.in_file;
    return here.bytes.narrow(0, 0, static_cast<std::int64_t>(like.nbytes()))
        .view(like.scalar_type())
        .view(like.sizes());
  }

  void let_go(std::size_t index) override { here_[index] = {}; }

  std::uint64_t buffers() const override { return kBuffers; }

  std::uint64_t room(std::uint64_t /*here*/, std::uint64_t largest) override {
    largest_ = largest;
    if (kBuffers * largest <= room_) return room_;
    constexpr double kMega = 1 << 20;  // as --memory reads it
    throw Error(Diagnostic::Kind::out_of_memory,
                sentence("the limit of {:.0f} MB (--memory) is too low for this network: its largest "
                         "weight is {:.0f} MB; expected a limit of twice that and more",
                         static_cast<double>(room_) / kMega, static_cast<double>(largest) / kMega));
  }

 private:
  static constexpr std::size_t kBuffers = 2;

  struct Here {
    at::Tensor in_file;
    at::Tensor bytes;  // on the device
    bool is_new = false;
  };

  // A buffer that no weight is in. Where another thread still computes with both, one of its own, which
  // goes with the weight.
  at::Tensor free_buffer(std::uint64_t bytes) {
    for (at::Tensor& buffer : buffers_) {
      if (buffer.defined() && buffer.nbytes() < bytes && buffer.use_count() == 1) buffer.reset();
      if (!buffer.defined()) buffer = memory_->make(std::max(largest_, bytes));
      if (buffer.use_count() == 1 && buffer.storage().use_count() == 1) return buffer;
    }
    return memory_->make(bytes);
  }

  std::uint64_t room_;
  std::unique_ptr<DeviceMemory> memory_;
  std::uint64_t largest_ = 0;
  std::array<at::Tensor, kBuffers> buffers_;
  std::vector<Here> here_;
};

}  // namespace

std::unique_ptr<WeightPlace> device_weights(std::uint64_t room, std::unique_ptr<DeviceMemory> memory) {
  return std::make_unique<DeviceWeights>(room, std::move(memory));
}

}  // namespace ksampler
