#include "host/plain/cpu/kernels.hpp"

namespace ksampler::cpu {

namespace baseline {
extern const Kernels kTable;
}
#if defined(__x86_64__)
namespace avx512 {
extern const Kernels kTable;
}
namespace avx2 {
extern const Kernels kTable;
}
#endif

namespace {

struct Runnable {
  const Kernels* tables[4] = {};

  Runnable() {
    size_t count = 0;
#if defined(__x86_64__)
    const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                          __builtin_cpu_supports("f16c");
    if (has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
      tables[count++] = &avx512::kTable;
    }
    if (has_avx2) tables[count++] = &avx2::kTable;
#endif
    tables[count] = &baseline::kTable;
  }
};

}  // namespace

const Kernels* runnable_kernels(size_t rank) {
  static const Runnable runnable;
  return rank < 4 ? runnable.tables[rank] : nullptr;
}

const Kernels& kernels() {
  static const Kernels& best = *runnable_kernels(0);
  return best;
}

}  // namespace ksampler::cpu
