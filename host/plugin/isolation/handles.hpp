// The tensors of a run by the numbers that an isolated plugin has for them.
#ifndef KSAMPLER_PLUGIN_ISOLATION_HANDLES_HPP
#define KSAMPLER_PLUGIN_ISOLATION_HANDLES_HPP

#include <ks/tensor.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

namespace ksampler::isolation {

class Handles {
 public:
  // Tensors are the host's memory: a plugin holds this many at most, besides those that it is given.
  // Samplers hold some ten.
  static constexpr std::size_t kMost = 1024;
  bool full() const { return made_ >= kMost; }

  // What the host gives.
  std::uint64_t add(ks_tensor* tensor) {
    tensors_[++last_] = tensor;
    return last_;
  }

  // Numbers from here on are the plugin's, for tensors that it has made: so it need not wait for them.
  static constexpr std::uint64_t kPlugins = std::uint64_t{1} << 63;
  // Whether it may call a new one so.
  bool is_free(std::uint64_t id) const { return id >= kPlugins && !tensors_.contains(id); }
  void add(std::uint64_t id, ks_tensor* tensor) {
    tensors_[id] = tensor;
    ++made_;
  }

  // What came of a call that nobody waited for; the next one that is waited for answers with it.
  void fail(ks_status status) { failure_ = status; }
  ks_status take_failure() { return std::exchange(failure_, KS_OK); }

  // Null for a number that there is not; the run refuses that.
  ks_tensor* find(std::uint64_t id) const {
    const auto at = tensors_.find(id);
    return at == tensors_.end() ? nullptr : at->second;
  }
  ks_tensor* take(std::uint64_t id) {
    ks_tensor* tensor = find(id);
    if (tensors_.erase(id) > 0 && id >= kPlugins) --made_;
    return tensor;
  }

 private:
  std::map<std::uint64_t, ks_tensor*> tensors_;
  std::uint64_t last_ = 0;
  std::size_t made_ = 0;
  ks_status failure_ = KS_OK;
};

}  // namespace ksampler::isolation

#endif
