#include "host/base/waiting.hpp"

#include <cstdlib>

namespace ksampler {

void wait_asleep() {
  // 0 costs a fifth where nothing else runs, 10000 nearly all of what is gained where something does:
  // bench/busy.py.
  constexpr const char* kTurns = "1000";
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) ::setenv("GOMP_SPINCOUNT", kTurns, /*overwrite=*/0);
}

}  // namespace ksampler
