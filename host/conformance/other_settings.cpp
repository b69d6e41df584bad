#include "host/conformance/other_settings.hpp"

#include "host/base/sentence.hpp"

#include <algorithm>
#include <cmath>

namespace ksampler::conformance {
namespace {

// Values of a number parameter on both sides of its default, well within its range.
std::vector<double> moved(const ks_param& param) {
  const double reach = std::max(std::abs(param.default_value), 0.5);
  const double low = std::max(param.minimum, param.default_value - 0.4 * reach);
  const double high = std::min(param.maximum, param.default_value + 0.4 * reach);
  std::vector<double> values;
  for (const double bound : {low, high}) {
    // Within a bound that is near, half way to it: the end itself is often a method of its own.
    const bool near = bound == param.minimum || bound == param.maximum;
    const double value = near ? (param.default_value + bound) / 2 : bound;
    if (value != param.default_value) values.push_back(value);
  }
  return values;
}

}  // namespace

std::vector<OtherSetting> other_settings(const SamplerCase& sampler_case) {
  std::vector<OtherSetting> settings;
  for (std::uint32_t k = 0; k < sampler_case.info().param_count; ++k) {
    const ks_param& param = *sampler_case.info().params[k];
    const auto set = [&](double value, bool graded) {
      if (value == sampler_case.sampler.value_of(param)) return;
      const std::string text = param.type == KS_PARAM_CHOICE
                                   ? std::string(param.choices[static_cast<std::size_t>(value)])
                                   : number(value);
      settings.push_back({sentence("{} = {}", param.id, text), {{param.id, value}}, graded});
    };
    switch (param.type) {
      case KS_PARAM_FLOAT:
        for (const double value : moved(param)) set(value, true);
        break;
      case KS_PARAM_BOOLEAN:
        set(0, false), set(1, false);
        break;
      case KS_PARAM_CHOICE:
        for (std::uint32_t choice = 0; choice < param.choice_count; ++choice) set(choice, false);
        break;
      case KS_PARAM_INTEGER:
        for (double value = param.minimum; value <= std::min(param.maximum, param.minimum + 7); ++value)
          set(value, false);
        break;
      default:
        break;  // lists mean what they like
    }
  }
  return settings;
}

bool takes(const SamplerCase& sampler_case, const Values& values) {
  try {
    sampler_case.sampler.create(values);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

bool scales_noise(const OtherSetting& setting) {
  return !setting.values.empty() && setting.values.begin()->first.starts_with("s_noise");
}

}  // namespace ksampler::conformance
