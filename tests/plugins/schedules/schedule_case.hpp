// The built plugin, and the reference schedules of tests/data/parity.
#ifndef KSAMPLER_TESTS_PLUGINS_SCHEDULES_SCHEDULE_CASE_HPP
#define KSAMPLER_TESTS_PLUGINS_SCHEDULES_SCHEDULE_CASE_HPP

#include "host/plugin/registry.hpp"
#include "host/session/sigmas.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace ksampler::schedules {

const Registry& registry();

// "schedules/karras", with parameters.
SchedulerInstance make(const std::string& id, const std::vector<NamedParam>& params = {});

// What a scheduler gives for a model known by name.
std::vector<double> sigmas(const std::string& id, const std::string& parameterization,
                           std::uint32_t steps, const std::vector<NamedParam>& params = {});

// One record of schedules.jsonl.
struct Case {
  std::string id;
  std::string parameterization;
  std::string scheduler;
  std::uint32_t steps = 0;
  std::string sampler;  // where the record went through KSampler, with
  double denoise = 1.0;
  std::vector<NamedParam> params;

  // "eps_karras_20_steps", "eps_karras_20_steps_dpm_2_denoise_0_75", "vp_4_steps"
  std::string name() const;

  std::vector<float> reference() const;
  std::vector<double> ours() const;
};

const std::vector<Case>& cases();

void PrintTo(const Case& c, std::ostream* out);  // for GoogleTest: its id

// How far a schedule may be from the reference: PyTorch's vectorised exp, pow and tan are within one
// unit in the last place of the exact value, as ours are; they differ between processors, too.
// Everything else is equal to the bit.
inline constexpr std::int64_t kMostUlps = 1;

// The distance of two float32 values in units in the last place.
std::int64_t ulps(float a, float b);
// The largest over two schedules of one length.
std::int64_t ulps(const std::vector<float>& reference, const std::vector<double>& ours);

}  // namespace ksampler::schedules

#endif
