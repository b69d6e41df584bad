#include "host/serve/pictures/a1111_names.hpp"

#include "host/base/error.hpp"
#include "host/base/lower_case.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace ksampler {
namespace {

struct Name {
  std::string_view label;
  std::string_view id;
};

constexpr Name kSamplers[] = {
    {"Euler", "euler"},
    {"Euler a", "euler_ancestral"},
    {"LMS", "lms"},
    {"Heun", "heun"},
    {"DPM2", "dpm_2"},
    {"DPM2 a", "dpm_2_ancestral"},
    {"DPM++ 2S a", "dpmpp_2s_ancestral"},
    {"DPM++ 2M", "dpmpp_2m"},
    {"DPM++ SDE", "dpmpp_sde"},
    {"DPM++ 2M SDE", "dpmpp_2m_sde"},
    {"DPM++ 2M SDE Heun", "dpmpp_2m_sde_heun"},
    {"DPM++ 3M SDE", "dpmpp_3m_sde"},
    {"DPM fast", "dpm_fast"},
    {"DPM adaptive", "dpm_adaptive"},
    {"LCM", "lcm"},
    {"DDIM", "ddim"},
    {"UniPC", "uni_pc"},
};

constexpr Name kSchedulers[] = {
    {"Karras", "karras"},           {"Exponential", "exponential"},
    {"SGM Uniform", "sgm_uniform"}, {"KL Optimal", "kl_optimal"},
    {"Simple", "simple"},           {"Normal", "normal"},
    {"DDIM", "ddim_uniform"},       {"Beta", "beta"},
};

std::string label_of(std::span<const Name> names, const std::string& id) {
  const auto at = std::ranges::find(names, id, &Name::id);
  return at == names.end() ? id : std::string(at->label);
}

// The name of a plugin's for `name`, if both know it.
std::optional<std::string> id_of(std::span<const Name> names, const std::string& name,
                                 const std::vector<std::string>& known) {
  const std::string wanted = lower_case(name);
  for (const Name& each : names) {
    if (lower_case(std::string(each.label)) == wanted && std::ranges::count(known, each.id) > 0) {
      return std::string(each.id);
    }
  }
  if (std::ranges::count(known, name) > 0) return name;
  return std::nullopt;
}

[[noreturn]] void refuse(const char* what, std::span<const Name> names, const std::string& name,
                         std::vector<std::string> known) {
  for (const Name& each : names) known.emplace_back(each.label);
  throw Error(sentence("there is no {} {}{}", what, quote(name), suggestion(name, known)));
}

}  // namespace

SamplerAndScheduler a1111_sampler(const std::string& name, const std::vector<std::string>& known) {
  if (const auto id = id_of(kSamplers, name, known)) return {*id};
  // Older clients name both at once.
  for (const Name& scheduler : kSchedulers) {
    const std::string tail = " " + lower_case(std::string(scheduler.label));
    if (!lower_case(name).ends_with(tail)) continue;
    if (const auto id = id_of(kSamplers, name.substr(0, name.size() - tail.size()), known)) {
      return {*id, std::string(scheduler.id)};
    }
  }
  refuse("sampler", kSamplers, name, known);
}

std::optional<std::string> a1111_scheduler(const std::string& name,
                                           const std::vector<std::string>& known) {
  if (lower_case(name) == "automatic") return std::nullopt;
  if (auto id = id_of(kSchedulers, name, known)) return id;
  refuse("scheduler", kSchedulers, name, known);
}

std::string a1111_sampler_label(const std::string& sampler) { return label_of(kSamplers, sampler); }

std::string a1111_scheduler_label(const std::string& scheduler) {
  return label_of(kSchedulers, scheduler);
}

}  // namespace ksampler
