#include "tests/cuda_driver/device.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace ksampler::test {
namespace {

constexpr std::size_t kBytes = std::size_t{64} << 20;
constexpr std::size_t kGuard = 256;  // before and behind each block
constexpr int kGuardByte = 0xa5;
constexpr int kFreshByte = 0xff;  // NaN in every type: nothing is taken for zero

bool is_guard(const std::byte* begin) {
  return std::all_of(begin, begin + kGuard, [](std::byte b) { return b == std::byte{kGuardByte}; });
}

}  // namespace

DeviceMemory::DeviceMemory() {
  void* const made = mmap(nullptr, kBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (made == MAP_FAILED) std::abort();
  begin_ = static_cast<std::byte*>(made);
}

void* DeviceMemory::allocate(std::size_t bytes) {
  const std::size_t whole = (bytes + 255) / 256 * 256 + 2 * kGuard;
  std::byte* at = begin_;
  for (const auto& [begin, size] : blocks_) {
    if (begin - at >= static_cast<std::ptrdiff_t>(whole)) break;
    at = begin + (size + 255) / 256 * 256 + 2 * kGuard;
  }
  if (at + whole > begin_ + kBytes) return nullptr;
  blocks_[at] = bytes;
  with([&] {
    std::memset(at, kGuardByte, whole);
    std::memset(at + kGuard, kFreshByte, bytes);
  });
  return at + kGuard;
}

bool DeviceMemory::free(void* data) {
  const auto found = blocks_.find(static_cast<std::byte*>(data) - kGuard);
  if (found == blocks_.end()) return false;
  bool whole = false;
  with([&] {
    auto* const bytes = static_cast<std::byte*>(data);
    whole = is_guard(bytes - kGuard) && is_guard(bytes + found->second);
    std::memset(bytes, kFreshByte, found->second);
  });
  if (!whole) state().fault("something was written beside a block of the device's memory");
  blocks_.erase(found);
  return true;
}

bool DeviceMemory::holds(const void* data, std::size_t bytes) const {
  auto* const at = static_cast<const std::byte*>(data);
  return std::any_of(blocks_.begin(), blocks_.end(), [&](const auto& block) {
    const std::byte* const begin = block.first + kGuard;
    return at >= begin && at + bytes <= begin + block.second;
  });
}

void DeviceMemory::with(const std::function<void()>& body) {
  if (open_++ == 0) mprotect(begin_, kBytes, PROT_READ | PROT_WRITE);
  body();
  if (--open_ == 0) mprotect(begin_, kBytes, PROT_NONE);
}

void State::put_on(Stream& stream, std::function<void()> run, const void* reads) {
  stream.work.push_back({std::move(run), reads});
  ++stream.put;
}

void State::work_off(Stream& stream, std::uint64_t until) {
  memory.with([&] {
    while (stream.done < until) {
      const Stream::Work work = std::move(stream.work.front());
      stream.work.pop_front();
      ++stream.done;
      work.run();
    }
  });
}

void State::work_off_all() {
  for (Stream& stream : defaults) work_off(stream);
  for (Stream* const stream : streams) work_off(*stream);
}

State& state() {
  static State& all = *new State;  // programs end in the middle
  return all;
}

int called(const char* function) {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  ++all.calls[function];
  if (all.failing != function || --all.failing_after != 0) return kOk;
  all.failing.clear();
  return all.failing_with;
}

}  // namespace ksampler::test
