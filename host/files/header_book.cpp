#include "host/files/header_book.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ksampler {
namespace {

constexpr std::size_t kMostKept = 16;  // a checkpoint and a dozen LoRAs

// Disks count time in ticks of up to 10 ms: two states of a file within one look the same. (Those of
// FAT and NFS may take longer, but then the size or the inode tells as well, mostly.)
constexpr std::chrono::nanoseconds kTooFresh = std::chrono::milliseconds(100);

bool is_settled(const FileStamp& stamp) {
  const std::chrono::nanoseconds now = std::chrono::system_clock::now().time_since_epoch();
  return now.count() - std::max(stamp.changed, stamp.written) > kTooFresh.count();
}

struct Current {
  std::mutex mutex;
  std::shared_ptr<HeaderBook> book = std::make_shared<HeaderBook>();
};

Current& current() {
  static Current one;
  return one;
}

}  // namespace

std::shared_ptr<const TensorFileHeader> HeaderBook::find(
    const FileStamp& stamp, const std::function<TensorFileHeader()>& read) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& entry) { return entry.stamp == stamp; });
    if (found != entries_.end()) {
      entries_.splice(entries_.begin(), entries_, found);
      return found->header;
    }
    ++times_read_;
  }
  const auto header = std::make_shared<const TensorFileHeader>(read());
  if (is_settled(stamp)) {
    const std::lock_guard lock(mutex_);
    entries_.push_front({stamp, header});
    if (entries_.size() > kMostKept) entries_.pop_back();
  }
  return header;
}

std::uint64_t HeaderBook::times_read() const {
  const std::lock_guard lock(mutex_);
  return times_read_;
}

std::shared_ptr<HeaderBook> header_book() {
  const std::lock_guard lock(current().mutex);
  return current().book;
}

void use_header_book(std::shared_ptr<HeaderBook> book) {
  const std::lock_guard lock(current().mutex);
  current().book = std::move(book);
}

}  // namespace ksampler
