#include "tests/plugins/schedules/schedule_case.hpp"

#include "host/files/tensor_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <ostream>

namespace ksampler::schedules {
namespace {

const std::string kSchedules = TEST_DATA "/parity/";

Case case_of(const nlohmann::json& record) {
  Case c;
  c.id = record.at("id");
  c.steps = record.at("steps");
  if (record.contains("function")) {
    // Called with the range that ComfyUI's nodes have as default, whatever the model.
    c.scheduler = record.at("function");
    c.parameterization = "eps";
    if (c.scheduler != "vp") c.params = {{"sigma_max", 14.614642}, {"sigma_min", 0.0291675}};
    return c;
  }
  c.scheduler = record.at("scheduler");
  c.parameterization = record.at("parameterization");
  c.denoise = record.value("denoise", 1.0);
  c.sampler = record.value("sampler", "");
  return c;
}

}  // namespace

const Registry& registry() {
  static const Registry built({BINARY_DIR "/plugins"});
  return built;
}

SchedulerInstance make(const std::string& id, const std::vector<NamedParam>& params) {
  return registry().make_scheduler("schedules/" + id, params);
}

std::vector<double> sigmas(const std::string& id, const std::string& parameterization,
                           std::uint32_t steps, const std::vector<NamedParam>& params) {
  return scheduler_sigmas(make(id, params), ModelSampling::named(parameterization), steps);
}

std::vector<float> Case::reference() const {
  static const auto file = TensorFile::open(kSchedules + "schedules.safetensors");
  const TensorEntry& entry = file->tensor(id);
  std::vector<float> values(entry.bytes() / sizeof(float));
  file->read(entry, std::as_writable_bytes(std::span(values)));
  return values;
}

std::vector<double> Case::ours() const {
  // The only sampler of the records that drops its penultimate sigma.
  const bool drops_penultimate = sampler == "dpm_2";
  return schedule_sigmas(make(scheduler, params), ModelSampling::named(parameterization), steps,
                         denoise, drops_penultimate);
}

std::string Case::name() const {
  std::string name = (params.empty() && scheduler != "vp" ? parameterization + "_" : "") + scheduler +
                     "_" + std::to_string(steps) + "_steps";
  if (!sampler.empty()) name += "_" + sampler + "_denoise_" + nlohmann::json(denoise).dump();
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all = [] {
    std::vector<Case> result;
    std::ifstream in(kSchedules + "schedules.jsonl");
    for (std::string line; std::getline(in, line);)
      result.push_back(case_of(nlohmann::json::parse(line)));
    return result;
  }();
  return all;
}

void PrintTo(const Case& c, std::ostream* out) { *out << c.id; }

std::int64_t ulps(float a, float b) {
  // Neighbouring floats of one sign have neighbouring bit patterns; noise levels are never negative.
  const auto difference = std::int64_t{std::bit_cast<std::int32_t>(a)} - std::bit_cast<std::int32_t>(b);
  return std::abs(difference);
}

std::int64_t ulps(const std::vector<float>& reference, const std::vector<double>& ours) {
  std::int64_t largest = 0;
  for (std::size_t i = 0; i < std::min(reference.size(), ours.size()); ++i) {
    largest = std::max(largest, ulps(reference[i], static_cast<float>(ours[i])));
  }
  return largest;
}

}  // namespace ksampler::schedules
