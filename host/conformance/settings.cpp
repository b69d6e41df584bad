#include "host/conformance/settings.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>

namespace ksampler::conformance {
namespace {

using Params = std::span<const ks_param* const>;

std::optional<double> number_in(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

[[noreturn]] void refuse(const ks_param& param, const std::string& text, const std::string& wanted) {
  throw std::invalid_argument(
      sentence("parameter {} is set to {}; {}", quote(param.id), quote(text), wanted));
}

double within_range(const ks_param& param, const std::string& text, const std::string& part) {
  const std::optional<double> value = number_in(part);
  const bool whole = param.type == KS_PARAM_INTEGER;
  if (value && *value >= param.minimum && *value <= param.maximum &&
      (!whole || *value == std::floor(*value))) {
    return *value;
  }
  refuse(param, text,
         sentence("it takes {} from {} to {}", whole ? "a whole number" : "numbers", param.minimum,
                  param.maximum));
}

void put(toy::Settings& settings, const ks_param& param, const std::string& text) {
  switch (param.type) {
    case KS_PARAM_BOOLEAN:
      if (text != "true" && text != "false") refuse(param, text, "it takes true or false");
      settings.values[param.id] = text == "true";
      return;
    case KS_PARAM_CHOICE: {
      const std::vector<std::string> choices(param.choices, param.choices + param.choice_count);
      for (std::size_t i = 0; i < choices.size(); ++i) {
        if (choices[i] == text) {
          settings.values[param.id] = static_cast<double>(i);
          return;
        }
      }
      refuse(param, text, sentence("it takes {}", listed(choices)));
    }
    case KS_PARAM_NUMBERS: {
      std::istringstream parts(text);
      std::vector<double>& list = settings.lists[param.id];
      for (std::string part; std::getline(parts, part, ',');)
        list.push_back(within_range(param, text, part));
      return;
    }
    default:
      settings.values[param.id] = within_range(param, text, text);
  }
}

toy::Settings settings_of(const Subject& subject, Params params) {
  toy::Settings settings;
  for (const ks_param* param : params) {
    const auto set = subject.set.find(param->id);
    if (set != subject.set.end()) put(settings, *param, set->second);
  }
  return settings;
}

}  // namespace

toy::Settings settings_for(const Subject& subject, const ks_sampler_info& info) {
  return settings_of(subject, {info.params, info.param_count});
}

toy::Settings settings_for(const Subject& subject, const ks_scheduler_info& info) {
  return settings_of(subject, {info.params, info.param_count});
}

toy::Settings settings_for(const Subject& subject, const ks_guider_info& info) {
  return settings_of(subject, {info.params, info.param_count});
}

toy::Settings settings_for(const Subject& subject, const ks_noise_info& info) {
  return settings_of(subject, {info.params, info.param_count});
}

void require_settings(const Subject& subject) {
  const toy::Plugin plugin(subject.copy);
  std::set<std::string> known;
  const auto look = [&](const auto* factory) {
    for (std::uint32_t i = 0; factory != nullptr && i < factory->count; ++i) {
      const auto* info = factory->info(i);
      settings_for(subject, *info);
      for (std::uint32_t k = 0; k < info->param_count; ++k) known.insert(info->params[k]->id);
    }
  };
  look(plugin.samplers());
  look(plugin.schedulers());
  look(plugin.guiders());
  look(plugin.noises());
  for (const auto& [id, text] : subject.set) {
    if (known.contains(id)) continue;
    const std::vector<std::string> names(known.begin(), known.end());
    throw std::invalid_argument(
        sentence("nothing of it has a parameter {}{}", quote(id), suggestion(id, names)));
  }
}

}  // namespace ksampler::conformance
