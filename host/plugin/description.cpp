#include "host/plugin/description.hpp"

namespace ksampler {

std::uint32_t SamplerDescription::model_calls_for(std::uint32_t steps) const {
  if (adaptive || steps == 0) return 0;
  if (steps == 1) return model_calls_last;
  return model_calls * (steps - 2) + model_calls_second_last + model_calls_last;
}

}  // namespace ksampler
