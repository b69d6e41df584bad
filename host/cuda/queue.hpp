// Memory of a CUDA device, and a stream that all work on it is put on: what one run has. Nothing waits
// for the device but what says so.
#ifndef KSAMPLER_CUDA_QUEUE_HPP
#define KSAMPLER_CUDA_QUEUE_HPP

#include "host/cuda/module.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace ksampler::cuda {

// Thread rule: one thread at a time, not always the same one. All functions but free() throw Error
// where the driver refuses.
class Queue {
 public:
  // Throws Error where there is no driver, or no such device.
  explicit Queue(const Place& place);
  // Waits for copies from main memory that are still on their way.
  ~Queue();
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  const Place& place() const { return place_; }

  // Memory in the order of the stream: it may be freed while work that was put on before still uses it.
  void* allocate(std::size_t bytes);
  void free(void* data) noexcept;
  // So many bytes for what is put on the stream next; the next call has the same memory.
  void* scratch(std::size_t bytes);

  // Copies `bytes`, which write() writes, to each of `targets`.
  void upload(std::span<void* const> targets, std::size_t bytes,
              const std::function<void(void* bytes)>& write);
  // Copies to main memory, and waits for it.
  void download(void* target, const void* source, std::size_t bytes);

 private:
  // Main memory that the device reads by itself, and when it has.
  struct Staging;
  Staging& staging(std::size_t bytes);

  Place place_;
  PrimaryContext context_;
  bool in_order_ = false;  // whether the device has memory in the order of a stream
  void* scratch_ = nullptr;
  std::size_t scratch_bytes_ = 0;
  std::vector<std::unique_ptr<Staging>> stagings_;
};

}  // namespace ksampler::cuda

#endif
