// The weights of a network that has not room enough in memory: before each is used, it is asked for; as
// many as fit stay, and the next that does not is on its way while this one is computed with. In which
// order they are used, the passes through the network show. Thread rule: any thread. Passes at the same
// time disturb each other's reading ahead, and nothing else.
#ifndef KSAMPLER_MODEL_NETWORK_WEIGHT_STREAM_HPP
#define KSAMPLER_MODEL_NETWORK_WEIGHT_STREAM_HPP

#include "host/model/network/stream_plan.hpp"

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace ksampler {

// Where weights are while they are used: the pages of a mapped file, or a device's memory. Called by
// one thread at a time.
class WeightPlace {
 public:
  WeightPlace() = default;
  WeightPlace(const WeightPlace&) = delete;
  WeightPlace& operator=(const WeightPlace&) = delete;
  virtual ~WeightPlace() = default;

  // Begins to bring a weight here. `stays`: for long, else into a buffer that others had before.
  virtual void fetch(std::size_t index, const at::Tensor& in_file, bool stays) = 0;
  // It, for what is computed from now on. REQUIRES: fetched, and not let go since.
  virtual at::Tensor get(std::size_t index) = 0;
  // What was computed with it before this call may still go on.
  virtual void let_go(std::size_t index) = 0;

  // How many weights that come and go are here at one time.
  virtual std::uint64_t buffers() const = 0;
  // Bytes that there are for weights, which is asked before each use. `here`: how many of them were
  // computed with since the last call of get. `largest`: of all weights. Throws Error where there is
  // room for none.
  virtual std::uint64_t room(std::uint64_t here, std::uint64_t largest) = 0;
  // A pass through the network begins, the first, or another one after that; and before the first, that
  // all is to be found out anew.
  virtual void pass_begins(bool /*first*/) {}
};

class WeightStream {
 public:
  explicit WeightStream(std::unique_ptr<WeightPlace> place) : place_(std::move(place)) {}

  // A weight as the file has it. The order is that of use, as far as it is known. Gives its index.
  std::size_t add(const at::Tensor& in_file);

  // The weight, where it is computed with. Throws Error where there is no room for it.
  at::Tensor use(std::size_t index);

  // What is computed from now on is of another size.
  void start_over();

  // How many weights stay, of all; for tests and measurements.
  std::size_t staying() const;
  std::size_t size() const;

 private:
  static constexpr std::size_t kNone = SIZE_MAX;
  struct Each {
    at::Tensor in_file;
    std::size_t next = 0;  // what was used after it
    bool here = false;     // or on its way
    bool used = false;     // since it is here
  };

  void plan_for(std::uint64_t room);
  std::size_t ahead_of(std::size_t index) const;
  void fetch(std::size_t index);
  void let_go(std::size_t index);

  mutable std::mutex mutex_;
  std::unique_ptr<WeightPlace> place_;
  std::vector<Each> weights_;
  std::vector<std::uint64_t> sizes_;
  StreamPlan plan_;
  bool planned_ = false;
  std::size_t passes_ = 0;     // that began since all was found out anew
  std::size_t first_ = kNone;  // with which a pass begins
  std::size_t last_ = kNone;   // that was used
};

}  // namespace ksampler

#endif
