// How far the memory of this process grew, at its highest, since an object was made: resident pages,
// those of mapped files among them.
#ifndef KSAMPLER_BENCH_NETWORKS_PEAK_MEMORY_HPP
#define KSAMPLER_BENCH_NETWORKS_PEAK_MEMORY_HPP

#include <cstdint>
#include <fstream>
#include <string>

namespace ksampler {

class PeakMemory {
 public:
  PeakMemory() : before_(kibibytes("VmRSS:")) {
    std::ofstream("/proc/self/clear_refs") << '5';  // the peak is what there is now
  }
  std::int64_t grown() const { return 1024 * (kibibytes("VmHWM:") - before_); }

 private:
  static std::int64_t kibibytes(const std::string& key) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
      std::int64_t value = 0;
      if (word == key && status >> value) return value;
    }
    return 0;
  }

  std::int64_t before_;
};

}  // namespace ksampler

#endif
