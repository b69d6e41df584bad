// The tensors of a run by the numbers that an isolated plugin has for them.
#ifndef KSAMPLER_PLUGIN_ISOLATION_HANDLES_HPP
#define KSAMPLER_PLUGIN_ISOLATION_HANDLES_HPP

#include <ks/tensor.h>

#include <cstddef>
#include <cstdint>
#include <map>

namespace ksampler::isolation {

class Handles {
 public:
  // Tensors are the host's memory: a plugin holds this many at most. Samplers hold some ten.
  static constexpr std::size_t kMost = 1024;
  bool full() const { return tensors_.size() >= kMost; }

  std::uint64_t add(ks_tensor* tensor) {
    tensors_[++last_] = tensor;
    return last_;
  }
  // Null for a number that there is not; the run refuses that.
  ks_tensor* find(std::uint64_t id) const {
    const auto at = tensors_.find(id);
    return at == tensors_.end() ? nullptr : at->second;
  }
  ks_tensor* take(std::uint64_t id) {
    ks_tensor* tensor = find(id);
    tensors_.erase(id);
    return tensor;
  }

 private:
  std::map<std::uint64_t, ks_tensor*> tensors_;
  std::uint64_t last_ = 0;
};

}  // namespace ksampler::isolation

#endif
