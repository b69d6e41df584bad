#include "host/model/family/family.hpp"

#include <array>

namespace ksampler {

Families families() {
  static constexpr std::array<const Family*, 15> all = {
      &kSd1,   &kSd2,    &kSdxlRefiner, &kSdxl,  &kSd3,   &kFlux,    &kFluxSchnell, &kChroma,
      &kFlux2, &kZImage, &kQwenImage,   &kKrea2, &kAnima, &kLumina2, &kQwenImage21};
  return all;
}

}  // namespace ksampler
