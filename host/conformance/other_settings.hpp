// A sampler's parameters at other values than its defaults.
#ifndef KSAMPLER_CONFORMANCE_OTHER_SETTINGS_HPP
#define KSAMPLER_CONFORMANCE_OTHER_SETTINGS_HPP

#include "host/conformance/runs.hpp"

#include <string>
#include <vector>

namespace ksampler::conformance {

struct OtherSetting {
  std::string text;  // "c_3 = 0.8"
  Values values;
  bool graded;  // a number that may take any value of a range, and not a choice of a method
};

// Each parameter by itself at other values than its default.
std::vector<OtherSetting> other_settings(const SamplerCase& sampler_case);

// Whether create() takes the values: some refuse what does not go together, with a message.
bool takes(const SamplerCase& sampler_case, const Values& values);

// s_noise, and s_noise_end of samplers whose noise changes along the run.
bool scales_noise(const OtherSetting& setting);

}  // namespace ksampler::conformance

#endif
