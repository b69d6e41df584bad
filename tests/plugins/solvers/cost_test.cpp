// What a step of the solvers costs the host, besides the model's calls.
#include "host/conformance/sampler_case.hpp"

#include <gtest/gtest.h>

namespace ksampler::toy {
namespace {

std::vector<SamplerCase> all_solvers() {
  std::vector<SamplerCase> all;
  for (const std::string plugin :
       {"runge-kutta", "exponential-runge-kutta", "implicit-runge-kutta", "adams"}) {
    for (const Sampler& sampler :
         samplers_of(std::string(BINARY_DIR) + "/plugins/" + plugin + "/" + plugin + ".so")) {
      all.push_back({sampler, false});
    }
  }
  return all;
}

TEST(Cost, OfAStageIsOnePassOverTheLatent) {
  for (const SamplerCase& sampler_case : all_solvers()) {
    Host host;
    set_up(host, sampler_case, 10);
    ASSERT_EQ(host.sample(*sampler_case.sampler.create(), sampler_case.info()), KS_OK) << host.message;
    // A pass for each state that the model is asked at, but for the first; one more for the end of the
    // run; and of Adams's methods one for each derivative that is kept.
    const std::string id = sampler_case.id();
    const bool adams = id.starts_with("adams") || id.starts_with("norsett") ||
                       (id.starts_with("res_") && id[5] == 'm');
    const bool derivative = adams && !id.ends_with("_x0") && !id.ends_with("_lambda") &&
                            (id.starts_with("adams") || id.ends_with("_eps"));
    EXPECT_EQ(host.counters.lincombs, host.counters.model_calls + (derivative ? 9 : 0)) << id;
  }
}

TEST(Cost, IsNoMemoryAfterTheFirstStep) {
  for (const SamplerCase& sampler_case : all_solvers()) {
    for (const double eta : {0.0, 1.0}) {
      if (eta > 0 && !sampler_case.has_param("eta")) continue;
      Host host;
      set_up(host, sampler_case, 12);
      const Values values = eta > 0 ? Values{{"eta", eta}} : Values{};
      ASSERT_EQ(host.sample(*sampler_case.sampler.create(values), sampler_case.info()), KS_OK);
      ASSERT_GE(host.at_step.size(), 3u);
      // Noise is drawn between the first step and the second, and replaced between that and the third.
      EXPECT_EQ(host.counters.allocated, host.at_step[2].allocated) << sampler_case.id();
      EXPECT_EQ(host.counters.live, 0u) << sampler_case.id();
    }
  }
}

TEST(Iterations, OfImplicitMethodsAreAsManyAsAreAskedFor) {
  for (const SamplerCase& sampler_case : all_solvers()) {
    if (!sampler_case.has_param("iterations")) continue;
    const auto calls = [&](double iterations) {
      Host host;
      set_up(host, sampler_case, 2);
      EXPECT_EQ(
          host.sample(*sampler_case.sampler.create({{"iterations", iterations}}), sampler_case.info()),
          KS_OK);
      return host.counters.model_calls;
    };
    // Two steps, each of one call, and the sweeps of the first.
    const std::uint32_t sweep = calls(1) - 2;
    EXPECT_GE(sweep, 1u);
    EXPECT_EQ(calls(7), 2 + 7 * sweep) << sampler_case.id();
    EXPECT_EQ(calls(0), calls(sampler_case.info().order - 1)) << sampler_case.id();
  }
}

}  // namespace
}  // namespace ksampler::toy
