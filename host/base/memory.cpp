#include "host/base/memory.hpp"

#include <cstdlib>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace ksampler {

void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr int kKept = 1 << 30;
  constexpr int kLargest = 1 << 28;  // block that is taken from it: holes of larger ones cost too much
  mallopt(M_MMAP_THRESHOLD, kLargest);
  mallopt(M_TRIM_THRESHOLD, kKept);
  mallopt(M_ARENA_MAX, 1);  // other arenas hold blocks of up to 64 MB, and map larger ones
#endif
}

}  // namespace ksampler
