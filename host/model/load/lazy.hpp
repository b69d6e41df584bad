// A network that is loaded where it is used. What travels along a pipeline's links is this: it takes no
// memory, so that a run needs room for one network at a time.
#ifndef KSAMPLER_MODEL_LOAD_LAZY_HPP
#define KSAMPLER_MODEL_LOAD_LAZY_HPP

#include "host/model/load/network_cache.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace ksampler {

template <typename T>
class Lazy {
 public:
  using Load = std::function<std::shared_ptr<const T>()>;
  Lazy(NetworkKey key, std::uint64_t bytes, Load load)
      : key_(std::move(key)), bytes_(bytes), load_(std::move(load)) {}

  // Throws what loading throws.
  std::shared_ptr<const T> hold(NetworkCache& cache) const {
    return cache.hold<T>(key_, bytes_, load_);
  }

 private:
  NetworkKey key_;
  std::uint64_t bytes_;
  Load load_;
};

}  // namespace ksampler

#endif
