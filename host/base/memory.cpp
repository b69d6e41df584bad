#include "host/base/memory.hpp"

#include <cstdlib>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace ksampler {

void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr int kKept = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, 1 << 28);
  mallopt(M_TRIM_THRESHOLD, kKept);
  mallopt(M_ARENA_MAX, 1);  // other arenas hold blocks of up to 64 MB, and map larger ones
#endif
}

}  // namespace ksampler
