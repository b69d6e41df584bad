// The reference cases of tests/data/parity, and how one is run through the host. See its README.
#ifndef KSAMPLER_TESTS_SAMPLING_PARITY_CASE_HPP
#define KSAMPLER_TESTS_SAMPLING_PARITY_CASE_HPP

#include "host/files/safetensors.hpp"
#include "host/plugin/registry.hpp"
#include "host/sampling/ksampler.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace ksampler::parity {

struct Case {
  nlohmann::json record;

  std::string text(const char* key) const { return record.at(key).get<std::string>(); }
  bool has(const char* key) const { return record.contains(key) && !record.at(key).is_null(); }
  // "euler_karras_mask_0123456789": letters, digits and '_' alone.
  std::string name() const;
};

// Every line of a .jsonl file of the reference data.
std::vector<Case> cases(const std::string& file);

// The plugins of this build.
const Registry& registry();
std::vector<std::string> all_samplers();  // of them

// The case's inputs as the KSampler node's settings.
KSamplerSettings settings_of(const Case& c);

// The reference output of a case.
at::Tensor reference_of(const Case& c);

}  // namespace ksampler::parity

#endif
