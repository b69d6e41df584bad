#include "host/model/family/family.hpp"

#include <array>

namespace ksampler {

Families families() {
  static constexpr std::array<const Family*, 9> all = {
      &kSd1, &kSd2, &kSdxlRefiner, &kSdxl, &kSd3, &kFlux, &kFluxSchnell, &kZImage, &kQwenImage};
  return all;
}

}  // namespace ksampler
