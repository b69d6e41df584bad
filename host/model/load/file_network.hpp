// A network whose weights are where they lie in its file, as far as it computes with what the file has.
#ifndef KSAMPLER_MODEL_LOAD_FILE_NETWORK_HPP
#define KSAMPLER_MODEL_LOAD_FILE_NETWORK_HPP

#include "host/model/load/network_cache.hpp"
#include "host/model/network/network.hpp"
#include "host/model/network/weight_stream.hpp"
#include "host/model/network/weights.hpp"

#include <functional>
#include <memory>
#include <mutex>

namespace ksampler {

// How a network of `bytes` has its weights come and go, where the cache's limit asks for it: on a CPU
// wherever the process has a limit, as only its passes show what else there must be room for; on a
// device where it is larger than all the room that there is. Null: all weights stay.
std::shared_ptr<WeightStream> stream_for(const NetworkCache& cache, at::Device device,
                                         std::uint64_t bytes);

// Throws Error from `predict` where the file was written to meanwhile: nothing that is half of one
// state and half of another is given to anybody.
class FileNetwork : public Network {
 public:
  // `make`: the network of these weights.
  FileNetwork(const Weights& weights, std::shared_ptr<WeightStream> stream,
              const std::function<std::shared_ptr<const Network>(const Weights&)>& make);

  NetworkFacts facts() const override { return network_->facts(); }
  std::span<const std::int64_t> skips() const override { return network_->skips(); }
  at::TensorOptions options() const override { return network_->options(); }
  void check_size(at::IntArrayRef shape) const override { network_->check_size(shape); }
  at::Tensor predict(const NetworkInput& input) const override;

 private:
  void start_over_for(const NetworkInput& input) const;

  std::shared_ptr<const TensorFile> file_;
  std::shared_ptr<WeightStream> stream_;  // null: none
  std::shared_ptr<const Network> network_;
  mutable std::mutex passing_;  // on a device, whose buffers are for one pass at a time
  mutable std::mutex largest_mutex_;
  mutable std::int64_t largest_ = 0;  // values that were predicted from at one time
};

}  // namespace ksampler

#endif
