#include "host/model/load/network_cache.hpp"

#include "host/base/file_stamp.hpp"
#include "host/base/memory.hpp"

#include <ATen/DeviceAccelerator.h>

#include <algorithm>
#include <utility>

namespace ksampler {
namespace {

// A description of a file takes no room to speak of, and still not for ever.
constexpr std::size_t kMostEntries = 64;

}  // namespace

struct NetworkCache::Entry {
  NetworkKey key;
  FileStamp stamp;
  std::uint64_t bytes = 0;
  std::mutex loading;  // held while it is being loaded, so that a second thread waits
  Anything value;

  bool is_of(const NetworkKey& other) const {
    return key.file == other.file && key.kind == other.kind && key.variant == other.variant;
  }
  // Under the cache's mutex: a new holder comes through the cache alone.
  bool is_held() const { return value == nullptr || value.use_count() > 1; }
};

NetworkCache::Anything NetworkCache::find(const NetworkKey& key, std::uint64_t bytes,
                                          const std::function<Anything()>& load) {
  const std::shared_ptr<Entry> entry = entry_for(key);
  const std::lock_guard loading(entry->loading);
  {
    const std::lock_guard lock(mutex_);
    if (entry->value != nullptr) return entry->value;
    make_room(key.device, bytes);
    entry->bytes = bytes;
  }
  try {
    Anything value = load();
    const std::lock_guard lock(mutex_);
    entry->value = value;
    return value;
  } catch (...) {
    const std::lock_guard lock(mutex_);
    entries_.remove(entry);
    throw;
  }
}

// The entry of a key, the latest from now on. What was made of the file before it changed is let go.
std::shared_ptr<NetworkCache::Entry> NetworkCache::entry_for(const NetworkKey& key) {
  // A file that cannot be asked is for `load` to complain about.
  const FileStamp stamp = stamp_of(key.file).value_or(FileStamp());
  const std::lock_guard lock(mutex_);
  entries_.remove_if(
      [&](const auto& entry) { return entry->key.file == key.file && entry->stamp != stamp; });
  const auto found =
      std::ranges::find_if(entries_, [&](const auto& entry) { return entry->is_of(key); });
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
  } else {
    entries_.push_front(std::make_shared<Entry>());
    entries_.front()->key = key;
    entries_.front()->stamp = stamp;
  }
  return entries_.front();
}

void NetworkCache::make_room(at::Device device, std::uint64_t bytes) {
  const std::uint64_t most = most_on(device);
  bool any = false;
  for (auto at = entries_.end(); at != entries_.begin();) {
    const bool full = bytes_on(device) + bytes > most;
    if (!full && entries_.size() <= kMostEntries) break;
    --at;
    const Entry& entry = **at;
    const bool in_the_way = entry.key.device == device && entry.bytes > 0;
    if (!entry.is_held() && (entries_.size() > kMostEntries || (full && in_the_way))) {
      at = entries_.erase(at);
      any = true;
    }
  }
  if (any && process_limit_ > 0) return_freed_memory();
}

bool NetworkCache::let_go() {
  std::size_t before = 0;
  std::size_t after = 0;
  {
    const std::lock_guard lock(mutex_);
    before = entries_.size();
    entries_.remove_if([](const auto& entry) { return entry->bytes > 0 && !entry->is_held(); });
    after = entries_.size();
  }
  return_freed_memory();
  return after < before;
}

void NetworkCache::limit(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  limit_ = bytes;
}

std::uint64_t NetworkCache::most_on(at::Device device) const {
  return limit_ > 0 ? limit_ : default_network_memory(device);
}

std::uint64_t NetworkCache::room(at::Device device) const {
  const std::lock_guard lock(mutex_);
  return most_on(device);
}

void NetworkCache::limit_process(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  process_limit_ = bytes;
}

std::uint64_t NetworkCache::process_limit() const {
  const std::lock_guard lock(mutex_);
  return process_limit_;
}

std::uint64_t NetworkCache::bytes_on(at::Device device) const {
  std::uint64_t sum = 0;
  for (const auto& entry : entries_) sum += entry->key.device == device ? entry->bytes : 0;
  return sum;
}

std::uint64_t NetworkCache::bytes(at::Device device) const {
  const std::lock_guard lock(mutex_);
  return bytes_on(device);
}

std::size_t NetworkCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

std::uint64_t default_network_memory(at::Device device) {
  if (device.is_cuda()) return at::accelerator::getMemoryInfo(device.index()).second / 10 * 9;
  return memory_of_process() / 4 * 3;
}

}  // namespace ksampler
