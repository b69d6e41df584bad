#include "host/base/memory.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <string>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace ksampler {
namespace {

// What a file says in kB behind a word, in bytes.
std::uint64_t bytes_in(const char* name, const std::string& key) {
  std::ifstream file(name);
  for (std::string word; file >> word;) {
    std::uint64_t kibibytes = 0;
    if (word == key && file >> kibibytes) return 1024 * kibibytes;
  }
  return 0;
}

// Of this process: "VmRSS:", what is resident, or "VmHWM:", the most that was.
std::uint64_t status(const std::string& key) { return bytes_in("/proc/self/status", key); }

// The system counts one peak for a process. What it was before it was last counted anew.
std::atomic<std::uint64_t> peak_before = 0;
std::atomic<bool> counts_anew = false;

// Whether it counts anew from now on.
bool begin_peak() {
  std::ofstream file("/proc/self/clear_refs");
  return static_cast<bool>(file << '5' << std::flush);
}

std::uint64_t limit_of(int resource) {
  rlimit limit{};
  const bool none = getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY;
  return none ? UINT64_MAX : limit.rlim_cur;
}

// A file of one number; of "max", or none, there is no limit.
std::uint64_t number_in(const char* file) {
  std::uint64_t number = 0;
  return std::ifstream(file) >> number ? number : UINT64_MAX;
}

}  // namespace

void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr int kKept = 1 << 30;
  constexpr int kLargest = 1 << 28;  // block that is taken from it: holes of larger ones cost too much
  mallopt(M_MMAP_THRESHOLD, kLargest);
  mallopt(M_TRIM_THRESHOLD, kKept);
  mallopt(M_ARENA_MAX, 1);  // other arenas hold blocks of up to 64 MB, and map larger ones
#endif
}

void return_freed_memory() {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

std::uint64_t memory_of_process() {
  const auto pages = static_cast<std::uint64_t>(std::max(sysconf(_SC_PHYS_PAGES), 0L));
  return std::min({pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)),
                   number_in("/sys/fs/cgroup/memory.max"), limit_of(RLIMIT_DATA), limit_of(RLIMIT_AS)});
}

std::uint64_t available_memory() { return bytes_in("/proc/meminfo", "MemAvailable:"); }

void begin_resident_peak() {
  peak_before = std::max<std::uint64_t>(peak_before, status("VmHWM:"));
  counts_anew = begin_peak();
}

std::uint64_t resident_memory() { return status("VmRSS:"); }

std::uint64_t resident_peak() { return status(counts_anew ? "VmHWM:" : "VmRSS:"); }

PeakMemory::PeakMemory() : before_(status("VmRSS:")) {
  begin_peak();  // it is what there is now
  peak_before = 0;
}

std::uint64_t PeakMemory::grown() const {
  const std::uint64_t highest = std::max<std::uint64_t>(peak_before, status("VmHWM:"));
  return highest > before_ ? highest - before_ : 0;
}

}  // namespace ksampler
