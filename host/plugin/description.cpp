#include "host/plugin/description.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

namespace ksampler {

std::uint32_t SamplerDescription::model_calls_for(std::uint32_t steps) const {
  if (adaptive || steps == 0) return 0;
  if (steps == 1) return model_calls_last;
  return model_calls * (steps - 2) + model_calls_second_last + model_calls_last;
}

std::string needs_prompt(const std::string& guider, const char* input, const char* prompt) {
  return sentence("guider {} needs {}: the conditioning of {} prompt", quote(guider), quote(input),
                  prompt);
}

}  // namespace ksampler
