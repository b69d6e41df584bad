#include "host/model/family/family.hpp"

#include <array>

namespace ksampler {

Families families() {
  static constexpr std::array<const Family*, 4> all = {&kSd1, &kSd2, &kSdxlRefiner, &kSdxl};
  return all;
}

}  // namespace ksampler
