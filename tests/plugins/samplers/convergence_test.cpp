// The order of convergence that a sampler declares, measured against the exact probability flow.
#include <gtest/gtest.h>

#include "tests/plugins/samplers/cases.hpp"

namespace ksampler::toy {
namespace {

class Convergence : public testing::TestWithParam<SamplerCase> {};

// Parameters that take the noise out of a sampler.
Values without_noise(const ks_sampler_info& info) {
  Values values;
  for (std::uint32_t k = 0; k < info.param_count; ++k) {
    const std::string id = info.params[k]->id;
    if (id == "eta") values["eta"] = 0;
  }
  return values;
}

double error_of(const SamplerCase& sampler_case, std::uint32_t steps) {
  constexpr double mean = 0.3, scale = 0.8;
  const bool flow = sampler_case.flow;
  Host host;
  host.flow = flow;
  host.sigmas = log_snr_schedule(flow, flow ? 0.7 : 2.0, flow ? 0.2 : 0.25, steps);
  host.x = {-1.7, 0.2, 2.5};
  host.denoiser = gaussian(mean, scale, flow);
  const Vector x = host.x;
  const SamplerPtr sampler = sampler_case.sampler.create(without_noise(sampler_case.info()));
  EXPECT_EQ(host.sample(*sampler, sampler_case.info()), KS_OK) << host.message;
  double error = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double exact =
        gaussian_flow(mean, scale, flow, x[i], host.sigmas.front(), host.sigmas.back());
    error = std::max(error, std::abs(host.x[i] - exact));
  }
  return error;
}

TEST_P(Convergence, IsOfTheDeclaredOrder) {
  const SamplerCase& sampler_case = GetParam();
  if (sampler_case.info().order == 0) GTEST_SKIP() << "declares no order";
  const double order = std::log2(error_of(sampler_case, 32) / error_of(sampler_case, 256)) / 3;
  RecordProperty("order", std::to_string(order));
  EXPECT_NEAR(order, sampler_case.info().order, 0.2);
}

INSTANTIATE_TEST_SUITE_P(Samplers, Convergence, testing::ValuesIn(all_samplers()), case_name);

}  // namespace
}  // namespace ksampler::toy
