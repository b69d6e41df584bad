#include "host/model/load/file_network.hpp"

#include "host/model/network/device_weights.hpp"
#include "host/model/network/mapped_weights.hpp"

#include <utility>

namespace ksampler {

std::shared_ptr<WeightStream> stream_for(const NetworkCache& cache, at::Device device,
                                         std::uint64_t bytes) {
  if (device.is_cpu()) {
    const std::uint64_t limit = cache.process_limit();
    return limit == 0 ? nullptr : std::make_shared<WeightStream>(mapped_weights(limit));
  }
  const std::uint64_t room = cache.room(device);
  if (bytes <= room) return nullptr;
  return std::make_shared<WeightStream>(device_weights(room, device_memory(device)));
}

FileNetwork::FileNetwork(const Weights& weights, std::shared_ptr<WeightStream> stream,
                         const std::function<std::shared_ptr<const Network>(const Weights&)>& make)
    : file_(weights.file()), stream_(std::move(stream)), network_(make(weights.in_file(stream_))) {
  file_->check_unchanged();
}

at::Tensor FileNetwork::predict(const NetworkInput& input) const {
  const bool in_turn = stream_ != nullptr && !network_->options().device().is_cpu();
  const auto turn = in_turn ? std::unique_lock(passing_) : std::unique_lock<std::mutex>();
  if (stream_ != nullptr) start_over_for(input);
  at::Tensor predicted = network_->predict(input);
  file_->check_unchanged();
  return predicted;
}

// What is computed may take more memory than it did for anything before.
void FileNetwork::start_over_for(const NetworkInput& input) const {
  std::int64_t values = input.x.numel() + (input.text.defined() ? input.text.numel() : 0);
  for (const at::Tensor& reference : input.references) values += reference.numel();
  const std::lock_guard lock(largest_mutex_);
  if (values <= largest_) return;
  largest_ = values;
  stream_->start_over();
}

}  // namespace ksampler
