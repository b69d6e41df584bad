// Every sampler that this project ships, for tests that hold for all of them.
#ifndef TESTS_PLUGINS_SAMPLERS_CASES_HPP
#define TESTS_PLUGINS_SAMPLERS_CASES_HPP

#include <gtest/gtest.h>

#include <ostream>

#include "host/conformance/sampler_case.hpp"

namespace ksampler::toy {

inline void PrintTo(const SamplerCase& sampler_case, std::ostream* out) {
  *out << sampler_case.info().id << (sampler_case.flow ? " (flow)" : "");
}

inline std::vector<SamplerCase> all_samplers() {
  std::vector<SamplerCase> cases;
  for (const char* family : {SAMPLER_FAMILIES}) {
    for (const Sampler& sampler :
         samplers_of(std::string(BINARY_DIR) + "/plugins/" + family + "/" + family + ".so")) {
      cases.push_back({sampler, false});
      cases.push_back({sampler, true});
    }
  }
  return cases;
}

inline SamplerCase sampler_named(const std::string& id, bool flow = false) {
  for (const SamplerCase& sampler_case : all_samplers()) {
    if (sampler_case.id() == id && sampler_case.flow == flow) return sampler_case;
  }
  throw std::invalid_argument("no sampler " + id);
}

// A sampler's test is named for it: euler, euler_flow.
inline std::string case_name(const testing::TestParamInfo<SamplerCase>& info) {
  return info.param.id() + (info.param.flow ? "_flow" : "");
}

}  // namespace ksampler::toy

#endif
