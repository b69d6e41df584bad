#include "host/cuda/queue.hpp"

#include <algorithm>
#include <utility>

namespace ksampler::cuda {
namespace {

// How far the caller gets ahead of the device before it waits: a step with noise takes one.
constexpr std::size_t kMostStagings = 8;

}  // namespace

struct Queue::Staging {
  void* data = nullptr;
  std::size_t bytes = 0;
  CuEvent read = nullptr;  // when the device has read it
  bool is_being_read = false;

  explicit Staging(std::size_t bytes_) : bytes(bytes_) {
    driver().check(driver().allocate_host(&data, bytes, 0), "main memory for copies");
    if (const CuResult result = driver().create_event(&read, kEventWithoutTime); result != kSuccess) {
      driver().free_host(data);
      driver().check(result, "an event");
    }
  }
  ~Staging() {
    if (is_being_read) driver().wait_for_event(read);
    driver().destroy_event(read);
    driver().free_host(data);
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  bool is_free() {
    if (!is_being_read) return true;
    const CuResult result = driver().query_event(read);
    if (result == kNotReady) return false;
    driver().check(result, "how far the device is");
    is_being_read = false;
    return true;
  }
  void wait() {
    driver().check(driver().wait_for_event(read), "waiting for a copy");
    is_being_read = false;
  }
};

Queue::Queue(const Place& place) : place_(place), context_(place.device) {
  int pools = 0;
  driver().check(driver().device_attribute(&pools, kHasMemoryPools, context_.device()),
                 "whether the device has memory pools");
  in_order_ = pools != 0;
}

Queue::~Queue() {
  const ContextGuard guard(context_.get(), std::nothrow);
  stagings_.clear();
  if (scratch_ != nullptr) free(scratch_);
}

void* Queue::allocate(std::size_t bytes) {
  const ContextGuard guard(context_.get());
  const std::size_t some = std::max<std::size_t>(bytes, 1);
  CuPointer made = 0;
  driver().check(in_order_ ? driver().allocate(&made, some, place_.stream)
                           : driver().allocate_at_once(&made, some),
                 "memory of the device");
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  return reinterpret_cast<void*>(static_cast<std::uintptr_t>(made));
}

void Queue::free(void* data) noexcept {
  const ContextGuard guard(context_.get(), std::nothrow);
  if (in_order_) {
    driver().free(pointer(data), place_.stream);
  } else {
    driver().free_at_once(pointer(data));
  }
}

void* Queue::scratch(std::size_t bytes) {
  if (bytes > scratch_bytes_) {
    if (scratch_ != nullptr) free(std::exchange(scratch_, nullptr));
    scratch_bytes_ = 0;
    scratch_ = allocate(bytes);
    scratch_bytes_ = bytes;
  }
  return scratch_;
}

Queue::Staging& Queue::staging(std::size_t bytes) {
  const auto found = [&] {
    return std::find_if(stagings_.begin(), stagings_.end(),
                        [&](const auto& one) { return one->bytes >= bytes && one->is_free(); });
  };
  auto at = found();
  if (at == stagings_.end() && stagings_.size() == kMostStagings) {
    stagings_.front()->wait();  // the longest on its way
    at = found();
    if (at == stagings_.end()) *(at = stagings_.begin()) = std::make_unique<Staging>(bytes);
  }
  if (at == stagings_.end()) {
    stagings_.push_back(std::make_unique<Staging>(bytes));
  } else {
    std::rotate(at, at + 1, stagings_.end());  // the latest is the last
  }
  return *stagings_.back();
}

void Queue::upload(std::span<void* const> targets, std::size_t bytes,
                   const std::function<void(void* bytes)>& write) {
  const ContextGuard guard(context_.get());
  Staging& from = staging(bytes);
  write(from.data);
  from.is_being_read = true;
  try {
    for (void* const target : targets) {
      driver().check(driver().copy_to_device(pointer(target), from.data, bytes, place_.stream),
                     "copying to the device");
    }
    driver().check(driver().record_event(from.read, place_.stream), "an event");
  } catch (...) {  // nothing says when the device has read what was put on
    driver().wait_for_stream(place_.stream);
    from.is_being_read = false;
    throw;
  }
}

void Queue::download(void* target, const void* source, std::size_t bytes) {
  const ContextGuard guard(context_.get());
  driver().check(driver().copy_to_host(target, pointer(source), bytes, place_.stream),
                 "copying from the device");
  driver().check(driver().wait_for_stream(place_.stream), "waiting for the device");
}

}  // namespace ksampler::cuda
